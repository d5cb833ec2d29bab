//! Argon2, off the threads that answer requests and a bounded number at a time: one run takes tens of megabytes.

use async_trait::async_trait;
use domain::factor::recovery_code::{HashedCode, HashingWork};
use domain::ports::Hasher;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Runs at once.
const AT_ONCE: usize = 2;
/// Whoever has waited this long for a turn is sent away: the request ends soon anyway.
const PATIENCE: Duration = Duration::from_secs(5);

/// The threads for hashing, shared by passwords and recovery codes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HashingThreads {
    turns: Arc<Semaphore>,
}

impl Default for HashingThreads {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl HashingThreads {
    /// Runs `work` when its turn comes. `None`: the turn did not come in time, or the work panicked.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn =
            tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await.ok()?.ok()?;
        // The turn ends with the work, not with the request that asked for it.
        let run = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(run).await.ok()
    }
}

#[async_trait]
impl Hasher for HashingThreads {
    async fn hash(&self, work: HashingWork) -> Option<Vec<HashedCode>> {
        self.run(move || work.run()).await.flatten()
    }
}
