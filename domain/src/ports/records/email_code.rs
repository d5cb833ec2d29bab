//! Codes by mail, from being asked for to being used up.

use crate::audit::Event;
use crate::factor::email_code::{CodeDigest, Made, TRIES};
use crate::letter_limit::LetterCounts;
use crate::name::{ChallengeId, EmailCodeId, EnrollmentId, SessionId, User};
use crate::seal::Sealed;
use crate::time::Timestamp;
use uuid::Uuid;

/// The one ceremony that a code is good for: a challenge, an enrollment, or the step-up of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeFor(pub Uuid);

impl From<ChallengeId> for CodeFor {
    fn from(id: ChallengeId) -> Self {
        Self(id.uuid())
    }
}

impl From<EnrollmentId> for CodeFor {
    fn from(id: EnrollmentId) -> Self {
        Self(id.uuid())
    }
}

impl From<SessionId> for CodeFor {
    fn from(id: SessionId) -> Self {
        Self(id.uuid())
    }
}

/// A code, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedCode {
    /// Its id.
    pub id: EmailCodeId,
    /// What it is good for.
    pub about: CodeFor,
    /// What is stored of its digits.
    pub digest: CodeDigest,
    /// Wrong answers to it so far.
    pub wrong: u32,
    /// Whether nothing has ended it yet: no use, no newer code, no fifth wrong answer, no change of factors.
    pub alive: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

impl MailedCode {
    /// Whether an answer may still be this code.
    #[must_use]
    pub fn is_good_for(&self, about: CodeFor, now: Timestamp) -> bool {
        self.alive && self.about == about && self.wrong < TRIES && self.is_running(now)
    }

    /// As far as the next one has to wait for it.
    #[must_use]
    pub fn made(&self) -> Made {
        Made { at: self.made_at, alive: self.alive }
    }

    fn is_running(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.made_at.is_plausible(now)
    }
}

/// A code to be stored and mailed.
#[derive(Clone, Debug)]
pub struct NewEmailCode {
    /// Whose it is.
    pub user: User,
    /// The code.
    pub code: MailedCode,
    /// Address and digits, sealed for the letter.
    pub letter: Sealed,
    /// Under which counts its letter falls.
    pub counts: LetterCounts,
    /// What the log says. Its id is the code's.
    pub event: Event,
}

/// A letter that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedCode {
    /// The code's id.
    pub id: EmailCodeId,
    /// Whose it is.
    pub user: User,
    /// Address and digits, sealed for the letter.
    pub letter: Sealed,
    /// When the code was made.
    pub made_at: Timestamp,
    /// Since when, or from when on, it is to be sent.
    pub due_at: Timestamp,
    /// How often a sender took it.
    pub attempts: u32,
}

impl QueuedCode {
    /// Whether it may still be sent.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.made_at.lasts(crate::factor::email_code::SENT_WITHIN, now)
    }
}
