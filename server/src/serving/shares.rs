//! Who has how many connections. A stranger has a share, never the whole.

use super::limits::{Limits, RESERVE, RESERVE_OF_NEIGHBOURS, RESERVE_OF_ONE};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The connections and requests that are counted. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Shares(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    served: usize,
    reserve: usize,
    served_of: Tally,
    reserve_of: Tally,
    requests_of: Tally,
}

/// How many each address has. Those that have none are forgotten.
#[derive(Debug, Default)]
struct Tally(HashMap<u128, usize>);

/// What is held until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    shares: Shares,
    what: What,
}

/// What somebody may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// A connection, counted for an address unless it is a neighbour's.
    Connection(Option<u128>),
    /// A connection of the reserve.
    Reserve(u128),
    /// A request that a proxy brings.
    Request(u128),
}

impl Shares {
    pub(super) fn new(limits: Limits) -> Self {
        Self(Arc::new(Inner { limits, taken: Mutex::default() }))
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// A connection for this address; of the reserve if there is no other. `None`: not even that.
    pub(super) fn connection(&self, of: IpAddr) -> Option<Held> {
        let (limits, one) = (&self.0.limits, one(of));
        let neighbour = limits.is_neighbour(of);
        let mut taken = self.taken();
        let is_room = taken.served < limits.connections;
        let what = if is_room && (neighbour || taken.served_of.take(one, limits.per_address)) {
            taken.served += 1;
            What::Connection((!neighbour).then_some(one))
        } else {
            let room = if neighbour { RESERVE } else { RESERVE - RESERVE_OF_NEIGHBOURS };
            let of_one = if neighbour { RESERVE } else { RESERVE_OF_ONE };
            if taken.reserve >= room || !taken.reserve_of.take(one, of_one) {
                return None;
            }
            taken.reserve += 1;
            What::Reserve(one)
        };
        drop(taken);
        Some(Held { shares: self.clone(), what })
    }

    /// A request of this address, which a proxy brings: as many at once as the address may have connections.
    pub(super) fn request(&self, of: IpAddr) -> Option<Held> {
        let one = one(of);
        let is_in_share = self.taken().requests_of.take(one, self.0.limits.per_address);
        is_in_share.then(|| Held { shares: self.clone(), what: What::Request(one) })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Whether it is one of those that are only asked whether the server is well.
    pub(super) fn is_of_reserve(&self) -> bool {
        matches!(self.what, What::Reserve(_))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut taken = self.shares.taken();
        match self.what {
            What::Connection(of) => {
                taken.served -= 1;
                if let Some(one) = of {
                    taken.served_of.give_back(one);
                }
            }
            What::Reserve(one) => {
                taken.reserve -= 1;
                taken.reserve_of.give_back(one);
            }
            What::Request(one) => taken.requests_of.give_back(one),
        }
    }
}

impl Tally {
    /// One more, unless it has as many as it may.
    fn take(&mut self, of: u128, at_most: usize) -> bool {
        match self.0.entry(of) {
            Entry::Vacant(none) if at_most > 0 => {
                none.insert(1);
                true
            }
            Entry::Occupied(mut some) if *some.get() < at_most => {
                *some.get_mut() += 1;
                true
            }
            Entry::Vacant(_) | Entry::Occupied(_) => false,
        }
    }

    fn give_back(&mut self, of: u128) {
        if let Entry::Occupied(mut some) = self.0.entry(of) {
            *some.get_mut() -= 1;
            if *some.get() == 0 {
                some.remove();
            }
        }
    }
}

/// Bits of an IPv6 address that are its subscriber's own: of a /48, which one may be given (RFC 6177, section 2).
const OWN: u32 = 80;

/// What counts as one address: all of IPv4, and the network of IPv6, in which whoever has one address may have all.
fn one(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => (u128::from(v6) >> OWN) << OWN,
    }
}

#[cfg(test)]
mod tests;
