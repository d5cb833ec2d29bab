//! Argon2, off the threads that answer requests and a bounded number at a time: one run takes tens of megabytes.
//!
//! Strangers have turns of their own, for which they queue by their networks; what stands behind a key, a session or
//! another secret has others, which no stranger takes. Who gets no turn soon is told so within a second.

mod fair;

use async_trait::async_trait;
use domain::factor::recovery_code::{HashedCode, HashingWork};
use domain::password_budget::Network;
use domain::ports::Hasher;
use fair::{Limits, Queue, Turn};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Two runs of strangers at once. Forty may wait, which is about what is served while one waits, twenty of a network.
const STRANGERS: Limits =
    Limits { at_once: 2, waiting: 40, waiting_of_one: 20, patience: Duration::from_millis(900) };
/// Two more of the others: ten codes take about half a second. Whoever comes when forty wait is sent away at once.
const KNOWN: Limits =
    Limits { at_once: 2, waiting: 40, waiting_of_one: 40, patience: Duration::from_secs(5) };

/// Who wants something hashed.
#[derive(Clone, Debug)]
pub(crate) enum Asking {
    /// Anybody in this network.
    Stranger(Network),
    /// Whoever holds a key, a session or another secret of ours.
    Known,
}

/// The threads for hashing, shared by passwords and recovery codes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HashingThreads {
    strangers: Queue<Network>,
    known: Queue<()>,
    runs: Arc<AtomicU64>,
}

impl Default for HashingThreads {
    fn default() -> Self {
        Self { strangers: Queue::new(STRANGERS), known: Queue::new(KNOWN), runs: Arc::default() }
    }
}

/// Leave to hash something now. It is over when it is dropped.
pub(crate) struct MayHash {
    _turn: Held,
}

/// Which turn it is.
enum Held {
    Stranger { _turn: Turn<Network> },
    Known { _turn: Turn<()> },
}

impl HashingThreads {
    /// Runs so far.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// Waits for a turn. `None`: too many wait, or it did not come in time.
    pub(crate) async fn turn(&self, who: Asking) -> Option<MayHash> {
        match who {
            Asking::Stranger(network) => {
                let turn = self.strangers.turn(network).await?;
                Some(MayHash { _turn: Held::Stranger { _turn: turn } })
            }
            Asking::Known => {
                let turn = self.known.turn(()).await?;
                Some(MayHash { _turn: Held::Known { _turn: turn } })
            }
        }
    }

    /// Runs `work` in this turn. `None`: it panicked.
    pub(crate) async fn run_in<T: Send + 'static>(
        &self,
        turn: MayHash,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        // The turn ends with the work, not with the request that asked for it.
        let run = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(run).await.ok()
    }

    /// Runs `work`, which nobody asks for without a secret, when its turn comes. `None`: it did not come, or the work
    /// panicked.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = self.turn(Asking::Known).await?;
        self.run_in(turn, work).await
    }
}

#[async_trait]
impl Hasher for HashingThreads {
    async fn hash(&self, work: HashingWork) -> Option<Vec<HashedCode>> {
        self.run(move || work.run()).await.flatten()
    }
}

#[cfg(test)]
mod tests;
