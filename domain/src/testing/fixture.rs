//! Clock, entropy and hasher that a test holds in its hand.

use crate::error::Fault;
use crate::factor::recovery_code::{HashedCode, HashingWork};
use crate::name::User;
use crate::ports::{Clock, ClockStanding, Entropy, Hasher};
use crate::time::Timestamp;
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// A clock that stands still until it is moved, and is trusted until a test says otherwise.
#[derive(Debug)]
pub struct MovedClock {
    millis: AtomicI64,
    distrusted: AtomicBool,
}

impl MovedClock {
    /// Stands at `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { millis: AtomicI64::new(now.millis()), distrusted: AtomicBool::new(false) }
    }

    /// Moves forward.
    pub fn advance(&self, span: Duration) {
        self.set(self.now() + span);
    }

    /// Moves anywhere, backwards too.
    pub fn set(&self, now: Timestamp) {
        self.millis.store(now.millis(), Ordering::SeqCst);
    }

    /// Whether codes are judged by it from now on.
    pub fn trust(&self, trusted: bool) {
        self.distrusted.store(!trusted, Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis.load(Ordering::SeqCst))
    }

    fn standing(&self) -> ClockStanding {
        let trusted = !self.distrusted.load(Ordering::SeqCst);
        ClockStanding { trusted, settled: trusted, moved_millis: 0, ahead_of_database_millis: None }
    }
}

/// Bytes that look random and are the same in every run: SHA-256 of seed and counter.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    counter: AtomicU64,
}

impl SeededEntropy {
    /// The sequence of this seed, from its start.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, Ordering::SeqCst);
            let block =
                Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(counter.to_be_bytes());
            chunk.iter_mut().zip(block.finalize()).for_each(|(to, from)| *to = from);
        }
    }
}

/// Hashes where it stands, counts how often, and refuses when it is told to.
#[derive(Debug, Default)]
pub struct InlineHasher {
    runs: AtomicU64,
    refuses: AtomicBool,
}

impl InlineHasher {
    /// Runs so far.
    pub fn runs(&self) -> u64 {
        self.runs.load(Ordering::SeqCst)
    }

    /// From now on it has no turn for anybody, or again for everybody.
    pub fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }
}

#[async_trait]
impl Hasher for InlineHasher {
    async fn hash(&self, _user: &User, work: HashingWork) -> Result<Vec<HashedCode>, Fault> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err(Fault::Busy);
        }
        self.runs.fetch_add(1, Ordering::SeqCst);
        work.run().ok_or(Fault::Broken("hashing failed"))
    }
}
