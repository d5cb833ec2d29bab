//! A transaction that writes: the database's own, and beside it whatever a verb has to tell of once it is known what
//! became of it.
//!
//! It has the name of sea-orm's, which it stands for in every verb: whoever writes an event needs this one.

use crate::entity::event;
use crate::error::Step;
use crate::journal::{Journal, Written};
use crate::tally::{Recorded, Tally};
use domain::audit::Event;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// A transaction in which a verb does its steps. One that is dropped is rolled back.
pub(crate) struct DatabaseTransaction {
    inner: sea_orm::DatabaseTransaction,
    page: Page,
    failed: AtomicBool,
}

/// The events that a transaction wrote, until it is known what became of them.
pub(crate) struct Page {
    journal: Option<Journal>,
    written: Mutex<Vec<Written>>,
    tally: Tally,
    recorded: Mutex<Vec<Recorded>>,
}

impl DatabaseTransaction {
    pub(crate) fn new(inner: sea_orm::DatabaseTransaction, journal: Option<Journal>, tally: Tally) -> Self {
        Self::on(inner, Page::new(journal, tally))
    }

    /// The same, whose events stand on this page.
    pub(crate) fn on(inner: sea_orm::DatabaseTransaction, page: Page) -> Self {
        Self { inner, page, failed: AtomicBool::new(false) }
    }

    /// The database's own, and what there is to tell once it has ended.
    pub(crate) fn into_parts(self) -> (sea_orm::DatabaseTransaction, Page) {
        (self.inner, self.page)
    }

    /// Whether a statement failed. What came after it may have been none of this transaction: SQLite ends one by itself where
    /// a disk is full.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    fn heard<T>(&self, answer: Result<T, DbErr>) -> Result<T, DbErr> {
        answer.inspect_err(|_| self.failed.store(true, Ordering::Relaxed))
    }

    /// With what its events are proved.
    pub(crate) const fn journal(&self) -> Option<&Journal> {
        self.page.journal.as_ref()
    }

    /// Where its events stand.
    pub(crate) const fn page(&self) -> &Page {
        &self.page
    }

    /// Ends it: from now on what it did is there for everybody.
    ///
    /// # Errors
    /// If nobody can say what became of it.
    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        let (inner, page) = self.into_parts();
        inner.commit().await?;
        page.settle(true);
        Ok(())
    }

    /// Ends it as if it had never begun.
    pub(crate) async fn rollback(self) {
        let (inner, page) = self.into_parts();
        // Should the rollback fail, the connection is closed, which rolls back too.
        let _ = inner.rollback().await;
        page.settle(false);
    }
}

impl Page {
    pub(crate) fn new(journal: Option<Journal>, tally: Tally) -> Self {
        Self { journal, written: Mutex::default(), tally, recorded: Mutex::default() }
    }

    /// Gives the row of an event its proof. Without a journal it has none, and is found by whoever verifies.
    pub(crate) fn prove(&self, row: &mut event::Model) -> Step {
        if let Some(journal) = &self.journal {
            let written = journal.prove(row)?;
            self.written.lock().unwrap_or_else(PoisonError::into_inner).push(written);
        }
        Ok(())
    }

    /// Has this event counted once it is stored.
    pub(crate) fn count(&self, event: &Event) {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        recorded.push(Recorded::of(event));
    }

    /// Tells whether it is stored. On a page that is dropped instead, nobody heard.
    pub(crate) fn settle(mut self, stored: bool) {
        let written = std::mem::take(self.written.get_mut().unwrap_or_else(PoisonError::into_inner));
        if let Some(journal) = &self.journal {
            journal.settle(&written, stored);
        }
        if stored {
            self.tally.add(self.recorded.get_mut().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// Nobody heard what became of them.
impl Drop for Page {
    fn drop(&mut self) {
        let written = self.written.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(journal) = self.journal.as_ref().filter(|_| !written.is_empty()) {
            journal.doubt(written);
        }
    }
}

/// For statements and migrations that take sea-orm's own.
impl Deref for DatabaseTransaction {
    type Target = sea_orm::DatabaseTransaction;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for DatabaseTransaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.heard(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.heard(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.heard(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.heard(self.inner.query_all_raw(statement).await)
    }
}
