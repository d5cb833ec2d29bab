//! What each process that writes events counts of its own.

use super::{Digest, Encoding, keyed};
use crate::seal::{KeyId, KeyRing, SealError};
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// A process that writes events, and what it says of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writer {
    /// A random number.
    pub number: i64,
    /// Of its events before this one it is known what became of them.
    pub settled: i64,
    /// So many of those were stored.
    pub count: i64,
    /// So many of those stood in batches, which prove them without it, when they were closed.
    pub closed: i64,
    /// So many of those were deleted by age.
    pub cut: i64,
    /// When it last said so.
    pub seen_at: Timestamp,
    /// Whether it writes no more.
    pub ended: bool,
}

/// The digest of what all writers have said, in the order of their numbers.
///
/// # Errors
/// [`SealError::UnknownKey`] if the ring has no such key.
pub fn writers_digest(keys: &KeyRing, key: KeyId, writers: &[Writer]) -> Result<Digest, SealError> {
    let mut writers = writers.to_vec();
    writers.sort_unstable_by_key(|writer| writer.number);
    let text = writers.iter().fold(Encoding::of("audit writers, 2"), |text, writer| {
        text.number(writer.number)
            .number(writer.settled)
            .number(writer.count)
            .number(writer.closed)
            .number(writer.cut)
            .number(writer.seen_at.millis())
            .number(writer.ended.into())
    });
    keyed(keys, key, &text)
}

/// How a process counts its events: each takes the next number, and keeps it whatever becomes of its transaction.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    next: i64,
    settled: i64,
    count: i64,
    under_way: BTreeSet<i64>,
    lost: BTreeSet<i64>,
}

impl Ledger {
    /// The number of an event that is about to be written.
    pub fn take(&mut self) -> i64 {
        let taken = self.next;
        self.next += 1;
        self.under_way.insert(taken);
        taken
    }

    /// Its transaction was committed, or it was not.
    pub fn settle(&mut self, sequence: i64, stored: bool) {
        if self.under_way.remove(&sequence) && !stored {
            self.lost.insert(sequence);
        }
        let settled = self.under_way.first().copied().unwrap_or(self.next);
        let lost = self.lost.range(..settled).count();
        self.lost = self.lost.split_off(&settled);
        self.count += settled - self.settled - i64::try_from(lost).unwrap_or(0);
        self.settled = settled;
    }

    /// So far it is known what became of them, and so many of them were stored.
    #[must_use]
    pub const fn counted(&self) -> (i64, i64) {
        (self.settled, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_counts_what_was_stored_up_to_the_oldest_that_is_under_way() {
        let mut ledger = Ledger::default();
        let taken: Vec<i64> = (0..5).map(|_| ledger.take()).collect();
        assert_eq!((taken, ledger.counted()), (vec![0, 1, 2, 3, 4], (0, 0)));
        ledger.settle(1, true);
        ledger.settle(2, false);
        assert_eq!(ledger.counted(), (0, 0), "the first is under way");
        ledger.settle(0, true);
        assert_eq!(ledger.counted(), (3, 2));
        ledger.settle(4, false);
        ledger.settle(3, false);
        assert_eq!(ledger.counted(), (5, 2));
        ledger.settle(3, true);
        assert_eq!(ledger.counted(), (5, 2), "once");
    }
}
