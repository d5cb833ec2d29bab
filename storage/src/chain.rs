//! Closing the audit log's events in batches, counting who wrote them, and verifying both.
//!
//! Any number of replicas may close: whoever does so moves the head of the chain, under the guard that it is still the one
//! that was seen. Events are inserted without a look at the chain, and whoever inserts one waits for nothing here.

mod adopt;
mod closed;
mod counting;
mod cutting;
mod row;
mod types;
mod verify;
mod wiping;

pub(crate) use counting::{SILENT, insert_genesis};

pub(crate) use row::{personal_of, record_of};
pub use verify::{Noted, Verdict};

use crate::backend::{Database, steps};
use crate::entity::{chain_head, event, event_batch, event_writer};
use crate::error::{Step, Stop, fault, one_row};
use crate::moment;
use crate::transaction::DatabaseTransaction;
use domain::chain::{self, Batch, Digest, Head, Misfit, Seat, Writer};
use domain::name::EventId;
use domain::ports::StoreError;
use domain::seal::{KeyRing, SealError};
use domain::time::Timestamp;
use row::{Chained, ONLY};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Why nothing was closed.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// Nothing is closed behind a chain that somebody changed: it would be made good by that.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The ring has not its own key.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The chain over the audit log of all sites. Cheap to clone.
#[derive(Clone)]
pub struct Chain {
    db: Database,
    keys: KeyRing,
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chain")
    }
}

/// Events that were closed with digests, but not yet with their batch's hash.
struct Seated {
    batch: Batch,
    digests: Vec<Digest>,
}

/// What came of closing.
enum Closed {
    Batch(Batch),
    /// None of the events that wait was written by Twofold.
    Forged(EventId),
}

impl Chain {
    /// The chain in this database, under these keys.
    #[must_use]
    pub const fn new(db: Database, keys: KeyRing) -> Self {
        Self { db, keys }
    }

    /// Closes a batch of the oldest events that are not closed and no longer new at `now`, or of a time that has not come
    /// yet. `None`: there is none, or somebody else is closing them. Events that Twofold did not write are left where
    /// they are.
    ///
    /// # Errors
    /// [`ChainError`] if the chain is not as it was left, or cannot be read or written; or if nothing but events that
    /// Twofold did not write is left.
    pub async fn close(&self, now: Timestamp) -> Result<Option<Batch>, ChainError> {
        // What a clock ahead stamped settles by no waiting: it has its place as soon as it is seen.
        let settled = Condition::any()
            .add(event::COLUMN.at.lte((now - chain::SETTLED).millis()))
            .add(moment::ahead(event::Column::At, now));
        let waiting = event::Entity::find().filter(open()).filter(settled.clone()).limit(1);
        if waiting.count(self.db.reader()).await.map_err(fault)? == 0 {
            return Ok(None);
        }
        let seen = self.chained().await?;
        // Found out before the transaction, in which it could not be said.
        self.keys.check()?;
        let own = self.clone();
        match Box::pin(self.db.write(steps!(tx => own.close_behind(tx, &seen, settled, now)))).await? {
            None => Ok(None),
            Some(Closed::Forged(event)) => Err(Misfit::EventForged { event }.into()),
            Some(Closed::Batch(batch)) => {
                if let Some(journal) = self.db.journal() {
                    journal.learn(batch.number, batch.hash);
                }
                Ok(Some(batch))
            }
        }
    }

    async fn close_behind(
        &self,
        tx: &DatabaseTransaction,
        seen: &Chained,
        settled: Condition,
        now: Timestamp,
    ) -> Step<Closed> {
        let head = &seen.head;
        // Whoever closes at the same time waits here, and finds another head.
        move_head(tx, head, head).await?;
        let mut events = event::Entity::find()
            .filter(open())
            .filter(settled)
            .order_by_asc(event::Column::At)
            .order_by_asc(event::Column::Id)
            .limit(u64::from(chain::BATCH))
            // An event that is being erased is closed later: neither waits for the other.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(tx)
            .await?;
        let first = events.first().ok_or(Stop::Guard)?.id;
        let marks = marks_of(tx, seen, &events).await?;
        let mark = |number: i64| marks.get(&number).copied();
        events.retain(|event| {
            // What somebody wrote where its seat will stand is found by whoever verifies, and not written over.
            let untouched = event.position.is_none() && event.digest.is_none();
            untouched && chain::is_proved(&self.keys, &row::found(event), &mark).unwrap_or(false)
        });
        if events.is_empty() {
            return Ok(Closed::Forged(EventId::from_uuid(first)));
        }
        wiping::in_order(tx, &mut events).await?;
        let mut seated = self.begun(head, &events, now).ok_or(Stop::Guard)?;
        for event in &events {
            self.seat(tx, &mut seated, event).await?;
        }
        let Seated { mut batch, digests } = seated;
        batch.hash = sealed(chain::batch_hash(&self.keys, &head.hash, &batch, &digests))?;
        event_batch::Entity::insert(row::batch_row(&batch).into_active_model())
            .exec_without_returning(tx)
            .await?;
        let writers = counted_closed(tx, &seen.writers, &events).await?;
        let to = sealed(Head::sealed(&self.keys, (batch.number, batch.hash), &writers, seen.cut.as_ref()))?;
        move_head(tx, head, &to).await?;
        Ok(Closed::Batch(batch))
    }

