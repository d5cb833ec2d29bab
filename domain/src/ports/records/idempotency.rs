//! Keys under which a site's server repeats requests.

use crate::idempotency::KeyHash;
use crate::name::{ClaimId, SiteId, User};
use crate::seal::{KeyId, Sealed};
use crate::time::Timestamp;

/// What tells two requests under one key apart: a digest under a sealing key, which the database alone cannot compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The sealing key.
    pub key: KeyId,
    /// The digest.
    pub digest: [u8; 32],
}

/// A key to be claimed for a request.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// Whom the request is about.
    pub user: User,
    /// What the key is found by.
    pub key: KeyHash,
    /// The id of the claim.
    pub claim: ClaimId,
    /// Of the request.
    pub fingerprint: Fingerprint,
    /// Now.
    pub at: Timestamp,
    /// A claim of before this moment that was not settled is abandoned: its server is gone.
    pub abandoned: Timestamp,
    /// A claim of before this moment is forgotten, settled or not.
    pub forgotten: Timestamp,
    /// The answer, where it is known already: the claim is settled as soon as it is made.
    pub answered: Option<KeptAnswer>,
}

/// An answer that is kept.
#[derive(Clone, Debug)]
pub struct KeptAnswer {
    /// Sealed for the claim.
    pub answer: Sealed,
    /// Until when it is kept.
    pub until: Timestamp,
}

/// A claimed key, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedKey {
    /// Who claimed it.
    pub claim: ClaimId,
    /// Of the request.
    pub fingerprint: Fingerprint,
    /// How far it has come.
    pub state: ClaimState,
}

/// How far a request under a key has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimState {
    /// It is being answered.
    InFlight,
    /// It was answered, with this.
    Answered(Sealed),
    /// It was answered, and the answer is not kept any more.
    Spent,
}

/// A claim whose request was answered.
#[derive(Clone, Debug)]
pub struct SettledClaim {
    /// Whose key it is.
    pub site: SiteId,
    /// What the key is found by.
    pub key: KeyHash,
    /// Who claimed it.
    pub claim: ClaimId,
    /// The answer, sealed for the claim.
    pub answer: Sealed,
    /// Until when the answer is kept.
    pub until: Timestamp,
}
