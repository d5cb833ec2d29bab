//! Enrollments on their way to an authenticator.

use super::challenge::Consume;
use super::change::{OtherSessions, Standing};
use super::user::NewCodeSet;
use crate::audit::{Event, Place};
use crate::budget::BudgetChange;
use crate::factor::FactorKind;
use crate::name::{AuthenticatorId, ChallengeId, EnrollmentId, Name, SessionId, User};
use crate::seal::Sealed;
use crate::time::{TimeStep, Timestamp};

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
    /// Whose it is: of the session that began it, and from its confirmation on of the one that confirmed it. Only this one is
    /// shown the secret again, and then the recovery codes. `None` for one that an earlier version began over the API.
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
    /// The shared secret (an address, for codes by mail), sealed for `authenticator`.
    pub credential: Sealed,
    /// The step of the confirming code, which counts as used.
    pub watermark: TimeStep,
    /// The recovery codes, sealed for the enrollment, from confirmation to acknowledgement.
    pub codes: Option<Sealed>,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When and from where it was confirmed last, for whoever finds it waiting.
    pub confirmed: Option<Confirmation>,
}

/// When and from where an enrollment was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub place: Place,
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

/// A first enrollment whose code was right: one that is pending in this session; or one that another session confirmed, whose
/// recovery codes these take the place of.
#[derive(Clone, Debug)]
pub struct ConfirmedFirst {
    /// Whose it is.
    pub user: User,
    /// Which it is.
    pub enrollment: EnrollmentId,
    /// The session that confirms it: it belongs to this one from now on.
    pub session: Option<SessionId>,
    /// The budget after this success.
    pub budget: BudgetChange,
    /// What the code used up: a step of the authenticator to be, or a mailed code.
    pub consume: Consume,
    /// What the authenticator will be called.
    pub name: Name,
    /// The recovery codes, sealed for the enrollment.
    pub codes: Sealed,
    /// The recovery codes, hashed; active from the acknowledgement on.
    pub code_set: NewCodeSet,
    /// On whose word it is done; `None`: on the site's.
    pub by: Option<Standing>,
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
    /// What the code used up: a step of the authenticator to be, or a mailed code.
    pub consume: Consume,
    /// What the authenticator is called.
    pub name: Name,
    /// The authenticator whose place it takes.
    pub replaces: Option<AuthenticatorId>,
    /// On whose word it is done; `None`: on the site's.
    pub by: Option<Standing>,
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
    /// The session that confirmed it, and alone was shown the codes.
    pub session: Option<SessionId>,
    /// On whose word it is done; `None`: on the site's.
    pub by: Option<Standing>,
    /// What happens to the user's other sessions.
    pub others: OtherSessions,
    /// Now.
    pub at: Timestamp,
    /// The challenge that is passed by it, in the same transaction.
    pub passes: Option<ChallengeId>,
    /// What the log says: acknowledged, turned on, and passed if a challenge is.
    pub events: Vec<Event>,
}
