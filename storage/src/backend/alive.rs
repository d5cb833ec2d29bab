//! Connections to PostgreSQL that die silently: a firewall forgets them, a host is gone, a link drops every packet.
//! Nobody says so, and nothing comes any more. The driver waits for ever, and its pool, which asks a connection that is
//! given back for a sign of life, does too. So each use is limited here, and a connection that says nothing is closed.
//!
//! What is limited is silence, not work: a transaction takes as long as it likes while its statements are answered. The
//! database itself ends a statement before (`statement_timeout` in `postgres.rs`); what is silent for longer is not at work.

use super::doubt::Doubt;
use super::file::OpenFile;
use super::own::Own;
use async_trait::async_trait;
use domain::ports::StoreError;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, Connection, Row};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// So long nothing may come from the database while somebody waits for it: the statement's time, and the way. An answer
/// within 10 s (I14) stays possible.
const SILENCE: Duration = Duration::from_secs(6);
/// So long a connection that does nothing may take for a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);
/// A connection that rested this long is asked for one before it is used.
const RESTED: Duration = Duration::from_secs(1);
/// A connection that nobody uses is closed after this time, and any other one after [`LIFETIME`]: what is between here and
/// the database may have forgotten it, and a failover is found.
const IDLE: Duration = Duration::from_mins(5);
const LIFETIME: Duration = Duration::from_mins(30);

/// The clocks differ within a transaction of before; what a session may do is set when it begins.
const CERTAIN: &str = "SELECT now() = statement_timestamp() AND current_setting('default_transaction_read_only') = 'off' AND NOT pg_is_in_recovery()";

/// Gives the pool's connections an end, and has them asked for a sign of life: before they are used, and when they are
/// given back, then by the driver itself, and in doubt for their state too.
pub(super) fn ask(options: &mut ConnectOptions, own: &Own, doubt: &Doubt) {
    let (own, doubt) = (own.clone(), doubt.clone());
    options.test_before_acquire(false).map_sqlx_postgres_pool_opts(move |pool| {
        let (own, doubt) = (own.clone(), doubt.clone());
        pool.max_lifetime(LIFETIME)
            .after_connect(move |connection, _| {
                let own = own.clone();
                Box::pin(async move {
                    super::postgres::settle(connection).await?;
                    own.recognize(connection).await
                })
            })
            .idle_timeout(IDLE)
            .before_acquire(|connection, rested| {
                Box::pin(async move {
                    let asks = rested.idle_for >= RESTED;
                    Ok(!asks || timeout(SIGN_OF_LIFE, connection.ping()).await.is_ok_and(|said| said.is_ok()))
                })
            })
            .after_release(move |connection, _| {
                let asks = doubt.stands() || connection.is_in_transaction();
                Box::pin(async move { if asks { is_certain(connection).await } else { Ok(true) } })
            })
    });
}

/// Whether a connection that is given back says something, and is in no transaction: neither in one that the driver
/// knows of, nor in one that was begun by somebody who was dropped before the driver counted it. In a transaction of
/// before, `now()` stands still; in a failed one this is an error. An error closes the connection without a word. One that
/// may only read (of a server that stood by, or was read-only for a while) is closed too: a new one may be able to write.
async fn is_certain(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        return Ok(false);
    }
    // In one message, for which both clocks are read once.
    let asked = sqlx::raw_sql(CERTAIN).fetch_one(connection);
    let silent = || sqlx::Error::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
    timeout(SIGN_OF_LIFE, asked).await.map_err(|_| silent())??.try_get(0)
}

/// Waits for `work` as long as something comes. After a silence it is dropped, and [`is_certain`] looks at the connection
/// that it used. SQLite ends its waiting itself.
pub(super) async fn unless_silent<T>(
    backend: DbBackend,
    work: impl Future<Output = T>,
) -> Result<T, Silence> {
    if backend == DbBackend::Postgres { limited(SILENCE, work).await } else { Ok(work.await) }
}

async fn limited<T>(patience: Duration, work: impl Future<Output = T>) -> Result<T, Silence> {
    let (mut work, mut silence) = (pin!(work), pin!(sleep(patience)));
    std::future::poll_fn(|context| {
        // Whoever wakes this task other than the clock brings news.
        let is_over = silence.as_mut().poll(context).is_ready();
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Ok(done));
        }
        if is_over {
            return Poll::Ready(Err(Silence));
        }
        silence.as_mut().reset(Instant::now() + patience);
        // Tells the clock whom to wake.
        silence.as_mut().poll(context).map(|()| Err(Silence))
    })
    .await
}

/// Nothing came from the database for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the database says nothing")]
pub(super) struct Silence;

impl From<Silence> for DbErr {
    fn from(silence: Silence) -> Self {
        Self::Custom(silence.to_string())
    }
}

impl From<Silence> for StoreError {
    fn from(silence: Silence) -> Self {
        Self::Unavailable(silence.to_string())
    }
}

/// Where single statements are read.
#[derive(Clone)]
pub(crate) struct Reader {
    pub(super) connection: DatabaseConnection,
    /// The file of SQLite.
    pub(super) file: Option<OpenFile>,
    /// In what state the connections to PostgreSQL are.
    pub(super) doubt: Doubt,
}

impl Reader {
    /// Once the file is known to be gone nobody reads from it, and whoever asks is told so.
    fn there(&self) -> Result<&DatabaseConnection, DbErr> {
        let known = self.file.as_ref().map_or(Ok(()), OpenFile::known);
        known.map(|()| &self.connection).map_err(|lost| DbErr::Custom(lost.to_string()))
    }

    /// Asks, and hears the answer, of which the file takes note where it says that it is damaged.
    async fn heard<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let work = self.doubt.unless_done(work);
        let answer = unless_silent(self.get_database_backend(), work).await?;
        if let (Some(file), Err(error)) = (&self.file, &answer) {
            file.hear(error);
        }
        answer
    }
}

#[async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        // Whatever it is, nobody counts what it begins.
        self.doubt.raise();
        self.heard(self.there()?.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.doubt.raise();
        self.heard(self.there()?.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.heard(self.there()?.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.heard(self.there()?.query_all_raw(statement)).await
    }
}

#[cfg(test)]
mod tests;
