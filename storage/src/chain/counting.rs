//! Beginning a chain, and counting: each process that writes events says how many it has written, and that is sealed with
//! the head. It is said every few seconds, beside the events: nobody who writes one waits for it.

use super::row::{self, Chained, GENESIS, ONLY};
use super::{Chain, ChainError, Noted, move_head};
use crate::backend::{Database, steps};
use crate::entity::{
    account, api_key, authenticator, chain_cut, chain_head, code_set, event, event_batch, event_writer,
    sealing_check, user,
};
use crate::error::{Step, Stop, fault};
use crate::journal::Journal;
use crate::transaction::DatabaseTransaction;
use domain::chain::{Head, Misfit, Writer};
use domain::ports::{Entropy, StoreError};
use domain::seal::KeyRing;
use domain::time::Timestamp;
use sea_orm::sea_query::{Expr, IntoIden, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use std::sync::Arc;
use std::time::Duration;

/// A process that has not been heard of for so long has ended without saying so. Where it goes on after all, it is another one.
pub(crate) const SILENT: Duration = Duration::from_hours(24);
/// How often a head that others move is looked at anew.
const TRIES: usize = 40;

impl Chain {
    /// The same database, with every event from now on proved under these keys: this process is one of its writers. A
    /// database in which nothing has happened yet, and that remembers no key, is given the beginning of its chain: one that
    /// remembers a key was given it with that ([`crate::begin`]).
    ///
    /// # Errors
    /// [`ChainError`] if the chain in it is not as it was left, or cannot be read or written.
    pub async fn begin(
        db: Database,
        keys: &KeyRing,
        entropy: Arc<dyn Entropy>,
        now: Timestamp,
    ) -> Result<Database, ChainError> {
        let chain = Self::new(db, keys.clone());
        let genesis = Head::genesis(keys, entropy.as_ref())?;
        chain.db.guarded(steps!(tx => begin_unremembered(tx, &genesis))).await?;
        let seen = chain.chained().await?;
        let journal = Journal::new(keys.clone(), entropy, (seen.head.batch, seen.head.hash));
        let db = chain.db.with_journal(journal);
        Self::new(db.clone(), keys.clone()).count(now, false).await?;
        Ok(db)
    }

    /// What is sealed, where it fits, and where this process does not know better.
    pub(super) async fn chained(&self) -> Result<Chained, ChainError> {
        // Before the head is read: by then it can only have moved on.
        let known = self.db.journal().map(Journal::known);
        let keys = self.keys.clone();
        let seen = self.db.snapshot(steps!(snapshot => row::chained(snapshot, &keys))).await??;
        if let Some((batch, hash)) = known {
            if seen.head.batch < batch {
                return Err(Misfit::RolledBack { noted: batch, found: seen.head.batch }.into());
            }
            if seen.head.batch == batch && seen.head.hash != hash {
                return Err(Misfit::OtherHistory(batch).into());
            }
        }
        if let Some(journal) = self.db.journal() {
            journal.learn(seen.head.batch, seen.head.hash);
        }
        Ok(seen)
    }

    /// The newest batch, to be noted elsewhere; zero before the first.
    ///
    /// # Errors
    /// [`ChainError`] if the chain is not as it was left, or cannot be read.
    pub async fn head(&self) -> Result<Noted, ChainError> {
        let head = self.chained().await?.head;
        Ok(Noted { batch: head.batch, hash: head.hash })
    }

    /// Says how many events this process has written, if it has something new to say, and whether it writes no more.
    ///
    /// # Errors
    /// [`ChainError`] if the chain is not as it was left, or cannot be read or written.
    pub async fn count(&self, now: Timestamp, ended: bool) -> Result<(), ChainError> {
        let Some(journal) = self.db.journal() else { return Ok(()) };
        self.decide(journal, now).await?;
        let Some(mut own) = journal.statement(now, ended) else { return Ok(()) };
        for _ in 0..TRIES {
            let seen = self.chained().await?;
            let mut writers = seen.writers;
            let is_known = writers.iter().any(|writer| writer.number == own.number);
            if journal.was_away(is_known, now) {
                journal.begin_anew();
                own = journal.statement(now, ended).unwrap_or(own);
            }
            let before = writers.iter().find(|writer| writer.number == own.number);
            (own.closed, own.cut) = before.map_or((0, 0), |before| (before.closed, before.cut));
            let over = over(&writers, own.number, now);
            writers.retain(|writer| writer.number != own.number && !over.contains(&writer.number));
            writers.push(own);
            let to =
                Head::sealed(&self.keys, (seen.head.batch, seen.head.hash), &writers, seen.cut.as_ref())?;
            let head = seen.head;
            if self.db.guarded(steps!(tx => say(tx, &head, &to, &own, &over))).await? {
                journal.said(own);
                return Ok(());
            }
        }
        let why = "the head of the audit log is moved by other servers all the time, or was changed: `twofold audit verify` says so";
        Err(StoreError::Unavailable(why.to_owned()).into())
    }

    /// Whether an event was stored whose commit was not answered.
    async fn decide(&self, journal: &Journal, now: Timestamp) -> Result<(), StoreError> {
        for doubt in journal.old_doubts(now) {
            let asked = event::Entity::find()
                .filter(event::COLUMN.site_id.eq(doubt.site))
                .filter(event::COLUMN.at.eq(doubt.at))
                .filter(event::COLUMN.id.eq(doubt.event.uuid()));
            let found = asked.one(self.db.reader()).await.map_err(fault)?;
            journal.decide(&doubt, found.is_some());
        }
        Ok(())
    }
}

/// The writers that write no more, and of whose events the batches prove, or proved, every one that they counted.
fn over(writers: &[Writer], own: i64, now: Timestamp) -> Vec<i64> {
    let over = |writer: &&Writer| {
        let ended = writer.ended || writer.seen_at + SILENT < now;
        let proved = [writer.closed, writer.cut].contains(&writer.count);
        ended && proved && writer.number != own
    };
    writers.iter().filter(over).map(|writer| writer.number).collect()
}

async fn say(tx: &DatabaseTransaction, seen: &Head, to: &Head, own: &Writer, over: &[i64]) -> Step {
    move_head(tx, seen, to).await?;
    let columns = [
        event_writer::Column::Settled,
        event_writer::Column::Count,
        event_writer::Column::SeenAt,
        event_writer::Column::Ended,
    ];
    let known = OnConflict::column(event_writer::Column::Number).update_columns(columns).to_owned();
    let insert = event_writer::Entity::insert(row::writer_row(own).into_active_model()).on_conflict(known);
    insert.exec_without_returning(tx).await?;
    if !over.is_empty() {
        let gone = event_writer::Column::Number.is_in(over.iter().copied());
        event_writer::Entity::delete_many().filter(gone).exec(tx).await?;
    }
    Ok(())
}

/// Guard: the database remembers no key, with which it was given its beginning.
async fn begin_unremembered(tx: &DatabaseTransaction, genesis: &Head) -> Step {
    if sealing_check::Entity::find().count(tx).await? > 0 {
        return Err(Stop::Guard);
    }
    insert_genesis(tx, genesis).await
}

/// Only a database in which nothing has happened gets one: where it is missing in another, somebody took it away.
pub(crate) async fn insert_genesis(tx: &DatabaseTransaction, genesis: &Head) -> Step {
    for id in [GENESIS, ONLY] {
        let row = row::head_row(id, genesis);
        let values = Query::select()
            .exprs([
                Expr::value(row.id),
                Expr::value(row.batch),
                Expr::value(row.hash),
                Expr::value(row.writers),
                Expr::value(row.cut),
                Expr::value(row.key_id),
                Expr::value(row.seal),
            ])
            .and_where(Expr::exists(any(event::Entity)).not())
            .and_where(Expr::exists(any(event_batch::Entity)).not())
            .and_where(Expr::exists(any(chain_cut::Entity)).not())
            .and_where(Expr::exists(any(user::Entity)).not())
            .and_where(Expr::exists(any(account::Entity)).not())
            .and_where(Expr::exists(any(authenticator::Entity)).not())
            .and_where(Expr::exists(any(code_set::Entity)).not())
            .and_where(Expr::exists(any(api_key::Entity)).not())
            .and_where(Expr::exists(any_head(id)).not())
            .take();
        let columns = ["id", "batch", "hash", "writers", "cut", "key_id", "seal"];
        let insert = Query::insert()
            .into_table("chain_head")
            .columns(columns)
            .select_from(values)
            .map_err(|_| Stop::Corrupt("chain_head"))?
            .on_conflict(OnConflict::column("id").do_nothing().to_owned())
            .take();
        tx.execute(&insert).await?;
    }
    Ok(())
}

fn any(table: impl IntoIden) -> SelectStatement {
    Query::select().expr(Expr::value(1)).from(table.into_iden()).limit(1).take()
}

fn any_head(id: i32) -> SelectStatement {
    let this = Expr::col(chain_head::Column::Id).eq(id);
    Query::select().expr(Expr::value(1)).from(chain_head::Entity).and_where(this).take()
}
