//! What passes between the core and storage.

use crate::audit::Event;
use crate::budget::{Budget, BudgetChange};
use crate::factor::FactorKind;
use crate::factor::recovery_code::{HashedCode, Hashing};
use crate::name::{
    AuthenticatorId, ChallengeId, CodeId, CodeSetId, EnrollmentId, Issuer, Label, Name, SessionId, SiteId,
    User,
};
use crate::seal::Sealed;
use crate::session::{Session, TokenHash};
use crate::time::{TimeStep, Timestamp};

/// One application that uses Twofold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// What authenticator apps show.
    pub issuer: Issuer,
}

/// An active authenticator, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticator {
    /// Its id, to which its credential is sealed.
    pub id: AuthenticatorId,
    /// Its kind.
    pub kind: FactorKind,
    /// What its owner calls it.
    pub name: Name,
    /// The shared secret, sealed.
    pub credential: Sealed,
    /// The highest step accepted so far.
    pub watermark: TimeStep,
    /// When it became active.
    pub added_at: Timestamp,
    /// When it last answered anything.
    pub used_at: Option<Timestamp>,
}

/// A set of recovery codes, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSet {
    /// Its id.
    pub id: CodeSetId,
    /// What its codes are hashed with.
    pub hashing: Hashing,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its codes, used ones too.
    pub codes: Vec<StoredCode>,
}

/// One recovery code, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCode {
    /// Its id.
    pub id: CodeId,
    /// Its hash.
    pub hash: HashedCode,
    /// When it was used, if it was.
    pub used_at: Option<Timestamp>,
}

/// All that is known of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserState {
    /// What authenticator apps show for them; `None` if the user is unknown.
    pub label: Option<Label>,
    /// Since when two-factor authentication is on; `None` while it is off.
    pub protected_since: Option<Timestamp>,
    /// Changes of factors so far.
    pub revision: i64,
    /// Active authenticators, oldest first.
    pub authenticators: Vec<Authenticator>,
    /// The active set of recovery codes.
    pub code_set: Option<CodeSet>,
}

/// What an answer is judged against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The budget of the answer's kind.
    pub budget: Budget,
    /// Active authenticators of that kind, oldest first (for codes of an app).
    pub authenticators: Vec<Authenticator>,
    /// The active set (for recovery codes).
    pub code_set: Option<CodeSet>,
}

/// What an enrollment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The user's first authenticator: it switches two-factor authentication on.
    First,
    /// One more beside those there are.
    Further,
    /// In the place of this one, which works until the new one is confirmed.
    Replace(AuthenticatorId),
}

/// How far an enrollment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrollmentState {
    /// The QR code is shown.
    Pending,
    /// The code was right; the recovery codes are to be saved.
    Confirmed,
    /// Done.
    Acknowledged,
    /// Given up.
    Cancelled,
}

/// One enrollment, as stored. `authenticator` is the id that its authenticator will have, to which the credential is
/// sealed from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrollment {
    /// Its id.
    pub id: EnrollmentId,
    /// Whose it is.
    pub user: User,
    /// The session that began it; only this one is shown its secret again. `None` for one begun over the API.
    pub session: Option<SessionId>,
    /// The kind of factor.
    pub kind: FactorKind,
    /// What it is for.
    pub purpose: Purpose,
    /// How far it has come.
    pub state: EnrollmentState,
    /// The id of the authenticator to be.
    pub authenticator: AuthenticatorId,
    /// The name of the authenticator to be.
    pub name: Name,
    /// The shared secret, sealed for `authenticator`.
    pub credential: Sealed,
    /// The step of the confirming code, which counts as used.
    pub watermark: TimeStep,
    /// The recovery codes, sealed for the enrollment, from confirmation to acknowledgement.
    pub codes: Option<Sealed>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// An enrollment to be stored, pending.
#[derive(Clone, Debug)]
pub struct NewEnrollment {
    /// The enrollment.
    pub enrollment: Enrollment,
    /// How many may be pending at once.
    pub at_once: usize,
    /// What the log says.
    pub event: Event,
}

