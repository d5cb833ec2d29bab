//! The hash chain over the audit log: whoever can write the database, and has not the sealing keys, changes nothing in
//! what was closed without its being noticed.
//!
//! An event is written with its change, and without any hash: no answer waits for another's. A worker closes what is a
//! few seconds old in batches. Each event of a batch gets its [`Seat`] and a digest of what stands in its row; each batch
//! gets a hash of its events' digests and of the hash before it; the head of the chain is the newest batch. An event that
//! is committed late finds its place in a later batch, whatever its time.
//!
//! Every digest is keyed under the sealing keys. What is personal in an event goes in by a salted [`commitment`]: the
//! erasing of a user wipes the texts and the salt, the commitment stays, and the chain holds.

mod check;
mod encoding;
mod misfit;

pub use check::{FoundEvent, check};
pub use misfit::Misfit;

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

/// The newest batch. Its seal cannot be made without the key: a head that was put back to an earlier batch is noticed,
/// unless somebody kept that very head of then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the newest batch; zero before the first.
    pub batch: i64,
    /// Its hash.
    pub hash: Digest,
    /// The key of the seal.
    pub key: KeyId,
    /// The keyed digest of the number and the hash.
    pub seal: Digest,
}

impl Head {
    /// Before the first batch.
    pub const NONE: Self = Self { batch: 0, hash: [0; 32], key: KeyId(0), seal: [0; 32] };

    /// The head that this batch is, once it is closed.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] if the ring has not the batch's key.
    pub fn of(keys: &KeyRing, batch: &Batch) -> Result<Self, SealError> {
        let (number, hash, key) = (batch.number, batch.hash, batch.key);
        Ok(Self { batch: number, hash, key, seal: sealed(keys, key, number, &hash)? })
    }

    /// Whether it was made with the key.
    #[must_use]
    pub fn holds(&self, keys: &KeyRing) -> bool {
        *self == Self::NONE || sealed(keys, self.key, self.batch, &self.hash) == Ok(self.seal)
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

/// The digest of an event at its seat.
///
/// # Errors
/// [`SealError::UnknownKey`] if the ring has no such key.
pub fn event_digest(
    keys: &KeyRing,
    key: KeyId,
    seat: Seat,
    record: &Record<'_>,
    commitment: &Digest,
) -> Result<Digest, SealError> {
    let text = Encoding::of("audit event, 1")
        .number(seat.batch)
        .number(seat.position)
        .field(record.site.as_bytes())
        .field(record.id.as_bytes())
        .field(record.user)
        .maybe(record.by)
        .number(record.at)
        .field(record.kind.as_bytes())
        .maybe_text(record.factor)
        .maybe_text(record.cause)
        .field(commitment);
    keyed(keys, key, &text)
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

fn sealed(keys: &KeyRing, key: KeyId, batch: i64, hash: &Digest) -> Result<Digest, SealError> {
    keyed(keys, key, &Encoding::of("audit head, 1").number(batch).field(hash))
}

fn keyed(keys: &KeyRing, key: KeyId, text: &Encoding) -> Result<Digest, SealError> {
    keys.digest(key, "audit chain", text.bytes()).map(|digest| *digest)
}

#[cfg(test)]
mod tests;
