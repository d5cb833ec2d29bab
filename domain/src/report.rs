//! What a site's administrator sees of a user. It holds no secret.

use crate::factor::FactorKind;
use crate::name::{EmailAddress, Label};
use crate::overview::{AuthenticatorSummary, RecoverySummary};
use crate::requirement::{Demand, Requirement};
use crate::time::Timestamp;

/// What there is of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserReport {
    /// What authenticator apps show for the user.
    pub label: Label,
    /// Where the user can be written to, as far as the site has said.
    pub email: Option<EmailAddress>,
    /// Since when two-factor authentication is on.
    pub protected_since: Option<Timestamp>,
    /// Active authenticators, oldest first.
    pub authenticators: Vec<AuthenticatorSummary>,
    /// The active set of recovery codes.
    pub recovery: Option<RecoverySummary>,
    /// The kinds of which no code is judged right now.
    pub locks: Vec<Lock>,
    /// What is required of the user, all in all.
    pub requirement: Requirement,
    /// What is required of this very user, and the exemption.
    pub demand: Demand,
}

/// Wrong codes lock the kind that they were of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The kind.
    pub kind: FactorKind,
    /// When a code is judged again.
    pub until: Timestamp,
    /// Whether it is stopped for days, and does not only wait between two tries.
    pub is_stopped: bool,
}
