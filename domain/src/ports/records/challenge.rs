//! Answers and what they use up.

use super::change::NewSession;
use super::idempotency::NewClaim;
use super::ticket::{NewDevice, Ticket};
use crate::audit::Event;
use crate::budget::BudgetChange;
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::name::{AuthenticatorId, BypassCodeId, ChallengeId, CodeId, EmailCodeId, Name, User};
use crate::time::{TimeStep, Timestamp};

/// What a right answer uses up, under its budget.
#[derive(Clone, Debug)]
pub struct Spent {
    /// Whose it is.
    pub user: User,
    /// The budget after this success.
    pub budget: BudgetChange,
    /// What is used up.
    pub consume: Consume,
    /// Now.
    pub at: Timestamp,
}

/// The one thing that a right answer uses up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consume {
    /// A time step of an authenticator: its watermark rises to it.
    Step {
        /// The authenticator.
        authenticator: AuthenticatorId,
        /// The step.
        step: TimeStep,
    },
    /// A recovery code of the active set.
    Code(CodeId),
    /// A code that was mailed.
    EmailCode(EmailCodeId),
    /// A bypass code.
    BypassCode(BypassCodeId),
}

impl Consume {
    /// The watermark that an authenticator begins with, if this confirmed it.
    #[must_use]
    pub const fn watermark(self) -> TimeStep {
        match self {
            Self::Step { step, .. } => step,
            Self::Code(_) | Self::EmailCode(_) | Self::BypassCode(_) => TimeStep::NONE,
        }
    }
}

/// A wrong answer.
#[derive(Clone, Debug)]
pub struct RefusedAnswer {
    /// Whose it is.
    pub user: User,
    /// The challenge it answered, if it was one.
    pub challenge: Option<ChallengeId>,
    /// The mailed code that it was not, if it had the form of one.
    pub email_code: Option<EmailCodeId>,
    /// The budget after this failure.
    pub budget: BudgetChange,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub events: Vec<Event>,
}

/// What a challenge is for: `sign_in`, or an action that a site names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action(pub Name);

impl Action {
    /// Whether it is signing in. What a bypass code allows afterwards it allows after nothing else.
    #[must_use]
    pub fn is_sign_in(&self) -> bool {
        self.0.as_str() == "sign_in"
    }
}

/// How far a challenge has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeState {
    /// Waiting for an answer.
    Open,
    /// Waiting for its user to set a first authenticator up. No answer is taken: there is nothing to answer with.
    Enrolling,
    /// Answered rightly.
    Passed,
    /// Turned into a result.
    Redeemed,
    /// Ended by a change of the user's factors.
    Cancelled,
}

/// One challenge, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Its id.
    pub id: ChallengeId,
    /// Who is asked.
    pub user: User,
    /// What it is for.
    pub action: Action,
    /// How far it has come.
    pub state: ChallengeState,
    /// Wrong answers so far, forgiven when it is passed.
    pub failures: u32,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Until when it takes answers.
    pub expires_at: Timestamp,
    /// What it was passed with, and when.
    pub passed: Option<(FactorKind, Timestamp)>,
    /// The browser in which it was passed, in words.
    pub browser: Option<String>,
    /// Whether the person asked for that browser to be remembered.
    pub remember: Remember,
    /// The user's revision when it was decided to ask: once they have another one, the challenge is over.
    pub revision: i64,
}

/// A challenge to be stored, open.
#[derive(Clone, Debug)]
pub struct NewChallenge {
    /// The challenge.
    pub challenge: Challenge,
    /// The ticket that opens it in a widget, where one is issued with it.
    pub ticket: Option<Ticket>,
    /// The idempotency key under which it is opened, with the answer that tells of it.
    pub under: Option<Box<NewClaim>>,
    /// What the log says.
    pub event: Event,
}

/// A challenge that was answered rightly.
#[derive(Clone, Debug)]
pub struct PassedChallenge {
    /// Which it is.
    pub challenge: ChallengeId,
    /// What the answer used up.
    pub spent: Spent,
    /// Whether the person asked for the browser, that of the event, to be remembered.
    pub remember: Remember,
    /// What is turned into a result with it, where somebody signs in here.
    pub redeems: Option<Box<RedeemedChallenge>>,
    /// What the log says.
    pub event: Event,
}

/// A passed challenge to be turned into a result.
#[derive(Clone, Debug)]
pub struct RedeemedChallenge {
    /// Whose it is.
    pub user: User,
    /// Which it is.
    pub challenge: ChallengeId,
    /// It must have been passed after this moment.
    pub passed_after: Timestamp,
    /// The user's revision when the challenge was seen.
    pub revision: i64,
    /// The device to be trusted from now on.
    pub device: Option<NewDevice>,
    /// The session that is opened by it, where somebody signs in here.
    pub opens: Option<Box<NewSession>>,
    /// What the log says.
    pub event: Event,
}