/// A set of recovery codes to be stored.
#[derive(Clone, Debug)]
pub struct NewCodeSet {
    /// Its id.
    pub id: CodeSetId,
    /// What its codes are hashed with.
    pub hashing: Hashing,
    /// Its codes.
    pub codes: Vec<(CodeId, HashedCode)>,
}

/// A first enrollment whose code was right.
#[derive(Clone, Debug)]
pub struct ConfirmedFirst {
    /// Whose it is.
    pub user: User,
    /// Which it is.
    pub enrollment: EnrollmentId,
    /// The budget after this success.
    pub budget: BudgetChange,
    /// The step of the code.
    pub step: TimeStep,
    /// What the authenticator will be called.
    pub name: Name,
    /// The recovery codes, sealed for the enrollment.
    pub codes: Sealed,
    /// The recovery codes, hashed; active from the acknowledgement on.
    pub code_set: NewCodeSet,
    /// Now.
    pub at: Timestamp,
    /// Until when it waits for its acknowledgement.
    pub expires_at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// A further or replacing enrollment whose code was right.
#[derive(Clone, Debug)]
pub struct ConfirmedFurther {
    /// Whose it is.
    pub user: User,
    /// Which it is.
    pub enrollment: EnrollmentId,
    /// The budget after this success.
    pub budget: BudgetChange,
    /// The step of the code.
    pub step: TimeStep,
    /// What the authenticator is called.
    pub name: Name,
    /// The authenticator whose place it takes.
    pub replaces: Option<AuthenticatorId>,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// A confirmed enrollment whose recovery codes are saved.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// Whose it is.
    pub user: User,
    /// Which it is.
    pub enrollment: EnrollmentId,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// Now.
    pub at: Timestamp,
    /// What the log says: acknowledged, and turned on.
    pub events: Vec<Event>,
}

/// What a change of factors does to the sessions of the user other than the one that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherSessions {
    /// They are ended (ASVS 5.0, 7.4.3).
    End {
        /// The one that stays.
        but: Option<SessionId>,
    },
    /// They stay, but have to prove every factor again.
    AskAgain {
        /// The one that need not.
        but: Option<SessionId>,
    },
}

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
}

/// A wrong answer.
#[derive(Clone, Debug)]
pub struct RefusedAnswer {
    /// Whose it is.
    pub user: User,
    /// The challenge it answered, if it was one.
    pub challenge: Option<ChallengeId>,
    /// The budget after this failure.
    pub budget: BudgetChange,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// What a challenge is for: `sign_in`, or an action that a site names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action(pub Name);

/// How far a challenge has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeState {
    /// Waiting for an answer.
    Open,
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
}

/// A challenge to be stored, open.
#[derive(Clone, Debug)]
pub struct NewChallenge {
    /// The challenge.
    pub challenge: Challenge,
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
    /// What the log says.
    pub event: Event,
}

/// A session that proved its user's factors.
#[derive(Clone, Debug)]
pub struct SteppedUp {
    /// The session.
    pub session: SessionId,
    /// What the answer used up, where a factor was asked for.
    pub spent: Option<Spent>,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// An authenticator to be removed.
#[derive(Clone, Debug)]
pub struct RemovedAuthenticator {
    /// Whose it is.
    pub user: User,
    /// Which it is.
    pub authenticator: AuthenticatorId,
    /// The user's revision when it was seen that another one stays.
    pub revision: i64,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// A new set of recovery codes for a user who has one.
#[derive(Clone, Debug)]
pub struct ReplacedCodes {
    /// Whose they are.
    pub user: User,
    /// The new set.
    pub code_set: NewCodeSet,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// Now.
    pub at: Timestamp,
    /// What the log says.
    pub event: Event,
}

/// Two-factor authentication to be switched off.
#[derive(Clone, Debug)]
pub struct TurnedOff {
    /// What the answer used up.
    pub spent: Spent,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// What the log says.
    pub event: Event,
}

/// A session to be stored.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The session.
    pub session: Session,
    /// The hash of its bearer.
    pub token: TokenHash,
    /// What the log says.
    pub event: Event,
}
