//! Verbs that share a commit on SQLite: a transaction, in it a savepoint for each verb but the first, and one `COMMIT`. Nobody
//! is answered before that. A verb that fails is rolled back to its savepoint and takes nobody with it; where the transaction
//! itself is lost, because a disk is full say, every one of them is told so.

use super::line::Waiter;
use super::listener::{Listener, tell};
use super::verb::Ended;
use crate::transaction::{DatabaseTransaction, Page};
use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::time::Instant;

/// A transaction under way, and the verbs whose steps were done in it.
pub(super) struct Group {
    open: sea_orm::DatabaseTransaction,
    begun_at: Instant,
    listener: Option<Listener>,
    members: Vec<Member>,
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
            return Some(Self { open, begun_at, listener, members: vec![Member { page, ended }] });
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
    pub(super) async fn join(mut self, next: Waiter) -> Option<Self> {
        let Waiter { journal, tally, task, place, .. } = next;
        drop(place);
        let verb = task.into_verb();
        let savepoint = match self.open.begin_with_options(TransactionOptions::default()).await {
            Ok(savepoint) => savepoint,
            Err(error) => {
                verb.refuse(error.clone());
                self.lose(&error);
                return None;
            }
        };
        self.tell("SAVEPOINT");
        let tx = DatabaseTransaction::new(savepoint, journal, tally);
        let ended = verb.run(&tx).await;
        let (savepoint, page) = tx.into_parts();
        let (ending, what) = if ended.keeps {
            (savepoint.commit().await, "RELEASE")
        } else {
            (savepoint.rollback().await, "ROLLBACK TO")
        };
        // What the database said to the verb says more than that it knows no such savepoint any more.
        let lost = ending.map_err(|error| ended.fault.clone().unwrap_or(error));
        self.members.push(Member { page, ended });
        match lost {
            Ok(()) => {
                self.tell(what);
                Some(self)
            }
            Err(error) => {
                self.lose(&error);
                None
            }
        }
    }

    /// Commits, and answers everybody.
    pub(super) async fn end(self) {
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
