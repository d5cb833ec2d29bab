//! Changes of what a user has. Each dangerous one asks for a step-up; switching off asks for its proof there and then.

use super::TwoFactor;
use super::proof::{Given, Proof};
use crate::audit::EventKind;
use crate::error::{AnswerError, ChangeError, StepUpError};
use crate::factor::FactorKind;
use crate::factor::recovery_code::PlainCode;
use crate::name::{AuthenticatorId, Name};
use crate::policy;
use crate::ports::{
    Authenticator, Grounds, OtherSessions, RemovedAuthenticator, RenamedAuthenticator, ReplacedCodes,
    Standing, UserState,
};
use crate::step_up::{Caller, StepUpNeed};
use crate::time::Timestamp;

impl TwoFactor {
    /// Gives an authenticator another name. `was`: the name under which its owner saw it, if they say.
    ///
    /// # Errors
    /// [`ChangeError::Name`] if the name is not accepted; [`ChangeError::Changed`] if it has another one than they saw.
    pub async fn rename_authenticator(
        &self,
        caller: &Caller,
        id: AuthenticatorId,
        was: Option<&str>,
        name: &str,
    ) -> Result<(), ChangeError> {
        let name = Name::parse(name)?;
        let state = self.state_for(caller.user()).await?;
        let seen = find(&state, id)?.name.clone();
        if was.is_some_and(|was| was != seen.as_str()) {
            return Err(ChangeError::Changed);
        }
        let event = self.event(EventKind::AuthenticatorRenamed, caller.user(), &caller.place, self.now());
        let renamed = RenamedAuthenticator {
            user: caller.user().clone(),
            authenticator: id,
            seen,
            by: caller.standing(Grounds::Alive),
            event: event.about(name.as_str()),
            name,
        };
        let held = self.store().rename_authenticator(renamed).await?;
        held.then_some(()).ok_or(ChangeError::Changed)
    }

    /// Tries whether an authenticator still works. The code counts as used.
    ///
    /// # Errors
    /// [`ChangeError::Refused`] says why it was not right.
    pub async fn test_authenticator(
        &self,
        caller: &Caller,
        id: AuthenticatorId,
        code: &str,
    ) -> Result<(), ChangeError> {
        find(&self.state_for(caller.user()).await?, id)?;
        let given = Given { text: code, place: &caller.place };
        match self.prove(Proof::Test(caller.user(), id), given, None).await {
            Ok(_) => Ok(()),
            Err(AnswerError::Refused(refusal)) => Err(ChangeError::Refused(refusal)),
            Err(AnswerError::Ended) => Err(ChangeError::NotFound),
            Err(AnswerError::Fault(fault)) => Err(ChangeError::Fault(fault)),
        }
    }

    /// Removes one of several authenticators; its codes stop working at once.
    ///
    /// # Errors
    /// [`ChangeError::LastAuthenticator`] if it is the only one, [`ChangeError::Required`] if one is required.
    pub async fn remove_authenticator(
        &self,
        caller: &Caller,
        id: AuthenticatorId,
    ) -> Result<(), ChangeError> {
        let state = self.state_for(caller.user()).await?;
        let found = find(&state, id)?;
        let grounds = self.grounds_to_replace(caller, &state).await?.map_err(ChangeError::StepUpRequired)?;
        if state.authenticators.len() == 1 {
            self.allow_none(caller, &state).await?;
            return Err(ChangeError::LastAuthenticator);
        }
        let now = self.now();
        let event = self.event(EventKind::AuthenticatorRemoved, caller.user(), &caller.place, now);
        let removed = RemovedAuthenticator {
            user: caller.user().clone(),
            authenticator: id,
            revision: state.revision,
            by: caller.standing(grounds),
            others: others(caller),
            at: now,
            event: event.of_factor(found.kind).about(found.name.as_str()),
        };
        let held = self.store().remove_authenticator(removed).await?;
        held.then_some(()).ok_or(ChangeError::Changed)
    }

