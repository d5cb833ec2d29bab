//! Deleting what is old from the beginning of the log, in whole batches, a few at a time.
//!
//! Any number of replicas may delete: whoever does so moves the head of the chain, under the guard that it is still the one that
//! was seen, and so does whoever closes a batch. What is deleted was compared with its proofs before, so that nobody's change
//! goes without having been noticed. Nobody who writes an event waits for it, but whoever erases a user whose events are going.

use super::row::{self, Chained, ONLY};
use super::wiping::{self, Left};
use super::{Chain, ChainError, move_head, open, sealed};
use crate::audit;
use crate::backend::steps;
use crate::entity::{chain_cut, event, event_batch, event_writer};
use crate::error::{Step, Stop, fault, one_row};
use crate::transaction::DatabaseTransaction;
use domain::audit::Event;
use domain::chain::{self, Batch, Cut, Deleted, Head, Misfit, Writer};
use domain::ports::{Entropy, StoreError};
use domain::time::Timestamp;
use sea_orm::sea_query::{Condition, Expr, LockBehavior, LockType};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

/// At most so many events go at once: that is a short transaction. A batch holds no more.
const AT_ONCE: i64 = 1000;
/// How often a head that others move is looked at anew.
const TRIES: usize = 5;

/// What is about to be deleted.
#[derive(Clone)]
struct Doomed {
    batches: Vec<Batch>,
    cut: Cut,
    deleted: Deleted,
    event: Event,
}

/// What came of it.
enum Done {
    Cut(Deleted),
    /// Nothing was deleted: an erasure did not wipe just what it says.
    Misfit(Misfit),
}

impl Doomed {
    fn events(&self) -> i64 {
        self.batches.iter().map(|batch| batch.count).sum()
    }

    /// The events, or the batches, that go.
    fn are(&self, batch: impl ColumnTrait) -> Condition {
        let first = self.batches.first().map_or(i64::MAX, |batch| batch.number);
        Condition::all().add(batch.gte(first)).add(batch.lte(self.cut.batch))
    }
}

impl Chain {
    /// What was deleted by age so far, as it stands there: whether it is what was sealed says whoever verifies.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn cut_off(&self) -> Result<Option<Cut>, StoreError> {
        let found = chain_cut::Entity::find_by_id(ONLY).one(self.db.reader()).await.map_err(fault)?;
        Ok(found.as_ref().and_then(row::cut_of))
    }

    /// Deletes the oldest batches, a thousand events at most, as far as they were closed before `before`, and answers what that
    /// was. `None`: there is none, or others move the head all the time. No batch goes that an event which is not closed knows.
    ///
    /// # Errors
    /// [`ChainError`] if what would be deleted, or the chain, is not as it was left, or cannot be read or written.
    pub async fn cut(
        &self,
        now: Timestamp,
        before: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Option<Deleted>, ChainError> {
        for _ in 0..TRIES {
            let seen = self.chained().await?;
            let batches = self.old_batches(&seen, before).await?;
            let Some(last) = batches.last() else { return Ok(None) };
            self.keys.check()?;
            let events = batches.iter().map(|batch| batch.count).sum();
            let cut = Cut::sealed(&self.keys, seen.cut.as_ref(), (last, events), now)?;
            let batch_count = i64::try_from(batches.len()).unwrap_or(i64::MAX);
            let deleted = Deleted { events, batches: batch_count, until: last.closed_at };
            // Whoever proves no event deletes none: the deletion is one.
            let proves = self.db.journal().is_some();
            let Some(event) = deleted.event(now, entropy).filter(|_| proves) else { return Ok(None) };
            let doomed = Doomed { batches, cut, deleted, event };
            if !self.still_fits(&seen, &doomed).await? {
                continue;
            }
            let own = self.clone();
            match Box::pin(self.db.write(steps!(tx => own.delete(tx, &seen, &doomed)))).await? {
                None => {}
                Some(Done::Misfit(misfit)) => return Err(misfit.into()),
                Some(Done::Cut(deleted)) => return Ok(Some(deleted)),
            }
        }
        Ok(None)
    }

    /// The oldest batches that may go.
    async fn old_batches(&self, seen: &Chained, before: Timestamp) -> Result<Vec<Batch>, ChainError> {
        let (base, _) = seen.base();
        let rows = event_batch::Entity::find()
            .filter(event_batch::Column::Number.gt(base))
            .order_by_asc(event_batch::Column::Number)
            .limit(u64::try_from(AT_ONCE).unwrap_or(1));
        let rows = rows.all(self.db.reader()).await.map_err(fault)?;
        let known = self.oldest_known().await?.unwrap_or(i64::MAX);
        let (mut batches, mut events) = (Vec::new(), 0_i64);
        for row in rows {
            let batch = row::batch_of(&row).ok_or(Misfit::BatchChanged(row.number))?;
            events = events.saturating_add(batch.count);
            if batch.closed_at >= before || batch.number > known || events > AT_ONCE {
                break;
            }
            batches.push(batch);
        }
        Ok(batches)
    }

    /// The oldest batch that an event which is not closed knew when it was written. Its hash is needed to prove that event.
    async fn oldest_known(&self) -> Result<Option<i64>, StoreError> {
        let known = event::Entity::find()
            .select_only()
            .column(event::Column::Mark)
            .filter(open())
            // The genesis is never deleted.
            .filter(event::Column::Mark.gt(0_i64))
            .order_by_asc(event::Column::Mark)
            .limit(1)
            .into_tuple::<i64>();
        known.one(self.db.reader()).await.map_err(fault)
    }

    /// Compares what is about to be deleted with its proofs. `false`: somebody else deleted meanwhile.
    async fn still_fits(&self, seen: &Chained, doomed: &Doomed) -> Result<bool, ChainError> {
        let rows = event::Entity::find()
            .filter(doomed.are(event::Column::Batch))
            .order_by_asc(event::Column::Batch)
            .order_by_asc(event::Column::Position)
            // One more than there should be, which shows that there are more.
            .limit(u64::try_from(doomed.events()).unwrap_or(0).saturating_add(1));
        let rows = rows.all(self.db.reader()).await.map_err(fault)?;
        let (mut number, mut previous) = seen.base();
        for batch in &doomed.batches {
            number = number.saturating_add(1);
            let of_batch = rows.iter().filter(|row| row.batch == Some(batch.number));
            let found: Vec<_> = of_batch.map(row::found).collect();
            let misfit = (batch.number != number).then_some(Misfit::BatchMissing(number));
            let misfit = misfit.or_else(|| chain::check(&self.keys, &previous, batch, &found));
            if let Some(misfit) = misfit {
                let moved = self.chained().await?.base() != seen.base();
                return if moved { Ok(false) } else { Err(misfit.into()) };
            }
            previous = batch.hash;
        }
        Ok(true)
    }

    async fn delete(&self, tx: &DatabaseTransaction, seen: &Chained, doomed: &Doomed) -> Step<Done> {
        let head = &seen.head;
        // Whoever closes or deletes at the same time waits here, and finds another head.
        move_head(tx, head, head).await?;
        let rows = event::Entity::find()
            .filter(doomed.are(event::Column::Batch))
            // Whoever erases a user waits for this one, and this one for nobody: it goes on a minute later.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(tx)
            .await?;
        if i64::try_from(rows.len()) != Ok(doomed.events()) {
            return Err(Stop::Guard);
        }
        let left = match wiping::left(tx, &self.keys, &rows).await? {
            Ok(left) => left,
            Err(misfit) => return Ok(Done::Misfit(misfit)),
        };
        for erasure in &left {
            say_what_is_left(tx, erasure).await?;
        }
        take_away(tx, doomed).await?;
        let writers = counted_cut(tx, &seen.writers, &rows).await?;
        remember(tx, seen.cut.as_ref(), &doomed.cut).await?;
        audit::record(tx, &doomed.event).await?;
        let to = sealed(Head::sealed(&self.keys, (head.batch, head.hash), &writers, Some(&doomed.cut)))?;
        move_head(tx, head, &to).await?;
        Ok(Done::Cut(doomed.deleted))
    }
}

