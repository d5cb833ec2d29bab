//! The floor of every benchmark: one conditional UPDATE, one commit, nothing else. Here, because only storage may speak
//! SQL.

use crate::error::fault;
use domain::ports::StoreError;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use std::path::Path;

/// A table of watermarks in a file of its own, with the settings and the one writer of [`crate::backend`].
#[derive(Debug)]
pub struct Floor(DatabaseConnection);

impl Floor {
    /// A new file with so many rows.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be made.
    pub async fn open(path: &Path, rows: usize) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let mut options = ConnectOptions::new("sqlite://floor");
        options.max_connections(1).sqlx_logging(false).test_before_acquire(false).map_sqlx_sqlite_opts(
            move |options| {
                options
                    .filename(&path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
            },
        );
        let db = Database::connect(options).await.map_err(fault)?;
        let table = "CREATE TABLE floor (id INTEGER PRIMARY KEY, watermark INTEGER NOT NULL)";
        db.execute_unprepared(table).await.map_err(fault)?;
        let rows: Vec<String> = (0..rows).map(|id| format!("({id}, -1)")).collect();
        let insert = format!("INSERT INTO floor VALUES {}", rows.join(","));
        db.execute_unprepared(&insert).await.map_err(fault)?;
        Ok(Self(db))
    }

    /// Raises a watermark. `false`: it was as high already.
    ///
    /// # Errors
    /// [`StoreError`] if it could not be done.
    pub async fn update(&self, id: usize, step: usize) -> Result<bool, StoreError> {
        let sql = "UPDATE floor SET watermark = ? WHERE id = ? AND watermark < ?";
        let number = |of: usize| i64::try_from(of).unwrap_or(i64::MAX);
        let (id, step) = (number(id), number(step));
        let values = [step.into(), id.into(), step.into()];
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        Ok(self.0.execute_raw(statement).await.map_err(fault)?.rows_affected() == 1)
    }
}