    /// Makes a new set of recovery codes, which replaces and invalidates the old one.
    ///
    /// # Errors
    /// [`ChangeError::NotOn`] while two-factor authentication is off: there is nothing to recover.
    pub async fn reset_recovery_codes(&self, caller: &Caller) -> Result<Vec<PlainCode>, ChangeError> {
        let state = self.state_for(caller.user()).await?;
        if state.protected_since.is_none() {
            return Err(ChangeError::NotOn);
        }
        self.require_step_up(caller, &state)?;
        let now = self.now();
        let (codes, code_set) = self.new_codes(caller.user(), now).await?;
        let event = self.event(EventKind::RecoveryCodesReplaced, caller.user(), &caller.place, now);
        let replaced = ReplacedCodes {
            user: caller.user().clone(),
            code_set,
            revision: state.revision,
            by: proved(caller, now),
            others: others(caller),
            at: now,
            event: event.of_factor(FactorKind::RecoveryCode),
        };
        let held = self.store().replace_recovery_codes(replaced).await?;
        held.then_some(codes).ok_or(ChangeError::Changed)
    }

    /// Switches two-factor authentication off, on the password (standalone mode) and a code given with this very call.
    ///
    /// # Errors
    /// [`ChangeError::Required`] if it is required, from whenever on; [`ChangeError::StepUp`] if the password was refused or missing;
    /// [`ChangeError::Refused`] if the code was.
    pub async fn turn_off(
        &self,
        caller: &Caller,
        password: Option<&str>,
        code: &str,
    ) -> Result<(), ChangeError> {
        let state = self.state_for(caller.user()).await?;
        if state.protected_since.is_none() {
            return Err(ChangeError::NotOn);
        }
        self.allow_none(caller, &state).await?;
        let need = StepUpNeed::of(&caller.session, true);
        if need.password && password.is_none() {
            return Err(ChangeError::StepUp(StepUpError::Incomplete(need)));
        }
        self.prove_password(caller, password).await.map_err(ChangeError::StepUp)?;
        let given = Given { text: code, place: &caller.place };
        match self.prove(Proof::TurnOff(&caller.session), given, None).await {
            Ok(_) => Ok(()),
            Err(AnswerError::Refused(refusal)) => Err(ChangeError::Refused(refusal)),
            Err(AnswerError::Ended) => {
                let is_on = self.state_for(caller.user()).await?.protected_since.is_some();
                Err(if is_on { ChangeError::Changed } else { ChangeError::NotOn })
            }
            Err(AnswerError::Fault(fault)) => Err(ChangeError::Fault(fault)),
        }
    }

    /// Whether the caller may go without a second factor.
    async fn allow_none(&self, caller: &Caller, state: &UserState) -> Result<(), ChangeError> {
        let requirement = self.requirement_of(caller.user(), state).await?;
        if requirement.is_required() { Err(ChangeError::Required) } else { Ok(()) }
    }

    fn require_step_up(&self, caller: &Caller, state: &UserState) -> Result<(), ChangeError> {
        let need = StepUpNeed::now(&caller.session, state.protected_since.is_some(), self.now());
        if need.is_met() { Ok(()) } else { Err(ChangeError::StepUpRequired(need)) }
    }
}

fn find(state: &UserState, id: AuthenticatorId) -> Result<&Authenticator, ChangeError> {
    state.authenticators.iter().find(|one| one.id == id).ok_or(ChangeError::NotFound)
}

/// A session that proved itself a moment ago, as it must have when the change is stored.
fn proved(caller: &Caller, now: Timestamp) -> Option<Standing> {
    caller.standing(Grounds::Proved { after: now - policy::STEP_UP })
}

/// Whoever else is signed in as this user must sign in again.
fn others(caller: &Caller) -> OtherSessions {
    OtherSessions::End { but: Some(caller.session.id) }
}
