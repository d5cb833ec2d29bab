//! Every transaction, and every statement that writes, from its begin to its end.
//!
//! Each runs on a task of its own, which nobody cancels: a caller that goes away meanwhile, because a browser left or a
//! time limit struck, lets the work end. A `BEGIN` that is dropped half-way leaves PostgreSQL in a transaction of which
//! the driver knows nothing, and whoever uses that connection next writes into one that never commits. Only where the
//! database falls silent is work dropped: [`super::alive`] then looks at the connection before it is used again.

use super::alive::unless_silent;
use super::line::{self, Task, Waiter};
use super::listener::tell;
use super::verb;
use super::{Backend, Database};
use crate::authority::{self, Authority};
use crate::error::{Step, Stop, fault, refused};
use crate::transaction::DatabaseTransaction;
use domain::ports::StoreError;
use sea_orm::{
    AccessMode, ConnectionTrait, DbErr, IsolationLevel, QueryTrait, Statement, TransactionOptions,
    TransactionTrait,
};
use std::pin::Pin;
use tokio::sync::oneshot;

/// Work in a transaction, under way.
pub(crate) type Work<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// The steps of a verb, which own what they need: `steps!(tx => challenge::refuse(tx, &refused))`.
macro_rules! steps {
    ($tx:ident => $work:expr) => {
        move |$tx| Box::pin(async move { $work.await })
    };
}
pub(crate) use steps;

impl Database {
    /// Runs the steps of a verb in a transaction that writes, and commits what they did. `None`: a guard did not hold,
    /// and all of it is rolled back, as it is after a fault.
    pub(crate) async fn write<T, S>(&self, steps: S) -> Result<Option<T>, StoreError>
    where
        T: Send + 'static,
        S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>> + Send + 'static,
    {
        self.write_unless(|_| false, steps).await
    }

    /// The same for steps that answer nothing but whether their guards held.
    pub(crate) async fn guarded<S>(&self, steps: S) -> Result<bool, StoreError>
    where
        S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step> + Send + 'static,
    {
        Ok(self.write(steps).await?.is_some())
    }

    /// The same, but rolls back, too, where the answer is one of those that change nothing.
    pub(crate) async fn write_unless<T, S>(
        &self,
        in_vain: fn(&T) -> bool,
        steps: S,
    ) -> Result<Option<T>, StoreError>
    where
        T: Send + 'static,
        S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>> + Send + 'static,
    {
        match self.attempt(in_vain, steps).await {
            Ok(answer) => Ok(Some(answer)),
            Err(stop) => refused(stop),
        }
    }

    /// The same, with whatever stopped it.
    pub(crate) async fn attempt<T, S>(&self, in_vain: fn(&T) -> bool, steps: S) -> Step<T>
    where
        T: Send + 'static,
        S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>> + Send + 'static,
    {
        self.in_place()?;
        let done = match self.backend {
            // SQLite has one writer: those who wait for it share a commit.
            Backend::Sqlite => {
                let (answer, answered) = oneshot::channel();
                let verb = line::verb(steps, in_vain, self.authority.clone(), answer);
                self.line.wait(self.waiter(Task::Steps(verb)), answered).await
            }
            // In a box: every verb would carry the place for it.
            Backend::Postgres => Box::pin(self.by_itself(in_vain, steps)).await,
        };
        if let Err(Stop::Database(error)) = &done {
            self.hear(error);
        }
        let answer = done?;
        // Nor is it acknowledged where the file went away meanwhile.
        self.in_place()?;
        Ok(answer)
    }

    async fn by_itself<T, S>(&self, in_vain: fn(&T) -> bool, steps: S) -> Step<T>
    where
        T: Send + 'static,
        S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>> + Send + 'static,
    {
        self.heard_out(self.transacted(in_vain, steps)).await?
    }

    /// Runs the steps of whoever works while nobody is served: they may take as long as they take.
    pub(crate) async fn write_at_length<T, S>(&self, steps: S) -> Result<Option<T>, StoreError>
    where
        T: Send + 'static,
        S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>> + Send + 'static,
    {
        if self.backend == Backend::Sqlite {
            return self.write(steps).await;
        }
        let work = self.transacted(
            |_| false,
            steps!(tx => async move {
                tx.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
                steps(tx).await
            }),
        );
        let done = to_its_end(work).await;
        match done.flatten().map_err(Stop::Database).flatten() {
            Ok(answer) => Ok(Some(answer)),
            Err(stop) => refused(stop),
        }
    }

