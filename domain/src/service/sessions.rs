//! Sessions: opened by whoever knows the first factor, looked up at each request, stepped up, ended.

use super::TwoFactor;
use super::proof::{Given, Proof};
use crate::audit::{EventKind, Place};
use crate::error::{AnswerError, Fault, StepUpError};
use crate::name::{ChallengeId, EmailAddress, Label, SessionId, User};
use crate::ports::{FirstFactorVerdict, NewSession, SteppedUp};
use crate::session::{Home, Session, SessionToken, TokenHash};
use crate::step_up::{Caller, StepUpNeed};
use crate::time::Timestamp;
use std::time::Duration;

/// How stale `seen_at` may become before it is written again: one write a minute, not one a request.
const SEEN_EVERY: Duration = Duration::from_mins(1);

impl TwoFactor {
    /// Makes a user known under what authenticator apps will show for them.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn remember_user(&self, user: &User, label: &Label) -> Result<(), Fault> {
        Ok(self.store().remember_user(user, label, self.now()).await?)
    }

    /// Remembers where a known user can be written to. Whoever is protected and had another address is told there: it is by
    /// their address that they learn of everything else.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn remember_email(
        &self,
        user: &User,
        email: &EmailAddress,
        place: &Place,
    ) -> Result<(), Fault> {
        let moved = self.event(EventKind::AccountMoved, user, place, self.now());
        self.store().remember_email(user, email, moved).await?;
        Ok(())
    }

    /// Opens a session. `proved`: every factor of the user was proved a moment ago. `revision`: that of the user when that was
    /// seen. `None`: it is another one by now, and whoever asked has to begin anew.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn open_session(
        &self,
        user: &User,
        revision: i64,
        home: Home,
        proved: bool,
        place: &Place,
    ) -> Result<Option<(SessionToken, Session)>, Fault> {
        let (token, new) = self.session_to_open(user, revision, home, proved, place);
        let session = new.session.clone();
        Ok(self.store().open_session(new).await?.then_some((token, session)))
    }

    /// Opens a session of somebody of whom nothing is asked: they have no second factor, and need none. `None`: as above, or it
    /// is required of them by now.
    ///
    /// # Errors
    /// [`Fault`] if it could not be stored.
    pub async fn open_session_unasked(
        &self,
        user: &User,
        revision: i64,
        place: &Place,
    ) -> Result<Option<SessionToken>, Fault> {
        let (token, new) = self.session_to_open(user, revision, Home::Standalone, true, place);
        let new = NewSession { unasked_at: Some(new.session.opened_at), ..new };
        Ok(self.store().open_session(new).await?.then_some(token))
    }

    /// The same, to be stored with what it follows from.
    #[must_use]
    pub fn session_to_open(
        &self,
        user: &User,
        revision: i64,
        home: Home,
        proved: bool,
        place: &Place,
    ) -> (SessionToken, NewSession) {
        let (now, token) = (self.now(), SessionToken::new(self.entropy()));
        let session = self.new_session(user, home, proved.then_some(now), None, now);
        let new = self.opening(session, token.hash(), revision, place, now);
        (token, new)
    }

    pub(super) fn new_session(
        &self,
        user: &User,
        home: Home,
        stepped_up_at: Option<Timestamp>,
        sign_in: Option<ChallengeId>,
        now: Timestamp,
    ) -> Session {
        let (id, user) = (SessionId::new(now, self.entropy()), user.clone());
        Session { id, user, home, opened_at: now, seen_at: now, stepped_up_at, sign_in }
    }

    pub(super) fn opening(
        &self,
        session: Session,
        token: TokenHash,
        revision: i64,
        place: &Place,
        now: Timestamp,
    ) -> NewSession {
        let kind = match session.home {
            Home::Standalone => EventKind::SessionOpened,
            Home::Embedded => EventKind::WidgetOpened,
        };
        let event = self.event(kind, &session.user, place, now);
        NewSession { session, token, revision, unasked_at: None, event }
    }

    /// The live session of this bearer, and a note that it was used.
    ///
    /// # Errors
    /// [`Fault`] if it could not be looked up. Whoever asked must then treat the browser as signed out.
    pub async fn session(&self, token: &SessionToken) -> Result<Option<Session>, Fault> {
        let now = self.now();
        let found = self.store().session(token.hash()).await?;
        let Some(session) = found.filter(|session| session.is_live(now)) else { return Ok(None) };
        if now.since(session.seen_at) < SEEN_EVERY {
            return Ok(Some(session));
        }
        let still_there = self.store().touch_session(&session, now).await?;
        Ok(still_there.then_some(Session { seen_at: now, ..session }))
    }

    /// Ends the caller's session.
    ///
    /// # Errors
    /// [`Fault`] if it could not be ended.
    pub async fn end_session(&self, caller: &Caller) -> Result<(), Fault> {
        let event = self.event(EventKind::SessionEnded, caller.user(), &caller.place, self.now());
        self.store().end_session(caller.session.id, event).await?;
        Ok(())
    }

    /// Proves every factor again, so that the session may change factors for the next five minutes. A browser's session
    /// goes on under the bearer in the answer, and the one before is nobody's (ASVS 5.0, 7.2.4); a widget's keeps its own,
    /// which lives in the memory of one page.
    ///
    /// # Errors
    /// [`StepUpError::Incomplete`] if something is missing; nothing is judged then.
    pub async fn step_up(
        &self,
        caller: &Caller,
        password: Option<&str>,
        code: Option<&str>,
    ) -> Result<Option<SessionToken>, StepUpError> {
        let state = self.state_for(caller.user()).await?;
        let need = StepUpNeed::of(&caller.session, state.protected_since.is_some());
        if (need.password && password.is_none()) || (need.code && code.is_none()) {
            return Err(StepUpError::Incomplete(need));
        }
        self.prove_password(caller, password).await?;
        let renewed = caller.session.home == Home::Standalone;
        let token = renewed.then(|| SessionToken::new(self.entropy()));
        let hash = token.as_ref().map(SessionToken::hash);
        if let Some(text) = code.filter(|_| need.code) {
            let given = Given { text, place: &caller.place };
            self.prove(Proof::StepUp(&caller.session, hash, state.revision), given, None).await?;
        } else {
            self.step_up_by_password(caller, hash, state.revision).await?;
        }
        Ok(token)
    }

    async fn step_up_by_password(
        &self,
        caller: &Caller,
        token: Option<TokenHash>,
        revision: i64,
    ) -> Result<(), StepUpError> {
        let now = self.now();
        let event = self.event(EventKind::StepUpPassed, caller.user(), &caller.place, now);
        let stepped_up =
            SteppedUp { session: caller.session.id, token, spent: None, revision, at: now, event };
        let held = self.store().step_up(stepped_up).await?;
        held.then_some(()).ok_or(StepUpError::SessionEnded)
    }

    /// Judges the password, where the session's home knows one.
    pub(super) async fn prove_password(
        &self,
        caller: &Caller,
        password: Option<&str>,
    ) -> Result<(), StepUpError> {
        if caller.session.home == Home::Embedded {
            return Ok(());
        }
        let missing = Fault::Broken("a standalone session without a first factor");
        let first_factor = self.parts.first_factor.as_ref().ok_or(missing)?;
        match first_factor.prove(caller, password.unwrap_or_default()).await? {
            FirstFactorVerdict::Right => Ok(()),
            FirstFactorVerdict::Wrong => Err(StepUpError::PasswordWrong),
            FirstFactorVerdict::Wait { millis } => {
                Err(StepUpError::PasswordWait { wait: Duration::from_millis(millis) })
            }
        }
    }
}

impl From<AnswerError> for StepUpError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Refused(refusal) => Self::Refused(refusal),
            AnswerError::Ended => Self::SessionEnded,
            AnswerError::Fault(fault) => Self::Fault(fault),
        }
    }
}
