//! Connections that were not taken, told to the operator once a minute and not once for each.

use crate::telemetry::Occasional;
use std::io;

/// How many since the last line.
#[derive(Debug, Default)]
pub(super) struct TurnedAway {
    over_their_share: Occasional,
    by_the_system: Occasional,
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
