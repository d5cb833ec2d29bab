//! The fence around a database that went back in time: what a restored backup still takes for good, and was used up or
//! revoked since, is ended. What one ended is told by an event.

use crate::audit::{Event, EventKind, OPERATOR, Place};
use crate::name::{SiteId, User, UserId};
use crate::ports::Entropy;
use crate::time::Timestamp;

/// Who fences, as the log names whoever did something.
const DOER: &str = "twofold restore";
/// More than this is told as this: the subject of an event is short.
const MOST: u64 = 99_999_999;

/// What a fence ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fenced {
    /// Authenticator apps of which no code works that was shown until then.
    pub authenticators: u64,
    /// Sets of recovery codes that are to be replaced.
    pub code_sets: u64,
    /// Browsers that were signed in, and widgets that were open.
    pub sessions: u64,
    /// Trusted devices.
    pub devices: u64,
    /// Invitations and links for a new password.
    pub links: u64,
    /// Challenges, enrollments, tickets, mailed codes, bypass codes, sign-ins that waited, and kept answers.
    pub ceremonies: u64,
    /// API keys.
    pub keys: u64,
}

impl Fenced {
    /// Its event.
    #[must_use]
    pub fn event(&self, at: Timestamp, entropy: &dyn Entropy) -> Option<Event> {
        let operator = User { site: SiteId::BUILT_IN, id: UserId::parse(OPERATOR).ok()? };
        let event = Event::new(EventKind::DatabaseFenced, &operator, &Place::default(), at, entropy);
        Some(event.about(&self.to_string()).done_by(UserId::parse(DOER).ok().as_ref()))
    }

    /// Its counts by their names, in the order in which they are told.
    #[must_use]
    pub const fn counts(&self) -> [(&'static str, u64); 7] {
        [
            ("authenticators", self.authenticators),
            ("code_sets", self.code_sets),
            ("sessions", self.sessions),
            ("devices", self.devices),
            ("links", self.links),
            ("ceremonies", self.ceremonies),
            ("keys", self.keys),
        ]
    }
}

impl std::fmt::Display for Fenced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = self.counts().map(|(name, count)| format!("{name}={}", count.min(MOST)));
        f.write_str(&counts.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    #[test]
    fn what_its_event_says_is_for_programs_and_fits_into_a_subject() {
        let fenced = Fenced { authenticators: 12, sessions: 3, keys: 1, ..Fenced::default() };
        let event = fenced.event(Timestamp::from_millis(9), &SeededEntropy::new(1)).unwrap();
        assert_eq!(
            event.subject.unwrap(),
            "authenticators=12 code_sets=0 sessions=3 devices=0 links=0 ceremonies=0 keys=1"
        );
        assert_eq!((event.kind.as_str(), event.by.unwrap().as_str()), ("database.fenced", "twofold restore"));
        let (authenticators, code_sets, sessions) = (u64::MAX, u64::MAX, u64::MAX);
        let (devices, links, ceremonies, keys) = (u64::MAX, u64::MAX, u64::MAX, u64::MAX);
        let all = Fenced { authenticators, code_sets, sessions, devices, links, ceremonies, keys };
        assert!(all.to_string().len() <= 128, "{all}");
    }
}
