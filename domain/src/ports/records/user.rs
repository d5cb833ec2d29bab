//! What a user has.

use super::bypass_code::StoredBypassCode;
use crate::budget::Budget;
use crate::factor::FactorKind;
use crate::factor::recovery_code::{HashedCode, Hashing};
use crate::name::{AuthenticatorId, CodeId, CodeSetId, EmailAddress, Issuer, Label, Name, SiteId};
use crate::requirement::Demand;
use crate::seal::Sealed;
use crate::site::SitePolicy;
use crate::time::{TimeStep, Timestamp};

/// One application that uses Twofold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// What authenticator apps show.
    pub issuer: Issuer,
    /// What it allows its users and demands of them.
    pub policy: SitePolicy,
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
    /// The shared secret (an address, for codes by mail), sealed.
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
    /// Since when all of its codes are void, because which of them were used is not known: it is to be replaced.
    pub voided_at: Option<Timestamp>,
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
    /// Where they can be written to, as far as their site has said.
    pub email: Option<EmailAddress>,
    /// Since when two-factor authentication is on; `None` while it is off.
    pub protected_since: Option<Timestamp>,
    /// Changes so far of what authority is decided by: factors, the password, whether the account may be used. What was
    /// decided under another revision opens nothing.
    pub revision: i64,
    /// Active authenticators, oldest first.
    pub authenticators: Vec<Authenticator>,
    /// The active set of recovery codes.
    pub code_set: Option<CodeSet>,
    /// The newest bypass code, used or not, if nothing ended it.
    pub bypass_code: Option<StoredBypassCode>,
    /// What is required of this user, beside what the site requires of all.
    pub demand: Demand,
}

impl UserState {
    /// What no change of factors leaves behind, and the way out; `None`: all of it goes together. Whoever opens something for
    /// a user asks this first: "off" beside active factors would let in without a question.
    #[must_use]
    pub fn contradiction(&self) -> Option<&'static str> {
        if self.label.is_none() && (!self.authenticators.is_empty() || self.code_set.is_some()) {
            return Some(
                "the user is gone and their authenticators or recovery codes are not: have the site name the user again, then \
                 reset the user",
            );
        }
        match (self.protected_since.is_some(), self.authenticators.is_empty(), self.code_set.is_some()) {
            (false, false, _) => {
                Some("authenticators are active while two-factor authentication is off: reset the user")
            }
            (false, true, true) => {
                Some("recovery codes are active while two-factor authentication is off: reset the user")
            }
            (true, true, _) => {
                Some("two-factor authentication is on without any authenticator: reset the user")
            }
            (true, false, _) | (false, true, false) => None,
        }
    }
}

/// What an answer is judged against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The budget of the answer's kind.
    pub budget: Budget,
    /// The budgets of the other kinds that were ever answered with, in the order of their names.
    pub others: Vec<(FactorKind, Budget)>,
    /// Active authenticators of that kind, oldest first (none for recovery codes).
    pub authenticators: Vec<Authenticator>,
    /// The active set (for recovery codes).
    pub code_set: Option<CodeSet>,
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
