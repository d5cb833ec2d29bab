//! Verbs that share a commit on SQLite: a transaction, in it a savepoint for each verb but the first, and one `COMMIT`. Nobody
//! is answered before that. A verb that fails is rolled back to its savepoint and takes nobody with it; where the transaction
//! itself is lost, because a disk is full say, every one of them is told so.

use super::line::{Task, Waiter};
use super::listener::{Listener, tell};
use super::message::Message;
use super::verb::{Done, Ended, Verb};
use crate::bundle::Savepoint;
use crate::error::Stop;
use crate::transaction::{DatabaseTransaction, Page};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::oneshot;
use tokio::time::Instant;

/// A transaction under way, and the verbs whose steps were done in it.
pub(super) struct Group {
    open: sea_orm::DatabaseTransaction,
    begun_at: Instant,
    listener: Option<Listener>,
    members: Vec<Member>,
    /// How the savepoint of the message that came last ends, where it has not ended yet.
    savepoint: Option<Savepoint>,
}

struct Member {
    page: Page,
    ended: Ended,
}

impl Group {
    /// Begins with this verb, for which no savepoint is needed: what fails is all there is. `None`: nothing is left to be
    /// committed, and it has been answered.
    pub(super) async fn begin(first: Waiter) -> Option<Self> {
        let Waiter { writer, listener, journal, tally, task, place } = first;
        let verb = task.into_verb();
        let begun = begin(&writer).await;
        drop(place);
        let open = match begun {
            Ok(open) => open,
            Err(error) => {
                verb.refuse(error);
                return None;
            }
        };
        let begun_at = Instant::now();
        tell(listener.as_ref(), DbBackend::Sqlite, "BEGIN");
        let tx = DatabaseTransaction::new(open, journal, tally);
        let ended = verb.run(&tx).await;
        if ended.keeps {
            let (open, page) = tx.into_parts();
            return Some(Self {
                open,
                begun_at,
                listener,
                members: vec![Member { page, ended }],
                savepoint: None,
            });
        }
        tx.rollback().await;
        tell(listener.as_ref(), DbBackend::Sqlite, "ROLLBACK");
        ended.tell(Ok(()));
        None
    }

    /// How many verbs it holds, and since when it holds the lock.
    pub(super) fn standing(&self) -> (usize, Instant) {
        (self.members.len(), self.begun_at)
    }

    /// Does one more. `None`: the transaction is lost, and everybody in it has been told.
    pub(super) async fn join(self, next: Waiter) -> Option<Self> {
        let Waiter { journal, tally, task, place, .. } = next;
        drop(place);
        let page = Page::new(journal, tally);
        match task {
            Task::Message(message, answer) => self.join_by_message(message, page, answer).await,
            task @ (Task::Steps(_) | Task::Statement(..)) => self.join_in_steps(task.into_verb(), page).await,
        }
    }

    async fn join_in_steps(mut self, verb: Box<dyn Verb>, page: Page) -> Option<Self> {
        let savepoint = match self.begin_savepoint().await {
            Ok(savepoint) => savepoint,
            Err(error) => {
                verb.refuse(error.clone());
                self.lose(&error);
                return None;
            }
        };
        self.tell("SAVEPOINT");
        let tx = DatabaseTransaction::on(savepoint, page);
        let ended = verb.run(&tx).await;
        let (savepoint, page) = tx.into_parts();
        let (ending, what) = if ended.keeps {
            (savepoint.commit().await, "RELEASE")
        } else {
            (savepoint.rollback().await, "ROLLBACK TO")
        };
        self.tell(what);
        self.with(Member { page, ended }, ending)
    }

    /// The savepoint of its own, once that of a message has ended.
    async fn begin_savepoint(&mut self) -> Result<sea_orm::DatabaseTransaction, DbErr> {
        self.end_savepoint().await?;
        self.open.begin_with_options(TransactionOptions::default()).await
    }

    async fn end_savepoint(&mut self) -> Result<(), DbErr> {
        match self.savepoint.take() {
            Some(ending) => self.open.execute_unprepared(ending.statements()).await.map(drop),
            None => Ok(()),
        }
    }

    /// Its savepoint ends with what comes next, or with the transaction.
    async fn join_by_message(
        mut self,
        message: Message,
        page: Page,
        answer: oneshot::Sender<Done<()>>,
    ) -> Option<Self> {
        let bundle = match message.written(&page) {
            Ok(bundle) => bundle,
            Err(stop) => {
                page.settle(false);
                Ended::of(Ok(Err(stop)), false, answer).tell(Ok(()));
                return Some(self);
            }
        };
        let (statement, told) = bundle.in_savepoint(self.savepoint.take());
        let done = match self.open.query_all_raw(statement).await {
            Ok(counts) => told.held(&counts).map_err(Stop::Database),
            Err(error) => Err(Stop::Database(error)),
        };
        let done = done.and_then(|held| if held { Ok(()) } else { Err(Stop::Guard) });
        let keeps = done.is_ok();
        self.savepoint = Some(if keeps { Savepoint::Release } else { Savepoint::RollBack });
        // Behind a statement that failed there may be no transaction any more.
        let failed = matches!(done, Err(Stop::Database(_)));
        let ending = if failed { self.end_savepoint().await } else { Ok(()) };
        self.with(Member { page, ended: Ended::of(Ok(done), keeps, answer) }, ending)
    }

    /// The same with this one, if the transaction still stands behind it.
    fn with(mut self, member: Member, ending: Result<(), DbErr>) -> Option<Self> {
        // What the database said to the verb says more than that it knows no such savepoint any more.
        let lost = ending.map_err(|error| member.ended.fault.clone().unwrap_or(error));
        self.members.push(member);
        match lost {
            Ok(()) => Some(self),
            Err(error) => {
                self.lose(&error);
                None
            }
        }
    }

    /// Commits, and answers everybody.
    pub(super) async fn end(mut self) {
        // A `COMMIT` releases what still stands.
        if self.savepoint == Some(Savepoint::RollBack)
            && let Err(error) = self.end_savepoint().await
        {
            return self.lose(&error);
        }
        let Self { open, listener, members, .. } = self;
        let committed = open.commit().await;
        if committed.is_ok() {
            tell(listener.as_ref(), DbBackend::Sqlite, "COMMIT");
        }
        for Member { page, ended } in members {
            match (&committed, ended.keeps) {
                (Ok(()), keeps) => page.settle(keeps),
                (Err(_), false) => page.settle(false),
                // Nobody can say whether it is stored.
                (Err(_), true) => drop(page),
            }
            ended.tell(committed.clone());
        }
    }

    /// It never commits: the connection, which is in no certain state, is closed when it is given back (see `release.rs`).
    fn lose(self, error: &DbErr) {
        let Self { open, listener, members, .. } = self;
        drop(open);
        tell(listener.as_ref(), DbBackend::Sqlite, "ROLLBACK");
        for Member { page, ended } in members {
            page.settle(false);
            ended.tell(Err(error.clone()));
        }
    }

    fn tell(&self, what: &'static str) {
        tell(self.listener.as_ref(), DbBackend::Sqlite, what);
    }
}

/// Immediately: a deferred one fails at once when it turns from reading to writing while another writes.
async fn begin(writer: &DatabaseConnection) -> Result<sea_orm::DatabaseTransaction, DbErr> {
    let mode = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
    writer.begin_with_options(options).await
}
