//! Bringing a database up to date, beside others who may be doing the same, and beside servers that answer people.
//!
//! Nothing here is given up because it takes long: an index over millions of rows does. What is limited is how long a
//! step that changes a table may *queue* for its lock on PostgreSQL, because everybody who comes later queues behind it.

use super::{Migrator, start};
use crate::backend::Database;
use crate::error::fault;
use domain::ports::StoreError;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use std::collections::HashSet;

/// Why a database was not brought up to date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MigrationError {
    /// Steps were applied to it that this version does not know: their names.
    #[error(
        "the database was migrated by a later version of Twofold: this one does not know {}. Run that version, or restore \
         the database as it was before",
        .0.join(", ")
    )]
    Later(Vec<String>),
    /// A build from before the first release made it.
    #[error(
        "the database was made by a build of Twofold from before its first release, which nothing brings up to date. Nothing in it \
         was changed: keep it, and start anew with an empty one"
    )]
    BeforeRelease,
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for MigrationError {
    fn from(error: DbErr) -> Self {
        Self::Store(fault(error))
    }
}

/// What somebody who waits wants to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another process is bringing the database up to date. Told at once, and every ten seconds.
    Waiting,
    /// A table that a step changes is in use by a transaction of another session. Told at once, and every ten seconds.
    Blocked,
    /// This step is done.
    Applied(String),
}

type Tell<'a> = &'a (dyn Fn(Progress) + Sync);

/// "twofold" in ASCII: any number that nobody else in this database is likely to use.
const LOCK: &str = "SELECT pg_try_advisory_lock(32782417642089572) AS locked";
/// Asked again after this. In the database, whose connection it is that waits; and not in a statement that waits for the
/// lock itself: an index that is built concurrently waits for every statement that has begun before.
const PAUSE: &str = "SELECT pg_sleep(0.5)";
/// A table's lock is waited for this long: less than the five seconds that a statement of a server has.
const QUEUE: &str = "SET LOCAL lock_timeout = '2s'";

/// Brings the database up to date: [`migrate_telling`] nobody.
///
/// # Errors
/// [`MigrationError`].
pub async fn migrate(db: &Database) -> Result<(), MigrationError> {
    migrate_telling(db, &|_| {}).await
}

/// Brings the database up to date. Several processes may do so at once; all but the first wait, however long it takes, and
/// find nothing to do. Steps stand or fall together, except for those that build the index of a large table on
/// PostgreSQL: what was done before such a step stays, and the next try goes on from there.
///
/// # Errors
/// [`MigrationError`] if the database refuses, or was migrated by a later version.
pub async fn migrate_telling(db: &Database, tell: Tell<'_>) -> Result<(), MigrationError> {
    migrate_by::<Migrator>(db, tell).await
}

/// The same by these steps, of which the first are those of this version: for the tests of what a later one will do.
///
/// # Errors
/// [`MigrationError`], as above.
pub async fn migrate_by<M: MigratorTrait>(db: &Database, tell: Tell<'_>) -> Result<(), MigrationError> {
    db.check_file().map_err(|lost| StoreError::Unavailable(lost.to_string()))?;
    let connection = db.connect_to_migrate().await?;
    let done = if db.is_sqlite() {
        in_one_transaction::<M>(&connection, tell).await
    } else {
        beside_others::<M>(&connection, tell).await
    };
    // A connection that cannot be closed in order ends with its session, and so does its lock.
    let _ = connection.close().await;
    done
}

/// The names of the migrations that [`migrate`] would apply. Reads only, and needs no right to do more.
///
/// # Errors
/// [`MigrationError`] if the database does not answer, or was migrated by a later version.
pub async fn pending_migrations(db: &Database) -> Result<Vec<String>, MigrationError> {
    pending::<Migrator>(db.reader()).await
}

/// Whether nothing was ever stored: no migration was applied. Reads only.
///
/// # Errors
/// [`StoreError`] if the database does not answer.
pub async fn is_empty(db: &Database) -> Result<bool, StoreError> {
    Ok(applied(db.reader()).await.map_err(fault)?.is_empty())
}

/// Whether there are tables, and none of our migrations was applied: it is another program's database, or has lost what it
/// remembers of them. Reads only.
///
/// # Errors
/// [`StoreError`] if the database does not answer.
pub async fn is_foreign(db: &Database) -> Result<bool, StoreError> {
    if !is_empty(db).await? {
        return Ok(false);
    }
    let tables = if db.is_sqlite() {
        "SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name <> 'seaql_migrations' \
         AND name NOT LIKE 'sqlite@_%' ESCAPE '@' LIMIT 1"
    } else {
        "SELECT 1 AS found FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'seaql_migrations' LIMIT 1"
    };
    let backend = db.reader().get_database_backend();
    let found = db.reader().query_one_raw(Statement::from_string(backend, tables)).await.map_err(fault)?;
    Ok(found.is_some())
}

async fn in_one_transaction<M: MigratorTrait>(
    connection: &DatabaseConnection,
    tell: Tell<'_>,
) -> Result<(), MigrationError> {
    let transaction = begin_alone(connection, tell).await?;
    let names = pending::<M>(&transaction).await?;
    M::up(&transaction, None).await?;
    transaction.commit().await?;
    for name in names {
        tell(Progress::Applied(name));
    }
    Ok(())
}

