//! Enrolling: pending → confirmed → acknowledged. Nothing that works already is touched before the last step.

use super::answering::check;
use super::{TwoFactor, credential};
use crate::audit::{Event, EventKind};
use crate::budget::{Budget, BudgetChange};
use crate::enrollment::{Begun, Confirmed};
use crate::error::{AnswerError, EnrollmentError, Fault, Refusal};
use crate::factor::recovery_code::PlainCode;
use crate::factor::{Answer, FactorKind, TotpCode, totp};
use crate::name::{AuthenticatorId, EnrollmentId, Name, User};
use crate::policy;
use crate::ports::{
    Acknowledged, ConfirmedFirst, ConfirmedFurther, Enrollment, EnrollmentState, NewEnrollment,
    OtherSessions, Purpose, RefusedAnswer, UserState,
};
use crate::seal::SealedFor;
use crate::secret::SharedSecret;
use crate::step_up::{Caller, StepUpNeed};
use crate::time::{TimeStep, Timestamp};
use zeroize::Zeroizing;

impl TwoFactor {
    /// Begins an enrollment, or goes on with the one that this session began for the same purpose: its secret is the
    /// same for the whole pending time.
    ///
    /// # Errors
    /// [`EnrollmentError::StepUpRequired`] first, unless everything was proved a moment ago.
    pub async fn begin_enrollment(
        &self,
        caller: &Caller,
        purpose: Purpose,
    ) -> Result<Begun, EnrollmentError> {
        let (user, now) = (caller.user(), self.now());
        let state = self.state_for(user).await?;
        self.allow_begin(caller, &state, purpose)?;
        let live = self.store().live_enrollments(user, now).await?;
        if let Some(pending) = live.iter().find(|one| one.continues(purpose, caller.session.id, now)) {
            return self.begun(pending, &state).await;
        }
        let enrollment = self.new_enrollment(caller, purpose, &state, now)?;
        let event =
            self.event(EventKind::EnrollmentBegun, user, &caller.place, now).of_factor(FactorKind::Totp);
        let at_once = policy::ENROLLMENTS_AT_ONCE;
        let new = NewEnrollment { enrollment: enrollment.clone(), at_once, event };
        if !self.store().begin_enrollment(new).await? {
            return Err(EnrollmentError::TooMany);
        }
        self.begun(&enrollment, &state).await
    }

