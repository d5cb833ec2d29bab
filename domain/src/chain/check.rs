//! One batch against its events.

use super::{Batch, Digest, Misfit, Personal, Record, Seat, batch_hash, commitment, event_digest};
use crate::name::EventId;
use crate::seal::{KeyRing, SealError};

/// An event as it is found in a batch.
#[derive(Clone, Copy, Debug)]
pub struct FoundEvent<'a> {
    /// Its place in the batch, if it says one.
    pub position: Option<i64>,
    /// What never goes.
    pub record: Record<'a>,
    /// What is left of the rest.
    pub personal: Personal<'a>,
    /// The salt of the commitment; gone with what is personal.
    pub salt: Option<Digest>,
    /// What stands for the personal part.
    pub commitment: Option<Digest>,
    /// The digest of all of it.
    pub digest: Option<Digest>,
}

/// Where a batch, whose events come in the order of their positions, does not fit; `None`: it is as it was closed. What
/// [`FoundEvent::is_stripped`] remains to be asked about.
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
    /// Whether what is personal was wiped. Only the erasing of its user does that.
    #[must_use]
    pub fn is_stripped(&self) -> bool {
        self.salt.is_none() && self.personal == Personal::default()
    }

    fn id(&self) -> EventId {
        EventId::from_uuid(self.record.id)
    }

    fn added(&self, batch: &Batch) -> Misfit {
        Misfit::EventAdded { batch: batch.number, event: self.id() }
    }

    /// Its digest, if it is as it was closed at this seat.
    fn digest_at(&self, keys: &KeyRing, batch: &Batch, seat: Seat) -> Result<Option<Digest>, SealError> {
        let Some(stands_for) = self.commitment else { return Ok(None) };
        let intact = match &self.salt {
            Some(salt) => commitment(salt, &self.personal) == stands_for,
            None => self.is_stripped(),
        };
        let digest = event_digest(keys, batch.key, seat, &self.record, &stands_for)?;
        Ok(Some(digest).filter(|digest| intact && self.digest == Some(*digest)))
    }
}
