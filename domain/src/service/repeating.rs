//! Answering a request once, however often it is sent.

use super::TwoFactor;
use crate::error::{Fault, RepeatError};
use crate::idempotency::{Attempt, Claim, Keyed, LONGEST_ANSWER};
use crate::name::{ClaimId, User};
use crate::policy;
use crate::ports::{ClaimState, ClaimedKey, Fingerprint, NewClaim, SettledClaim};
use crate::seal::{KeyId, SealedFor};
use crate::time::Timestamp;

impl TwoFactor {
    /// Claims the key of a request, or finds the answer that was given to it. Of any number of racing requests under one
    /// key at most one is the first.
    ///
    /// # Errors
    /// [`RepeatError`] where there is no answer to give.
    pub async fn attempt(&self, request: &Keyed<'_>) -> Result<Attempt, RepeatError> {
        for _ in 0..policy::RACE_RETRIES {
            let (at, key) = (self.now(), request.hash());
            let claim = ClaimId::new(at, self.entropy());
            let new = NewClaim {
                user: request.user.clone(),
                key,
                claim,
                fingerprint: self.fingerprint(request, self.parts.keys.active())?,
                at,
                abandoned: at - policy::CLAIM_ABANDONED,
                forgotten: at - policy::CLAIM_FORGOTTEN,
            };
            if self.store().claim_key(new).await? {
                return Ok(Attempt::First(Claim { user: request.user.clone(), key, id: claim }));
            }
            // Released meanwhile, if there is none.
            if let Some(held) = self.store().claimed_key(request.user.site, key, at).await? {
                return self.again(request, &held);
            }
        }
        Err(RepeatError::InFlight)
    }

    /// Keeps the answer to a request, sealed and no longer than `until`.
    ///
    /// # Errors
    /// [`Fault`] if it could not be kept.
    pub async fn settle(&self, claim: &Claim, answer: &[u8], until: Timestamp) -> Result<(), Fault> {
        // What is too long is not kept: its key is used, and that is all.
        let (answer, until) =
            if answer.len() > LONGEST_ANSWER { (&[] as &[u8], self.now()) } else { (answer, until) };
        let answer = self.parts.keys.seal(self.entropy(), sealed_for(&claim.user, claim.id), answer)?;
        let (site, key) = (claim.user.site, claim.key);
        // Where the guard fails, the claim was taken for abandoned: another request answers under this key.
        self.store().settle_claim(SettledClaim { site, key, claim: claim.id, answer, until }).await?;
        Ok(())
    }

    /// Gives a claim back, because nothing was done: the next request under its key is the first again.
    ///
    /// # Errors
    /// [`Fault`] if it could not be given back. It is abandoned after [`policy::CLAIM_ABANDONED`], then.
    pub async fn release(&self, claim: &Claim) -> Result<(), Fault> {
        self.store().release_claim(claim.user.site, claim.key, claim.id).await?;
        Ok(())
    }

    fn again(&self, request: &Keyed<'_>, held: &ClaimedKey) -> Result<Attempt, RepeatError> {
        if self.fingerprint(request, held.fingerprint.key)? != held.fingerprint {
            return Err(RepeatError::OtherRequest);
        }
        match &held.state {
            ClaimState::InFlight => Err(RepeatError::InFlight),
            ClaimState::Spent => Err(RepeatError::Spent),
            ClaimState::Answered(answer) => {
                let plain = self.parts.keys.open(sealed_for(request.user, held.claim), answer)?;
                Ok(Attempt::Again(plain))
            }
        }
    }

    fn fingerprint(&self, request: &Keyed<'_>, key: KeyId) -> Result<Fingerprint, Fault> {
        let digest = self.parts.keys.digest(key, "idempotency", &request.told_apart_by())?;
        Ok(Fingerprint { key, digest: *digest })
    }
}

fn sealed_for(user: &User, claim: ClaimId) -> SealedFor<'_> {
    SealedFor { user, row: claim.uuid(), what: "answer" }
}
