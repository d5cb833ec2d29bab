//! Confirming an enrollment and acknowledging its recovery codes. Nothing that works already is touched before the last
//! step.

use super::TwoFactor;
use super::answering::{Miss, check};
use crate::audit::{Event, EventKind};
use crate::budget::BudgetChange;
use crate::enrollment::Confirmed;
use crate::error::{AnswerError, EnrollmentError, Fault, Refusal};
use crate::factor::recovery_code::PlainCode;
use crate::factor::{Answer, FactorKind};
use crate::name::{AuthenticatorId, ChallengeId, EmailCodeId, EnrollmentId, Name, NameError, User};
use crate::policy;
use crate::ports::{
    Acknowledged, ConfirmedFirst, ConfirmedFurther, Consume, Enrollment, EnrollmentState, Grounds,
    OtherSessions, Purpose, RefusedAnswer,
};
use crate::seal::SealedFor;
use crate::step_up::{Caller, StepUpNeed};
use crate::time::Timestamp;
use zeroize::Zeroizing;

/// A right code of an enrollment, about to be settled.
struct RightCode<'a> {
    caller: &'a Caller,
    enrollment: &'a Enrollment,
    name: &'a Name,
    consume: Consume,
    budget: BudgetChange,
    now: Timestamp,
}

/// What the code of an enrollment turned out to be.
enum First {
    Right(Consume),
    Wrong(Miss, Option<EmailCodeId>),
}

