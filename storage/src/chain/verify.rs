//! Walking the whole chain, batch by batch, while others go on writing.

use super::{Chain, open, row};
use crate::backend::steps;
use crate::entity::{event, event_batch};
use crate::error::fault;
use domain::audit::EventKind;
use domain::chain::{self, Batch, Digest, Head, Misfit};
use domain::name::EventId;
use domain::ports::StoreError;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A head that was noted somewhere else, where whoever writes the database does not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The batch.
    pub batch: i64,
    /// Its hash.
    pub hash: Digest,
}

/// What came of verifying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Events in batches that fit.
    pub events: u64,
    /// Batches that fit.
    pub batches: u64,
    /// Events that are not closed yet.
    pub open: u64,
    /// The newest batch that fits, to be noted.
    pub head: Noted,
    /// The first place that does not fit.
    pub misfit: Option<Misfit>,
}

/// Users of whom something was stripped, each with one event of it.
type Stripped = BTreeMap<(Uuid, Vec<u8>), EventId>;

/// How far the walk has come.
struct Walk<'a> {
    chain: &'a Chain,
    noted: Option<Noted>,
    events: u64,
    head: Noted,
    stripped: Stripped,
}

impl Chain {
    /// Compares every closed event and batch with the chain, up to its head, and the chain with a head that was `noted`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read. What does not fit is no error.
    pub async fn verify(&self, noted: Option<Noted>) -> Result<Verdict, StoreError> {
        let begin = Noted { batch: 0, hash: Head::NONE.hash };
        let mut walk = Walk { chain: self, noted, events: 0, head: begin, stripped: Stripped::default() };
        let misfit = walk.all().await?;
        let open = event::Entity::find().filter(open()).count(self.db.reader()).await.map_err(fault)?;
        let batches = u64::try_from(walk.head.batch).unwrap_or(0);
        Ok(Verdict { events: walk.events, batches, open, head: walk.head, misfit })
    }
}

impl Walk<'_> {
    /// Follows the head, which others may move meanwhile.
    async fn all(&mut self) -> Result<Option<Misfit>, StoreError> {
        loop {
            let head = row::head(self.chain.db.reader()).await?;
            let Some(head) = head.filter(|head| head.holds(&self.chain.keys)) else {
                return Ok(Some(Misfit::Head));
            };
            if head.batch <= self.head.batch {
                return self.end(&head).await;
            }
            while self.head.batch < head.batch {
                if let Some(misfit) = self.next().await? {
                    return Ok(Some(misfit));
                }
            }
        }
    }

    async fn next(&mut self) -> Result<Option<Misfit>, StoreError> {
        let number = self.head.batch.saturating_add(1);
        let found =
            event_batch::Entity::find_by_id(number).one(self.chain.db.reader()).await.map_err(fault)?;
        let Some(row) = found else { return Ok(Some(Misfit::BatchMissing(number))) };
        let Some(batch) = row::batch_of(&row) else { return Ok(Some(Misfit::BatchChanged(number))) };
        let events = self.events_of(&batch).await?;
        let found: Vec<_> = events.iter().map(row::found).collect();
        if let Some(misfit) = chain::check(&self.chain.keys, &self.head.hash, &batch, &found) {
            return Ok(Some(misfit));
        }
        for event in found.iter().filter(|event| event.is_stripped()) {
            let user = (event.record.site, event.record.user.to_vec());
            self.stripped.entry(user).or_insert(EventId::from_uuid(event.record.id));
        }
        self.events += u64::try_from(events.len()).unwrap_or(u64::MAX);
        self.head = Noted { batch: number, hash: batch.hash };
        let other = self.noted.filter(|noted| noted.batch == number && noted.hash != batch.hash);
        Ok(other.map(|_| Misfit::OtherHistory(number)))
    }

    /// One more than there should be, which shows that there are more.
    async fn events_of(&self, batch: &Batch) -> Result<Vec<event::Model>, StoreError> {
        let limit = u64::try_from(batch.count).unwrap_or(0).min(u64::from(chain::BATCH)).saturating_add(1);
        event::Entity::find()
            .filter(event::COLUMN.batch.eq(batch.number))
            .order_by_asc(event::Column::Position)
            .limit(limit)
            .all(self.chain.db.reader())
            .await
            .map_err(fault)
    }

    /// What the walk did not come by.
    async fn end(&self, head: &Head) -> Result<Option<Misfit>, StoreError> {
        if head.hash != self.head.hash || head.batch != self.head.batch {
            return Ok(Some(Misfit::Head));
        }
        if let Some(noted) = self.noted.filter(|noted| noted.batch > head.batch) {
            return Ok(Some(Misfit::RolledBack { noted: noted.batch, found: head.batch }));
        }
        let unread = self.outside().await?;
        Ok(if unread.is_some() { unread } else { self.stripped_of_the_living().await.map_err(fault)? })
    }

    /// Batches, and events of batches, that are none of the chain's. Read with the head as of one moment.
    async fn outside(&self) -> Result<Option<Misfit>, StoreError> {
        let added = self.chain.db.snapshot(steps!(snapshot => added(snapshot))).await?;
        Ok(added.map(Misfit::BatchAdded))
    }

    /// Only who was erased has lost what is personal.
    async fn stripped_of_the_living(&self) -> Result<Option<Misfit>, DbErr> {
        for ((site, user), event) in &self.stripped {
            if !was_erased(self.chain.db.reader(), *site, user).await? {
                return Ok(Some(Misfit::Stripped { event: *event }));
            }
        }
        Ok(None)
    }
}

async fn added(snapshot: &DatabaseTransaction) -> Result<Option<i64>, StoreError> {
    let newest = row::head(snapshot).await?.map_or(0, |head| head.batch);
    let batch = event_batch::Column::Number;
    let batches = event_batch::Entity::find().filter(beyond(batch, newest)).one(snapshot).await;
    let batches = batches.map_err(fault)?.map(|row| row.number);
    let events = event::Entity::find().filter(beyond(event::Column::Batch, newest)).one(snapshot).await;
    Ok(batches.or(events.map_err(fault)?.and_then(|row| row.batch)))
}

fn beyond(batch: impl ColumnTrait, newest: i64) -> Condition {
    Condition::any().add(batch.lt(1)).add(batch.gt(newest))
}

async fn was_erased(db: &impl ConnectionTrait, site: Uuid, user: &[u8]) -> Result<bool, DbErr> {
    let erased = event::Entity::find()
        .filter(event::COLUMN.site_id.eq(site))
        .filter(event::Column::UserId.eq(user.to_vec()))
        .filter(event::COLUMN.kind.eq(EventKind::UserErased.as_str()))
        .limit(1);
    Ok(erased.count(db).await? > 0)
}
