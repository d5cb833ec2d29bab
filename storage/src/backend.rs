//! Opening a database, and the transactions in it. What differs between databases differs here.

mod alive;
mod doubt;
mod group;
mod line;
mod message;
mod release;
mod transaction;
mod verb;

pub(crate) use message::Message;
pub(crate) use transaction::{steps, to_its_end};

mod file;
mod generation;
mod listener;
mod mark;
mod open_error;
mod own;
mod pool;
mod postgres;
mod refusal;
mod sqlite;
mod target;
mod url;

use crate::authority::Authority;
use crate::error::fault;
use crate::health::{Cause, Newest};
use crate::journal::Journal;
use crate::tally::Tally;
use alive::{Reader, unless_silent};
use domain::ports::StoreError;
use domain::seal::KeyCheck;
use domain::time::Timestamp;
use doubt::Doubt;
use file::OpenFile;
pub use file::{FileLost, beside};
use line::Line;
use listener::Listener;
use mark::Unfenced;
pub(crate) use mark::{MARKED, UNMARKED};
pub use open_error::OpenError;
use own::Own;
use pool::Queue;
use postgres::Sessions;
use refusal::refused;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr, Statement};
pub use sqlite::StatementError;
pub(crate) use sqlite::connect_to_file;
use sqlite::{existing_file, full, make, sqlite_options, sqlite_path};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
pub use target::{CONNECTIONS, Target};
use tokio::time::{Instant, sleep, timeout};
pub use url::ignored_parameters;
use url::{place, without_ignored};

/// How long a caller waits for a connection, and SQLite for another process's write: then the answer is a fault.
const PATIENCE: Duration = Duration::from_secs(5);
/// Until whoever found it locked looks again.
const A_MOMENT: Duration = Duration::from_millis(20);
/// Connections that read from SQLite.
const SQLITE_READERS: u32 = 4;

