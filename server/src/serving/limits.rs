//! How many connections, and how many of one address.

use crate::config::Settings;
use crate::place::Network;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Connections beside those that are served, for whoever asks whether the server is well.
pub const RESERVE: usize = 32;
/// Of them, one address may have so many: a probe, and the next one before the first is over.
pub(super) const RESERVE_OF_ONE: usize = 2;
/// Of them, so many are for this machine and the trusted proxies only.
pub(super) const RESERVE_OF_NEIGHBOURS: usize = 8;
/// Files that are open beside connections: the database, the listener, letters, what the system needs.
const OTHER_FILES: usize = 160;
/// With fewer than this nothing is served at all; the system's own refusal is survived, too.
const FEWEST: usize = 16;

/// How many connections are served.
#[derive(Clone, Debug)]
pub struct Limits {
    /// At once.
    pub connections: usize,
    /// At once, of one address.
    pub per_address: usize,
    /// They bring the requests of others: their connections have no share, the requests in them have.
    pub proxies: Vec<Network>,
}

impl Limits {
    /// As the configuration has them.
    pub fn of(settings: &Settings) -> Self {
        Self {
            connections: settings.connections,
            per_address: settings.connections_per_address,
            proxies: settings.trusted_proxies.clone(),
        }
    }

    /// As many as fit into this number of open files. The share of an address shrinks with the whole.
    pub fn within(self, files: Option<u64>) -> Self {
        let Some(files) = files else { return self };
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        let fit = files.saturating_sub(OTHER_FILES + RESERVE).max(FEWEST);
        if fit >= self.connections {
            return self;
        }
        let (asked, per_address) =
            (self.connections, self.per_address.saturating_mul(fit) / self.connections);
        tracing::warn!(
            asked,
            connections = fit,
            files,
            "the system's limit of open files leaves room for fewer connections (ulimit -n, LimitNOFILE)"
        );
        Self { connections: fit, per_address: per_address.max(1), ..self }
    }

    /// Whether others stand behind this address, or nobody but who has the machine: it has no share of its own.
    pub(super) fn is_neighbour(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        // The other addresses of 127.0.0.0/8 are no proxy's; whoever takes one of them has a share as anybody has.
        peer == Ipv4Addr::LOCALHOST
            || peer == Ipv6Addr::LOCALHOST
            || self.proxies.iter().any(|network| network.contains(peer))
    }
}

#[cfg(test)]
mod tests;
