//! The sign-in here that waits for its second factor: the answer, its result and the session are one transaction. Whoever is
//! told that a code was right is in, and has lost nothing if the page is closed.

use super::TwoFactor;
use super::proof::{Given, Proof};
use crate::audit::{Event, Place};
use crate::challenge::{Passed, Redeemed, Remember};
use crate::error::{ChallengeError, Fault};
use crate::factor::FactorKind;
use crate::name::{ChallengeId, SiteId};
use crate::ports::{Challenge, NewDevice, NewSession, RedeemedChallenge};
use crate::session::{Home, SessionToken, TokenHash};
use crate::ticket::Trusted;
use crate::time::Timestamp;

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The bearer of their session.
    pub token: SessionToken,
    /// What they proved.
    pub redeemed: Redeemed,
}

/// A session that a right answer is to open.
pub(super) struct Opening<'a> {
    pub(super) core: &'a TwoFactor,
    pub(super) place: &'a Place,
    pub(super) token: TokenHash,
    pub(super) device: Option<NewDevice>,
}

impl Opening<'_> {
    /// What is stored beside the answer, and the event of the answer in its place before the others: they are of one moment,
    /// and a list by time and id shows them in this order.
    pub(super) fn of(
        &self,
        challenge: &Challenge,
        kind: FactorKind,
        at: Timestamp,
        passed: Event,
    ) -> (RedeemedChallenge, Event) {
        let mut session = self.core.session_after(challenge, kind, self.token, self.place, at);
        let device = self.device.clone().filter(|_| makes_trusted(kind));
        let mut redeemed = self.core.redemption(challenge, kind, device, None, self.place, at);
        let mut ids = [passed.id, redeemed.event.id, session.event.id];
        ids.sort_unstable();
        let [first, second, third] = ids;
        (redeemed.event.id, session.event.id) = (second, third);
        (RedeemedChallenge { opens: Some(session), ..redeemed }, Event { id: first, ..passed })
    }
}

/// A bypass code is good for once: no browser is trusted for having been given one.
pub(super) fn makes_trusted(kind: FactorKind) -> bool {
    kind != FactorKind::BypassCode
}

impl TwoFactor {
    /// Answers the challenge of a sign-in here, and lets in.
    ///
    /// # Errors
    /// Those of [`Self::answer_challenge`].
    pub async fn answer_to_sign_in(
        &self,
        site: SiteId,
        id: ChallengeId,
        text: &str,
        remember: Remember,
        place: &Place,
    ) -> Result<(Passed, SignedIn), ChallengeError> {
        let challenge = self.answerable(site, id).await?;
        let (token, now) = (SessionToken::new(self.entropy()), self.now());
        let (device, trusted) = self.device_for(&challenge, remember, place, now).await?.unzip();
        let opening = Opening { core: self, place, token: token.hash(), device };
        let proof = Proof::SignIn(&challenge, Box::new(opening));
        let passed = self.prove(proof, Given { text, place }).await?;
        // They are in. What is not started again now, for a fault, is started the next time.
        let _ = self.start_again(&challenge.user).await;
        let redeemed = Redeemed {
            user: challenge.user,
            action: challenge.action,
            kind: passed.kind,
            passed_at: now,
            challenge: challenge.id,
            device: trusted.filter(|_| makes_trusted(passed.kind)),
        };
        Ok((passed, SignedIn { token, redeemed }))
    }

    /// Lets in whoever passed the challenge of a sign-in here by setting up: the session is there with the result, or neither is.
    ///
    /// # Errors
    /// Those of [`Self::redeem_challenge`]; [`ChallengeError::Expired`] if what the sign-in was begun under has changed.
    pub async fn redeem_for_session(
        &self,
        site: SiteId,
        id: ChallengeId,
        place: &Place,
    ) -> Result<SignedIn, ChallengeError> {
        let token = SessionToken::new(self.entropy());
        let opens = |of: &Challenge, kind, now| Some(self.session_after(of, kind, token.hash(), place, now));
        let redeemed = self.redeem(site, id, Remember::No, place, opens).await?;
        Ok(SignedIn { token, redeemed })
    }

    /// The session of a sign-in whose challenge was passed with this kind of factor.
    fn session_after(
        &self,
        of: &Challenge,
        kind: FactorKind,
        token: TokenHash,
        place: &Place,
        now: Timestamp,
    ) -> Box<NewSession> {
        // A bypass code is no factor of theirs: what it allows belongs to this sign-in, and is no proof.
        let proved_at = (kind != FactorKind::BypassCode).then_some(now);
        let session = self.new_session(&of.user, Home::Standalone, proved_at, Some(of.id), now);
        Box::new(self.opening(session, token, of.revision, place, now))
    }

    /// The browser that is to be trusted with the result, if one is.
    pub(super) async fn device_for(
        &self,
        of: &Challenge,
        remember: Remember,
        place: &Place,
        now: Timestamp,
    ) -> Result<Option<(NewDevice, Trusted)>, Fault> {
        match remember {
            Remember::No => Ok(None),
            Remember::Device => self.new_device(of, place, now).await,
        }
    }
}
