//! Closing the audit log's events in batches, and verifying what was closed.
//!
//! Any number of replicas may close: whoever does so moves the head of the chain, under the guard that it is still the one
//! that was seen. Events are inserted without a look at the chain, and whoever inserts one waits for nothing here.

mod row;
mod verify;

pub use verify::{Noted, Verdict};

use crate::backend::{Database, steps};
use crate::entity::{chain_head, event, event_batch};
use crate::error::{Step, Stop, fault, one_row};
use crate::moment;
use domain::chain::{self, Batch, Digest, Head, Misfit, Seat};
use domain::ports::{Entropy, StoreError};
use domain::seal::{KeyRing, SealError};
use domain::time::Timestamp;
use row::{ONLY, record_of};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

/// Why nothing was closed.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// Nothing is closed behind a head that somebody changed: it would be made good by that.
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

impl Chain {
    /// The chain in this database, under these keys.
    #[must_use]
    pub const fn new(db: Database, keys: KeyRing) -> Self {
        Self { db, keys }
    }

    /// Closes a batch of the oldest events that are not closed and no longer new at `now`, or of a time that has not come
    /// yet. `None`: there is none, or somebody else is closing them.
    ///
    /// # Errors
    /// [`ChainError`] if the chain is not as it was left, or cannot be read or written.
    pub async fn close(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<Option<Batch>, ChainError> {
        // What a clock ahead stamped settles by no waiting: it has its place as soon as it is seen.
        let settled = Condition::any()
            .add(event::COLUMN.at.lte((now - chain::SETTLED).millis()))
            .add(moment::ahead(event::Column::At, now));
        let waiting = event::Entity::find().filter(open()).filter(settled.clone()).limit(1);
        if waiting.count(self.db.reader()).await.map_err(fault)? == 0 {
            return Ok(None);
        }
        let head = row::head(self.db.reader()).await?.ok_or(Misfit::Head)?;
        if !head.holds(&self.keys) {
            return Err(Misfit::Head.into());
        }
        // Found out before the transaction, in which it could not be said.
        self.keys.check()?;
        let mut salts = vec![[0; 32]; chain::BATCH as usize];
        for salt in &mut salts {
            entropy.fill(salt);
        }
        let own = self.clone();
        Ok(self.db.write(steps!(tx => own.close_behind(tx, &head, settled, now, &salts))).await?)
    }

    async fn close_behind(
        &self,
        tx: &DatabaseTransaction,
        seen: &Head,
        settled: Condition,
        now: Timestamp,
        salts: &[[u8; 32]],
    ) -> Step<Batch> {
        // Whoever closes at the same time waits here, and finds another head.
        move_head(tx, seen, seen).await?;
        let events = event::Entity::find()
            .filter(open())
            .filter(settled)
            .order_by_asc(event::Column::At)
            .order_by_asc(event::Column::Id)
            .limit(u64::from(chain::BATCH))
            // An event that is being erased is closed later: neither waits for the other.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(tx)
            .await?;
        let mut seated = self.begun(seen, &events, now)?;
        for (event, salt) in events.iter().zip(salts) {
            self.seat(tx, &mut seated, event, salt).await?;
        }
        let Seated { mut batch, digests } = seated;
        batch.hash = sealed(chain::batch_hash(&self.keys, &seen.hash, &batch, &digests))?;
        event_batch::Entity::insert(row::batch_row(&batch).into_active_model())
            .exec_without_returning(tx)
            .await?;
        move_head(tx, seen, &sealed(Head::of(&self.keys, &batch))?).await?;
        Ok(batch)
    }

    /// The batch of these events. Guard: there are any.
    fn begun(&self, seen: &Head, events: &[event::Model], now: Timestamp) -> Step<Seated> {
        let (first, last) = events.first().zip(events.last()).ok_or(Stop::Guard)?;
        let batch = Batch {
            number: seen.batch.saturating_add(1),
            count: i64::try_from(events.len()).unwrap_or(i64::MAX),
            first_at: Timestamp::from_millis(first.at),
            last_at: Timestamp::from_millis(last.at),
            closed_at: now,
            key: self.keys.active(),
            hash: Head::NONE.hash,
        };
        Ok(Seated { batch, digests: Vec::with_capacity(events.len()) })
    }

    /// Gives an event its place. Guard: it has none.
    async fn seat(
        &self,
        tx: &DatabaseTransaction,
        seated: &mut Seated,
        of: &event::Model,
        salt: &[u8; 32],
    ) -> Step {
        let position = i64::try_from(seated.digests.len()).unwrap_or(i64::MAX);
        let seat = Seat { batch: seated.batch.number, position };
        let commitment = chain::commitment(salt, &row::personal_of(of));
        let record = record_of(of);
        let digest = sealed(chain::event_digest(&self.keys, seated.batch.key, seat, &record, &commitment))?;
        let update = event::Entity::update_many()
            .col_expr(event::Column::Batch, Expr::value(seat.batch))
            .col_expr(event::Column::Position, Expr::value(seat.position))
            .col_expr(event::Column::Salt, Expr::value(salt.to_vec()))
            .col_expr(event::Column::Commitment, Expr::value(commitment.to_vec()))
            .col_expr(event::Column::Digest, Expr::value(digest.to_vec()))
            .filter(event::COLUMN.site_id.eq(of.site_id))
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

/// Guard: the head is still the one that was seen.
async fn move_head(tx: &DatabaseTransaction, seen: &Head, to: &Head) -> Step {
    let update = chain_head::Entity::update_many()
        .col_expr(chain_head::Column::Batch, Expr::value(to.batch))
        .col_expr(chain_head::Column::Hash, Expr::value(to.hash.to_vec()))
        .col_expr(chain_head::Column::KeyId, Expr::value(i64::from(to.key.0)))
        .col_expr(chain_head::Column::Seal, Expr::value(to.seal.to_vec()))
        .filter(chain_head::COLUMN.id.eq(ONLY))
        .filter(chain_head::COLUMN.batch.eq(seen.batch))
        .filter(chain_head::Column::Hash.eq(seen.hash.to_vec()));
    one_row(update.exec(tx).await?.rows_affected)
}

/// The ring was seen to have its key: this does not fail.
fn sealed<T>(made: Result<T, SealError>) -> Step<T> {
    made.map_err(|_| Stop::Corrupt("sealing key"))
}