    /// The batch of these events. `None`: there are none.
    fn begun(&self, seen: &Head, events: &[event::Model], now: Timestamp) -> Option<Seated> {
        let (first, last) = events.first().zip(events.last())?;
        let batch = Batch {
            number: seen.batch.saturating_add(1),
            count: i64::try_from(events.len()).unwrap_or(i64::MAX),
            first_at: Timestamp::from_millis(first.at),
            last_at: Timestamp::from_millis(last.at),
            closed_at: now,
            key: self.keys.active(),
            hash: [0; 32],
        };
        Some(Seated { batch, digests: Vec::with_capacity(events.len()) })
    }

    /// Gives an event its place. Guard: it has none.
    async fn seat(&self, tx: &DatabaseTransaction, seated: &mut Seated, of: &event::Model) -> Step {
        let position = i64::try_from(seated.digests.len()).unwrap_or(i64::MAX);
        let seat = Seat { batch: seated.batch.number, position };
        let digest = sealed(chain::seat_digest(&self.keys, seated.batch.key, seat, &row::found(of)))?;
        let digest = digest.ok_or(Stop::Guard)?;
        let update = event::Entity::update_many()
            .col_expr(event::Column::Batch, Expr::value(seat.batch))
            .col_expr(event::Column::Position, Expr::value(seat.position))
            .col_expr(event::Column::Digest, Expr::value(digest.to_vec()))
            .filter(event::COLUMN.site_id.eq(of.site_id))
            .filter(event::COLUMN.user_id.eq(of.user_id.clone()))
            .filter(event::COLUMN.at.eq(of.at))
            .filter(event::COLUMN.id.eq(of.id))
            .filter(open());
        one_row(update.exec(tx).await?.rows_affected)?;
        seated.digests.push(digest);
        Ok(())
    }
}

fn open() -> Condition {
    Condition::all().add(event::Column::Batch.is_null())
}

/// The hashes of the batches that these events knew.
async fn marks_of(
    tx: &DatabaseTransaction,
    seen: &Chained,
    events: &[event::Model],
) -> Step<BTreeMap<i64, Digest>> {
    let known = [(0, seen.genesis.hash), seen.base(), (seen.head.batch, seen.head.hash)];
    let mut marks = BTreeMap::from(known);
    for mark in events.iter().filter_map(|event| event.mark) {
        if let Entry::Vacant(unknown) = marks.entry(mark) {
            let batch = event_batch::Entity::find_by_id(mark).one(tx).await?;
            if let Some(batch) = batch.as_ref().and_then(row::batch_of) {
                unknown.insert(batch.hash);
            }
        }
    }
    Ok(marks)
}

/// The writers, with how many of their counted events are closed now.
async fn counted_closed(
    tx: &DatabaseTransaction,
    writers: &[Writer],
    events: &[event::Model],
) -> Step<Vec<Writer>> {
    let mut writers = writers.to_vec();
    for writer in &mut writers {
        let own = |event: &&event::Model| event.writer == Some(writer.number);
        let counted =
            |event: &&event::Model| event.sequence.is_some_and(|sequence| sequence < writer.settled);
        let closed = events.iter().filter(own).filter(counted).count();
        if closed > 0 {
            writer.closed = writer.closed.saturating_add(i64::try_from(closed).unwrap_or(0));
            let update = event_writer::Entity::update_many()
                .col_expr(event_writer::Column::Closed, Expr::value(writer.closed))
                .filter(event_writer::Column::Number.eq(writer.number));
            one_row(update.exec(tx).await?.rows_affected)?;
        }
    }
    Ok(writers)
}

/// Guard: the head is still the one that was seen.
async fn move_head(tx: &DatabaseTransaction, seen: &Head, to: &Head) -> Step {
    let update = chain_head::Entity::update_many()
        .col_expr(chain_head::Column::Batch, Expr::value(to.batch))
        .col_expr(chain_head::Column::Hash, Expr::value(to.hash.to_vec()))
        .col_expr(chain_head::Column::Writers, Expr::value(to.writers.to_vec()))
        .col_expr(chain_head::Column::Cut, Expr::value(to.cut.to_vec()))
        .col_expr(chain_head::Column::KeyId, Expr::value(i64::from(to.key.0)))
        .col_expr(chain_head::Column::Seal, Expr::value(to.seal.to_vec()))
        .filter(chain_head::COLUMN.id.eq(ONLY))
        .filter(chain_head::COLUMN.batch.eq(seen.batch))
        .filter(chain_head::Column::Seal.eq(seen.seal.to_vec()));
    one_row(update.exec(tx).await?.rows_affected)
}

/// The ring was seen to have its key: this does not fail.
fn sealed<T>(made: Result<T, SealError>) -> Step<T> {
    made.map_err(|_| Stop::Corrupt("sealing key"))
}
