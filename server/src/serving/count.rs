//! How many connections there are, and how many were not taken, for whoever looks after the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The counts. Cheap to clone; every clone counts the same.
#[derive(Clone, Debug, Default)]
pub struct Connections(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    limit: AtomicUsize,
    served: AtomicUsize,
    reserve: AtomicUsize,
    over_share: AtomicU64,
    by_system: AtomicU64,
}

/// A connection, until it is dropped.
pub(super) struct Open {
    of: Connections,
    of_reserve: bool,
}

impl Connections {
    /// So many are served at once.
    pub(super) fn limit_to(&self, connections: usize) {
        self.0.limit.store(connections, Ordering::Relaxed);
    }

    /// One more is open.
    pub(super) fn open(&self, of_reserve: bool) -> Open {
        self.kind(of_reserve).fetch_add(1, Ordering::Relaxed);
        Open { of: self.clone(), of_reserve }
    }

    /// One was over a share.
    pub(super) fn over_share(&self) {
        self.0.over_share.fetch_add(1, Ordering::Relaxed);
    }

    /// One was not given by the system.
    pub(super) fn refused_by_system(&self) {
        self.0.by_system.fetch_add(1, Ordering::Relaxed);
    }

    /// How many are served at once.
    pub(crate) fn limit(&self) -> usize {
        self.0.limit.load(Ordering::Relaxed)
    }

    /// Those that are open, by their kind.
    pub(crate) fn opened(&self) -> [(&'static str, usize); 2] {
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        [("served", of(&self.0.served)), ("reserve", of(&self.0.reserve))]
    }

    /// Those that were not taken, by who refused them.
    pub(crate) fn turned_away(&self) -> [(&'static str, u64); 2] {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        [("share", of(&self.0.over_share)), ("system", of(&self.0.by_system))]
    }

    fn kind(&self, of_reserve: bool) -> &AtomicUsize {
        if of_reserve { &self.0.reserve } else { &self.0.served }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.of.kind(self.of_reserve).fetch_sub(1, Ordering::Relaxed);
    }
}
