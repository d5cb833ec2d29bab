//! One event, and one batch against its events.

use super::{
    Batch, Digest, Misfit, Personal, Record, Seat, Stamp, batch_hash, commitment, event_mac, seat_digest,
};
use crate::name::EventId;
use crate::seal::{KeyRing, SealError};
use uuid::Uuid;

/// The hash of a batch, by its number; of the genesis, by zero. `None`: there is none.
pub type Marks<'a> = &'a (dyn Fn(i64) -> Option<Digest> + Sync);

/// An event as it is found.
#[derive(Clone, Copy, Debug)]
pub struct FoundEvent<'a> {
    /// Its place in its batch, if it says one.
    pub position: Option<i64>,
    /// Who wrote it, if it says so.
    pub stamp: Option<Stamp>,
    /// What never goes.
    pub record: Record<'a>,
    /// What is left of the rest.
    pub personal: Personal<'a>,
    /// The salt of the commitment; gone with what is personal.
    pub salt: Option<Digest>,
    /// What stands for the personal part.
    pub commitment: Option<Digest>,
    /// The erasure by which what is personal went.
    pub erasure: Option<Uuid>,
    /// Of an erasure: what it says since some of the events that it wiped were deleted by age.
    pub still_wiped: Option<Digest>,
    /// With what it was written.
    pub mac: Option<Digest>,
    /// The digest of its seat.
    pub digest: Option<Digest>,
}

/// Whether an event that is not closed is as it was written. Whether it was rightly wiped remains to be asked.
///
/// # Errors
/// [`SealError::UnknownKey`] if the ring has not its key.
pub fn is_proved(keys: &KeyRing, event: &FoundEvent<'_>, marks: Marks<'_>) -> Result<bool, SealError> {
    let (Some(stamp), Some(stands_for), Some(written)) = (event.stamp, event.commitment, event.mac) else {
        return Ok(false);
    };
    let Some(known) = marks(stamp.mark) else { return Ok(false) };
    Ok(event.is_whole() && event_mac(keys, &stamp, &known, &event.record, &stands_for)? == written)
}

/// Where a batch behind the one of the hash `previous`, whose events come in the order of their positions, does not fit;
/// `None`: it is as it was closed. Whether its events were rightly wiped remains to be asked.
#[must_use]
pub fn check(keys: &KeyRing, previous: &Digest, batch: &Batch, events: &[FoundEvent<'_>]) -> Option<Misfit> {
    judge(keys, previous, batch, events).unwrap_or_else(|error| {
        Some(match error {
            SealError::UnknownKey(key) => Misfit::KeyGone { batch: batch.number, key },
            SealError::Damaged => Misfit::BatchChanged(batch.number),
        })
    })
}

fn judge(
    keys: &KeyRing,
    previous: &Digest,
    batch: &Batch,
    events: &[FoundEvent<'_>],
) -> Result<Option<Misfit>, SealError> {
    let (mut digests, mut rest) = (Vec::with_capacity(events.len()), events.iter().peekable());
    for position in 0..batch.count {
        let seat = Seat { batch: batch.number, position };
        let Some(event) = rest.next_if(|event| event.position == Some(position)) else {
            return Ok(Some(odd(batch, rest.next(), position).unwrap_or(Misfit::EventMissing(seat))));
        };
        let digest = event.digest_at(keys, batch, seat)?;
        if let Some(twin) = rest.next_if(|twin| twin.position == Some(position)) {
            let false_one = if digest.is_some() { twin } else { event };
            return Ok(Some(false_one.added(batch)));
        }
        let Some(digest) = digest else {
            return Ok(Some(Misfit::EventChanged { seat, event: event.id() }));
        };
        digests.push(digest);
    }
    if let Some(event) = rest.next() {
        return Ok(Some(event.added(batch)));
    }
    let hash = batch_hash(keys, previous, batch, &digests)?;
    Ok((hash != batch.hash).then_some(Misfit::BatchChanged(batch.number)))
}

/// An event that claims no position of the batch.
fn odd(batch: &Batch, event: Option<&FoundEvent<'_>>, expected: i64) -> Option<Misfit> {
    let event = event?;
    let later = event.position.is_some_and(|position| (expected..batch.count).contains(&position));
    (!later).then(|| event.added(batch))
}

impl FoundEvent<'_> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> EventId {
        EventId::from_uuid(self.record.id)
    }

    fn added(&self, batch: &Batch) -> Misfit {
        Misfit::EventAdded { batch: batch.number, event: self.id() }
    }

    /// Whether what is personal in it is what its commitment stands for, or was wiped; and whether it says of others only what
    /// an erasure says.
    fn is_whole(&self) -> bool {
        if self.still_wiped.is_some() && self.record.wiped.is_none() {
            return false;
        }
        match &self.salt {
            Some(salt) => self.erasure.is_none() && Some(commitment(salt, &self.personal)) == self.commitment,
            None => self.erasure.is_some() && self.personal == Personal::default(),
        }
    }

    /// Its digest, if it is as it was closed at this seat.
    fn digest_at(&self, keys: &KeyRing, batch: &Batch, seat: Seat) -> Result<Option<Digest>, SealError> {
        let digest = seat_digest(keys, batch.key, seat, self)?;
        let earlier = self.stamp.is_some_and(|stamp| stamp.mark < batch.number);
        Ok(digest.filter(|digest| earlier && self.is_whole() && self.digest == Some(*digest)))
    }
}
