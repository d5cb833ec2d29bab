//! How a SQLite file is found, made and connected to.

use super::{OpenError, PATIENCE, file, quiet, release};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _};
use sea_orm::{ConnectOptions, DbErr, RuntimeErr};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Bytes that SQLite's log keeps once what it held is in the file: as much as it takes by itself.
const LOG_LIMIT: &str = "4194304";

/// The path in a SQLite URL. `None` for other URLs, and for a database in memory: two pools would be two databases.
pub(super) fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split('?').next().unwrap_or_default();
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// Makes the file of a SQLite database, and the directory that it stands in, where they are missing.
pub(super) fn make(path: &Path) -> Result<(), OpenError> {
    if let Some(directory) = path.parent() {
        let made = std::fs::create_dir_all(directory);
        made.map_err(|error| OpenError::Directory(full(directory), error))?;
    }
    file::create(path).map_err(|error| OpenError::File(full(path), error))
}

pub(super) fn full(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Has connections of one kind only obey a pragma.
pub(super) type OwnPragma = Option<(&'static str, String)>;

pub(super) fn sqlite_options(path: PathBuf, connections: u32, own: OwnPragma) -> ConnectOptions {
    // The path is set below, because a path need not be readable as part of a URL.
    let mut options = quiet(ConnectOptions::new("sqlite://database"));
    options
        .max_connections(connections)
        .min_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .map_sqlx_sqlite_opts(move |options| {
            let options = options
                .filename(&path)
                // Not by a connection that comes later: what it made would be empty.
                .create_if_missing(false)
                .journal_mode(SqliteJournalMode::Wal)
                // A watermark that a power failure takes back is a replay: NORMAL can lose the last commits.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(PATIENCE)
                // Its log does not keep the room that it took once.
                .pragma("journal_size_limit", LOG_LIMIT)
                .foreign_keys(true);
            own.iter().fold(options, |options, (name, value)| options.pragma(*name, value.clone()))
        });
    release::certain_sqlite(&mut options);
    options
}

/// Refuses a path at which there is no database file, or nothing in it.
pub(super) fn existing_file(path: &Path) -> Result<(), OpenError> {
    if let Some(log) = file::left_behind(path) {
        return Err(OpenError::LeftBehind(full(&log)));
    }
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(OpenError::Nothing(full(path))),
        // SQLite would write its first page into it.
        Ok(about) if about.is_file() && about.len() == 0 => Err(OpenError::Empty(full(path))),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// What SQLite says, on a connection of whoever copies a file.
#[derive(Clone, Debug, thiserror::Error)]
#[error("SQLite: {0}")]
pub struct StatementError(DbErr);

impl From<sqlx::Error> for StatementError {
    fn from(error: sqlx::Error) -> Self {
        Self(DbErr::Exec(RuntimeErr::SqlxError(std::sync::Arc::new(error))))
    }
}

/// A connection of its own to the file at this path, as it is: no log is begun where there is none.
pub(crate) async fn connect_to_file(path: &Path) -> Result<SqliteConnection, StatementError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        .disable_statement_logging();
    Ok(options.connect().await?)
}