async fn say_what_is_left(tx: &DatabaseTransaction, of: &Left) -> Step {
    let update = event::Entity::update_many()
        .col_expr(event::Column::StillWiped, Expr::value(of.digest.to_vec()))
        .filter(event::COLUMN.site_id.eq(of.site))
        .filter(event::COLUMN.user_id.eq(of.user.clone()))
        .filter(event::COLUMN.at.eq(of.at))
        .filter(event::COLUMN.id.eq(of.erasure));
    one_row(update.exec(tx).await?.rows_affected)
}

/// Guard: all of them are there.
async fn take_away(tx: &DatabaseTransaction, doomed: &Doomed) -> Step {
    let events = event::Entity::delete_many().filter(doomed.are(event::Column::Batch));
    let batches = event_batch::Entity::delete_many().filter(doomed.are(event_batch::Column::Number));
    let gone = (events.exec(tx).await?.rows_affected, batches.exec(tx).await?.rows_affected);
    let all = (u64::try_from(doomed.events()), u64::try_from(doomed.batches.len()));
    if (Ok(gone.0), Ok(gone.1)) == all { Ok(()) } else { Err(Stop::Guard) }
}

/// The writers, with how many of the events that they counted are deleted now.
async fn counted_cut(
    tx: &DatabaseTransaction,
    writers: &[Writer],
    events: &[event::Model],
) -> Step<Vec<Writer>> {
    let mut writers = writers.to_vec();
    for writer in &mut writers {
        let counted = |event: &&event::Model| {
            event.writer == Some(writer.number)
                && event.sequence.is_some_and(|sequence| sequence < writer.settled)
        };
        let cut = events.iter().filter(counted).count();
        if cut > 0 {
            writer.cut = writer.cut.saturating_add(i64::try_from(cut).unwrap_or(0));
            let update = event_writer::Entity::update_many()
                .col_expr(event_writer::Column::Cut, Expr::value(writer.cut))
                .filter(event_writer::Column::Number.eq(writer.number));
            one_row(update.exec(tx).await?.rows_affected)?;
        }
    }
    Ok(writers)
}

/// Guard: it still says what was seen.
async fn remember(tx: &DatabaseTransaction, seen: Option<&Cut>, cut: &Cut) -> Step {
    let row = row::cut_row(cut);
    let Some(seen) = seen else {
        chain_cut::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
        return Ok(());
    };
    let update = chain_cut::Entity::update_many()
        .col_expr(chain_cut::Column::Batch, Expr::value(row.batch))
        .col_expr(chain_cut::Column::Hash, Expr::value(row.hash))
        .col_expr(chain_cut::Column::Events, Expr::value(row.events))
        .col_expr(chain_cut::Column::Until, Expr::value(row.until))
        .col_expr(chain_cut::Column::CutAt, Expr::value(row.cut_at))
        .col_expr(chain_cut::Column::KeyId, Expr::value(row.key_id))
        .col_expr(chain_cut::Column::Seal, Expr::value(row.seal))
        .filter(chain_cut::COLUMN.id.eq(ONLY))
        .filter(chain_cut::Column::Seal.eq(seen.seal.to_vec()));
    one_row(update.exec(tx).await?.rows_affected)
}
