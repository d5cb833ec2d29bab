//! A session: a signed-in browser (standalone) or an opened widget (embedded).

use crate::name::{ChallengeId, SessionId, User};
use crate::policy;
use crate::ports::Entropy;
use crate::secret::{SecretText, redacted};
use crate::time::Timestamp;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// The bearer of a session: 256 random bits in hexadecimal (ASVS 5.0, 7.2.3 demands 128). Stored only as its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(SecretText);

redacted!(SessionToken);

impl SessionToken {
    /// A new random bearer.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut random = [0_u8; 32];
        entropy.fill(&mut random);
        Self(SecretText::new(random.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Reads a bearer as a browser sends it; `None` unless it has the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        well_formed.then(|| Self(SecretText::new(text.to_owned())))
    }

    /// The text for the cookie or header.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is stored and looked up.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.expose().as_bytes()).into())
    }
}

/// SHA-256 of a bearer. A plain hash is enough for 256 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// Where a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// Twofold's own sign-in: it knows the user's password.
    Standalone,
    /// A widget in a site's page: the site vouches for the user.
    Embedded,
}

impl Home {
    /// The name in SQL and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standalone => "standalone",
            Self::Embedded => "embedded",
        }
    }

    /// The home of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Standalone, Self::Embedded].into_iter().find(|home| home.as_str() == text)
    }

    /// A session that is not used this long is over (ASVS 5.0, 7.3.1).
    #[must_use]
    pub const fn idle(self) -> Duration {
        Duration::from_mins(match self {
            Self::Standalone => 30,
            Self::Embedded => 10,
        })
    }

    /// A session is over this long after it was opened, used or not (ASVS 5.0, 7.3.2).
    #[must_use]
    pub const fn lifetime(self) -> Duration {
        Duration::from_mins(match self {
            Self::Standalone => 12 * 60,
            Self::Embedded => 30,
        })
    }
}

/// One session, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, for the audit log and for ending it.
    pub id: SessionId,
    /// Whose it is.
    pub user: User,
    /// Where it lives.
    pub home: Home,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When the user last proved every factor they have.
    pub stepped_up_at: Option<Timestamp>,
    /// The challenge that was passed to sign in, where the session belongs to one: what a bypass code allows after it is
    /// allowed to this session, and to none that belongs to another sign-in.
    pub sign_in: Option<ChallengeId>,
}

impl Session {
    /// Whether it is neither idle for too long nor too old, nor of a time that has not come yet.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.seen_at.lasts(self.home.idle(), now) && self.opened_at.lasts(self.home.lifetime(), now)
    }

    /// Whether the user proved every factor within the last [`policy::STEP_UP`].
    #[must_use]
    pub fn is_stepped_up(&self, now: Timestamp) -> bool {
        self.stepped_up_at.is_some_and(|at| at.lasts(policy::STEP_UP, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{SiteId, UserId};

    fn session(home: Home) -> Session {
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse("alice").unwrap() };
        let start = Timestamp::from_millis(0);
        let id = SessionId::from_uuid(uuid::Uuid::from_u128(1));
        let stepped_up_at = Some(start);
        Session { id, user, home, opened_at: start, seen_at: start, stepped_up_at, sign_in: None }
    }

    fn minute(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    #[test]
    fn an_idle_session_ends_and_a_used_one_ends_later() {
        let mut standalone = session(Home::Standalone);
        assert!(standalone.is_live(minute(29)) && !standalone.is_live(minute(30)));
        standalone.seen_at = minute(12 * 60 - 1);
        assert!(standalone.is_live(minute(12 * 60 - 1)) && !standalone.is_live(minute(12 * 60)));
        let mut embedded = session(Home::Embedded);
        assert!(embedded.is_live(minute(9)) && !embedded.is_live(minute(10)));
        embedded.seen_at = minute(29);
        assert!(!embedded.is_live(minute(30)));
    }

    #[test]
    fn what_a_clock_ahead_stamped_is_neither_live_nor_fresh() {
        let now = minute(-60);
        assert!(!session(Home::Standalone).is_live(now) && !session(Home::Standalone).is_stepped_up(now));
        let used_ahead = Session { opened_at: now, ..session(Home::Standalone) };
        assert!(!used_ahead.is_live(now));
        assert!(
            session(Home::Standalone).is_live(minute(-1))
                && session(Home::Standalone).is_stepped_up(minute(-1))
        );
    }

    #[test]
    fn a_step_up_is_good_for_five_minutes() {
        let session = session(Home::Standalone);
        assert!(session.is_stepped_up(minute(4)) && !session.is_stepped_up(minute(5)));
    }
}