impl TwoFactor {
    /// Confirms an enrollment with a code of the new authenticator, which counts as used. A wrong code changes nothing
    /// but the count: the secret stays. One that another session confirmed is gone on with in the same way, and draws new
    /// recovery codes: who confirmed it knows the ones before.
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
        for _ in 0..policy::RACE_RETRIES {
            let enrollment = self.confirmable(caller, id).await?;
            let kind = enrollment.kind;
            let answer = read(code, kind)?;
            let name = name_of(&enrollment, name)?;
            let budget = self.store().credentials(caller.user(), kind).await?.budget;
            let now = self.trusted_now()?;
            check(&budget, now).map_err(refused)?;
            let settled = match self.judge_first(&enrollment, &answer, now).await? {
                First::Right(consume) => {
                    let budget = BudgetChange { kind, next: budget.after_success(0, now) };
                    let right =
                        RightCode { caller, enrollment: &enrollment, name: &name, consume, budget, now };
                    self.confirm(right).await?.map(Ok)
                }
                First::Wrong(miss, email_code) => {
                    let next = budget.after_failure(now);
                    self.miss_first(caller, (miss, email_code), BudgetChange { kind, next }, now)
                        .await?
                        .map(Err)
                }
            };
            if let Some(result) = settled {
                return result;
            }
        }
        Err(EnrollmentError::Changed)
    }

    /// The recovery codes of a confirmed enrollment again, until they are acknowledged, for the session that confirmed it.
    ///
    /// # Errors
    /// [`EnrollmentError::NotFound`] for any other session, and once they are acknowledged, for good.
    pub async fn recovery_codes_again(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<Vec<PlainCode>, EnrollmentError> {
        let enrollment = self.confirmed(caller, id).await?;
        self.require_fresh(caller, &self.state_for(caller.user()).await?)?;
        let sealed = enrollment.codes.as_ref().ok_or(EnrollmentError::NotFound)?;
        let plain = self.parts.keys.open(sealed_codes(caller.user(), id), sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|_| Fault::Broken("sealed codes that are no text"))?;
        Ok(text.lines().filter_map(PlainCode::parse).collect())
    }

    /// Says that the recovery codes are saved. This is what switches two-factor authentication on.
    ///
    /// # Errors
    /// [`EnrollmentError::NotFound`] for a session that was not shown them; [`EnrollmentError::Changed`] if it is on already.
    pub async fn acknowledge_enrollment(
        &self,
        caller: &Caller,
        id: EnrollmentId,
    ) -> Result<(), EnrollmentError> {
        self.acknowledge(caller, id, None).await
    }

    /// The same where a challenge waits for it ([`Self::enrolling`]): it is passed with it, or nothing is done.
    ///
    /// # Errors
    /// [`EnrollmentError::Changed`] if two-factor authentication is on already, or the challenge is over.
    pub async fn acknowledge_for_challenge(
        &self,
        caller: &Caller,
        id: EnrollmentId,
        challenge: ChallengeId,
    ) -> Result<(), EnrollmentError> {
        self.acknowledge(caller, id, Some(challenge)).await
    }

    async fn acknowledge(
        &self,
        caller: &Caller,
        id: EnrollmentId,
        passes: Option<ChallengeId>,
    ) -> Result<(), EnrollmentError> {
        let enrollment = self.confirmed(caller, id).await?;
        let now = self.now();
        let factor = enrollment.kind;
        let event = |kind| self.event(kind, caller.user(), &caller.place, now).of_factor(factor);
        let mut events = vec![
            event(EventKind::EnrollmentAcknowledged).about(enrollment.name.as_str()),
            event(EventKind::TurnedOn),
        ];
        if passes.is_some() {
            events.push(event(EventKind::ChallengePassed).about(enrollment.name.as_str()));
        }
        let acknowledged = Acknowledged {
            user: caller.user().clone(),
            enrollment: id,
            session: Some(caller.session.id),
            // The challenge that is passed by it says the same of itself.
            by: caller.standing(Grounds::Alive).filter(|_| passes.is_none()),
            others: OtherSessions::End { but: Some(caller.session.id) },
            at: now,
            passes,
            events: Event::in_order(events),
        };
        let held = self.store().acknowledge_enrollment(acknowledged).await?;
        held.then_some(()).ok_or(EnrollmentError::Changed)
    }

    async fn confirmed(&self, caller: &Caller, id: EnrollmentId) -> Result<Enrollment, EnrollmentError> {
        let found = self.store().enrollment(caller.user(), id).await?;
        let confirmed = found.filter(|one| one.is_confirmed_in(Some(caller.session.id), self.now()));
        confirmed.ok_or(EnrollmentError::NotFound)
    }

    /// The one that a code confirms here, if enough was proved for that.
    async fn confirmable(&self, caller: &Caller, id: EnrollmentId) -> Result<Enrollment, EnrollmentError> {
        let enrollment = self.confirmable_in(caller, id).await?;
        if enrollment.purpose != Purpose::First
            && self.grounds_to_confirm(caller, &enrollment).await?.is_none()
        {
            return Err(EnrollmentError::StepUpRequired(StepUpNeed::of(&caller.session, true)));
        }
        if enrollment.state == EnrollmentState::Confirmed {
            self.require_fresh(caller, &self.state_for(caller.user()).await?)?;
        }
        Ok(enrollment)
    }

    async fn judge_first(
        &self,
        enrollment: &Enrollment,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<First, EnrollmentError> {
        let nothing = EnrollmentError::Refused(Refusal::Malformed);
        match answer {
            Answer::Totp(code) => {
                Ok(match self.judge_first_code(&enrollment.user, enrollment, code, now)? {
                    Ok(step) => First::Right(Consume::Step { authenticator: enrollment.authenticator, step }),
                    Err(miss) => First::Wrong(miss, None),
                })
            }
            Answer::Email(code) => {
                match self.judge_mailed(&enrollment.user, enrollment.id.into(), code, now).await? {
                    None => Err(EnrollmentError::Refused(Refusal::NoCodeMailed)),
                    Some((id, true)) => Ok(First::Right(Consume::EmailCode(id))),
                    Some((id, false)) => Ok(First::Wrong(Miss::Wrong, Some(id))),
                }
            }
            Answer::RecoveryCode(_) | Answer::BypassCode(_) => Err(nothing),
        }
    }

    /// Counts a wrong code. `None`: somebody else was quicker, and nothing was counted.
    async fn miss_first(
        &self,
        caller: &Caller,
        (miss, email_code): (Miss, Option<EmailCodeId>),
        budget: BudgetChange,
        now: Timestamp,
    ) -> Result<Option<EnrollmentError>, Fault> {
        let refusal = miss.refusal(&budget.next, now);
        let event = self.event(EventKind::EnrollmentRefused, caller.user(), &caller.place, now);
        let event = event.of_factor(budget.kind).because(miss.cause());
        let refused = RefusedAnswer {
            user: caller.user().clone(),
            challenge: None,
            email_code,
            budget,
            at: now,
            events: vec![event],
        };
        let counted = self.store().refuse_answer(refused).await?;
        Ok(counted.then_some(EnrollmentError::Refused(refusal)))
    }

    /// `None`: a guard failed, because somebody else was quicker.
    async fn confirm(&self, right: RightCode<'_>) -> Result<Option<Confirmed>, Fault> {
        match right.enrollment.purpose {
            Purpose::First => self.confirm_first(right).await,
            Purpose::Further | Purpose::Replace(_) => self.confirm_further(right).await,
        }
    }

    async fn confirm_first(&self, right: RightCode<'_>) -> Result<Option<Confirmed>, Fault> {
        let (user, id, now) = (right.caller.user(), right.enrollment.id, right.now);
        let (codes, code_set) = self.new_codes(user, now).await?;
        let text = Zeroizing::new(codes.iter().map(PlainCode::expose).collect::<Vec<_>>().join("\n"));
        let sealed = self.parts.keys.seal(self.entropy(), sealed_codes(user, id), text.as_bytes())?;
        let confirmed = ConfirmedFirst {
            user: user.clone(),
            enrollment: id,
            session: Some(right.caller.session.id),
            event: self.confirmation(&right, EventKind::EnrollmentConfirmed),
            budget: right.budget,
            consume: right.consume,
            name: right.name.clone(),
            codes: sealed,
            code_set,
            by: right.caller.standing(Grounds::Alive),
            at: now,
            expires_at: now + policy::ENROLLMENT_CONFIRMED,
        };
        let held = self.store().confirm_first(confirmed).await?;
        Ok(held.then_some(Confirmed { recovery_codes: Some(codes) }))
    }

    async fn confirm_further(&self, right: RightCode<'_>) -> Result<Option<Confirmed>, Fault> {
        let Some(grounds) = self.grounds_to_confirm(right.caller, right.enrollment).await? else {
            return Ok(None);
        };
        let (replaces, others, kind) = further(right.enrollment.purpose, right.caller);
        let confirmed = ConfirmedFurther {
            user: right.caller.user().clone(),
            enrollment: right.enrollment.id,
            event: self.confirmation(&right, kind),
            budget: right.budget,
            consume: right.consume,
            name: right.name.clone(),
            replaces,
            by: right.caller.standing(grounds),
            others,
            at: right.now,
        };
        let held = self.store().confirm_further(confirmed).await?;
        Ok(held.then_some(Confirmed { recovery_codes: None }))
    }

    fn confirmation(&self, right: &RightCode<'_>, kind: EventKind) -> Event {
        let event = self.event(kind, right.caller.user(), &right.caller.place, right.now);
        event.of_factor(right.enrollment.kind).about(right.name.as_str())
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

/// What the authenticator will be called. An address is its own name, and whoever goes on with what waits named it before.
fn name_of(enrollment: &Enrollment, typed: &str) -> Result<Name, NameError> {
    if enrollment.kind == FactorKind::Email || enrollment.state == EnrollmentState::Confirmed {
        Ok(enrollment.name.clone())
    } else {
        Name::parse(typed)
    }
}

/// Reads the code that confirms: only a code of the kind that is set up will do.
fn read(text: &str, kind: FactorKind) -> Result<Answer, EnrollmentError> {
    match Answer::parse(text) {
        Some(answer) if answer.kind() == kind => Ok(answer),
        Some(Answer::RecoveryCode(_)) => Err(EnrollmentError::Refused(Refusal::RecoveryCodeHere)),
        Some(Answer::Totp(_) | Answer::Email(_) | Answer::BypassCode(_)) | None => {
            Err(EnrollmentError::Refused(Refusal::Malformed))
        }
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
