//! What was deleted from the beginning of the log, because it was old: the chain goes on behind it, and says what it was.

use super::{Batch, Digest, Encoding, keyed};
use crate::audit::{Event, EventKind, OPERATOR, Place};
use crate::name::{SiteId, User, UserId};
use crate::ports::Entropy;
use crate::seal::{KeyId, KeyRing, SealError};
use crate::time::Timestamp;

/// What a head says of a log from which nothing was deleted.
pub const NOTHING_CUT: Digest = [0; 32];

/// Who deletes by age, as the log names whoever did something.
const DOER: &str = "twofold serve";

/// All that was deleted so far. Its seal cannot be made without the key, and stands in that of the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The newest batch that is gone. Every one before it is, too.
    pub batch: i64,
    /// Its hash, on which the chain goes on.
    pub hash: Digest,
    /// So many events are gone.
    pub events: i64,
    /// When that batch was closed: whatever is gone happened before.
    pub until: Timestamp,
    /// When the last of it was deleted.
    pub at: Timestamp,
    /// The key of the seal.
    pub key: KeyId,
    /// The keyed digest of the rest.
    pub seal: Digest,
}

impl Cut {
    /// With what was deleted `before`, and now with these batches, of which `last` is the newest.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if the ring has not its own key.
    pub fn sealed(
        keys: &KeyRing,
        before: Option<&Self>,
        (last, events): (&Batch, i64),
        at: Timestamp,
    ) -> Result<Self, SealError> {
        let (key, batch, hash, until) = (keys.active(), last.number, last.hash, last.closed_at);
        let events = before.map_or(0, |before| before.events).saturating_add(events);
        let unsealed = Self { batch, hash, events, until, at, key, seal: [0; 32] };
        Ok(Self { seal: unsealed.digest(keys)?, ..unsealed })
    }

    /// Whether it was made with the key.
    #[must_use]
    pub fn holds(&self, keys: &KeyRing) -> bool {
        self.digest(keys) == Ok(self.seal)
    }

    fn digest(&self, keys: &KeyRing) -> Result<Digest, SealError> {
        let text = Encoding::of("audit cut, 1")
            .number(self.batch)
            .field(&self.hash)
            .number(self.events)
            .number(self.until.millis())
            .number(self.at.millis());
        keyed(keys, self.key, &text)
    }
}

/// What the event of a deletion says, as its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// So many events.
    pub events: i64,
    /// Of so many batches.
    pub batches: i64,
    /// They happened before.
    pub until: Timestamp,
}

impl Deleted {
    /// Its event.
    #[must_use]
    pub fn event(&self, at: Timestamp, entropy: &dyn Entropy) -> Option<Event> {
        let operator = User { site: SiteId::BUILT_IN, id: UserId::parse(OPERATOR).ok()? };
        let event = Event::new(EventKind::AuditCut, &operator, &Place::default(), at, entropy);
        Some(event.about(&self.to_string()).done_by(UserId::parse(DOER).ok().as_ref()))
    }

    /// Reads it back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut part = |name: &str| parts.next()?.strip_prefix(name)?.strip_prefix('=');
        let (events, batches) = (part("events")?.parse().ok()?, part("batches")?.parse().ok()?);
        let until = Timestamp::parse_rfc3339(part("until")?)?;
        Some(Self { events, batches, until }).filter(|read| read.to_string() == text)
    }
}

impl std::fmt::Display for Deleted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "events={} batches={} until={}", self.events, self.batches, self.until.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::SealingKey;
    use crate::testing::SeededEntropy;

    fn keys(byte: u8) -> KeyRing {
        KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[byte; 32]).unwrap())]).unwrap()
    }

    fn batch(number: i64) -> Batch {
        let at = Timestamp::from_millis;
        let (first_at, last_at, closed_at) = (at(1), at(2), at(number * 10));
        Batch { number, count: 3, first_at, last_at, closed_at, key: KeyId(1), hash: [9; 32] }
    }

    #[test]
    fn a_cut_says_all_of_what_went_and_nothing_of_it_is_changed_without_the_key() {
        let (owner, now) = (keys(7), Timestamp::from_millis(500));
        let first = Cut::sealed(&owner, None, (&batch(4), 11), now).unwrap();
        let cut = Cut::sealed(&owner, Some(&first), (&batch(6), 5), now).unwrap();
        assert_eq!((cut.batch, cut.events, cut.until.millis()), (6, 16, 60));
        assert!(first.holds(&owner) && cut.holds(&owner) && !cut.holds(&keys(8)));
        let later = Timestamp::from_millis(501);
        let changed = [
            Cut { batch: 7, ..cut.clone() },
            Cut { hash: [8; 32], ..cut.clone() },
            Cut { events: 15, ..cut.clone() },
            Cut { until: later, ..cut.clone() },
            Cut { at: later, ..cut.clone() },
            Cut { key: KeyId(2), ..cut.clone() },
            Cut { seal: first.seal, ..cut },
        ];
        assert!(changed.iter().all(|changed| !changed.holds(&owner)));
    }

    #[test]
    fn what_its_event_says_is_read_back_and_is_no_sentence() {
        let deleted =
            Deleted { events: 4711, batches: 312, until: Timestamp::from_millis(1_800_000_000_000) };
        let event = deleted.event(Timestamp::from_millis(9), &SeededEntropy::new(1)).unwrap();
        let said = event.subject.unwrap();
        assert_eq!(said, "events=4711 batches=312 until=2027-01-15T08:00:00Z");
        assert_eq!(Deleted::parse(&said), Some(deleted));
        for other in ["", "events=1", "events=1 batches=x until=2027-01-15T08:00:00Z", &format!("{said} ")] {
            assert_eq!(Deleted::parse(other), None, "{other:?}");
        }
        assert_eq!((event.kind.as_str(), event.by.unwrap().as_str()), ("audit.cut", "twofold serve"));
    }
}
