//! Challenging: what a challenge says of itself and what passing it yields.

use crate::factor::FactorKind;
use crate::name::{ChallengeId, User};
use crate::policy;
use crate::ports::{Action, Challenge, ChallengeState};
use crate::ticket::{Issued, Trusted};
use crate::time::Timestamp;

/// What opening a challenge answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The user has two-factor authentication: this challenge waits for an answer.
    Open(Challenge),
    /// The user has none and the site requires one: this challenge waits for the first authenticator to be set up.
    EnrollmentRequired(Challenge),
    /// The user has none, so there is nothing to ask: let them in.
    NotEnrolled,
}

/// What opening a challenge for a widget or a form answers.
#[derive(Debug)]
pub enum Presented {
    /// This challenge waits for an answer.
    Open {
        /// The challenge.
        challenge: Challenge,
        /// What the user can answer with.
        kinds: Vec<FactorKind>,
        /// What opens it in a widget, once.
        ticket: Issued,
    },
    /// This challenge waits for the first authenticator to be set up.
    EnrollmentRequired {
        /// The challenge.
        challenge: Challenge,
        /// What opens it in a widget, once.
        ticket: Issued,
    },
    /// There is nothing to ask: let them in.
    NotEnrolled,
}

/// What a right answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The kind of factor that was proved.
    pub kind: FactorKind,
    /// After a recovery code: how many are left.
    pub recovery_left: Option<usize>,
    /// When.
    pub at: Timestamp,
}

/// What a widget's bearer may do: answer this challenge, or enroll where it asks for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who is asked.
    pub user: User,
    /// The challenge.
    pub challenge: ChallengeId,
}

/// Whether the browser in which a challenge was passed is to be trusted. The person says so with the answer, or the site
/// with the redeeming.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Remember {
    /// No: the next sign-in asks again.
    #[default]
    No,
    /// Yes, for as long as the site allows: not at all, unless it does.
    Device,
}

/// The result of a challenge, given out once.
#[derive(Clone, Debug)]
pub struct Redeemed {
    /// Who proved it.
    pub user: User,
    /// What for.
    pub action: Action,
    /// With what kind of factor.
    pub kind: FactorKind,
    /// When.
    pub passed_at: Timestamp,
    /// Which challenge it was.
    pub challenge: ChallengeId,
    /// The device that is trusted from now on, if one was to be.
    pub device: Option<Trusted>,
}

impl Remember {
    /// What either of two said.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::No => other,
            Self::Device => Self::Device,
        }
    }
}

impl Challenge {
    /// Whether it takes answers at `now`.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == ChallengeState::Open && self.is_running(now)
    }

    /// Whether it waits at `now` for its user to set a first authenticator up.
    #[must_use]
    pub fn is_enrolling(&self, now: Timestamp) -> bool {
        self.state == ChallengeState::Enrolling && self.is_running(now)
    }

    /// Whether it was passed, and lately enough to be redeemed at `now`.
    #[must_use]
    pub fn is_redeemable(&self, now: Timestamp) -> bool {
        let lately = |at: Timestamp| at.lasts(policy::CHALLENGE_REDEEMABLE, now);
        self.state == ChallengeState::Passed && self.passed.is_some_and(|(_, at)| lately(at))
    }

    fn is_running(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.opened_at.is_plausible(now)
    }
}