    fn transacted<T, S>(
        &self,
        in_vain: fn(&T) -> bool,
        steps: S,
    ) -> impl Future<Output = Result<Step<T>, DbErr>> + Send + 'static + use<T, S>
    where
        T: Send + 'static,
        S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>> + Send + 'static,
    {
        let (writer, listener) = (self.writer.clone(), self.listener.clone());
        let (journal, tally) = (self.journal.clone(), self.tally.clone());
        let (authority, queue) = (self.authority.clone(), self.queue.clone());
        let (backend, doubt) = (writer.get_database_backend(), self.reader.doubt.clone());
        async move {
            let told = |what| tell(listener.as_ref(), backend, what);
            let begun = queue.wait(writer.begin_with_options(TransactionOptions::default())).await?;
            told("BEGIN");
            let transaction = DatabaseTransaction::new(begun, journal, tally);
            let done = verb::done(&transaction, authority.as_deref(), in_vain, steps).await;
            if done.as_ref().is_ok_and(|answer| !in_vain(answer)) {
                transaction.commit().await?;
                told("COMMIT");
            } else {
                if let Err(Stop::Database(_)) = &done {
                    doubt.raise();
                }
                transaction.rollback().await;
                told("ROLLBACK");
            }
            Ok(done)
        }
    }

    /// Writes by one statement, which is a transaction of its own, and answers how many rows it changed.
    pub(crate) async fn change(&self, statement: &(impl QueryTrait + Sync)) -> Result<u64, StoreError> {
        let statement = statement.build(self.writer.get_database_backend());
        if self.authority.is_some() {
            return Ok(Box::pin(self.write(steps!(tx => line::alone(tx, statement)))).await?.unwrap_or(0));
        }
        self.execute(statement).await.or_else(|stop| refused(stop).map(Option::unwrap_or_default))
    }

    pub(super) async fn execute(&self, statement: Statement) -> Step<u64> {
        self.in_place()?;
        let changed = match self.backend {
            Backend::Sqlite => {
                let (answer, answered) = oneshot::channel();
                self.line.wait(self.waiter(Task::Statement(statement, answer)), answered).await
            }
            Backend::Postgres => {
                let writer = self.writer.clone();
                let work = async move { writer.execute_raw(statement).await };
                let done = self.heard_out(work).await;
                done.map(|done| done.rows_affected()).map_err(Stop::Database)
            }
        };
        if let Err(Stop::Database(error)) = &changed {
            self.hear(error);
        }
        let changed = changed?;
        self.in_place()?;
        Ok(changed)
    }

    pub(super) fn waiter(&self, task: Task) -> Waiter {
        Waiter {
            writer: self.writer.clone(),
            listener: self.listener.clone(),
            journal: self.journal.clone(),
            tally: self.tally.clone(),
            task,
            place: self.queue.enter(),
        }
    }

    /// Reads several tables as of one moment.
    pub(crate) async fn snapshot<T, R>(&self, read: R) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: for<'t> FnOnce(&'t sea_orm::DatabaseTransaction) -> Work<'t, Result<T, StoreError>>
            + Send
            + 'static,
    {
        self.reading(read).await.map_err(fault)?
    }

    /// Works in a transaction that only reads: as of the moment at which it reads for the first time.
    pub(crate) async fn reading<T, R>(&self, read: R) -> Result<T, DbErr>
    where
        T: Send + 'static,
        R: for<'t> FnOnce(&'t sea_orm::DatabaseTransaction) -> Work<'t, T> + Send + 'static,
    {
        self.in_place()?;
        let options = match self.backend {
            Backend::Sqlite => TransactionOptions::default(),
            Backend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        let (reader, listener) = (self.reader.clone(), self.listener.clone());
        let (backend, queue) = (reader.get_database_backend(), self.queue.clone());
        let found = self.heard_out(async move {
            let told = |what| tell(listener.as_ref(), backend, what);
            let snapshot = queue.wait(reader.connection.begin_with_options(options)).await?;
            told("BEGIN");
            let found = read(&snapshot).await;
            abandon(snapshot).await;
            told("ROLLBACK");
            Ok(found)
        });
        found.await
    }

    /// Runs to its end, whoever waits for it, unless the database falls silent.
    pub(super) async fn heard_out<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, DbErr>> + Send + 'static,
    ) -> Result<T, DbErr> {
        let (backend, doubt) = (self.writer.get_database_backend(), self.reader.doubt.clone());
        // In a box: each of what follows would carry the place for it.
        let work: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(work);
        to_its_end(async move { unless_silent(backend, doubt.unless_done(work)).await }).await??
    }
}

/// Whether whoever writes here may, where it is not everybody.
pub(super) async fn may(tx: &DatabaseTransaction, authority: Option<&Authority>) -> Step {
    match authority {
        // In a box: every verb would carry the place for it.
        Some(by) => Box::pin(authority::stands(tx, by)).await,
        None => Ok(()),
    }
}

/// Rolls back. Should that fail, the answer is known all the same: the connection is closed when it is released, which
/// rolls back too (see `release.rs`).
async fn abandon(transaction: sea_orm::DatabaseTransaction) {
    let _ = transaction.rollback().await;
}

/// Runs to its end, whoever waits for it. A panic goes on in who waits.
pub(crate) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, DbErr> {
    match tokio::spawn(work).await {
        Ok(done) => Ok(done),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(DbErr::Custom("the server is stopping".to_owned())),
        },
    }
}
