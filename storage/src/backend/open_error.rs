//! Why a database is not opened, in words for whoever put it there.

use std::path::PathBuf;
use std::time::Duration;

/// Why a database could not be opened. Never holds the URL, which has a password in it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite:` with a path nor `postgres:`.
    #[error("the database URL must be sqlite://<path> or postgres://…")]
    NotSupported,
    /// The URL does not read as one.
    #[error(
        "database_url does not read as the URL of a database: look at its port, at the values of its parameters (sslmode is disable, \
         allow, prefer, require, verify-ca or verify-full), and whether what is special in the user name and the password is \
         percent-encoded (% is %25)"
    )]
    Malformed,
    /// The directory of the SQLite file could not be made.
    #[error("the directory {} cannot be created by the user that runs Twofold", .0.display())]
    Directory(PathBuf, #[source] std::io::Error),
    /// The SQLite file could not be made.
    #[error("the file {} cannot be created: the user that runs Twofold must be able to write in its folder", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// There is no file of this name, and none was to be made. The path is absolute.
    #[error("there is no database at {}", .0.display())]
    Nothing(PathBuf),
    /// The file of this name holds nothing, and nothing was to be made. The path is absolute.
    #[error("the database file {} is empty", .0.display())]
    Empty(PathBuf),
    /// The file has a second name. The path is absolute.
    #[error(
        "the database file {} has a second name (a hard link): SQLite keeps a log beside each name, and two of them destroy \
         the database. Remove the other name, or open it by the one that the server uses",
        .0.display()
    )]
    Linked(PathBuf),
    /// An older file was put beside the log of the one before. The path is absolute.
    #[error(
        "the database file {file} is older than the log beside it ({file}-wal): a backup was put in its place, and SQLite would \
         mix both. Move {file}-wal and {file}-shm away to serve the backup, or put back the file that they belong to",
        file = .0.display()
    )]
    OlderThanItsLog(PathBuf),
    /// It is a copy that `twofold backup` made, and was not fenced. The path is absolute.
    #[error(
        "the database file {} is a backup: it takes codes, devices and keys for good that were used or revoked since. Stop every \
         server and run `twofold restore --fence`, which ends them; or move it away, and name it to `twofold restore FILE`",
        .0.display()
    )]
    Unfenced(PathBuf),
    /// The log of a database file that is gone lies there, with what was written last.
    #[error(
        "there is no database file beside the log {}, which holds what was written last: put the file back, or move the log away",
        .0.display()
    )]
    LeftBehind(PathBuf),
    /// A pooler lends a session of the database at this place for a transaction only.
    #[error(
        "the database at {0} is reached through a pooler that gives every transaction another session, and Twofold needs sessions \
         of its own: set pool_mode = session for this database in PgBouncer's configuration, or name PostgreSQL itself in \
         database_url"
    )]
    LentSessions(String),
    /// The database, or what stands before it, takes connections and says nothing.
    #[error(
        "the database at {place} did not give two sessions within {} s: look whether it runs, and whether a pooler before it has \
         that many to give",
        .patience.as_secs()
    )]
    Silent {
        /// Its host and name.
        place: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// The database does not answer, or refuses.
    #[error("the database at {place} cannot be opened: {cause}")]
    Unreachable {
        /// Its file, or its host and name.
        place: String,
        /// What was said.
        cause: String,
    },
}
