//! Walking the whole chain, batch by batch, while others go on writing; then what is not closed yet, as of one moment.

use super::row::{self, Chained};
use super::{Chain, open};
use crate::backend::steps;
use crate::entity::{event, event_batch};
use crate::error::fault;
use domain::chain::{self, Batch, Digest, FoundEvent, Misfit, Sequences};
use domain::name::EventId;
use domain::ports::StoreError;
use domain::seal::KeyId;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many events are read at once.
const PAGE: u64 = 1000;

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

/// An erasure, as the events that it wiped name it: of which site and user, and its id.
type Erasure = (Uuid, Vec<u8>, Uuid);

/// How far the walk has come.
struct Walk {
    chain: Chain,
    noted: Option<Noted>,
    events: u64,
    open: u64,
    /// The hashes of the genesis and of the batches that fit, by their numbers.
    marks: Vec<Digest>,
    /// Which events of each writer were found.
    written: BTreeMap<i64, Sequences>,
    /// What each erasure that was found says.
    erasures: BTreeMap<Erasure, (KeyId, Digest)>,
    /// Erasures that wiped events name.
    wiped: BTreeSet<Erasure>,
}

/// SQLite compares no text with bytes, and reads either as the other: a row whose user stands there as text reads as it did,
/// and is found by no list and no erasure of theirs.
const OF_ANOTHER_TYPE: &str = "SELECT id FROM event WHERE typeof(user_id) <> 'blob' \
    OR typeof(by_user) NOT IN ('blob', 'null') OR typeof(site_id) <> 'blob' OR typeof(id) <> 'blob' LIMIT 1";

/// What was seen at the head.
enum Looked {
    /// It is at this batch, which the walk has not reached.
    At(i64),
    /// All there is was compared.
    Over(Option<Misfit>),
}

impl Chain {
    /// Compares every event and batch with its proof, all of it with what is sealed, and the chain with a head that was
    /// `noted`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read. What does not fit is no error.
    pub async fn verify(&self, noted: Option<Noted>) -> Result<Verdict, StoreError> {
        let walk = Walk {
            chain: self.clone(),
            noted,
            events: 0,
            open: 0,
            marks: Vec::new(),
            written: BTreeMap::new(),
            erasures: BTreeMap::new(),
            wiped: BTreeSet::new(),
        };
        let (walk, misfit) = walk.all().await?;
        let head = Noted { batch: walk.newest(), hash: walk.marks.last().copied().unwrap_or_default() };
        let batches = u64::try_from(walk.newest()).unwrap_or(0);
        Ok(Verdict { events: walk.events, batches, open: walk.open, head, misfit })
    }
}

impl Walk {
    /// Follows the head, which others may move meanwhile.
    async fn all(self) -> Result<(Self, Option<Misfit>), StoreError> {
        let (db, mut walk) = (self.chain.db.clone(), self);
        loop {
            let looked;
            (walk, looked) = db.snapshot(steps!(snapshot => walk.look(snapshot))).await?;
            let newest = match looked {
                Looked::Over(misfit) => return Ok((walk, misfit)),
                Looked::At(newest) => newest,
            };
            while walk.newest() < newest {
                if let Some(misfit) = walk.next().await? {
                    return Ok((walk, Some(misfit)));
                }
            }
        }
    }

    /// At what is sealed, and, where the walk has come so far, at what is not closed.
    async fn look(mut self, db: &DatabaseTransaction) -> Result<(Self, Looked), StoreError> {
        let seen = match row::chained(db, &self.chain.keys).await? {
            Ok(seen) => seen,
            Err(misfit) => return Ok((self, Looked::Over(Some(misfit)))),
        };
        if self.marks.is_empty() {
            self.marks.push(seen.genesis.hash);
        }
        if seen.head.batch > self.newest() {
            return Ok((self, Looked::At(seen.head.batch)));
        }
        let misfit = match self.end(db, &seen).await? {
            None if self.chain.db.is_sqlite() => of_another_type(db).await?,
            misfit => misfit,
        };
        Ok((self, Looked::Over(misfit)))
    }

    /// The number of the newest batch that fits.
    fn newest(&self) -> i64 {
        i64::try_from(self.marks.len()).unwrap_or(i64::MAX) - 1
    }

