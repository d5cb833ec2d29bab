//! Connections that were not taken, told to the operator once a minute and not once for each.

use std::io;
use std::time::Duration;
use tokio::time::Instant;

/// Between two lines in the log.
const BETWEEN: Duration = Duration::from_mins(1);

/// How many since the last line.
#[derive(Debug, Default)]
pub(super) struct TurnedAway {
    over_their_share: Lines,
    by_the_system: Lines,
}

#[derive(Debug, Default)]
struct Lines {
    since: u64,
    last: Option<Instant>,
}

impl TurnedAway {
    pub(super) fn by_us(&mut self) {
        if let Some(count) = self.over_their_share.due() {
            tracing::warn!(count, "connections over the share of their address, or over all, were closed");
        }
    }

    pub(super) fn by_the_system(&mut self, error: &io::Error) {
        if let Some(count) = self.by_the_system.due() {
            tracing::warn!(%error, count, "the system gave no connection");
        }
    }
}

impl Lines {
    /// How many there were, if it is time to say so.
    fn due(&mut self) -> Option<u64> {
        self.since += 1;
        if self.last.is_some_and(|last| last.elapsed() < BETWEEN) {
            return None;
        }
        self.last = Some(Instant::now());
        Some(std::mem::take(&mut self.since))
    }
}
