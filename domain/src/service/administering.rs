//! What a site's administrator may do with a user. The site vouches for the administrator; nobody's factor is proved.

use super::TwoFactor;
use crate::audit::{Event, EventKind, Place};
use crate::error::{AdminError, Fault};
use crate::factor::FactorKind;
use crate::factor::bypass_code::{BypassCode, BypassDigest, BypassMinutes};
use crate::name::{AuthenticatorId, BypassCodeId, Reason, User, UserId};
use crate::policy;
use crate::ports::{
    Authenticator, IssuedBypassCode, OtherSessions, RemovedAuthenticator, ResetUser, StoredBypassCode,
    UserState,
};
use crate::time::Timestamp;

/// Why a bypass code is issued, and for how long.
#[derive(Clone, Debug)]
pub struct Issuing {
    /// What the log says, and the letter to the user.
    pub reason: Reason,
    /// How long it is good.
    pub minutes: BypassMinutes,
}

impl TwoFactor {
    /// Revokes an authenticator of a user; its codes stop working at once. With the last one two-factor authentication is
    /// off, and everything that belonged to it is gone.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if the user has no such authenticator.
    pub async fn revoke_authenticator(
        &self,
        user: &User,
        id: AuthenticatorId,
        place: &Place,
    ) -> Result<(), AdminError> {
        for _ in 0..policy::RACE_RETRIES {
            // As it is, contradictions included: this is one way out of them.
            let state = self.store().user_state(user).await?;
            let found = state.authenticators.iter().find(|one| one.id == id).ok_or(AdminError::NotFound)?;
            if self.revoke(user, found, &state, place).await? {
                return Ok(());
            }
        }
        Err(AdminError::Changed)
    }

    /// Takes every factor of a user away, whatever there is of them, and ends everything that is open. The log says `by`
    /// whom, where the site knows its administrators.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if the user is unknown.
    pub async fn reset_user(
        &self,
        user: &User,
        by: Option<&UserId>,
        reason: Reason,
        place: &Place,
    ) -> Result<(), AdminError> {
        let at = self.now();
        let event = self.event(EventKind::UserReset, user, place, at).done_by(by).for_reason(Some(reason));
        let reset = ResetUser { user: user.clone(), revision: None, at, events: vec![event] };
        known(self.store().reset_user(reset).await?)
    }

    /// Issues a bypass code to a user who is without their authenticators; the one before is good for nothing any more. The
    /// log says `by` whom, as above.
    ///
    /// # Errors
    /// [`AdminError::NotOn`] if the user's two-factor authentication is off: a password is enough for them.
    pub async fn issue_bypass_code(
        &self,
        user: &User,
        by: Option<&UserId>,
        issuing: Issuing,
        place: &Place,
    ) -> Result<(BypassCode, Timestamp), AdminError> {
        let state = self.state_for(user).await?;
        known(state.label.is_some())?;
        if state.protected_since.is_none() {
            return Err(AdminError::NotOn);
        }
        let (now, code) = (self.now(), BypassCode::new(self.entropy()));
        let (id, keys) = (BypassCodeId::new(now, self.entropy()), &self.parts.keys);
        let digest = BypassDigest::of(keys, keys.active(), user, id, &code).map_err(Fault::from)?;
        let expires_at = now + issuing.minutes.duration();
        let event =
            self.event(EventKind::BypassCodeIssued, user, place, now).of_factor(FactorKind::BypassCode);
        let event = event.done_by(by).for_reason(Some(issuing.reason));
        let stored = StoredBypassCode { id, digest, expires_at, used_at: None, passed: None };
        let issued = IssuedBypassCode { user: user.clone(), code: stored, event };
        let held = self.store().issue_bypass_code(issued).await?;
        held.then_some((code, expires_at)).ok_or(AdminError::NotOn)
    }

    /// Forgives a user's wrong codes, and the wrong passwords of an account that is kept here, so that the next one is judged at
    /// once. The log says `by` whom, as above.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if the user is unknown.
    pub async fn unlock_user(
        &self,
        user: &User,
        by: Option<&UserId>,
        reason: Option<Reason>,
        place: &Place,
    ) -> Result<(), AdminError> {
        let event = self.event(EventKind::UserUnlocked, user, place, self.now());
        let event = event.done_by(by).for_reason(reason);
        known(self.store().unlock_user(user, event).await?)
    }

    /// Erases a user. The audit log keeps what happened and when, under the site's own id of the user.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if the user is unknown.
    pub async fn erase_user(
        &self,
        user: &User,
        by: Option<&UserId>,
        place: &Place,
    ) -> Result<(), AdminError> {
        let event = self.event(EventKind::UserErased, user, place, self.now());
        known(self.store().erase_user(user, event.done_by(by)).await?)
    }

    /// `false`: the user's factors changed since `state` was read.
    async fn revoke(
        &self,
        user: &User,
        of: &Authenticator,
        state: &UserState,
        place: &Place,
    ) -> Result<bool, AdminError> {
        let at = self.now();
        let event = self.event(EventKind::AuthenticatorRemoved, user, place, at);
        let event = event.of_factor(of.kind).about(of.name.as_str());
        if state.authenticators.len() == 1 {
            let events = Event::in_order(vec![event, self.turned_off(user, place, at)]);
            let reset = ResetUser { user: user.clone(), revision: Some(state.revision), at, events };
            return Ok(self.store().reset_user(reset).await?);
        }
        let removed = RemovedAuthenticator {
            user: user.clone(),
            authenticator: of.id,
            revision: state.revision,
            by: None,
            others: OtherSessions::End { but: None },
            at,
            event,
        };
        Ok(self.store().remove_authenticator(removed).await?)
    }

    fn turned_off(&self, user: &User, place: &Place, at: Timestamp) -> Event {
        self.event(EventKind::TurnedOff, user, place, at)
    }
}

fn known(held: bool) -> Result<(), AdminError> {
    held.then_some(()).ok_or(AdminError::NotFound)
}
