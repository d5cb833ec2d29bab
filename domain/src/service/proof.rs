//! What an answer proves, and the verb of storage that settles it.

use super::signing_in::Redeeming;
use crate::audit::{Event, EventKind, Place};
use crate::challenge::Remember;
use crate::error::{AnswerError, Refusal};
use crate::factor::{Answer, FactorKind};
use crate::name::{AuthenticatorId, User};
use crate::ports::{
    Challenge, CodeFor, Grounds, OtherSessions, PassedChallenge, Spent, Standing, SteppedUp, Store,
    StoreError, TurnedOff,
};
use crate::session::{Session, TokenHash};
use crate::time::Timestamp;

/// What a right answer is good for.
pub(super) enum Proof<'a> {
    /// It passes a challenge.
    Challenge(&'a Challenge, Remember),
    /// It passes a challenge and is redeemed at once, for the session of a sign-in here or for whoever asked for it.
    Redeemed(&'a Challenge, Box<Redeeming<'a>>),
    /// It steps a session up, and gives it this bearer; what to ask for was seen under this revision of the user.
    StepUp(&'a Session, Option<TokenHash>, i64),
    /// It shows that an authenticator still works.
    Test(&'a User, AuthenticatorId),
    /// It switches two-factor authentication off.
    TurnOff(&'a Session),
}

impl Proof<'_> {
    pub(super) fn user(&self) -> &User {
        match self {
            Self::Challenge(challenge, _) | Self::Redeemed(challenge, _) => &challenge.user,
            Self::StepUp(session, ..) | Self::TurnOff(session) => &session.user,
            Self::Test(user, _) => user,
        }
    }

    /// Reads what was typed.
    pub(super) fn read(&self, text: &str) -> Result<Answer, AnswerError> {
        let answer = Answer::parse(text).ok_or(AnswerError::Refused(Refusal::Malformed))?;
        match (self, answer.kind()) {
            (Self::Test(..), FactorKind::RecoveryCode) => {
                Err(AnswerError::Refused(Refusal::RecoveryCodeHere))
            }
            (Self::Test(..), FactorKind::Email)
            // An administrator issued it to let somebody in, and not to have their factors changed by whoever reads it.
            | (Self::StepUp(..) | Self::Test(..) | Self::TurnOff(_), FactorKind::BypassCode) => {
                Err(AnswerError::Refused(Refusal::Malformed))
            }
            _ => Ok(answer),
        }
    }

    /// What a mailed code must have been asked for; `None`: none can be.
    pub(super) fn about(&self) -> Option<CodeFor> {
        match self {
            Self::Challenge(challenge, _) | Self::Redeemed(challenge, _) => Some(challenge.id.into()),
            Self::StepUp(session, ..) | Self::TurnOff(session) => Some(session.id.into()),
            Self::Test(..) => None,
        }
    }

    /// The authenticator that must have given the answer, where it is one in particular.
    pub(super) fn only(&self) -> Option<AuthenticatorId> {
        match self {
            Self::Test(_, id) => Some(*id),
            Self::Challenge(..) | Self::Redeemed(..) | Self::StepUp(..) | Self::TurnOff(_) => None,
        }
    }

    /// Wrong answers of the same ceremony, which a right one forgives.
    pub(super) fn forgives(&self) -> u32 {
        match self {
            Self::Challenge(challenge, _) | Self::Redeemed(challenge, _) => challenge.failures,
            Self::StepUp(..) | Self::Test(..) | Self::TurnOff(_) => 0,
        }
    }

    /// Whether it shows that its user is the owner of what guessing has stopped.
    pub(super) fn starts_again(&self) -> bool {
        match self {
            Self::Challenge(..) | Self::Redeemed(..) => true,
            Self::StepUp(..) | Self::Test(..) | Self::TurnOff(_) => false,
        }
    }

    pub(super) fn passed(&self) -> EventKind {
        match self {
            Self::Challenge(..) | Self::Redeemed(..) => EventKind::ChallengePassed,
            Self::StepUp(..) => EventKind::StepUpPassed,
            Self::Test(..) => EventKind::AuthenticatorTested,
            Self::TurnOff(_) => EventKind::TurnedOff,
        }
    }

    pub(super) fn refused(&self) -> EventKind {
        match self {
            Self::Challenge(..) | Self::Redeemed(..) => EventKind::ChallengeRefused,
            Self::StepUp(..) | Self::Test(..) | Self::TurnOff(_) => EventKind::StepUpRefused,
        }
    }

    /// Consumes the answer for what it proves, in one transaction. `false`: a guard failed and nothing changed.
    pub(super) async fn settle(
        &self,
        store: &dyn Store,
        spent: Spent,
        event: Event,
    ) -> Result<bool, StoreError> {
        let at = spent.at;
        match self {
            Self::Challenge(challenge, remember) => {
                let (challenge, remember) = (challenge.id, *remember);
                store
                    .pass_challenge(PassedChallenge { challenge, spent, remember, redeems: None, event })
                    .await
            }
            Self::Redeemed(challenge, redeeming) => {
                let (redeems, event) = redeeming.of(challenge, spent.budget.kind, at, event);
                // Whether the browser is remembered is settled with it.
                let (challenge, remember, redeems) = (challenge.id, Remember::No, Some(Box::new(redeems)));
                store.pass_challenge(PassedChallenge { challenge, spent, remember, redeems, event }).await
            }
            Self::StepUp(session, token, revision) => {
                let (session, token, revision) = (session.id, *token, *revision);
                store.step_up(SteppedUp { session, token, spent: Some(spent), revision, at, event }).await
            }
            Self::Test(..) => store.test_authenticator(spent, event).await,
            Self::TurnOff(session) => {
                let others = OtherSessions::End { but: Some(session.id) };
                let by = Some(Standing { session: session.id, grounds: Grounds::Alive });
                store.turn_off(TurnedOff { spent, by, others, event }).await
            }
        }
    }

    /// Whether an answer can still be good for this, asked after a guard failed.
    pub(super) async fn is_open(&self, store: &dyn Store, now: Timestamp) -> Result<bool, StoreError> {
        match self {
            Self::Challenge(challenge, _) | Self::Redeemed(challenge, _) => {
                let again = store.challenge(challenge.user.site, challenge.id).await?;
                Ok(again.is_some_and(|challenge| challenge.is_open(now)))
            }
            Self::StepUp(_, _, revision) => Ok(store.user_state(self.user()).await?.revision == *revision),
            Self::Test(..) | Self::TurnOff(_) => {
                Ok(store.user_state(self.user()).await?.protected_since.is_some())
            }
        }
    }
}

/// An answer given from somewhere.
pub(super) struct Given<'a> {
    /// What was typed.
    pub(super) text: &'a str,
    /// From where.
    pub(super) place: &'a Place,
}