async fn begin_alone(connection: &DatabaseConnection, tell: Tell<'_>) -> Result<DatabaseTransaction, DbErr> {
    let mode = Some(SqliteTransactionMode::Immediate);
    let mut tries = 0_u32;
    loop {
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        match connection.begin_with_options(options).await {
            // It was waited for five seconds.
            Err(error) if is_busy(&error) && tries.is_multiple_of(2) => tell(Progress::Waiting),
            Err(error) if is_busy(&error) => {}
            begun => return begun,
        }
        tries += 1;
    }
}

async fn beside_others<M: MigratorTrait>(
    connection: &DatabaseConnection,
    tell: Tell<'_>,
) -> Result<(), MigrationError> {
    let mut tries = 0;
    while !is_locked(connection).await? {
        pause(connection, &mut tries, || tell(Progress::Waiting)).await?;
    }
    loop {
        let names = pending::<M>(connection).await?;
        let alone = outside_transactions::<M>();
        let together = names.iter().take_while(|name| !alone.contains(*name)).count();
        let applied = if names.is_empty() {
            return Ok(());
        } else if together == 0 {
            M::up(connection, Some(1)).await?;
            1
        } else {
            apply::<M>(connection, together, tell).await?;
            together
        };
        for name in names.into_iter().take(applied) {
            tell(Progress::Applied(name));
        }
    }
}

async fn is_locked(connection: &DatabaseConnection) -> Result<bool, DbErr> {
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, LOCK)).await?;
    row.map_or(Ok(false), |row| row.try_get("", "locked"))
}

async fn pause(connection: &DatabaseConnection, tries: &mut u32, tell: impl FnOnce()) -> Result<(), DbErr> {
    if tries.is_multiple_of(20) {
        tell();
    }
    *tries += 1;
    connection.execute_unprepared(PAUSE).await.map(|_| ())
}

/// Applies so many steps in one transaction, once nobody is in the way.
async fn apply<M: MigratorTrait>(
    connection: &DatabaseConnection,
    steps: usize,
    tell: Tell<'_>,
) -> Result<(), MigrationError> {
    let mut tries = 0;
    loop {
        // On PostgreSQL, by a connection that nobody else is given.
        let transaction = connection.begin_with_options(TransactionOptions::default()).await?;
        transaction.execute_unprepared(QUEUE).await?;
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        match M::up(&transaction, Some(steps)).await {
            Ok(()) => return Ok(transaction.commit().await?),
            Err(error) if is_blocked(&error) => transaction.rollback().await?,
            Err(error) => return Err(error.into()),
        }
        pause(connection, &mut tries, || tell(Progress::Blocked)).await?;
    }
}

fn outside_transactions<M: MigratorTrait>() -> HashSet<String> {
    let all = M::migrations().into_iter();
    all.filter(|step| step.use_transaction() == Some(false)).map(|step| step.name().to_owned()).collect()
}

async fn pending<M: MigratorTrait>(db: &impl ConnectionTrait) -> Result<Vec<String>, MigrationError> {
    let applied: HashSet<String> = applied(db).await?.into_iter().collect();
    if !applied.is_empty() && !applied.contains(start::NAME) {
        return Err(MigrationError::BeforeRelease);
    }
    let known: Vec<String> = M::migrations().iter().map(|step| step.name().to_owned()).collect();
    let mut later: Vec<String> = applied.iter().filter(|name| !known.contains(name)).cloned().collect();
    if later.is_empty() {
        return Ok(known.into_iter().filter(|name| !applied.contains(name)).collect());
    }
    later.sort();
    Err(MigrationError::Later(later))
}

async fn applied(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let backend = db.get_database_backend();
    let is_there = if backend == DbBackend::Postgres {
        "SELECT 1 AS found WHERE to_regclass('seaql_migrations') IS NOT NULL"
    } else {
        "SELECT 1 AS found FROM sqlite_master WHERE name = 'seaql_migrations'"
    };
    if db.query_one_raw(Statement::from_string(backend, is_there)).await?.is_none() {
        return Ok(Vec::new());
    }
    let ask = Statement::from_string(backend, "SELECT version FROM seaql_migrations");
    db.query_all_raw(ask).await?.iter().map(|row| row.try_get("", "version")).collect()
}

/// SQLite: another connection writes.
fn is_busy(error: &DbErr) -> bool {
    // The low byte is SQLITE_BUSY, whatever the reason.
    code(error).and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

/// PostgreSQL: a lock was not to be had in time (55P03), or was waited for in a circle (40P01).
fn is_blocked(error: &DbErr) -> bool {
    code(error).is_some_and(|code| code == "55P03" || code == "40P01")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the errors of sea-orm and sqlx are open enums")]
fn code(error: &DbErr) -> Option<String> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(cause))
        | DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            cause.as_database_error().and_then(DatabaseError::code).map(std::borrow::Cow::into_owned)
        }
        _ => None,
    }
}