    async fn next(&mut self) -> Result<Option<Misfit>, StoreError> {
        let number = self.newest().saturating_add(1);
        let found =
            event_batch::Entity::find_by_id(number).one(self.chain.db.reader()).await.map_err(fault)?;
        let Some(row) = found else { return Ok(Some(Misfit::BatchMissing(number))) };
        let Some(batch) = row::batch_of(&row) else { return Ok(Some(Misfit::BatchChanged(number))) };
        let events = self.events_of(&batch).await?;
        let found: Vec<_> = events.iter().map(row::found).collect();
        let previous = self.marks.last().copied().unwrap_or_default();
        if let Some(misfit) = chain::check(&self.chain.keys, &previous, &batch, &found) {
            return Ok(Some(misfit));
        }
        for event in &found {
            self.remember(event);
        }
        self.events += u64::try_from(events.len()).unwrap_or(u64::MAX);
        self.marks.push(batch.hash);
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

    /// An event that is proved.
    fn remember(&mut self, event: &FoundEvent<'_>) {
        let record = &event.record;
        let Some(stamp) = event.stamp else { return };
        self.written.entry(stamp.writer).or_default().add(stamp.sequence);
        if let Some(erasure) = event.erasure {
            self.wiped.insert((record.site, record.user.to_vec(), erasure));
        }
        if let Some(wiped) = record.wiped {
            let said = wiped.try_into().unwrap_or_default();
            self.erasures.insert((record.site, record.user.to_vec(), record.id), (stamp.key, said));
        }
    }

    /// What the walk did not come by, as of the moment of the head that it has reached.
    async fn end(&mut self, db: &impl ConnectionTrait, seen: &Chained) -> Result<Option<Misfit>, StoreError> {
        let head = &seen.head;
        if head.batch != self.newest() || self.marks.last() != Some(&head.hash) {
            return Ok(Some(Misfit::Head));
        }
        if let Some(noted) = self.noted.filter(|noted| noted.batch > head.batch) {
            return Ok(Some(Misfit::RolledBack { noted: noted.batch, found: head.batch }));
        }
        if let Some(misfit) = outside(db, head.batch).await? {
            return Ok(Some(misfit));
        }
        if let Some(misfit) = self.waiting(db).await? {
            return Ok(Some(misfit));
        }
        for writer in &seen.writers {
            let found = self.written.get(&writer.number).map_or(0, |found| found.below(writer.settled));
            if found != writer.count {
                return Ok(Some(Misfit::EventsLost { expected: writer.count, found }));
            }
        }
        self.wrongly_wiped(db).await
    }

    /// The events that are not closed yet.
    async fn waiting(&mut self, db: &impl ConnectionTrait) -> Result<Option<Misfit>, StoreError> {
        let mut after: Option<(i64, Uuid)> = None;
        loop {
            let mut asked = event::Entity::find().filter(open());
            if let Some((at, id)) = after {
                let later = Condition::any().add(event::COLUMN.at.gt(at)).add(event::COLUMN.id.gt(id));
                asked = asked.filter(event::COLUMN.at.gte(at)).filter(later);
            }
            let page = asked.order_by_asc(event::Column::At).order_by_asc(event::Column::Id).limit(PAGE);
            let rows = page.all(db).await.map_err(fault)?;
            let Some(last) = rows.last() else { return Ok(None) };
            after = Some((last.at, last.id));
            for found in rows.iter().map(row::found) {
                let marks = &self.marks;
                let proved = chain::is_proved(&self.chain.keys, &found, &|of| mark(marks, of));
                if !proved.unwrap_or(false) || found.position.is_some() || found.digest.is_some() {
                    return Ok(Some(Misfit::EventForged { event: found.id() }));
                }
                self.remember(&found);
                self.open += 1;
            }
        }
    }

    /// An erasure that did not wipe just the events that it says it did. So they are read once more, as of this moment.
    async fn wrongly_wiped(&self, db: &impl ConnectionTrait) -> Result<Option<Misfit>, StoreError> {
        for erasure in self.erasures.keys().chain(&self.wiped) {
            let (site, user, id) = erasure;
            let rows = event::Entity::find()
                .filter(event::COLUMN.site_id.eq(*site))
                .filter(event::Column::UserId.eq(user.clone()))
                .filter(event::Column::Erasure.eq(*id))
                .all(db)
                .await
                .map_err(fault)?;
            let wiped: Vec<_> = rows.iter().map(|row| EventId::from_uuid(row.id)).collect();
            let made = |key| chain::erasure_digest(&self.chain.keys, key, &wiped);
            let fits = self.erasures.get(erasure).is_some_and(|(key, said)| made(*key) == Ok(*said));
            if !fits {
                return Ok(Some(Misfit::Stripped { event: EventId::from_uuid(*id) }));
            }
        }
        Ok(None)
    }
}

fn mark(marks: &[Digest], number: i64) -> Option<Digest> {
    marks.get(usize::try_from(number).ok()?).copied()
}

/// Batches, and events of batches, that are none of the chain's.
async fn outside(db: &impl ConnectionTrait, newest: i64) -> Result<Option<Misfit>, StoreError> {
    let batch = event_batch::Column::Number;
    let batches = event_batch::Entity::find().filter(beyond(batch, newest)).one(db).await;
    let batches = batches.map_err(fault)?.map(|row| row.number);
    let events = event::Entity::find().filter(beyond(event::Column::Batch, newest)).one(db).await;
    let events = events.map_err(fault)?.and_then(|row| row.batch);
    Ok(batches.or(events).map(Misfit::BatchAdded))
}

fn beyond(batch: impl ColumnTrait, newest: i64) -> Condition {
    Condition::any().add(batch.lt(1)).add(batch.gt(newest))
}

/// An event of which a column is of a type that Twofold does not write.
async fn of_another_type(db: &impl ConnectionTrait) -> Result<Option<Misfit>, StoreError> {
    let asked = Statement::from_string(db.get_database_backend(), OF_ANOTHER_TYPE);
    let Some(row) = db.query_one_raw(asked).await.map_err(fault)? else { return Ok(None) };
    let event = EventId::from_uuid(row.try_get("", "id").unwrap_or_default());
    Ok(Some(Misfit::EventForged { event }))
}
