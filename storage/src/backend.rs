//! Opening a database, and the transactions in it. What differs between databases differs here.

mod release;
mod transaction;

pub(crate) use transaction::{steps, to_its_end};

use crate::error::fault;
use crate::health::Newest;
use crate::journal::Journal;
use domain::ports::StoreError;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a caller waits for a connection, and SQLite for another process's write: then the answer is a fault.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// Connections that read from SQLite.
const SQLITE_READERS: u32 = 4;

/// Why a database could not be opened. Never holds the URL, which has a password in it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither `sqlite:` with a path nor `postgres:`.
    #[error("the database URL must be sqlite://<path> or postgres://…")]
    NotSupported,
    /// The URL does not read as one.
    #[error("the database URL is malformed")]
    Malformed,
    /// The directory of the SQLite file could not be made.
    #[error("the directory {} cannot be created", .0.display())]
    Directory(PathBuf, #[source] std::io::Error),
    /// The SQLite file could not be made.
    #[error("the file {} cannot be created", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// The database does not answer, or refuses.
    #[error("the database cannot be opened: {0}")]
    Unreachable(String),
}

/// An open database. Cheap to clone; every clone uses the same connections.
#[derive(Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    backend: Backend,
    newest_proof: Newest,
    journal: Option<Journal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Backend {
    Sqlite,
    Postgres,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("backend", &self.backend).finish_non_exhaustive()
    }
}

impl Database {
    /// Opens the database of this URL: `sqlite://<path>` (file and directory are created if missing) or
    /// `postgres://…`. It does not migrate: see [`crate::migrate`].
    ///
    /// # Errors
    /// [`OpenError`], in which the URL does not occur.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = sqlite_path(url) {
            return Self::open_sqlite(path, None).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Self::open_postgres(url).await;
        }
        Err(OpenError::NotSupported)
    }

    /// The same for SQLite, but it grows to so many pages of 4 KiB only: for tests of a full disk.
    #[doc(hidden)]
    pub async fn open_small(url: &str, pages: u32) -> Result<Self, OpenError> {
        Self::open_sqlite(sqlite_path(url).ok_or(OpenError::NotSupported)?, Some(pages)).await
    }

    /// Two pools. One connection writes, for which writers queue in the order they came; many would spin in SQLite's
    /// busy handler, which is neither fair nor quick. Readers stand beside it: in WAL mode they wait for nobody.
    async fn open_sqlite(path: PathBuf, most_pages: Option<u32>) -> Result<Self, OpenError> {
        if let Some(directory) = path.parent() {
            let made = std::fs::create_dir_all(directory);
            made.map_err(|error| OpenError::Directory(directory.to_owned(), error))?;
        }
        create(&path).map_err(|error| OpenError::File(path.clone(), error))?;
        let only_here = most_pages.map(|pages| ("max_page_count", pages.to_string()));
        let writer = connect(sqlite_options(path.clone(), 1, only_here), "").await?;
        let only_reads = Some(("query_only", "ON".to_owned()));
        let reader = connect(sqlite_options(path, SQLITE_READERS, only_reads), "").await?;
        Ok(Self { writer, reader, backend: Backend::Sqlite, newest_proof: Newest::default(), journal: None })
    }

    async fn open_postgres(url: &str) -> Result<Self, OpenError> {
        let mut options = quiet(ConnectOptions::new(url));
        options
            .max_connections(POSTGRES_CONNECTIONS)
            .test_before_acquire_if_idle_for(Duration::from_secs(1))
            .map_sqlx_postgres_opts(|options| {
                // A statement that waits for a lock ends before its request does, and the locks of a replica that
                // died in a transaction do not outlive it for long.
                options.options([("statement_timeout", "5s"), ("idle_in_transaction_session_timeout", "10s")])
            });
        release::certain_postgres(&mut options);
        let pool = connect(options, url).await?;
        let (writer, reader) = (pool.clone(), pool);
        Ok(Self {
            writer,
            reader,
            backend: Backend::Postgres,
            newest_proof: Newest::default(),
            journal: None,
        })
    }

    /// What [`Database::prove_commit`] found last.
    pub(crate) fn newest_proof(&self) -> &Newest {
        &self.newest_proof
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reader.ping().await.map_err(fault)
    }

    /// Closes every connection, once whoever uses it is done with it.
    pub async fn close(self) {
        // A connection that cannot be closed in order is closed with the process.
        let _ = self.reader.close_by_ref().await;
        let _ = self.writer.close_by_ref().await;
    }

    /// Where single statements are read.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// With what events are proved; `None`: they are not.
    pub(crate) const fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// The same connections, on which events are proved from now on.
    pub(crate) fn with_journal(self, journal: Journal) -> Self {
        Self { journal: Some(journal), ..self }
    }

    /// Has every statement told to `listener`, with its parameters. For the test that asks for their plans.
    #[doc(hidden)]
    #[must_use]
    pub fn told_to(mut self, listener: impl Fn(&sea_orm::Statement) + Clone + Send + Sync + 'static) -> Self {
        let other = listener.clone();
        self.writer.set_metric_callback(move |info| listener(info.statement));
        self.reader.set_metric_callback(move |info| other(info.statement));
        self
    }

    /// Has whoever migrates at the same time wait for this transaction's end.
    pub(crate) async fn lock_migrations(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        match self.backend {
            // Its transaction is alone already.
            Backend::Sqlite => Ok(()),
            Backend::Postgres => {
                // "twofold" in ASCII: any number that nobody else in this database is likely to use.
                let lock = "SELECT pg_advisory_xact_lock(32782417642089572)";
                transaction.execute_unprepared(lock).await.map(|_| ())
            }
        }
    }
}

