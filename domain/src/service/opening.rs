//! Opening challenges: whether a user is asked for a second factor, and what shows it to them.

use super::TwoFactor;
use crate::audit::{EventKind, Place};
use crate::challenge::{Opened, Presented, Remember};
use crate::error::{Fault, RepeatError};
use crate::idempotency::{Answered, Keyed, Made};
use crate::name::{ChallengeId, Label, User};
use crate::policy;
use crate::ports::{Action, Challenge, ChallengeState, NewChallenge, Ticket, TicketFor, UserState};
use crate::session::TokenHash;
use crate::ticket::{Bearer, Issued};

/// A challenge that is to be opened.
struct Wanted<'a> {
    user: &'a User,
    /// The user's, when it was decided to ask.
    revision: i64,
    action: Action,
    place: &'a Place,
    /// The hash of a ticket that opens it.
    ticket: Option<TokenHash>,
}

impl TwoFactor {
    /// Asks for a second factor, if the user has one; for a first authenticator to be set up, if one is required by now.
    ///
    /// # Errors
    /// [`Fault`] if it could not be opened. Whoever asked must then not let the user in.
    pub async fn open_challenge(&self, user: &User, action: Action, place: &Place) -> Result<Opened, Fault> {
        let known = self.state_for(user).await?;
        self.challenge_of(Wanted { user, revision: known.revision, action, place, ticket: None }, &known)
            .await
    }

    /// The same with a ticket for its widget, all of it stored at once, and with what the user can answer with.
    ///
    /// # Errors
    /// [`Fault`] if it could not be opened. Whoever asked must then not let the user in.
    pub async fn present_challenge(
        &self,
        user: &User,
        action: Action,
        place: &Place,
    ) -> Result<Presented, Fault> {
        let (presented, new) = self.presented(user, action, place).await?;
        if let Some(new) = new {
            self.store().open_challenge(new).await?;
        }
        Ok(presented)
    }

    /// The same under the key of a request, by one commit: once, however often it is asked for. `note` makes the answer of what
    /// was opened.
    ///
    /// # Errors
    /// [`RepeatError`] if it could not be opened, or there is no answer to give. Whoever asked must then not let the user in.
    pub async fn present_challenge_once<T: Send>(
        &self,
        request: &Keyed<'_>,
        action: &Action,
        place: &Place,
        note: impl Fn(Presented) -> Result<Made<T>, Fault> + Send + Sync,
    ) -> Result<Answered<T>, RepeatError> {
        let note = &note;
        let make = move || async move {
            let (presented, new) = self.presented(request.user, action.clone(), place).await?;
            Ok((note(presented)?, new))
        };
        self.make_once(request, make).await
    }

    /// What is to be opened with a ticket, and what is to be stored for it.
    async fn presented(
        &self,
        user: &User,
        action: Action,
        place: &Place,
    ) -> Result<(Presented, Option<NewChallenge>), Fault> {
        let known = self.state_for(user).await?;
        let ticket = Bearer::new(self.entropy());
        let wanted = Wanted { user, revision: known.revision, action, place, ticket: Some(ticket.hash()) };
        let (opened, new) = self.wanted(wanted, &known).await?;
        let issued =
            |challenge: &Challenge| Issued { ticket, expires_at: challenge.opened_at + policy::TICKET };
        let presented = match opened {
            Opened::NotEnrolled => Presented::NotEnrolled,
            Opened::EnrollmentRequired(challenge) => {
                Presented::EnrollmentRequired { ticket: issued(&challenge), challenge }
            }
            Opened::Open(challenge) => {
                let kinds = self.kinds_of(&known);
                Presented::Open { ticket: issued(&challenge), kinds, challenge }
            }
        };
        Ok((presented, new))
    }

    /// The same for somebody whose first factor was judged under this revision of theirs: if they have another one by now, what
    /// is opened is over already.
    ///
    /// # Errors
    /// [`Fault`] if it could not be opened. Whoever asked must then not let the user in.
    pub async fn open_challenge_since(
        &self,
        user: &User,
        revision: i64,
        action: Action,
        place: &Place,
    ) -> Result<Opened, Fault> {
        let known = self.state_for(user).await?;
        self.challenge_of(Wanted { user, revision, action, place, ticket: None }, &known).await
    }

    async fn challenge_of(&self, wanted: Wanted<'_>, known: &UserState) -> Result<Opened, Fault> {
        let (opened, new) = self.wanted(wanted, known).await?;
        if let Some(new) = new {
            self.store().open_challenge(new).await?;
        }
        Ok(opened)
    }

    /// Whether a challenge is to be opened, and which.
    async fn wanted(
        &self,
        wanted: Wanted<'_>,
        known: &UserState,
    ) -> Result<(Opened, Option<NewChallenge>), Fault> {
        let Wanted { user, revision, action, place, ticket } = wanted;
        let now = self.now();
        let challenge = Challenge {
            id: ChallengeId::new(now, self.entropy()),
            user: user.clone(),
            action,
            state: ChallengeState::Open,
            failures: 0,
            opened_at: now,
            expires_at: now + policy::CHALLENGE_OPEN,
            passed: None,
            browser: None,
            remember: Remember::No,
            revision,
        };
        if known.protected_since.is_some() {
            let new = self.new_challenge(&challenge, place, ticket);
            return Ok((Opened::Open(challenge), Some(new)));
        }
        if !self.requirement_of(user, known).await?.is_due(now) {
            return Ok((Opened::NotEnrolled, None));
        }
        if known.label.is_none() {
            // An authenticator app must show something.
            self.remember_user(user, &Label::of(&user.id)).await?;
        }
        let (state, expires_at) = (ChallengeState::Enrolling, now + policy::CHALLENGE_ENROLLING);
        let challenge = Challenge { state, expires_at, ..challenge };
        let new = self.new_challenge(&challenge, place, ticket);
        Ok((Opened::EnrollmentRequired(challenge), Some(new)))
    }

    fn new_challenge(&self, challenge: &Challenge, place: &Place, ticket: Option<TokenHash>) -> NewChallenge {
        let event = self.event(EventKind::ChallengeOpened, &challenge.user, place, challenge.opened_at);
        let (opens, expires_at) = (TicketFor::Challenge(challenge.id), challenge.opened_at + policy::TICKET);
        let user = &challenge.user;
        let ticket = ticket.map(|hash| Ticket { hash, user: user.clone(), opens, expires_at, torn: false });
        NewChallenge { challenge: challenge.clone(), ticket, under: None, event }
    }
}