/// An open database. Cheap to clone; every clone uses the same connections.
#[derive(Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: Reader,
    backend: Backend,
    newest_proof: Newest,
    journal: Option<Journal>,
    tally: Tally,
    queue: Queue,
    /// Where verbs wait for SQLite's one writer.
    line: Line,
    /// Who writes here, where it is not everybody.
    authority: Option<Arc<Authority>>,
    /// The file of SQLite, which stays the same while the connections to it come and go.
    file: Option<OpenFile>,
    own: Own,
    /// Who is told of every statement, where somebody is.
    listener: Option<Listener>,
    /// How to connect for a migration.
    to_migrate: ConnectOptions,
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
    pub async fn open<'a>(target: impl Into<Target<'a>>) -> Result<Self, OpenError> {
        let target = target.into();
        if let Some(path) = sqlite_path(target.url) {
            if let Some(log) = file::left_behind(&path) {
                return Err(OpenError::LeftBehind(full(&log)));
            }
            make(&path)?;
            return Self::open_sqlite(path, None, Unfenced::Refused).await;
        }
        Self::open_existing(target).await
    }

    /// Opens the database of this URL as [`Self::open`] does, and makes none.
    ///
    /// # Errors
    /// [`OpenError::Nothing`] and [`OpenError::Empty`] if there is no such file, or nothing in it, which stays as it is;
    /// [`OpenError`], in which the URL does not occur.
    pub async fn open_existing<'a>(target: impl Into<Target<'a>>) -> Result<Self, OpenError> {
        let target = target.into();
        let url = target.url;
        if let Some(path) = sqlite_path(url) {
            existing_file(&path)?;
            return Self::open_sqlite(path, None, Unfenced::Refused).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Self::open_postgres(Target { url: &without_ignored(url), ..target }).await;
        }
        Err(OpenError::NotSupported)
    }

    /// Opens the SQLite file at this path for whoever fences it: a copy, too, that `twofold backup` made, which nobody else
    /// opens.
    ///
    /// # Errors
    /// [`OpenError`], as of [`Self::open_existing`].
    pub async fn open_unfenced(path: &Path) -> Result<Self, OpenError> {
        existing_file(path)?;
        Self::open_sqlite(path.to_owned(), None, Unfenced::Opened).await
    }

    /// The same for SQLite, but it grows to so many pages of 4 KiB only: for tests of a full disk.
    #[doc(hidden)]
    pub async fn open_small(url: &str, pages: u32) -> Result<Self, OpenError> {
        let path = sqlite_path(url).ok_or(OpenError::NotSupported)?;
        make(&path)?;
        Self::open_sqlite(path, Some(pages), Unfenced::Refused).await
    }

    /// Two pools. One connection writes, for which writers queue in the order they came; many would spin in SQLite's
    /// busy handler, which is neither fair nor quick. Readers stand beside it: in WAL mode they wait for nobody.
    async fn open_sqlite(
        path: PathBuf,
        most_pages: Option<u32>,
        unfenced: Unfenced,
    ) -> Result<Self, OpenError> {
        let place = full(&path).display().to_string();
        let only_here = most_pages.map(|pages| ("max_page_count", pages.to_string()));
        if file::has_another_name(&path) {
            return Err(OpenError::Linked(PathBuf::from(place)));
        }
        if generation::is_older_than_its_log(&path) {
            return Err(OpenError::OlderThanItsLog(PathBuf::from(place)));
        }
        if unfenced == Unfenced::Refused && mark::is_untouched_copy(&path) {
            return Err(OpenError::Unfenced(PathBuf::from(place)));
        }
        let only_reads = || Some(("query_only", "ON".to_owned()));
        let writer = connect(sqlite_options(path.clone(), 1, only_here), "", &place).await?;
        let asked = mark::is_marked(&writer).await;
        if asked.map_err(|error| refused(&error, "", &place))? && unfenced == Unfenced::Refused {
            // What cannot be closed in order is closed with the process.
            let _ = writer.close().await;
            return Err(OpenError::Unfenced(PathBuf::from(place)));
        }
        let reader = connect(sqlite_options(path.clone(), SQLITE_READERS, only_reads()), "", &place).await?;
        let anchor = connect(sqlite_options(path.clone(), 1, only_reads()), "", &place).await?;
        // Where a disk is full the log is what there is to write into, once what it holds is in the file.
        let _ = anchor.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await;
        let file = OpenFile::at(&path, anchor).map_err(|error| OpenError::File(path.clone(), error))?;
        let reader = Reader { connection: reader, file: Some(file.clone()), doubt: Doubt::default() };
        let to_migrate = sqlite_options(path, 1, None);
        let newest_proof = Newest::default();
        Ok(Self {
            writer,
            reader,
            backend: Backend::Sqlite,
            newest_proof,
            journal: None,
            tally: Tally::default(),
            queue: Queue::default(),
            line: Line::default(),
            authority: None,
            file: Some(file),
            own: Own::default(),
            listener: None,
            to_migrate,
        })
    }

    async fn open_postgres(target: Target<'_>) -> Result<Self, OpenError> {
        let url = target.url;
        in_sessions_of_our_own(url).await?;
        let (own, doubt) = (Own::default(), Doubt::default());
        let pool = connect(postgres::to_serve(target, &own, &doubt), url, place(url)).await?;
        let reader = Reader { connection: pool.clone(), file: None, doubt };
        let (writer, newest_proof) = (pool, Newest::default());
        let to_migrate = postgres::to_migrate(url);
        Ok(Self {
            writer,
            reader,
            backend: Backend::Postgres,
            newest_proof,
            journal: None,
            tally: Tally::default(),
            queue: Queue::default(),
            line: Line::default(),
            authority: None,
            file: None,
            own,
            listener: None,
            to_migrate,
        })
    }

    /// What [`Database::prove_commit`] found last.
    pub(crate) fn newest_proof(&self) -> &Newest {
        &self.newest_proof
    }

    /// From now on this is our database, and no other one is: what remembers another sealing key, or has another beginning
    /// of its audit log, has taken the place of ours. No connection is made to such a PostgreSQL, and a SQLite file that
    /// holds such a database is lost ([`Database::ping`]).
    ///
    /// # Errors
    /// [`StoreError`] if it does not answer.
    pub async fn keep_to(&self, checks: Vec<KeyCheck>) -> Result<(), StoreError> {
        let genesis = own::genesis(&self.reader).await.map_err(fault)?;
        self.own.keep_to(checks, genesis);
        Ok(())
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.in_place().map_err(fault)?;
        unless_silent(self.reader.get_database_backend(), self.reader.connection.ping())
            .await?
            .map_err(fault)?;
        let Some(file) = &self.file else { return Ok(()) };
        // Its connections stay, whatever is put into the file: it is asked each time.
        if !self.own.is_in(&self.reader).await.map_err(fault)? {
            file.give_up_anothers();
        }
        self.in_place().map_err(fault)
    }

    /// What the database's clock says. `None`: it is the clock of this machine (SQLite), and says nothing about it.
    ///
    /// # Errors
    /// [`StoreError`] if it does not answer.
    pub async fn clock(&self) -> Result<Option<Timestamp>, StoreError> {
        match self.backend {
            Backend::Sqlite => Ok(None),
            Backend::Postgres => {
                // The moment itself, and not that of the transaction's beginning.
                let sql = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint AS millis";
                let asked = Statement::from_string(DbBackend::Postgres, sql);
                let row = self.reader.query_one_raw(asked).await.map_err(fault)?;
                let millis = row.map(|row| row.try_get::<i64>("", "millis")).transpose().map_err(fault)?;
                Ok(millis.map(Timestamp::from_millis))
            }
        }
    }

    /// Closes every connection, once whoever uses it is done with it.
    pub async fn close(&self) {
        // A connection that cannot be closed in order is closed with the process.
        let _ = self.reader.connection.close_by_ref().await;
        let _ = self.writer.close_by_ref().await;
        if let Some(file) = &self.file {
            file.let_go().await;
        }
    }

    /// Nothing begins in a file that is gone.
    pub(crate) fn in_place(&self) -> Result<(), DbErr> {
        self.check_file().map_err(|lost| DbErr::Custom(lost.to_string()))
    }

    /// Where single statements are read.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// With what events are proved; `None`: they are not.
    pub(crate) const fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// What this process has written.
    pub(crate) const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The same connections, on which events are proved from now on.
    pub(crate) fn with_journal(self, journal: Journal) -> Self {
        Self { journal: Some(journal), ..self }
    }

    /// The same connections, on which only this administrator writes, and for as long as they may.
    pub(crate) fn on_word_of(&self, by: &Authority) -> Self {
        Self { authority: Some(Arc::new(by.clone())), ..self.clone() }
    }

    /// A connection of its own for whoever migrates: its statements may take as long as they take, and no other use of
    /// the database waits for it.
    pub(crate) async fn connect_to_migrate(&self) -> Result<DatabaseConnection, DbErr> {
        sea_orm::Database::connect(self.to_migrate.clone()).await
    }

    /// Whether one transaction holds every change of a schema, however long it takes, and nobody reads less meanwhile.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.backend == Backend::Sqlite
    }
}