    /// The secret of a pending enrollment again, for the session that began it.
    ///
    /// # Errors
    /// [`EnrollmentError::NotFound`] for anybody else.
    pub async fn resume_enrollment(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<Begun, EnrollmentError> {
        let state = self.state_for(caller.user()).await?;
        self.require_fresh(caller, &state)?;
        let pending = self.pending(caller, id).await?;
        self.begun(&pending, &state).await
    }

    /// Confirms an enrollment with a code of the new authenticator, which counts as used. A wrong code changes nothing
    /// but the count: the secret stays.
    ///
    /// # Errors
    /// [`EnrollmentError::Refused`] says why the code was not right.
    pub async fn confirm_enrollment(
        &self,
        caller: &Caller,
        id: EnrollmentId,
        code: &str,
        name: &str,
    ) -> Result<Confirmed, EnrollmentError> {
        let name = Name::parse(name)?;
        let code = read(code)?;
        for _ in 0..policy::RACE_RETRIES {
            let enrollment = self.pending(caller, id).await?;
            let budget = self.store().credentials(caller.user(), FactorKind::Totp).await?.budget;
            let now = self.now();
            check(&budget, now).map_err(refused)?;
            let settled = match self.judge_first_code(caller.user(), &enrollment, &code, now)? {
                Ok(step) => self.confirm(caller, &enrollment, &name, step, &budget, now).await?.map(Ok),
                Err(miss) => {
                    let next = budget.after_failure(now);
                    let refusal = miss.refusal(&next, now);
                    let event = self.event(EventKind::EnrollmentRefused, caller.user(), &caller.place, now);
                    let event = event.of_factor(FactorKind::Totp).because(miss.cause());
                    let budget = BudgetChange { kind: FactorKind::Totp, next };
                    let user = caller.user().clone();
                    let counted = RefusedAnswer { user, challenge: None, budget, at: now, event };
                    let counted = self.store().refuse_answer(counted).await?;
                    counted.then_some(Err(EnrollmentError::Refused(refusal)))
                }
            };
            if let Some(result) = settled {
                return result;
            }
        }
        Err(EnrollmentError::Changed)
    }

    /// The recovery codes of a confirmed enrollment again, until they are acknowledged.
    ///
    /// # Errors
    /// [`EnrollmentError::NotFound`] once they are acknowledged, for good.
    pub async fn recovery_codes_again(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<Vec<PlainCode>, EnrollmentError> {
        self.require_fresh(caller, &self.state_for(caller.user()).await?)?;
        let enrollment = self.confirmed(caller, id).await?;
        let sealed = enrollment.codes.as_ref().ok_or(EnrollmentError::NotFound)?;
        let plain = self.parts.keys.open(sealed_codes(caller.user(), id), sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|_| Fault::Broken("sealed codes that are no text"))?;
        Ok(text.lines().filter_map(PlainCode::parse).collect())
    }

    /// Says that the recovery codes are saved. This is what switches two-factor authentication on.
    ///
    /// # Errors
    /// [`EnrollmentError::Changed`] if it is on already.
    pub async fn acknowledge_enrollment(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<(), EnrollmentError> {
        let enrollment = self.confirmed(caller, id).await?;
        if enrollment.session != Some(caller.session.id) {
            self.require_fresh(caller, &self.state_for(caller.user()).await?)?;
        }
        let now = self.now();
        let event = |kind| self.event(kind, caller.user(), &caller.place, now).of_factor(FactorKind::Totp);
        let acknowledged = Acknowledged {
            user: caller.user().clone(),
            enrollment: id,
            others: OtherSessions::End { but: Some(caller.session.id) },
            at: now,
            events: vec![
                event(EventKind::EnrollmentAcknowledged).about(enrollment.name.as_str()),
                event(EventKind::TurnedOn),
            ],
        };
        let held = self.store().acknowledge_enrollment(acknowledged).await?;
        held.then_some(()).ok_or(EnrollmentError::Changed)
    }

    /// Gives an enrollment up: a pending one of this session, or the user's confirmed one.
    ///
    /// # Errors
    /// [`EnrollmentError::NotFound`] if there is nothing to give up.
    pub async fn cancel_enrollment(&self, caller: &Caller, id: EnrollmentId) -> Result<(), EnrollmentError> {
        let found = self.store().enrollment(caller.user(), id).await?.ok_or(EnrollmentError::NotFound)?;
        let now = self.now();
        if !(found.is_confirmed(now) || found.is_pending_in(Some(caller.session.id), now)) {
            return Err(EnrollmentError::NotFound);
        }
        let event = self.event(EventKind::EnrollmentCancelled, caller.user(), &caller.place, now);
        let held = self.store().cancel_enrollment(caller.user(), id, event.of_factor(found.kind)).await?;
        held.then_some(()).ok_or(EnrollmentError::NotFound)
    }

    fn allow_begin(
        &self,
        caller: &Caller,
        state: &UserState,
        purpose: Purpose,
    ) -> Result<(), EnrollmentError> {
        if state.protected_since.is_some() == (purpose == Purpose::First) {
            return Err(EnrollmentError::Changed);
        }
        if let Purpose::Replace(old) = purpose
            && !state.authenticators.iter().any(|one| one.id == old)
        {
            return Err(EnrollmentError::NotFound);
        }
        if purpose == Purpose::Further && state.authenticators.len() >= policy::AUTHENTICATORS {
            return Err(EnrollmentError::TooMany);
        }
        self.require_fresh(caller, state)
    }

    fn require_fresh(&self, caller: &Caller, state: &UserState) -> Result<(), EnrollmentError> {
        let need = StepUpNeed::now(&caller.session, state.protected_since.is_some(), self.now());
        if need.is_met() { Ok(()) } else { Err(EnrollmentError::StepUpRequired(need)) }
    }

    fn new_enrollment(
        &self,
        caller: &Caller,
        purpose: Purpose,
        state: &UserState,
        now: Timestamp,
    ) -> Result<Enrollment, EnrollmentError> {
        let user = caller.user();
        let authenticator = AuthenticatorId::new(now, self.entropy());
        let secret = SharedSecret::new(self.entropy());
        let sealed =
            self.parts.keys.seal(self.entropy(), credential(user, authenticator), secret.expose())?;
        let old = state.authenticators.iter().find(|one| purpose == Purpose::Replace(one.id));
        Ok(Enrollment {
            id: EnrollmentId::new(now, self.entropy()),
            user: user.clone(),
            session: Some(caller.session.id),
            kind: FactorKind::Totp,
            purpose,
            state: EnrollmentState::Pending,
            authenticator,
            name: old.map_or_else(|| Name::parse("Authenticator app"), |old| Ok(old.name.clone()))?,
            credential: sealed,
            watermark: TimeStep::NONE,
            codes: None,
            begun_at: now,
            expires_at: now + policy::ENROLLMENT_PENDING,
        })
    }

    async fn begun(&self, pending: &Enrollment, state: &UserState) -> Result<Begun, EnrollmentError> {
        let plain =
            self.parts.keys.open(credential(&pending.user, pending.authenticator), &pending.credential)?;
        let secret =
            SharedSecret::from_bytes(&plain).ok_or(Fault::Broken("a credential of the wrong length"))?;
        let issuer = self.issuer(pending.user.site).await?;
        let label = state.label.clone().ok_or(Fault::Broken("a user who was never remembered"))?;
        let provisioning = totp::provision(&secret, &issuer, &label);
        let provisioning = provisioning.map_err(|_| Fault::Broken("the TOTP library refused a name"))?;
        Ok(Begun { id: pending.id, provisioning, issuer, label, expires_at: pending.expires_at })
    }

    async fn pending(&self, caller: &Caller, id: EnrollmentId) -> Result<Enrollment, EnrollmentError> {
        let found = self.store().enrollment(caller.user(), id).await?;
        let pending = found.filter(|one| one.is_pending_in(Some(caller.session.id), self.now()));
        pending.ok_or(EnrollmentError::NotFound)
    }

    async fn confirmed(&self, caller: &Caller, id: EnrollmentId) -> Result<Enrollment, EnrollmentError> {
        let found = self.store().enrollment(caller.user(), id).await?;
        found.filter(|one| one.is_confirmed(self.now())).ok_or(EnrollmentError::NotFound)
    }

    /// `None`: a guard failed, because somebody else was quicker.
    async fn confirm(
        &self,
        caller: &Caller,
        enrollment: &Enrollment,
        name: &Name,
        step: TimeStep,
        budget: &Budget,
        now: Timestamp,
    ) -> Result<Option<Confirmed>, EnrollmentError> {
        let budget = BudgetChange { kind: FactorKind::Totp, next: budget.after_success(0, now) };
        let event = |kind| {
            let event = self.event(kind, caller.user(), &caller.place, now);
            event.of_factor(FactorKind::Totp).about(name.as_str())
        };
        match enrollment.purpose {
            Purpose::First => {
                let event = event(EventKind::EnrollmentConfirmed);
                self.confirm_first(caller, enrollment, name, step, budget, event).await
            }
            Purpose::Further | Purpose::Replace(_) => {
                let (replaces, others, kind) = further(enrollment.purpose, caller);
                let confirmed = ConfirmedFurther {
                    user: caller.user().clone(),
                    enrollment: enrollment.id,
                    budget,
                    step,
                    name: name.clone(),
                    replaces,
                    others,
                    at: now,
                    event: event(kind),
                };
                let held = self.store().confirm_further(confirmed).await?;
                Ok(held.then_some(Confirmed { recovery_codes: None }))
            }
        }
    }

    async fn confirm_first(
        &self,
        caller: &Caller,
        enrollment: &Enrollment,
        name: &Name,
        step: TimeStep,
        budget: BudgetChange,
        event: Event,
    ) -> Result<Option<Confirmed>, EnrollmentError> {
        let (user, now) = (caller.user(), event.at);
        let (codes, code_set) = self.new_codes(now).await?;
        let text = Zeroizing::new(codes.iter().map(PlainCode::expose).collect::<Vec<_>>().join("\n"));
        let sealed =
            self.parts.keys.seal(self.entropy(), sealed_codes(user, enrollment.id), text.as_bytes())?;
        let confirmed = ConfirmedFirst {
            user: user.clone(),
            enrollment: enrollment.id,
            budget,
            step,
            name: name.clone(),
            codes: sealed,
            code_set,
            at: now,
            expires_at: now + policy::ENROLLMENT_CONFIRMED,
            event,
        };
        let held = self.store().confirm_first(confirmed).await?;
        Ok(held.then_some(Confirmed { recovery_codes: Some(codes) }))
    }
}

/// What a confirmation that takes effect at once replaces, what it does to other sessions, and what the log calls it.
fn further(purpose: Purpose, caller: &Caller) -> (Option<AuthenticatorId>, OtherSessions, EventKind) {
    let but = Some(caller.session.id);
    match purpose {
        Purpose::Replace(old) => (Some(old), OtherSessions::End { but }, EventKind::AuthenticatorReplaced),
        Purpose::First | Purpose::Further => {
            (None, OtherSessions::AskAgain { but }, EventKind::AuthenticatorAdded)
        }
    }
}

/// Reads the code that confirms: only a code of the app will do.
fn read(text: &str) -> Result<TotpCode, EnrollmentError> {
    match Answer::parse(text) {
        Some(Answer::Totp(code)) => Ok(code),
        Some(Answer::RecoveryCode(_)) => Err(EnrollmentError::Refused(Refusal::RecoveryCodeHere)),
        None => Err(EnrollmentError::Refused(Refusal::Malformed)),
    }
}

fn sealed_codes(user: &User, id: EnrollmentId) -> SealedFor<'_> {
    SealedFor { user, row: id.uuid(), what: "recovery codes" }
}

fn refused(error: AnswerError) -> EnrollmentError {
    match error {
        AnswerError::Refused(refusal) => EnrollmentError::Refused(refusal),
        AnswerError::Ended => EnrollmentError::NotFound,
        AnswerError::Fault(fault) => EnrollmentError::Fault(fault),
    }
}
