//! Argon2, off the threads that answer requests and a bounded number at a time: one run takes tens of megabytes.
//!
//! Strangers have turns of their own, for which they queue by their networks; what stands behind a key, a session or
//! another secret has others, which no stranger takes, and for which they queue by whom it is about. Whose turn would come
//! too late is told so at once.

mod fair;

use crate::telemetry::Occasional;
use async_trait::async_trait;
use domain::error::Fault;
use domain::factor::recovery_code::{HashedCode, HashingWork};
use domain::name::User;
use domain::password_budget::Network;
use domain::ports::Hasher;
use domain::session::TokenHash;
use fair::{Limits, Queue, Turn};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Two runs of strangers at once. Forty may wait, which is about what is served while one waits, twenty of a network.
const STRANGERS: Limits = Limits {
    at_once: 2,
    waiting: 40,
    waiting_of_one: 20,
    soon: Duration::from_millis(900),
    patience: Duration::from_millis(900),
    held: Duration::from_millis(40),
};
/// Two more of the others. A person needs one at a time, and ten codes take about half a second: two dozen who set up at once
/// are all served within seven seconds, and whoever would wait for longer is sent away at once. Patience is what is left of a
/// request's ten seconds after the work itself.
const KNOWN: Limits = Limits {
    at_once: 2,
    waiting: 40,
    waiting_of_one: 6,
    soon: Duration::from_secs(7),
    patience: Duration::from_secs(9),
    held: Duration::from_millis(200),
};

/// Who wants something hashed.
#[derive(Clone, Debug)]
pub(crate) enum Asking {
    /// Anybody in this network.
    Stranger(Network),
    /// Whoever holds a key, a session or another secret of ours.
    Known(Holder),
}

/// About whom that secret is: the lines are theirs, so that nobody keeps another one waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A user of ours.
    User(User),
    /// Whoever is to be one by this link.
    Link(TokenHash),
}

/// The threads for hashing, shared by passwords and recovery codes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HashingThreads {
    strangers: Queue<Network>,
    known: Queue<Holder>,
    runs: Arc<AtomicU64>,
    shed: Arc<Mutex<Occasional>>,
    shed_of_strangers: Arc<AtomicU64>,
    shed_of_known: Arc<AtomicU64>,
}

/// How a line for hashing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Turns that are taken.
    pub(crate) running: usize,
    /// Who waits for one.
    pub(crate) waiting: usize,
    /// Who had none, since the process began.
    pub(crate) shed: u64,
}

impl Default for HashingThreads {
    fn default() -> Self {
        Self {
            strangers: Queue::new(STRANGERS),
            known: Queue::new(KNOWN),
            runs: Arc::default(),
            shed: Arc::default(),
            shed_of_strangers: Arc::default(),
            shed_of_known: Arc::default(),
        }
    }
}

/// Leave to hash something now. It is over when it is dropped.
pub(crate) struct MayHash {
    _turn: Held,
}

/// Which turn it is.
enum Held {
    Stranger { _turn: Turn<Network> },
    Known { _turn: Turn<Holder> },
}

impl HashingThreads {
    /// Runs so far.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// How the lines stand, by who waits in them.
    pub(crate) fn standing(&self) -> [(&'static str, Line); 2] {
        let line = |(running, waiting), shed: &AtomicU64| {
            let shed = shed.load(Ordering::Relaxed);
            Line { running, waiting, shed }
        };
        [
            ("stranger", line(self.strangers.standing(), &self.shed_of_strangers)),
            ("known", line(self.known.standing(), &self.shed_of_known)),
        ]
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Fault::Busy`] if it would not come soon, or did not come in time. The log says so once a minute.
    pub(crate) async fn turn(&self, who: Asking) -> Result<MayHash, Fault> {
        let shed = match &who {
            Asking::Stranger(_) => &self.shed_of_strangers,
            Asking::Known(_) => &self.shed_of_known,
        };
        let turn = match who {
            Asking::Stranger(network) => {
                self.strangers.turn(network).await.map(|turn| Held::Stranger { _turn: turn })
            }
            Asking::Known(holder) => self.known.turn(holder).await.map(|turn| Held::Known { _turn: turn }),
        };
        turn.map(|turn| MayHash { _turn: turn }).ok_or_else(|| {
            shed.fetch_add(1, Ordering::Relaxed);
            if let Some(count) = self.shed.lock().unwrap_or_else(PoisonError::into_inner).due() {
                tracing::warn!(count, "requests had no turn to be hashed for, and were told to come back");
            }
            Fault::Busy
        })
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

    /// Runs `work`, which nobody asks for without a secret, when its turn comes. `None`: it failed or panicked.
    ///
    /// # Errors
    /// [`Fault::Busy`], as of a turn.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        whose: Holder,
        work: impl FnOnce() -> Option<T> + Send + 'static,
    ) -> Result<Option<T>, Fault> {
        let turn = self.turn(Asking::Known(whose)).await?;
        Ok(self.run_in(turn, work).await.flatten())
    }
}

#[async_trait]
impl Hasher for HashingThreads {
    async fn hash(&self, user: &User, work: HashingWork) -> Result<Vec<HashedCode>, Fault> {
        let hashed = self.run(Holder::User(user.clone()), move || work.run()).await?;
        hashed.ok_or(Fault::Broken("a code could not be hashed"))
    }
}

#[cfg(test)]
mod tests;
