//! How many passwords of one account are tried, by whom, and how soon again: the rule and its arithmetic.
//!
//! A try is counted in the database before its password is hashed, under one of these counters, whether or not the
//! address has an account:
//!
//! | who tries | counted under | allowed |
//! |---|---|---|
//! | a stranger | (address, network): an IPv4 /24 or an IPv6 /48 | [`FREE`] at once, then after 1 s, 2 s, 4 s … [`LONGEST_WAIT`] |
//! | every stranger | (address, all networks) | [`PER_HOUR`] in any hour |
//! | a browser in which this password was given before | (address, browser) | as one network |
//! | a live session that gives its password again | (address, session) | as one network |
//!
//! A right password forgives what its own counter had counted, and takes its own try out of the hour. Nothing that a
//! stranger does reaches the counters of a known browser or of a session: whoever holds one is never kept out by others.
//!
//! # What a guesser gets
//!
//! - From one network: [`FREE`] tries, then ten more in 1 + 2 + … + 512 s = 1,023 s, then four an hour. A count is
//!   forgotten after a day without a try ([`REST`]; after an hour while it is below [`FREE`]), which is never worth the
//!   waiting: fifteen tries a day and four an hour are both no more than four an hour.
//! - From all networks together: [`PER_HOUR`] in any hour, so 100 × 8,766 = 876,600 in a year, which is 2^19.8. A
//!   password that was drawn from 2^33 stands a year of it with a chance of one in ten thousand. Each of a hundred slots
//!   holds one try for an hour: the bound is exact, and no window's edge doubles it.
//! - From a stolen known browser: 15 + 4 an hour, until the password is changed. A browser is known only to who gave the
//!   right password in it, so that nobody makes more of them by guessing.
//! - From a stolen session: no more than 15 + 4 × 12 = 63, for it lasts twelve hours, and opening another one takes the password.

use crate::budget;
use crate::name::SessionId;
use std::net::IpAddr;
use std::time::Duration;

/// Tries of one counter that cost no waiting.
pub const FREE: u32 = budget::FREE;
/// The longest wait between two tries of one counter: 15 minutes.
pub const LONGEST_WAIT: Duration = budget::LONGEST_WAIT;
/// Tries of strangers for one address in any hour, over all networks (docs/guessing.md).
pub const PER_HOUR: u32 = 100;
/// How long a try of a stranger counts against [`PER_HOUR`].
pub const HOUR: Duration = Duration::from_hours(1);
/// A counter that rests this long begins anew.
pub const REST: Duration = Duration::from_hours(24);

/// How long after its `tries`-th try a counter takes none: 1 s after the fifth, then 2 s, 4 s … to 15 min: never for
/// good (I12).
#[must_use]
pub fn delay(tries: u32) -> Duration {
    let Some(doublings) = tries.checked_sub(FREE) else { return Duration::ZERO };
    Duration::from_secs(1_u64.checked_shl(doublings).unwrap_or(u64::MAX)).min(LONGEST_WAIT)
}

/// How long after its `tries`-th try a counter is forgotten, if there is no other.
#[must_use]
pub fn rest(tries: u32) -> Duration {
    if tries < FREE { HOUR } else { REST }
}

/// A network, as far as whoever is in it may be one and the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network(Vec<u8>);

impl Network {
    /// The network of this address: its /24, or the /48 that one subscriber may be given (RFC 6177, section 2): counted by /64,
    /// they would be 65,536 networks. All whose address is not known are in one.
    #[must_use]
    pub fn of(address: Option<&str>) -> Self {
        let address =
            address.and_then(|text| text.parse::<IpAddr>().ok()).map(|address| address.to_canonical());
        Self(match address {
            Some(IpAddr::V4(v4)) => v4.octets().into_iter().take(3).collect(),
            Some(IpAddr::V6(v6)) => v6.octets().into_iter().take(6).collect(),
            None => Vec::new(),
        })
    }

    /// What tells it from others: at most 6 bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Bytes of the number of a known browser.
pub const BROWSER_ID: usize = 12;

/// Who tries a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guesser {
    /// Somebody in this network.
    Stranger(Network),
    /// A browser in which the same password of this account was given before.
    Browser([u8; BROWSER_ID]),
    /// A session of the account.
    Session(SessionId),
}

impl Guesser {
    /// What tells its counter from the other ones of the same address: at most 17 bytes.
    #[must_use]
    pub fn scope(&self) -> Vec<u8> {
        match self {
            Self::Stranger(Network(network)) => [b"n", network.as_slice()].concat(),
            Self::Browser(id) => [b"b", id.as_slice()].concat(),
            Self::Session(id) => [b"s", id.uuid().as_bytes().as_slice()].concat(),
        }
    }

    /// Whether its tries count against [`PER_HOUR`].
    #[must_use]
    pub const fn is_stranger(&self) -> bool {
        matches!(self, Self::Stranger(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_never_lasts_longer_than_fifteen_minutes() {
        let waits: Vec<u64> = [4, 5, 6, 7, 14, 15, 100, u32::MAX].map(|n| delay(n).as_secs()).to_vec();
        assert_eq!(waits, [0, 1, 2, 4, 512, 900, 900, 900]);
    }

    /// Tries in `hours` of a guesser who rests as long as it takes to be forgotten, each time after `before_rest` tries.
    fn resting(before_rest: u32, hours: u64) -> u32 {
        let (mut now, mut tries, mut all) = (Duration::ZERO, 0, 0);
        while now <= Duration::from_hours(hours) {
            all += 1;
            tries += 1;
            now += if tries == before_rest { rest(tries) } else { delay(tries) };
            if tries == before_rest {
                tries = 0;
            }
        }
        all
    }

    #[test]
    fn resting_until_one_is_forgotten_is_never_worth_the_waiting() {
        let (year, never) = (8_766, u32::MAX);
        let patient = resting(never, year);
        assert_eq!(patient, 15 + 4 * 8_766 - 2, "15 in the first 17 minutes, then four an hour");
        for tries in 1..200 {
            let rested = resting(tries, year);
            assert!(rested <= patient, "{rested} tries by resting after {tries}, {patient} without");
        }
        assert_eq!(resting(never, 12), 15 + 4 * 12 - 2, "what a session of twelve hours takes");
    }

    #[test]
    fn a_network_is_a_slash_24_or_a_slash_48() {
        let same = |one: &str, other: &str| Network::of(Some(one)) == Network::of(Some(other));
        assert!(same("203.0.113.7", "203.0.113.255") && !same("203.0.113.7", "203.0.114.7"));
        assert!(same("::ffff:203.0.113.7", "203.0.113.9"));
        assert!(same("2001:db8:1:2::1", "2001:db8:1:3::9") && !same("2001:db8:1:2::1", "2001:db8:2:2::1"));
        assert_eq!(Network::of(None), Network::of(Some("somewhere")));
    }
}
