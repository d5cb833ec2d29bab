//! Whether the database was heard of lately. A process that heard nothing for a minute is no good to anybody: whoever
//! watches it ends it, and another one begins with new connections.

use crate::state::Server;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};

/// The database is asked this often.
const EVERY: Duration = Duration::from_secs(5);
/// After so long a silence the process counts as dead.
const SILENCE: Duration = Duration::from_mins(1);

/// When the database was heard of last.
#[derive(Debug)]
pub(crate) struct Pulse {
    begun: Instant,
    /// Milliseconds after that.
    heard: AtomicU64,
}

impl Pulse {
    /// Heard of just now.
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), heard: AtomicU64::new(0) }
    }

    /// Heard of at this moment.
    fn beat(&self, now: Instant) {
        let after = u64::try_from(now.saturating_duration_since(self.begun).as_millis()).unwrap_or(u64::MAX);
        self.heard.fetch_max(after, Ordering::Relaxed);
    }

    /// Whether nothing was heard for too long.
    pub(crate) fn is_lost(&self, now: Instant) -> bool {
        let heard = self.begun + Duration::from_millis(self.heard.load(Ordering::Relaxed));
        now.saturating_duration_since(heard) > SILENCE
    }
}

/// Asks until it is dropped.
pub(crate) async fn listen(server: Server) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match server.ping().await {
            Ok(()) => server.pulse().beat(Instant::now()),
            Err(error) => tracing::warn!(%error, "the database gives no sign of life"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pulse, SILENCE};
    use std::time::Duration;

    #[test]
    fn it_is_lost_after_a_minute_and_back_with_the_next_beat() {
        let pulse = Pulse::new();
        let moment = pulse.begun + Duration::from_secs(20);
        pulse.beat(moment);
        assert!(!pulse.is_lost(moment + SILENCE));
        let late = moment + SILENCE + Duration::from_millis(2);
        assert!(pulse.is_lost(late));
        pulse.beat(late);
        assert!(!pulse.is_lost(late));
    }
}
