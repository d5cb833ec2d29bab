//! The floor: one conditional UPDATE, one commit, nothing else.

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use std::path::Path;

/// A table of watermarks in a file of its own, with the settings and the one writer of `storage::backend`.
pub(crate) struct Bare(DatabaseConnection);

impl Bare {
    pub(crate) async fn open(path: &Path, rows: usize) -> Self {
        let path = path.to_owned();
        let mut options = ConnectOptions::new("sqlite://bare");
        options.max_connections(1).sqlx_logging(false).test_before_acquire(false).map_sqlx_sqlite_opts(
            move |options| {
                options
                    .filename(&path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
            },
        );
        let db = Database::connect(options).await.unwrap();
        db.execute_unprepared("CREATE TABLE bare (id INTEGER PRIMARY KEY, watermark INTEGER NOT NULL)")
            .await
            .unwrap();
        let rows: Vec<String> = (0..rows).map(|id| format!("({id}, -1)")).collect();
        db.execute_unprepared(&format!("INSERT INTO bare VALUES {}", rows.join(","))).await.unwrap();
        Self(db)
    }

    pub(crate) async fn update(&self, id: usize, step: usize) {
        let sql = "UPDATE bare SET watermark = ? WHERE id = ? AND watermark < ?";
        let (id, step) = (i64::try_from(id).unwrap(), i64::try_from(step).unwrap());
        let statement =
            Statement::from_sql_and_values(DbBackend::Sqlite, sql, [step.into(), id.into(), step.into()]);
        assert_eq!(self.0.execute_raw(statement).await.unwrap().rows_affected(), 1);
    }
}
