//! Connecting to a PostgreSQL, straight or through a pooler.
//!
//! What a session is told it is told in it, once it is there, and not as it begins: a pooler such as PgBouncer refuses
//! parameters of the start that it does not know, or passes them over without a word. And a session must be one. A pooler that gives
//! every transaction another one (PgBouncer with `pool_mode = transaction`) loses the limits that were set, takes a
//! prepared statement to where nobody prepared it, and lets go of the lock under which one process migrates: it is refused.

use super::alive;
use super::doubt::Doubt;
use super::own::Own;
use super::{Target, quiet};
use sea_orm::ConnectOptions;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, Connection, Executor, Row};

/// A statement that waits for a lock ends before its request does, and the locks of a replica that died in a transaction do
/// not outlive it for long. PostgreSQL says nothing that is no warning: the driver logs what it says, and that a table of
/// migrations is there already, which every start but the first finds, is no news.
///
/// And every session of ours shares a lock as long as it is there, by which whoever fences a restored database sees it.
const SERVING: &str = "SET statement_timeout = '5s'; SET idle_in_transaction_session_timeout = '10s'; \
                       SET client_min_messages = warning; SELECT pg_advisory_lock_shared(32782417642089573)";
/// Whether no other session of ours is there. In one statement: the lock is given back at once.
const ALONE: &str = "SELECT CASE WHEN pg_try_advisory_lock(32782417642089573) \
                     THEN pg_advisory_unlock(32782417642089573) ELSE false END AS alone";
/// An index over millions of rows takes minutes, and a transaction rests while another process builds one. A wait for
/// a lock is limited where it keeps others waiting: see `migration/run.rs`.
const MIGRATING: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
                         SET lock_timeout = 0; SET client_min_messages = warning";

/// Which process serves a session, and since when: a number comes back, on another machine too.
const PROCESS: &str = "SELECT pg_backend_pid() || ' ' || \
                       (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())";

/// How to connect for serving.
pub(super) fn to_serve(of: Target<'_>, own: &Own, doubt: &Doubt) -> ConnectOptions {
    let mut options = quiet(ConnectOptions::new(of.url));
    options.max_connections(of.connections.max(2)).map_sqlx_postgres_opts(plain);
    alive::ask(&mut options, own, doubt);
    options
}

/// How to connect for a migration.
pub(super) fn to_migrate(url: &str) -> ConnectOptions {
    let mut options = quiet(ConnectOptions::new(url));
    options.max_connections(1).test_before_acquire(false).idle_timeout(None).max_lifetime(None);
    options.map_sqlx_postgres_opts(plain).map_sqlx_postgres_pool_opts(|pool| {
        pool.after_connect(|connection, _| Box::pin(tell(connection, MIGRATING)))
    });
    options
}

/// Tells a new session how it serves.
pub(super) async fn settle(session: &mut PgConnection) -> Result<(), sqlx::Error> {
    tell(session, SERVING).await
}

async fn tell(session: &mut PgConnection, what: &'static str) -> Result<(), sqlx::Error> {
    session.execute(sqlx::raw_sql(what)).await.map(drop)
}

/// Nothing at the start that PgBouncer does not know. No column of ours is a float.
fn plain(options: PgConnectOptions) -> PgConnectOptions {
    options.extra_float_digits(None)
}

/// What stands between this server and the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sessions {
    /// Nothing, or what passes sessions on whole.
    Own,
    /// A pooler that lends a session for a transaction.
    Lent,
}

/// Opens two sessions with these options, and looks whether each stays with the process that serves it. Nothing is set in them: whoever is lent
/// them next would have it, too.
pub(super) async fn sessions(options: PgConnectOptions) -> Result<Sessions, sqlx::Error> {
    let options = plain(options);
    let mut one = PgConnection::connect_with(&options).await?;
    let mut other = PgConnection::connect_with(&options).await?;
    let are_own = stay(&mut one, &mut other).await;
    // What cannot be closed in order is closed with its socket.
    let _ = other.close().await;
    let _ = one.close().await;
    Ok(if are_own? { Sessions::Own } else { Sessions::Lent })
}

/// A pooler lends what was given back last, or what was given back first: the second session is served by the process of
/// the first, or the first by another one than before.
async fn stay(one: &mut PgConnection, other: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let first = process(one).await?;
    if process(one).await? != first {
        return Ok(false);
    }
    match other.execute(sqlx::raw_sql("BEGIN")).await {
        // PgBouncer with `pool_mode = statement`.
        Err(sqlx::Error::Database(_)) => return Ok(false),
        begun => begun?,
    };
    // In this order: of a pooler that has one process only, the first session would wait for the second one's.
    Ok(process(other).await? != first && process(one).await? == first)
}

async fn process(session: &mut PgConnection) -> Result<String, sqlx::Error> {
    session.fetch_one(sqlx::raw_sql(PROCESS)).await?.try_get(0)
}

/// Whether no session of ours is there, asked in one that is none of them.
pub(super) async fn is_alone(options: PgConnectOptions) -> Result<bool, sqlx::Error> {
    let mut session = PgConnection::connect_with(&plain(options)).await?;
    let alone = session.fetch_one(sqlx::raw_sql(ALONE)).await?.try_get(0);
    // What cannot be closed in order is closed with its socket.
    let _ = session.close().await;
    alone
}
