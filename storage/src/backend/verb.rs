//! A verb that is to be done, whatever it answers, and what became of it.

use super::transaction::{Work, may};
use crate::authority::Authority;
use crate::error::{Step, Stop};
use crate::transaction::DatabaseTransaction;
use sea_orm::DbErr;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::oneshot;

/// What a verb said that panicked.
pub(super) type Panic = Box<dyn Any + Send>;
/// What whoever waits for a verb is told.
pub(super) type Done<T> = Result<Step<T>, Panic>;

/// A verb that is to be done in a transaction that others may share.
pub(super) trait Verb: Send {
    /// Does its steps. What they answer is told once it is known what became of the transaction.
    fn run(self: Box<Self>, tx: &DatabaseTransaction) -> Work<'_, Ended>;

    /// It is not begun at all.
    fn refuse(self: Box<Self>, error: DbErr);
}

/// A verb whose steps are done, and of which nobody has heard.
pub(super) struct Ended {
    /// Whether what it did is to stay.
    pub(super) keeps: bool,
    /// What the database said, where that stopped it.
    pub(super) fault: Option<DbErr>,
    tell: Box<dyn FnOnce(Result<(), DbErr>) + Send>,
}

impl Ended {
    /// A verb that answered this, and who waits for it.
    pub(super) fn of<T: Send + 'static>(
        done: Done<T>,
        keeps: bool,
        answer: oneshot::Sender<Done<T>>,
    ) -> Self {
        let fault = match &done {
            Ok(Err(Stop::Database(error))) => Some(error.clone()),
            Ok(Ok(_) | Err(Stop::Guard | Stop::Authority | Stop::Corrupt(_))) | Err(_) => None,
        };
        let tell = Box::new(move |became: Result<(), DbErr>| {
            let told = done.map(|done| became.map_err(Stop::Database).and(done));
            // Whoever asked may be gone.
            let _ = answer.send(told);
        });
        Self { keeps, fault, tell }
    }

    /// Tells whoever waits: what the verb answered, or what befell the transaction.
    pub(super) fn tell(self, became: Result<(), DbErr>) {
        (self.tell)(became);
    }
}

/// Steps, and who waits for them.
pub(super) struct Asked<T, S> {
    pub(super) steps: S,
    pub(super) in_vain: fn(&T) -> bool,
    pub(super) authority: Option<Arc<Authority>>,
    pub(super) answer: oneshot::Sender<Done<T>>,
}

impl<T, S> Verb for Asked<T, S>
where
    T: Send + 'static,
    S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>> + Send + 'static,
{
    fn run(self: Box<Self>, tx: &DatabaseTransaction) -> Work<'_, Ended> {
        let Self { steps, in_vain, authority, answer } = *self;
        Box::pin(async move {
            let done = caught(async move { done(tx, authority.as_deref(), in_vain, steps).await }).await;
            let keeps = matches!(&done, Ok(Ok(answer)) if !in_vain(answer));
            Ended::of(done, keeps, answer)
        })
    }

    fn refuse(self: Box<Self>, error: DbErr) {
        let _ = self.answer.send(Ok(Err(Stop::Database(error))));
    }
}

/// Does the steps of whoever may. An answer that follows upon a failed statement is none, unless it is in vain: where a disk
/// was full SQLite has ended the transaction, and what came after it was none of it.
pub(super) async fn done<T, S>(
    tx: &DatabaseTransaction,
    authority: Option<&Authority>,
    in_vain: fn(&T) -> bool,
    steps: S,
) -> Step<T>
where
    S: for<'t> FnOnce(&'t DatabaseTransaction) -> Work<'t, Step<T>>,
{
    may(tx, authority).await?;
    let answer = steps(tx).await?;
    if tx.has_failed() && !in_vain(&answer) {
        return Err(Stop::Database(DbErr::Custom("a statement failed, and its verb went on".to_owned())));
    }
    Ok(answer)
}

/// Runs to its end or to its panic, which is the verb's own and takes nobody with it.
async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panic> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}
