//! Challenges: answered once, redeemed once.

use super::TwoFactor;
use super::proof::{Given, Proof};
use super::signing_in::makes_trusted;
use crate::audit::{EventKind, Place};
use crate::budget::{Budget, BudgetChange};
use crate::challenge::{Passed, Redeemed, Remember};
use crate::error::{ChallengeError, Fault};
use crate::factor::{Answer, FactorKind};
use crate::name::{ChallengeId, SiteId, User};
use crate::policy;
use crate::ports::{Challenge, ChallengeState, Credentials, NewDevice, NewSession, RedeemedChallenge};
use crate::step_up::Caller;
use crate::time::Timestamp;

impl TwoFactor {
    /// Whom a challenge lets enroll, and do nothing else. `None`: it does not, or not any more.
    ///
    /// # Errors
    /// [`Fault`] if it could not be read.
    pub async fn enrolling(
        &self,
        site: SiteId,
        id: ChallengeId,
        place: Place,
    ) -> Result<Option<Caller>, Fault> {
        let now = self.now();
        let found = self.store().challenge(site, id).await?;
        let Some(challenge) = found.filter(|challenge| challenge.is_enrolling(now)) else { return Ok(None) };
        let on = self.state_for(&challenge.user).await?.protected_since.is_some();
        Ok((!on).then(|| Caller::enrolling(&challenge, place, now)))
    }

    /// The challenge of this id.
    ///
    /// # Errors
    /// [`ChallengeError::NotFound`] if this site has no such challenge.
    pub async fn challenge(&self, site: SiteId, id: ChallengeId) -> Result<Challenge, ChallengeError> {
        self.store().challenge(site, id).await?.ok_or(ChallengeError::NotFound)
    }

    /// Answers a challenge with what a person typed. Whether the device is to be remembered is kept with it until it is
    /// redeemed.
    ///
    /// # Errors
    /// [`ChallengeError::Refused`] says why the answer was not right; everything but a malformed or too early answer
    /// was counted before this returns.
    pub async fn answer_challenge(
        &self,
        site: SiteId,
        id: ChallengeId,
        text: &str,
        remember: Remember,
        place: &Place,
    ) -> Result<Passed, ChallengeError> {
        let (challenge, seen) = self.answering(site, id, text).await?;
        Ok(self.prove(Proof::Challenge(&challenge, remember), Given { text, place }, seen).await?)
    }

    /// The challenge of this id, if it takes answers, and what this one is judged against, read at once. No answer at all is
    /// judged against nothing.
    pub(super) async fn answering(
        &self,
        site: SiteId,
        id: ChallengeId,
        text: &str,
    ) -> Result<(Challenge, Option<Credentials>), ChallengeError> {
        let (challenge, seen) = match Answer::parse(text) {
            Some(answer) => {
                let found = self.store().answering(site, id, answer.kind()).await?;
                let (challenge, seen) = found.ok_or(ChallengeError::NotFound)?;
                (challenge, Some(seen))
            }
            None => (self.challenge(site, id).await?, None),
        };
        Ok((self.still_open(challenge)?, seen))
    }

    /// The same challenge, if it takes answers.
    pub(super) fn still_open(&self, challenge: Challenge) -> Result<Challenge, ChallengeError> {
        match challenge.state {
            ChallengeState::Open if challenge.is_open(self.now()) => Ok(challenge),
            ChallengeState::Enrolling if challenge.is_enrolling(self.now()) => {
                Err(ChallengeError::EnrollmentRequired)
            }
            ChallengeState::Open | ChallengeState::Enrolling | ChallengeState::Cancelled => {
                Err(ChallengeError::Expired)
            }
            ChallengeState::Passed | ChallengeState::Redeemed => Err(ChallengeError::AlreadyAnswered),
        }
    }

    /// Starts again what guessing has stopped, for an owner who just passed in another way, of these budgets as they were seen.
    /// What is not started now, for somebody answered meanwhile, is started the next time.
    pub(super) async fn start_again(&self, user: &User, seen: &[(FactorKind, Budget)]) -> Result<(), Fault> {
        let now = self.now();
        for (kind, budget) in seen {
            if let Some(next) = budget.restarted(now) {
                self.store().change_budget(user, BudgetChange { kind: *kind, next }).await?;
            }
        }
        Ok(())
    }

    /// Turns a passed challenge into its result, once. Whoever lets the user in does it on this and nothing else.
    ///
    /// # Errors
    /// [`ChallengeError::NotPassed`] before it is passed, [`ChallengeError::AlreadyAnswered`] the second time.
    pub async fn redeem_challenge(
        &self,
        site: SiteId,
        id: ChallengeId,
        remember: Remember,
        place: &Place,
    ) -> Result<Redeemed, ChallengeError> {
        self.redeem(site, id, remember, place, |_, _, _| None).await
    }

    /// The same, with the session that it opens.
    pub(super) async fn redeem(
        &self,
        site: SiteId,
        id: ChallengeId,
        remember: Remember,
        place: &Place,
        opens: impl Fn(&Challenge, FactorKind, Timestamp) -> Option<Box<NewSession>> + Send,
    ) -> Result<Redeemed, ChallengeError> {
        let challenge = self.challenge(site, id).await?;
        let (kind, passed_at) = passed_with(&challenge)?;
        let now = self.now();
        if !challenge.is_redeemable(now) {
            return Err(ChallengeError::Expired);
        }
        let remember = if makes_trusted(kind) { challenge.remember.or(remember) } else { Remember::No };
        let (device, trusted) = self.device_for(&challenge, remember, place, now).await?.unzip();
        let opens = opens(&challenge, kind, now);
        let redeemed = self.redemption(&challenge, kind, device, opens, place, now);
        if !self.store().redeem_challenge(redeemed).await? {
            let again = self.challenge(site, id).await?;
            let over = again.state == ChallengeState::Cancelled;
            return Err(if over { ChallengeError::Expired } else { ChallengeError::AlreadyAnswered });
        }
        Ok(Redeemed {
            user: challenge.user,
            action: challenge.action,
            kind,
            passed_at,
            challenge: challenge.id,
            device: trusted,
        })
    }

    /// What is stored when a challenge is turned into its result.
    pub(super) fn redemption(
        &self,
        challenge: &Challenge,
        kind: FactorKind,
        device: Option<NewDevice>,
        mut opens: Option<Box<NewSession>>,
        place: &Place,
        now: Timestamp,
    ) -> RedeemedChallenge {
        let mut event = self.event(EventKind::ChallengeRedeemed, &challenge.user, place, now).of_factor(kind);
        if let Some(opened) = opens.as_mut().filter(|opened| opened.event.id < event.id) {
            // They are of one moment, and a list by time and id shows them in this order.
            std::mem::swap(&mut opened.event.id, &mut event.id);
        }
        RedeemedChallenge {
            user: challenge.user.clone(),
            challenge: challenge.id,
            passed_after: now - policy::CHALLENGE_REDEEMABLE,
            revision: challenge.revision,
            device,
            opens,
            event,
        }
    }
}

/// With which kind of factor it was passed, and when.
fn passed_with(challenge: &Challenge) -> Result<(FactorKind, Timestamp), ChallengeError> {
    match challenge.state {
        ChallengeState::Open | ChallengeState::Enrolling => Err(ChallengeError::NotPassed),
        ChallengeState::Cancelled => Err(ChallengeError::Expired),
        ChallengeState::Redeemed => Err(ChallengeError::AlreadyAnswered),
        ChallengeState::Passed => {
            Ok(challenge.passed.ok_or(Fault::Broken("a passed challenge without a factor"))?)
        }
    }
}