/// The path in a SQLite URL. `None` for other URLs, and for a database in memory: two pools would be two databases.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.split('?').next().unwrap_or_default();
    (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
}

/// Makes the file if there is none, for its owner only: what SQLite writes beside it has the same mode. One that is there
/// keeps its own, which somebody may have wanted.
fn create(path: &Path) -> std::io::Result<()> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(|_| ())
}

/// Has connections of one kind only obey a pragma.
type OwnPragma = Option<(&'static str, String)>;

fn sqlite_options(path: PathBuf, connections: u32, own: OwnPragma) -> ConnectOptions {
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
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // A watermark that a power failure takes back is a replay: NORMAL can lose the last commits.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(PATIENCE)
                .foreign_keys(true);
            own.iter().fold(options, |options, (name, value)| options.pragma(*name, value.clone()))
        });
    release::certain_sqlite(&mut options);
    options
}

/// Statements are not logged: they may carry what a log must not hold.
fn quiet(mut options: ConnectOptions) -> ConnectOptions {
    options
        .acquire_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

async fn connect(options: ConnectOptions, url: &str) -> Result<DatabaseConnection, OpenError> {
    sea_orm::Database::connect(options).await.map_err(|error| redacted(&error, url))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "sea-orm's errors are an open enum")]
fn redacted(error: &DbErr, url: &str) -> OpenError {
    match error {
        // sea-orm's own words, which repeat a URL that does not parse.
        DbErr::Conn(RuntimeErr::Internal(_)) => OpenError::Malformed,
        _ => OpenError::Unreachable(without_password(&error.to_string(), url)),
    }
}

/// The text without the URL and without the password that stands in it.
fn without_password(text: &str, url: &str) -> String {
    let text = if url.is_empty() { text.to_owned() } else { text.replace(url, "…") };
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    let user_info = authority.rsplit_once('@').map_or("", |(user_info, _)| user_info);
    match user_info.split_once(':') {
        Some((_, password)) if !password.is_empty() => text.replace(password, "…"),
        _ => text,
    }
}

#[cfg(test)]
mod tests;
