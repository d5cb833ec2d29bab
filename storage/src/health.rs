//! Proving that the database stores what it acknowledges: a commit on one connection that another one sees.

use crate::backend::FileLost;
use crate::backend::{Database, steps};
use crate::entity::health;
use crate::error::{Step, Stop, words};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    RuntimeErr, SqlxError, Statement,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The only row.
const ONLY: i32 = 1;
/// How old an answer may be: however many ask, a replica writes once a second.
const AS_OLD_AS: Duration = Duration::from_secs(1);
/// A file of this size is read in a few seconds.
const LOOKED_THROUGH: u64 = 1 << 30;

/// Why nobody can be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unready {
    /// A commit was refused.
    #[error("the database cannot be written: {0}")]
    NotWritten(Cause),
    /// Another connection could not look for it.
    #[error("the database cannot be read: {0}")]
    NotRead(Cause),
    /// A commit was acknowledged, and another connection does not see it.
    #[error("the database acknowledges what it does not store: restart this server")]
    NotStored,
}

/// What the database says about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// There is no room where the database writes.
    #[error("the disk is full")]
    DiskFull,
    /// The file, its file system or the server takes no writes.
    #[error("it is read-only")]
    ReadOnly,
    /// Somebody else has held it for longer than writers wait.
    #[error("somebody else has locked it")]
    Locked,
    /// There is no connection to it, nor was there in time.
    #[error("it does not answer")]
    NoAnswer,
    /// Something else, in the database's own words.
    #[error("{0}")]
    Other(String),
}

/// The newest answer, and when it was found.
pub(crate) type Newest = Arc<Mutex<Option<(Instant, Result<(), Unready>)>>>;

impl Database {
    /// Commits a row and looks for it from another connection. Of many that ask at a time one does so, and the others
    /// have its answer, as has whoever asks within a second.
    ///
    /// # Errors
    /// [`Unready`], which says what is wrong.
    pub async fn prove_commit(&self) -> Result<(), Unready> {
        let mut newest = Arc::clone(self.newest_proof()).lock_owned().await;
        if let Some((found_at, answer)) = &*newest
            && found_at.elapsed() < AS_OLD_AS
        {
            return answer.clone();
        }
        let db = self.clone();
        let asked = async move {
            let answer = prove(&db).await;
            *newest = Some((Instant::now(), answer.clone()));
            answer
        };
        let told = crate::backend::to_its_end(asked).await;
        told.map_err(|error| Unready::NotRead(Cause::of(&error))).flatten()
    }
}

impl Database {
    /// Reads a SQLite file from end to end, if it is no larger than [`LOOKED_THROUGH`], and compares its pages with each other:
    /// whoever starts on a damaged one would answer for what it does not hold.
    ///
    /// # Errors
    /// [`FileLost::Damaged`], from then on for ever.
    pub async fn look_through(&self) -> Result<(), FileLost> {
        if !self.is_sqlite() || self.file_size() > LOOKED_THROUGH {
            return Ok(());
        }
        let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(1)");
        // What else fails here fails whoever asks next, in its own words.
        let said = self.reader().query_one_raw(asked).await.ok().flatten();
        let said = said.and_then(|row| row.try_get_by_index::<String>(0).ok());
        if said.is_some_and(|said| said != "ok") {
            self.give_up_damaged();
        }
        self.check_file()
    }
}

/// The connection that looks is taken before the one that writes, so that they are two; it sees what was committed before
/// it looks for the first time.
async fn prove(db: &Database) -> Result<(), Unready> {
    let own = db.clone();
    let looked = db.reading(steps!(beside => write_and_look(&own, beside))).await;
    looked.inspect_err(|error| db.hear(error)).map_err(|error| Unready::NotRead(Cause::of(&error))).flatten()
}

async fn write_and_look(db: &Database, beside: &DatabaseTransaction) -> Result<(), Unready> {
    let written = db.attempt(|_| false, steps!(tx => write(tx))).await;
    let written = written.map_err(|stop| Unready::NotWritten(Cause::of_stop(stop)))?;
    let seen = proofs(beside).await;
    if let Err(Stop::Database(error)) = &seen {
        db.hear(error);
    }
    let seen = seen.map_err(|stop| Unready::NotRead(Cause::of_stop(stop)))?;
    // Other replicas write it too, and count on.
    if seen >= written { Ok(()) } else { Err(Unready::NotStored) }
}

async fn write(tx: &DatabaseTransaction) -> Step<i64> {
    let next = Expr::col((health::Entity, health::Column::Proofs)).add(1);
    let again = OnConflict::column(health::Column::Id).value(health::Column::Proofs, next).to_owned();
    let row = health::Model { id: ONLY, proofs: 1 };
    health::Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(tx).await?;
    proofs(tx).await
}

async fn proofs(tx: &DatabaseTransaction) -> Step<i64> {
    Ok(health::Entity::find_by_id(ONLY).one(tx).await?.map_or(0, |row| row.proofs))
}

impl Cause {
    fn of_stop(stop: Stop) -> Self {
        match stop {
            Stop::Database(error) => Self::of(&error),
            Stop::Guard | Stop::Authority => Self::Other("its row is gone".to_owned()),
            Stop::Corrupt(table) => Self::Other(["a row of ", table, " is corrupt"].concat()),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the errors of sea-orm and sqlx are open enums")]
    pub(crate) fn of(error: &DbErr) -> Self {
        let (DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
        else {
            return match error {
                DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Self::NoAnswer,
                _ => Self::Other(words(error)),
            };
        };
        match &**cause {
            SqlxError::Database(said) => {
                let known = said.code().and_then(|code| Self::of_code(&code));
                known.unwrap_or_else(|| Self::Other(said.message().to_owned()))
            }
            SqlxError::Io(_) | SqlxError::PoolTimedOut => Self::NoAnswer,
            _ => Self::Other(cause.to_string()),
        }
    }

    /// Of PostgreSQL's five characters, or of SQLite's number, whose low byte is the kind.
    fn of_code(code: &str) -> Option<Self> {
        let sqlite = || code.parse::<u32>().ok().map(|number| number & 0xff);
        match code {
            "53100" => Some(Self::DiskFull),
            "25006" => Some(Self::ReadOnly),
            "55P03" | "57014" => Some(Self::Locked),
            _ if code.len() == 5 => None,
            _ => match sqlite()? {
                13 => Some(Self::DiskFull),
                8 => Some(Self::ReadOnly),
                5 | 6 => Some(Self::Locked),
                _ => None,
            },
        }
    }
}
