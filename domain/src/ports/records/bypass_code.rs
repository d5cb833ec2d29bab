//! Bypass codes, from being issued to being used up.

use crate::audit::Event;
use crate::factor::bypass_code::BypassDigest;
use crate::name::{BypassCodeId, ChallengeId, User};
use crate::time::Timestamp;

/// A bypass code, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBypassCode {
    /// Its id.
    pub id: BypassCodeId,
    /// What is stored of its characters.
    pub digest: BypassDigest,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// The challenge that it passed, once it was used.
    pub passed: Option<ChallengeId>,
}

impl StoredBypassCode {
    /// Whether it may still pass a challenge.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.used_at.is_none() && now < self.expires_at && self.id.made_at().is_plausible(now)
    }
}

/// A bypass code to be stored.
#[derive(Clone, Debug)]
pub struct IssuedBypassCode {
    /// Whose it is.
    pub user: User,
    /// The code.
    pub code: StoredBypassCode,
    /// What the log says.
    pub event: Event,
}
