//! How many letters leave: to one address, of one site, and in all. Whatever is mailed counts: codes, notices,
//! invitations. Who shares an address with others shares its letters.
//!
//! What tells of a change to an account's factors or password, which nobody can cause who was not let in or is an administrator,
//! is counted apart, each kind and each site by itself; everything else, some of which a stranger can cause, together.
//!
//! A count begins with the first letter and ends a day (an hour) later, when the next letter begins another. So of any day
//! no more than twice as many letters leave as its limit says, and of all days no more than that on average.

use crate::name::SiteId;
use crate::notice::Notice;
use crate::password_budget::Network;
use crate::time::Timestamp;
use std::time::Duration;

/// Letters to one address in [`DAY`] (docs/letters.md).
pub const PER_ADDRESS: u32 = 10;
/// Letters of one kind and one site to one address in [`DAY`] that tell of a change by which somebody may have taken it over.
/// Each kind and each site has an allowance of its own: no other letter, of whatever user, holds them back.
pub const GRAVE_OF_A_KIND: u32 = 3;
/// Letters of one site in [`HOUR`].
pub const PER_SITE: u32 = 1_000;
/// Letters in all in [`HOUR`], where nothing else is set.
pub const IN_ALL: u32 = 10_000;
/// For how long a letter counts for its address.
pub const DAY: Duration = Duration::from_hours(24);
/// For how long a letter counts for its site, and in all.
pub const HOUR: Duration = Duration::from_hours(1);

/// Links for a new password to one address that one network asks for in [`DAY`], or one known browser.
pub const LINKS_PER_ASKER: u32 = 4;
/// Links to one address that strangers ask for in [`DAY`], over all networks. A known browser is not among them.
pub const LINKS_PER_ADDRESS: u32 = 10;
/// Links that one network asks for in [`HOUR`], for whatever addresses.
pub const LINKS_PER_NETWORK: u32 = 20;
/// Letters with such a link to one address in [`DAY`]: more than strangers have, so that they never use up its owner's.
pub const LINK_LETTERS: u32 = 2 * LINKS_PER_ADDRESS;
/// Letters with such a link in [`HOUR`], in all. Only those count that leave: for an address without an account there is none.
pub const LINK_LETTERS_IN_ALL: u32 = PER_SITE;

/// Under which counts the asking for a new password falls, whether or not the address has an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCounts {
    /// A keyed digest of the address.
    pub address: [u8; 32],
    /// A keyed digest of the address and of who asks.
    pub asker: [u8; 32],
    /// From where a stranger asks. `None`: it is a browser in which the password was given before, or a session, and no
    /// stranger's asking counts against it.
    pub stranger: Option<Network>,
}

impl LinkCounts {
    /// The counts, in the order in which they are taken.
    #[must_use]
    pub fn limits(&self) -> Vec<LetterLimit> {
        let limit = |scope, most, window| LetterLimit { scope, most, window };
        let own = limit([b"q", self.asker.as_slice()].concat(), LINKS_PER_ASKER, DAY);
        let Some(network) = &self.stranger else { return vec![own] };
        vec![
            limit([b"n", network.bytes()].concat(), LINKS_PER_NETWORK, HOUR),
            limit([b"p", self.address.as_slice()].concat(), LINKS_PER_ADDRESS, DAY),
            own,
        ]
    }
}

/// Which allowance of its address a letter uses up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// An invitation, a notice of less weight, a code to an address that nobody has confirmed yet.
    Light,
    /// A code to an address that this user has confirmed: what others have mailed there holds it back in nothing.
    Confirmed,
    /// A link for a new password, which was counted when it was asked for.
    Link,
    /// It tells of this change, by which somebody may have taken the account over.
    Grave(Notice),
}

/// Under which counts a letter falls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterCounts {
    /// A keyed digest of the address; for grave ones, of the site and the kind, too; for codes to a confirmed one, of the user.
    pub address: [u8; 32],
    /// Which of its address's allowances.
    pub weight: Weight,
    /// The site it is of.
    pub site: SiteId,
    /// Letters in all that may leave in an hour.
    pub in_all: u32,
}

/// One count, and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterLimit {
    /// What is counted, at most 33 bytes.
    pub scope: Vec<u8>,
    /// Letters that may leave in the window.
    pub most: u32,
    /// How long a count lasts from its first letter on.
    pub window: Duration,
}

impl LetterCounts {
    /// The three counts, in the order in which they are taken.
    #[must_use]
    pub fn limits(&self) -> [LetterLimit; 3] {
        let limit = |scope, most, window| LetterLimit { scope, most, window };
        let of_site = match self.weight {
            // Anybody may ask for one: what they use up is theirs alone.
            Weight::Link => limit(b"l".to_vec(), LINK_LETTERS_IN_ALL, HOUR),
            Weight::Light | Weight::Confirmed | Weight::Grave(_) => {
                limit([b"s", self.site.uuid().as_bytes().as_slice()].concat(), PER_SITE, HOUR)
            }
        };
        [self.of_address(), of_site, limit(b"t".to_vec(), self.in_all, HOUR)]
    }

    fn of_address(&self) -> LetterLimit {
        let (prefix, most) = match self.weight {
            Weight::Light => (b"a", PER_ADDRESS),
            Weight::Confirmed => (b"u", PER_ADDRESS),
            Weight::Link => (b"k", LINK_LETTERS),
            Weight::Grave(_) => (b"g", GRAVE_OF_A_KIND),
        };
        LetterLimit { scope: [prefix, self.address.as_slice()].concat(), most, window: DAY }
    }
}

/// One count as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LettersSent {
    /// When its first letter left.
    pub since: Timestamp,
    /// Letters since then.
    pub sent: u32,
}

impl LettersSent {
    /// How long the next letter has to wait under this limit.
    #[must_use]
    pub fn wait(&self, limit: &LetterLimit, now: Timestamp) -> Duration {
        let ends = self.since + limit.window;
        if self.sent >= limit.most && self.since.is_plausible(now) { ends.since(now) } else { Duration::ZERO }
    }

    /// The count with one more letter at `now`.
    #[must_use]
    pub fn with_one_more(&self, limit: &LetterLimit, now: Timestamp) -> Self {
        if self.sent == 0 || !self.since.lasts(limit.window, now) {
            return Self { since: now, sent: 1 };
        }
        Self { sent: self.sent.saturating_add(1), ..*self }
    }
}
