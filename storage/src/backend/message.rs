//! Verbs that are one message: what they change stands or falls together, and needs nothing that is read in between.
//!
//! On PostgreSQL such a verb is one statement and, with it, a transaction of its own. On SQLite those who wait together share
//! a commit, each in a savepoint that begins with its own message and ends with the one behind it (`group.rs`).

use super::line::Task;
use super::transaction::steps;
use super::{Backend, Database};
use crate::bundle::{Bundle, is_refusal};
use crate::error::{Step, Stop, fault, refused};
use crate::transaction::{DatabaseTransaction, Page};
use crate::{audit, notice};
use domain::audit::Event;
use domain::ports::StoreError;
use sea_orm::ConnectionTrait;
use tokio::sync::oneshot;

/// What a verb changes, and the events that tell of it.
pub(crate) struct Message {
    pub(crate) bundle: Bundle,
    pub(crate) events: Vec<Event>,
}

impl Message {
    /// Does it in a transaction that others may share.
    pub(crate) async fn done(self, tx: &DatabaseTransaction) -> Step {
        let Self { bundle, events } = self;
        audit::record_with(tx, bundle, &events.iter().collect::<Vec<_>>()).await
    }

    /// The same changes, with the rows of the events.
    pub(super) fn written(self, page: &Page) -> Step<Bundle> {
        audit::write_on(page, self.bundle, &self.events.iter().collect::<Vec<_>>())
    }
}

impl Database {
    /// Does what is told in one message. `false`: a guard did not hold, and nothing was done.
    pub(crate) async fn told(&self, message: Message) -> Result<bool, StoreError> {
        // Whoever is to be told of it, or whether somebody still may, is read in between.
        if self.authority.is_some() || message.events.iter().any(notice::is_told) {
            return self.guarded(steps!(tx => message.done(tx))).await;
        }
        self.in_place().map_err(fault)?;
        let done = match self.backend {
            Backend::Sqlite => {
                let (answer, answered) = oneshot::channel();
                self.line.wait(self.waiter(Task::Message(message, answer)), answered).await
            }
            Backend::Postgres => Box::pin(self.alone(message)).await,
        };
        if let Err(Stop::Database(error)) = &done {
            self.hear(error);
        }
        match done {
            // Nor is it acknowledged where the file went away meanwhile.
            Ok(()) => self.in_place().map(|()| true).map_err(fault),
            Err(stop) => Ok(refused::<()>(stop)?.is_some()),
        }
    }

    async fn alone(&self, message: Message) -> Step {
        let page = Page::new(self.journal.clone(), self.tally.clone());
        let statement = message.written(&page)?.alone();
        let writer = self.writer.clone();
        let done = self.heard_out(async move {
            match writer.execute_raw(statement).await {
                Ok(_) => {
                    page.settle(true);
                    Ok(true)
                }
                Err(error) if is_refusal(&error) => {
                    page.settle(false);
                    Ok(false)
                }
                // Nobody can say whether it is stored: the page is dropped.
                Err(error) => Err(error),
            }
        });
        if done.await? { Ok(()) } else { Err(Stop::Guard) }
    }
}
