//! Walking the whole chain, batch by batch, while others go on writing and deleting what is old; then what is not closed yet, as
//! of one moment.

use super::row::{self, Chained};
use super::wiping::{self, Erasure};
use super::{Chain, open, types};
use crate::backend::steps;
use crate::entity::{event, event_batch};
use crate::error::fault;
use domain::chain::{self, Batch, Cut, Digest, FoundEvent, Misfit, Sequences};
use domain::name::EventId;
use domain::ports::StoreError;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
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
    /// What was deleted by age before the first of them.
    pub cut: Option<Cut>,
    /// The first place that does not fit.
    pub misfit: Option<Misfit>,
}

/// How far the walk has come.
struct Walk {
    chain: Chain,
    noted: Option<Noted>,
    genesis: Digest,
    /// What was deleted before this walk began.
    cut: Option<Cut>,
    events: u64,
    open: u64,
    /// The hashes of the batch behind which it began, or of the genesis, and of those that fit since.
    marks: Vec<Digest>,
    /// How many events of each writer were deleted before it began.
    gone: BTreeMap<i64, i64>,
    /// Which ones were found.
    written: BTreeMap<i64, Sequences>,
    /// Erasures that were found.
    erasures: BTreeSet<Erasure>,
    /// Erasures that wiped events name.
    wiped: BTreeSet<Erasure>,
}

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
        let (walk, misfit) = Box::pin(Walk::new(self.clone(), noted).all()).await?;
        let head = Noted { batch: walk.newest(), hash: walk.marks.last().copied().unwrap_or_default() };
        let batches = u64::try_from(walk.newest() - walk.base()).unwrap_or(0);
        Ok(Verdict { events: walk.events, batches, open: walk.open, head, cut: walk.cut, misfit })
    }
}

impl Walk {
    const fn new(chain: Chain, noted: Option<Noted>) -> Self {
        Self {
            chain,
            noted,
            genesis: [0; 32],
            cut: None,
            events: 0,
            open: 0,
            marks: Vec::new(),
            gone: BTreeMap::new(),
            written: BTreeMap::new(),
            erasures: BTreeSet::new(),
            wiped: BTreeSet::new(),
        }
    }

    /// Begins behind what is deleted now; `Some`: what was noted is not there any more, or was another one.
    fn begin(self, seen: &Chained) -> (Self, Option<Misfit>) {
        let (base, hash) = seen.base();
        let gone = seen.writers.iter().map(|writer| (writer.number, writer.cut)).collect();
        let (genesis, cut) = (seen.genesis.hash, seen.cut.clone());
        let begun = Self { genesis, cut, gone, marks: vec![hash], ..Self::new(self.chain, self.noted) };
        let misfit = match begun.noted {
            Some(noted) if noted.batch < base => Some(Misfit::NotedCut { noted: noted.batch, cut: base }),
            Some(noted) if noted.batch == base && noted.hash != hash => Some(Misfit::OtherHistory(base)),
            Some(_) | None => None,
        };
        (begun, misfit)
    }

    /// Follows the head, which others may move meanwhile.
    async fn all(self) -> Result<(Self, Option<Misfit>), StoreError> {
        let (db, mut walk) = (self.chain.db.clone(), self);
        loop {
            let looked;
            (walk, looked) = Box::pin(db.snapshot(steps!(snapshot => walk.look(snapshot)))).await?;
            let newest = match looked {
                Looked::Over(misfit) => return Ok((walk, misfit)),
                Looked::At(newest) => newest,
            };
            while walk.newest() < newest {
                match walk.next().await? {
                    None => {}
                    // What it came to is deleted by now: it begins again behind that.
                    Some(_) if walk.was_cut().await? => break,
                    misfit => return Ok((walk, misfit)),
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
        if self.marks.is_empty() || seen.base().0 > self.newest() {
            let misfit;
            (self, misfit) = self.begin(&seen);
            if misfit.is_some() {
                return Ok((self, Looked::Over(misfit)));
            }
        }
        if seen.head.batch > self.newest() {
            return Ok((self, Looked::At(seen.head.batch)));
        }
        let misfit = match self.end(db, &seen).await? {
            None if self.chain.db.is_sqlite() => types::of_another_type(db).await?,
            misfit => misfit,
        };
        Ok((self, Looked::Over(misfit)))
    }

    /// The batch behind which it began.
    fn base(&self) -> i64 {
        self.cut.as_ref().map_or(0, |cut| cut.batch)
    }

    /// The number of the newest batch that fits.
    fn newest(&self) -> i64 {
        i64::try_from(self.marks.len().saturating_sub(1)).unwrap_or(i64::MAX).saturating_add(self.base())
    }

    /// The hash of a batch that an event which is not closed knew.
    fn mark(&self, number: i64) -> Option<Digest> {
        let at = usize::try_from(number.checked_sub(self.base())?);
        if number == 0 { Some(self.genesis) } else { self.marks.get(at.ok()?).copied() }
    }

    /// Whether the batch that comes next was deleted by age meanwhile.
    async fn was_cut(&self) -> Result<bool, StoreError> {
        let (keys, newest) = (self.chain.keys.clone(), self.newest());
        let seen = self.chain.db.snapshot(steps!(snapshot => row::chained(snapshot, &keys))).await?;
        Ok(seen.is_ok_and(|seen| seen.base().0 > newest))
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
        if record.wiped.is_some() {
            self.erasures.insert((record.site, record.user.to_vec(), record.id));
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
        if let Some(misfit) = outside(db, seen.base().0, head.batch).await? {
            return Ok(Some(misfit));
        }
        if let Some(misfit) = self.waiting(db).await? {
            return Ok(Some(misfit));
        }
        for writer in &seen.writers {
            let found = self.written.get(&writer.number).map_or(0, |found| found.below(writer.settled));
            let gone = self.gone.get(&writer.number).copied().unwrap_or(0);
            let expected = writer.count.saturating_sub(gone);
            if found != expected {
                return Ok(Some(Misfit::EventsLost { expected, found }));
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
                let proved = chain::is_proved(&self.chain.keys, &found, &|of| self.mark(of));
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
        for erasure in self.erasures.union(&self.wiped) {
            let found = wiping::find(db, erasure).await.map_err(fault)?;
            let is_proved = self.erasures.contains(erasure);
            // It came by, and was deleted by age since, with all that it wiped.
            let is_gone = found.own.is_none() && found.wiped.is_empty();
            if !is_proved || !(is_gone || found.fits(&self.chain.keys)) {
                return Ok(Some(Misfit::Stripped { event: EventId::from_uuid(erasure.2) }));
            }
        }
        Ok(None)
    }
}

/// Batches, and events of batches, that are none of the chain's.
async fn outside(db: &impl ConnectionTrait, base: i64, newest: i64) -> Result<Option<Misfit>, StoreError> {
    let batch = event_batch::Column::Number;
    let batches = event_batch::Entity::find().filter(beyond(batch, base, newest)).one(db).await;
    let batches = batches.map_err(fault)?.map(|row| row.number);
    let events = event::Entity::find().filter(beyond(event::Column::Batch, base, newest)).one(db).await;
    let events = events.map_err(fault)?.and_then(|row| row.batch);
    Ok(batches.or(events).map(Misfit::BatchAdded))
}

fn beyond(batch: impl ColumnTrait, base: i64, newest: i64) -> Condition {
    Condition::any().add(batch.lte(base)).add(batch.gt(newest))
}
