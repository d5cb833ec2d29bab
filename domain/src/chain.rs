//! What proves the audit log: whoever can write the database, and has not the sealing keys, changes nothing in it without
//! its being noticed.
//!
//! - Each event is written with a [`event_mac`]: over all that stands in its row, over who wrote it and as which of its
//!   events ([`Stamp`]), and over the newest batch that its writer knew. So no event can be made, changed or moved without
//!   the key, and none outlives the batch that it knew.
//! - Each process that writes events is a [`Writer`]: it counts its own, and what it counted is sealed with the head. So
//!   none can be taken away before it is closed, either. No two processes wait for each other's count.
//! - A worker closes what is a few seconds old in batches: each event gets its [`Seat`] and a digest of it and of all that
//!   stands in it, each batch a hash of its events' digests and of the hash before it. From then on that proves the event,
//!   and no batch that it knew is needed any more. The head of the chain is the newest batch, sealed. Before the first batch
//!   stands a sealed genesis, which only an empty database is given.
//! - What is older than whoever runs it wants it kept is deleted in whole batches, from the beginning on. A [`Cut`] says what
//!   that was, and on which hash the chain goes on; its seal stands in that of the head.
//!
//! What is personal in an event goes in by a salted [`commitment`]. The erasing of a user wipes the texts and the salt,
//! and its event says which events it wiped ([`erasure_digest`]): the commitment stays, and all of it is still proved. Where
//! some of those are deleted by age, it says beside that which are left.

mod check;
mod cut;
mod encoding;
mod misfit;
mod sequences;
mod writer;

pub use check::{FoundEvent, Marks, check, is_proved};
pub use cut::{Cut, Deleted, NOTHING_CUT};
pub use misfit::Misfit;
pub use sequences::Sequences;
pub use writer::{Ledger, Writer, writers_digest};

use crate::name::EventId;
use crate::ports::Entropy;
use crate::seal::{KeyId, KeyRing, SealError, mac};
use crate::time::Timestamp;
use encoding::Encoding;
use std::time::Duration;
use uuid::Uuid;

/// How old an event is before it is closed.
pub const SETTLED: Duration = Duration::from_secs(5);
/// The most events of a batch: closing one is a short transaction.
pub const BATCH: u32 = 200;

/// 256 bits of a digest, or of a salt.
pub type Digest = [u8; 32];

/// The place of an event in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The number of its batch, from one.
    pub batch: i64,
    /// Its place in the batch, from zero.
    pub position: i64,
}

/// Who wrote an event, and when in the life of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Under which key.
    pub key: KeyId,
    /// The [`Writer`].
    pub writer: i64,
    /// Which of the writer's events it is, from zero.
    pub sequence: i64,
    /// The newest batch that the writer knew; zero: the genesis. Its hash goes into the MAC.
    pub mark: i64,
}

/// What is never erased in a row of the audit log, as it lies in the database: a text that no version ever wrote is
/// found out, too.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Of which site.
    pub site: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Whom it concerns.
    pub user: &'a [u8],
    /// Who did it.
    pub by: Option<&'a [u8]>,
    /// When, in Unix milliseconds.
    pub at: i64,
    /// What.
    pub kind: &'a str,
    /// The kind of factor.
    pub factor: Option<&'a str>,
    /// Why it was refused.
    pub cause: Option<&'a str>,
    /// Where it is an erasure: the [`erasure_digest`] of what it wiped.
    pub wiped: Option<&'a [u8]>,
}

/// What is personal in it: it goes when its user is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Personal<'a> {
    /// What was involved.
    pub subject: Option<&'a str>,
    /// What an administrator gave as the reason.
    pub reason: Option<&'a str>,
    /// From which address.
    pub address: Option<&'a str>,
    /// By which browser.
    pub browser: Option<&'a str>,
}

/// A closed batch, but for its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its number, from one, without a gap.
    pub number: i64,
    /// How many events it holds.
    pub count: i64,
    /// When the first of them happened.
    pub first_at: Timestamp,
    /// When the last of them happened.
    pub last_at: Timestamp,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// Under which key.
    pub key: KeyId,
    /// The hash of all of it, and of what was closed before.
    pub hash: Digest,
}

/// The newest batch, and what the writers have counted. Its seal cannot be made without the key: a head that was put back
/// is noticed by every event that knew a later batch, or by whoever noted one elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the newest batch; zero before the first.
    pub batch: i64,
    /// Its hash; before the first batch something random.
    pub hash: Digest,
    /// The [`writers_digest`].
    pub writers: Digest,
    /// The seal of the [`Cut`]; [`NOTHING_CUT`] where nothing was deleted.
    pub cut: Digest,
    /// The key of the seal.
    pub key: KeyId,
    /// The keyed digest of the rest.
    pub seal: Digest,
}

impl Head {
    /// Of a chain that begins: what its first batch stands on.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if the ring has not its own key.
    pub fn genesis(keys: &KeyRing, entropy: &dyn Entropy) -> Result<Self, SealError> {
        let mut hash = [0; 32];
        entropy.fill(&mut hash);
        Self::sealed(keys, (0, hash), &[], None)
    }