/// Whether a server or another command has the PostgreSQL of this URL open. Asked before it is opened here.
///
/// # Errors
/// [`OpenError`] if it does not answer, in which the URL does not occur.
pub async fn is_open_elsewhere(url: &str) -> Result<bool, OpenError> {
    let url = without_ignored(url);
    let options = url.parse().map_err(|_: sea_orm::SqlxError| OpenError::Malformed)?;
    let place = || place(&url).to_owned();
    match timeout(PATIENCE, postgres::is_alone(options)).await {
        Ok(Ok(alone)) => Ok(!alone),
        Ok(Err(error)) => Err(refused(&DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))), &url, &place())),
        Err(_) => Err(OpenError::Silent { place: place(), patience: PATIENCE }),
    }
}

/// Refuses a PostgreSQL of which a pooler lends us a session for a transaction only.
async fn in_sessions_of_our_own(url: &str) -> Result<(), OpenError> {
    let why = |error| refused(&DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))), url, place(url));
    let options = url.parse().map_err(|_: sea_orm::SqlxError| OpenError::Malformed)?;
    match timeout(PATIENCE, postgres::sessions(options)).await {
        Ok(Ok(Sessions::Own)) => Ok(()),
        Ok(Ok(Sessions::Lent)) => Err(OpenError::LentSessions(place(url).to_owned())),
        Ok(Err(error)) => Err(why(error)),
        Err(_) => Err(OpenError::Silent { place: place(url).to_owned(), patience: PATIENCE }),
    }
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

/// Of several that open a new SQLite file at once one makes it what it is to be, and the others are told that it is locked:
/// for that SQLite does not wait by itself.
async fn connect(options: ConnectOptions, url: &str, place: &str) -> Result<DatabaseConnection, OpenError> {
    let begun = Instant::now();
    loop {
        match sea_orm::Database::connect(options.clone()).await {
            Err(error) if Cause::of(&error) == Cause::Locked && begun.elapsed() < PATIENCE => {
                sleep(A_MOMENT).await;
            }
            done => return done.map_err(|error| refused(&error, url, place)),
        }
    }
}

#[cfg(test)]
mod tests;
