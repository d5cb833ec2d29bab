//! Answering a request once, however often it is sent.

use super::TwoFactor;
use crate::error::{Fault, RepeatError};
use crate::idempotency::{Answered, Attempt, Claim, Keyed, LONGEST_ANSWER, Made};
use crate::name::{ClaimId, User};
use crate::policy;
use crate::ports::{ClaimState, ClaimedKey, Fingerprint, KeptAnswer, NewChallenge, NewClaim, SettledClaim};
use crate::seal::{KeyId, SealedFor};
use crate::time::Timestamp;
use zeroize::Zeroizing;

impl TwoFactor {
    /// Claims the key of a request, or finds the answer that was given to it. Of any number of racing requests under one
    /// key at most one is the first.
    ///
    /// # Errors
    /// [`RepeatError`] where there is no answer to give.
    pub async fn attempt(&self, request: &Keyed<'_>) -> Result<Attempt, RepeatError> {
        for _ in 0..policy::RACE_RETRIES {
            let new = self.claim(request)?;
            let claim = Claim { user: request.user.clone(), key: new.key, id: new.claim };
            if self.store().claim_key(new).await? {
                return Ok(Attempt::First(claim));
            }
            // Released meanwhile, if there is none.
            if let Some(held) = self.held(request).await? {
                return self.again(request, &held).map(Attempt::Again);
            }
        }
        Err(RepeatError::InFlight)
    }

    /// Whether nobody knows anything of the key of a request.
    ///
    /// # Errors
    /// [`Fault`] if it could not be read.
    pub async fn is_new(&self, request: &Keyed<'_>) -> Result<bool, Fault> {
        Ok(self.held(request).await?.is_none())
    }

    /// Makes something under the key of a request, and keeps what is noted of it. One commit claims the key, stores what was
    /// made and keeps the note: nobody sees one without the others, and no claim is left behind.
    ///
    /// `make` says what is to be stored and stores nothing itself; of racing requests it runs for each. Where there is nothing to
    /// be stored the key stays unused.
    pub(super) async fn make_once<T, F>(
        &self,
        request: &Keyed<'_>,
        make: impl Fn() -> F + Send + Sync,
    ) -> Result<Answered<T>, RepeatError>
    where
        F: Future<Output = Result<(Made<T>, Option<NewChallenge>), Fault>> + Send,
    {
        for _ in 0..policy::RACE_RETRIES {
            let (Made { now, note, until }, opens) = make().await?;
            let is_first = match opens {
                Some(new) => {
                    let claim = self.claim(request)?;
                    let answer = self.kept(request.user, claim.claim, &note, until)?;
                    let under = Some(Box::new(NewClaim { answered: Some(answer), ..claim }));
                    self.store().open_challenge(NewChallenge { under, ..new }).await?
                }
                // Nothing was made, so nothing is kept: what lets somebody in now may not do so in a moment, and is judged anew.
                None => self.held(request).await?.is_none(),
            };
            if is_first {
                return Ok(Answered::Now(now));
            }
            if let Some(held) = self.held(request).await? {
                return self.again(request, &held).map(Answered::Before);
            }
        }
        Err(RepeatError::InFlight)
    }

    fn claim(&self, request: &Keyed<'_>) -> Result<NewClaim, Fault> {
        let at = self.now();
        Ok(NewClaim {
            user: request.user.clone(),
            key: request.hash(),
            claim: ClaimId::new(at, self.entropy()),
            fingerprint: self.fingerprint(request, self.parts.keys.active())?,
            at,
            abandoned: at - policy::CLAIM_ABANDONED,
            forgotten: at - policy::CLAIM_FORGOTTEN,
            answered: None,
        })
    }

    async fn held(&self, request: &Keyed<'_>) -> Result<Option<ClaimedKey>, Fault> {
        Ok(self.store().claimed_key(request.user.site, request.hash(), self.now()).await?)
    }

    /// Keeps the answer to a request, sealed and no longer than `until`.
    ///
    /// # Errors
    /// [`Fault`] if it could not be kept.
    pub async fn settle(&self, claim: &Claim, answer: &[u8], until: Timestamp) -> Result<(), Fault> {
        let KeptAnswer { answer, until } = self.kept(&claim.user, claim.id, answer, until)?;
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

    fn kept(
        &self,
        user: &User,
        claim: ClaimId,
        answer: &[u8],
        until: Timestamp,
    ) -> Result<KeptAnswer, Fault> {
        // What is too long is not kept: its key is used, and that is all.
        let (answer, until) =
            if answer.len() > LONGEST_ANSWER { (&[] as &[u8], self.now()) } else { (answer, until) };
        let answer = self.parts.keys.seal(self.entropy(), sealed_for(user, claim), answer)?;
        Ok(KeptAnswer { answer, until })
    }

    /// What was answered to this request.
    fn again(&self, request: &Keyed<'_>, held: &ClaimedKey) -> Result<Zeroizing<Vec<u8>>, RepeatError> {
        if self.fingerprint(request, held.fingerprint.key)? != held.fingerprint {
            return Err(RepeatError::OtherRequest);
        }
        match &held.state {
            ClaimState::InFlight => Err(RepeatError::InFlight),
            ClaimState::Spent => Err(RepeatError::Spent),
            ClaimState::Answered(answer) => {
                Ok(self.parts.keys.open(sealed_for(request.user, held.claim), answer)?)
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
