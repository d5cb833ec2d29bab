//! The line in which verbs wait for SQLite's one writer. One task serves it as long as somebody waits, whoever goes away
//! meanwhile: it begins a transaction for the first, lets those join that have come by then, and commits once (`group.rs`).

use super::PATIENCE;
use super::group::Group;
use super::listener::Listener;
use super::message::Message;
use super::pool::Place;
use super::transaction::{Work, steps};
use super::verb::{Asked, Done, Verb};
use crate::authority::Authority;
use crate::error::{Step, Stop};
use crate::journal::Journal;
use crate::tally::Tally;
use crate::transaction::DatabaseTransaction;
use sea_orm::{ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbErr, Statement};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

/// The verbs that wait. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Line(Arc<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Mutex<Waiting>,
    limits: Limits,
}

#[derive(Default)]
struct Waiting {
    entries: VecDeque<Arc<Entry>>,
    is_served: bool,
}

/// How much one commit holds, so that other processes get their turn, and how long a verb waits for its own.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) verbs: usize,
    /// Nobody joins a transaction that is older.
    pub(super) age: Duration,
    /// After a transaction that left somebody waiting. Whoever waits for the lock in another process looks for it now and then.
    pub(super) breath: Duration,
    pub(super) patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let (age, breath) = (Duration::from_millis(5), Duration::from_millis(1));
        Self { verbs: 32, age, breath, patience: PATIENCE }
    }
}

/// A place in the line. Whoever takes what is in it has it: the one who serves, or the one who is tired of waiting.
struct Entry {
    waiter: Mutex<Option<Waiter>>,
    since: Instant,
}

/// A verb that waits, and all that it needs.
pub(super) struct Waiter {
    pub(super) writer: DatabaseConnection,
    pub(super) listener: Option<Listener>,
    pub(super) journal: Option<Journal>,
    pub(super) tally: Tally,
    pub(super) task: Task,
    pub(super) place: Place,
}

/// What a waiter wants done.
pub(super) enum Task {
    Steps(Box<dyn Verb>),
    /// One statement, which is a transaction of its own where nobody else waits.
    Statement(Statement, oneshot::Sender<Done<u64>>),
    /// Steps that are one message.
    Message(Message, oneshot::Sender<Done<()>>),
}

impl Task {
    pub(super) fn into_verb(self) -> Box<dyn Verb> {
        match self {
            Self::Steps(verb) => verb,
            Self::Statement(statement, answer) => {
                verb(steps!(tx => alone(tx, statement)), |_| false, None, answer)
            }
            Self::Message(message, answer) => verb(steps!(tx => message.done(tx)), |()| false, None, answer),
        }
    }

    fn refuse(self, error: DbErr) {
        self.into_verb().refuse(error);
    }
}

/// Steps of whatever kind.
pub(super) fn verb<T, S>(
    steps: S,
    in_vain: fn(&T) -> bool,
    authority: Option<Arc<Authority>>,
    answer: oneshot::Sender<Done<T>>,
) -> Box<dyn Verb>
where
    T: Send + 'static,
    S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>> + Send + 'static,
{
    Box::new(Asked { steps, in_vain, authority, answer })
}

/// A statement that is all there is to do.
pub(super) async fn alone(tx: &DatabaseTransaction, statement: Statement) -> Step<u64> {
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

impl Line {
    #[cfg(test)]
    pub(super) fn limited(limits: Limits) -> Self {
        Self(Arc::new(Inner { waiting: Mutex::default(), limits }))
    }

    /// Waits for its turn, and for what is answered. What has begun is done, whoever stops waiting.
    pub(super) async fn wait<T>(&self, waiter: Waiter, mut answered: oneshot::Receiver<Done<T>>) -> Step<T> {
        let entry = self.enter(waiter);
        let done = match timeout(self.0.limits.patience, &mut answered).await {
            Ok(done) => done,
            Err(_) if entry.take().is_some() => return Err(too_long().into()),
            // It has its turn.
            Err(_) => answered.await,
        };
        match done {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Err(Stop::Database(DbErr::Custom("the server is stopping".to_owned()))),
        }
    }

    fn enter(&self, waiter: Waiter) -> Arc<Entry> {
        let entry = Arc::new(Entry { waiter: Mutex::new(Some(waiter)), since: Instant::now() });
        let mut waiting = self.waiting();
        waiting.entries.push_back(Arc::clone(&entry));
        let is_served = std::mem::replace(&mut waiting.is_served, true);
        drop(waiting);
        if !is_served {
            tokio::spawn(Serving { line: self.clone(), is_over: false }.serve());
        }
        entry
    }

    /// Whoever panicked with it left it whole.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_empty(&self) -> bool {
        self.waiting().entries.is_empty()
    }

    /// Whoever has waited longest, and not for too long.
    fn next(&self) -> Option<Waiter> {
        let mut waiting = self.waiting();
        self.next_of(&mut waiting)
    }

    fn next_of(&self, waiting: &mut Waiting) -> Option<Waiter> {
        while let Some(entry) = waiting.entries.pop_front() {
            let Some(waiter) = entry.take() else { continue };
            if entry.since.elapsed() <= self.0.limits.patience {
                return Some(waiter);
            }
            waiter.task.refuse(too_long());
        }
        None
    }

    /// Answers this one, and whoever has come by then. Whether somebody was left waiting.
    async fn serve(&self, first: Waiter) -> bool {
        let first = match first {
            Waiter { writer, task: Task::Statement(statement, answer), place, .. } if self.is_empty() => {
                drop(place);
                let changed = writer.execute_raw(statement).await.map(|done| done.rows_affected());
                let _ = answer.send(Ok(changed.map_err(Stop::Database)));
                return false;
            }
            waiter => waiter,
        };
        let Some(mut group) = Group::begin(first).await else { return false };
        let Limits { verbs, age, .. } = self.0.limits;
        loop {
            let (members, begun_at) = group.standing();
            let is_full = members >= verbs || begun_at.elapsed() >= age;
            let next = if is_full { None } else { self.next() };
            let Some(next) = next else {
                group.end().await;
                return is_full && !self.is_empty();
            };
            match group.join(next).await {
                Some(more) => group = more,
                None => return false,
            }
        }
    }
}

impl Entry {
    fn take(&self) -> Option<Waiter> {
        self.waiter.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// How a pool says that no connection came free.
fn too_long() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}

/// Whoever serves a line.
struct Serving {
    line: Line,
    is_over: bool,
}

impl Serving {
    async fn serve(mut self) {
        while let Some(first) = self.next() {
            if self.line.serve(first).await {
                sleep(self.line.0.limits.breath).await;
            }
        }
    }

    /// `None`: nobody waits, and whoever comes now finds that nobody serves.
    fn next(&mut self) -> Option<Waiter> {
        let mut waiting = self.line.waiting();
        let next = self.line.next_of(&mut waiting);
        waiting.is_served = next.is_some();
        self.is_over = next.is_none();
        next
    }
}

/// Where it ends with its runtime, nobody waits in vain.
impl Drop for Serving {
    fn drop(&mut self) {
        if !self.is_over {
            let mut waiting = self.line.waiting();
            waiting.is_served = false;
            waiting.entries.clear();
        }
    }
}

#[cfg(test)]
mod messages;
#[cfg(test)]
mod tests;