    /// The head at this batch, of this hash, with what the writers have counted and what was deleted.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if the ring has not its own key.
    pub fn sealed(
        keys: &KeyRing,
        (batch, hash): (i64, Digest),
        writers: &[Writer],
        cut: Option<&Cut>,
    ) -> Result<Self, SealError> {
        let key = keys.active();
        let (writers, cut) = (writers_digest(keys, key, writers)?, cut.map_or(NOTHING_CUT, |cut| cut.seal));
        let unsealed = Self { batch, hash, writers, cut, key, seal: [0; 32] };
        Ok(Self { seal: unsealed.digest(keys)?, ..unsealed })
    }

    /// Whether it was made with the key.
    #[must_use]
    pub fn holds(&self, keys: &KeyRing) -> bool {
        self.digest(keys) == Ok(self.seal)
    }

    fn digest(&self, keys: &KeyRing) -> Result<Digest, SealError> {
        let text = Encoding::of("audit head, 3")
            .number(self.batch)
            .field(&self.hash)
            .field(&self.writers)
            .field(&self.cut);
        keyed(keys, self.key, &text)
    }

    /// Whether this is what was deleted when it was sealed.
    #[must_use]
    pub fn stands_on(&self, keys: &KeyRing, cut: Option<&Cut>) -> bool {
        let possible = cut.is_none_or(|cut| cut.holds(keys) && (1..=self.batch).contains(&cut.batch));
        possible && self.cut == cut.map_or(NOTHING_CUT, |cut| cut.seal)
    }

    /// Whether these are all the writers that were sealed with it.
    #[must_use]
    pub fn counts(&self, keys: &KeyRing, writers: &[Writer]) -> bool {
        writers_digest(keys, self.key, writers) == Ok(self.writers)
    }
}

/// What stands for the personal part of an event. Without the salt nobody can tell which texts it stands for.
#[must_use]
pub fn commitment(salt: &Digest, personal: &Personal<'_>) -> Digest {
    let Personal { subject, reason, address, browser } = *personal;
    let fields = [subject, reason, address, browser];
    let text = fields.into_iter().fold(Encoding::of("audit event, personal, 1"), Encoding::maybe_text);
    mac(salt, text.bytes())
}

/// The MAC with which an event is written, where `known` is the hash of the batch that its stamp names.
///
/// # Errors
/// [`SealError::UnknownKey`] if the ring has no such key.
pub fn event_mac(
    keys: &KeyRing,
    stamp: &Stamp,
    known: &Digest,
    record: &Record<'_>,
    commitment: &Digest,
) -> Result<Digest, SealError> {
    let text = Encoding::of("audit event, 3").field(known);
    keyed(keys, stamp.key, &written(text, stamp, record, commitment))
}

/// All that stands in the row of an event for good.
fn written(text: Encoding, stamp: &Stamp, record: &Record<'_>, commitment: &Digest) -> Encoding {
    text.number(stamp.key.0.into())
        .number(stamp.writer)
        .number(stamp.sequence)
        .number(stamp.mark)
        .field(record.site.as_bytes())
        .field(record.id.as_bytes())
        .field(record.user)
        .maybe(record.by)
        .number(record.at)
        .field(record.kind.as_bytes())
        .maybe_text(record.factor)
        .maybe_text(record.cause)
        .maybe(record.wiped)
        .field(commitment)
}

/// What an erasure says of the events that it wiped, or of those of them that are left, in any order.
///
/// # Errors
/// [`SealError::UnknownKey`] if the ring has no such key.
pub fn erasure_digest(
    keys: &KeyRing,
    key: KeyId,
    erasure: EventId,
    wiped: &[EventId],
) -> Result<Digest, SealError> {
    let mut wiped = wiped.to_vec();
    wiped.sort_unstable();
    let text = Encoding::of("audit erasure, 2").field(erasure.uuid().as_bytes());
    let text = wiped.iter().fold(text, |text, id| text.field(id.uuid().as_bytes()));
    keyed(keys, key, &text)
}

/// The digest of an event at its seat, which proves all of it without the MAC with which it was written.
///
/// # Errors
/// [`SealError::UnknownKey`] if the ring has no such key.
pub fn seat_digest(
    keys: &KeyRing,
    key: KeyId,
    seat: Seat,
    event: &FoundEvent<'_>,
) -> Result<Option<Digest>, SealError> {
    let (Some(stamp), Some(commitment), Some(mac)) = (event.stamp, event.commitment, event.mac) else {
        return Ok(None);
    };
    let text = Encoding::of("audit seat, 2").number(seat.batch).number(seat.position).field(&mac);
    keyed(keys, key, &written(text, &stamp, &event.record, &commitment)).map(Some)
}

/// The hash of a batch, whatever [`Batch::hash`] says, behind the hash of the one before it.
///
/// # Errors
/// [`SealError::UnknownKey`] if the ring has not its key.
pub fn batch_hash(
    keys: &KeyRing,
    previous: &Digest,
    batch: &Batch,
    events: &[Digest],
) -> Result<Digest, SealError> {
    let text = Encoding::of("audit batch, 1")
        .number(batch.number)
        .field(previous)
        .number(batch.count)
        .number(batch.first_at.millis())
        .number(batch.last_at.millis())
        .number(batch.closed_at.millis())
        .field(events.as_flattened());
    keyed(keys, batch.key, &text)
}

fn keyed(keys: &KeyRing, key: KeyId, text: &Encoding) -> Result<Digest, SealError> {
    keys.digest(key, "audit chain", text.bytes()).map(|digest| *digest)
}

#[cfg(test)]
mod tests;
