//! What a user's Security tab shows. It holds no secret.

use crate::audit::Event;
use crate::factor::FactorKind;
use crate::name::{AuthenticatorId, EnrollmentId, Issuer, Label, Name};
use crate::ports::{Confirmation, EnrollmentState, Purpose, TrustedDevice};
use crate::requirement::Requirement;
use crate::step_up::StepUpNeed;
use crate::time::Timestamp;

/// The state of one user's two-factor authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// What authenticator apps show for the user; `None` if the user was never remembered.
    pub label: Option<Label>,
    /// What authenticator apps show for the site.
    pub issuer: Issuer,
    /// Since when two-factor authentication is on.
    pub protected_since: Option<Timestamp>,
    /// Active authenticators, oldest first.
    pub authenticators: Vec<AuthenticatorSummary>,
    /// The authenticator that answered nothing for longest, if that is [`crate::policy::UNUSED`]: does it still work?
    pub unused: Option<AuthenticatorId>,
    /// The user came in with a bypass code last and has changed no factor since: they are without what they have.
    pub bypassed: bool,
    /// The active set of recovery codes.
    pub recovery: Option<RecoverySummary>,
    /// An enrollment that can be gone on with: this session's own, or one that another session confirmed.
    pub open: Option<OpenEnrollment>,
    /// Whether codes by mail can be set up, and to where.
    pub email: EmailOffer,
    /// Trusted devices, newest first.
    pub devices: Vec<TrustedDevice>,
    /// Recent activity, newest first.
    pub events: Vec<Event>,
    /// Whether two-factor authentication is required: it is not switched off then.
    pub requirement: Requirement,
    /// From when on, if that is still ahead.
    pub deadline_ahead: Option<Timestamp>,
    /// What a dangerous change asks for right now.
    pub step_up: StepUpNeed,
    /// What switching off asks for, however recently anything was proved.
    pub turn_off: StepUpNeed,
}

/// Whether codes by mail can be set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EmailOffer {
    /// No: the site does not allow it, no mail is sent here, or it is set up already.
    #[default]
    No,
    /// Yes, to this masked address, which the site knows of the user.
    Known(String),
    /// Yes, to an address that the user says.
    Asked,
}

/// An active authenticator, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorSummary {
    /// Its id.
    pub id: AuthenticatorId,
    /// Its kind.
    pub kind: FactorKind,
    /// What its owner calls it.
    pub name: Name,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it last answered anything.
    pub used_at: Option<Timestamp>,
}

/// How many recovery codes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoverySummary {
    /// Unused ones.
    pub left: usize,
    /// In the set.
    pub total: usize,
    /// When the set was made.
    pub made_at: Timestamp,
    /// A backup was restored since, and all of them are void.
    pub voided: bool,
}

impl RecoverySummary {
    /// Whether the user should be warned.
    #[must_use]
    pub fn is_low(self) -> bool {
        self.left <= crate::factor::recovery_code::LOW
    }
}

/// An enrollment that can be gone on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEnrollment {
    /// Its id.
    pub id: EnrollmentId,
    /// The kind of factor.
    pub kind: FactorKind,
    /// What it is for.
    pub purpose: Purpose,
    /// Pending or confirmed.
    pub state: EnrollmentState,
    /// The name of the authenticator to be.
    pub name: Name,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whether it is this session's. If it is not, its recovery codes were shown to another one: a code of its authenticator
    /// goes on with it here, and draws new ones.
    pub same_session: bool,
    /// When and from where it was confirmed.
    pub confirmed: Option<Confirmation>,
}
