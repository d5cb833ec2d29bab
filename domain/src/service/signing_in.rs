//! An answer that is redeemed with the same call: the answer, its result and (for a sign-in here) the session are one
//! transaction. Whoever is told that a code was right is in, and has lost nothing if the page is closed or the answer lost.

use super::TwoFactor;
use super::proof::{Given, Proof};
use crate::audit::{Event, Place};
use crate::challenge::{Passed, Redeemed, Remember};
use crate::error::{ChallengeError, Fault, Refusal};
use crate::factor::{Answer, FactorKind};
use crate::name::{ChallengeId, EventId, SiteId};
use crate::ports::{Challenge, Credentials, NewDevice, NewSession, RedeemedChallenge};
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

/// What a right answer is redeemed for.
pub(super) struct Redeeming<'a> {
    pub(super) core: &'a TwoFactor,
    pub(super) place: &'a Place,
    /// The bearer of the session that it opens, if it opens one here.
    pub(super) token: Option<TokenHash>,
    pub(super) device: Option<NewDevice>,
}

impl Redeeming<'_> {
    /// What is stored beside the answer, and the event of the answer in its place before the others: they are of one moment,
    /// and a list by time and id shows them in this order.
    pub(super) fn of(
        &self,
        challenge: &Challenge,
        kind: FactorKind,
        at: Timestamp,
        passed: Event,
    ) -> (RedeemedChallenge, Event) {
        let opens = self.token.map(|token| self.core.session_after(challenge, kind, token, self.place, at));
        let device = self.device.clone().filter(|_| makes_trusted(kind));
        let mut redeemed = self.core.redemption(challenge, kind, device, opens, self.place, at);
        let mut passed = passed;
        let opened = redeemed.opens.as_mut().map(|opened| &mut opened.event.id);
        in_order([&mut passed.id, &mut redeemed.event.id].into_iter().chain(opened).collect());
        (redeemed, passed)
    }
}

/// Exchanges ids so that the events that bear them follow one another as they stand here.
fn in_order(places: Vec<&mut EventId>) {
    let mut ids: Vec<EventId> = places.iter().map(|id| **id).collect();
    ids.sort_unstable();
    for (place, id) in places.into_iter().zip(ids) {
        *place = id;
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
        let answering = self.answering(site, id, text).await?;
        let token = SessionToken::new(self.entropy());
        let (passed, redeemed) =
            self.answer_for(answering, text, remember, place, Some(token.hash())).await?;
        Ok((passed, SignedIn { token, redeemed }))
    }

    /// Answers a challenge and redeems it with the same call. `found`: what [`crate::ports::Store::answering`] says of it, for the
    /// kind that `text` reads as. `only`: what it must be a code of; a code of another kind is refused without being counted.
    ///
    /// # Errors
    /// Those of [`Self::answer_challenge`].
    pub async fn answer_and_redeem(
        &self,
        found: Option<(Challenge, Credentials)>,
        text: &str,
        only: Option<FactorKind>,
        remember: Remember,
        place: &Place,
    ) -> Result<(Passed, Redeemed), ChallengeError> {
        let (challenge, seen) = found.ok_or(ChallengeError::NotFound)?;
        let challenge = self.still_open(challenge)?;
        let read = Answer::parse(text).map(|answer| answer.kind());
        if only.is_some_and(|only| read.is_some_and(|read| read != only)) {
            return Err(ChallengeError::Refused(Refusal::Malformed));
        }
        // No answer at all is judged against nothing.
        let seen = read.map(|_| seen);
        self.answer_for((challenge, seen), text, remember, place, None).await
    }

    async fn answer_for(
        &self,
        (challenge, seen): (Challenge, Option<Credentials>),
        text: &str,
        remember: Remember,
        place: &Place,
        token: Option<TokenHash>,
    ) -> Result<(Passed, Redeemed), ChallengeError> {
        let (device, trusted) = self.device_for(&challenge, remember, place, self.now()).await?.unzip();
        let redeeming = Redeeming { core: self, place, token, device };
        let proof = Proof::Redeemed(&challenge, Box::new(redeeming));
        let passed = self.prove(proof, Given { text, place }, seen).await?;
        let redeemed = Redeemed {
            user: challenge.user,
            action: challenge.action,
            kind: passed.kind,
            passed_at: passed.at,
            challenge: challenge.id,
            device: trusted.filter(|_| makes_trusted(passed.kind)),
        };
        Ok((passed, redeemed))
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
