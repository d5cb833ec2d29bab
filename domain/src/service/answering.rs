//! Judging an answer, and committing its count or its consumption before anything is revealed.

use super::proof::{Given, Proof};
use super::{TwoFactor, code_summary};
use crate::audit::{Cause, Event, EventKind};
use crate::budget::{self, Allowance, Budget, BudgetChange};
use crate::challenge::Passed;
use crate::error::{AnswerError, Fault, Refusal};
use crate::factor::bypass_code::{BypassCode, BypassDigest};
use crate::factor::email_code::{CodeDigest, EmailCode};
use crate::factor::recovery_code::PlainCode;
use crate::factor::totp::{self, Diagnosis, Verdict};
use crate::factor::{Answer, FactorKind, TotpCode};
use crate::name::{EmailCodeId, User};
use crate::policy;
use crate::ports::{CodeFor, Consume, Credentials, RefusedAnswer, Spent};
use crate::secret::SharedSecret;
use crate::time::{TimeStep, Timestamp};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What judging an answer found.
#[derive(Clone)]
pub(super) enum Judged {
    /// Right: this is to be consumed, of the authenticator of this name.
    Right { consume: Consume, name: Option<String> },
    /// Wrong, for this reason; a code by mail counts against the one that was mailed.
    Wrong(Miss, Option<EmailCodeId>),
}

/// Why an answer is wrong.
#[derive(Clone, Copy)]
pub(super) enum Miss {
    Wrong,
    AlreadyUsed { wait: Duration },
    ClockOff { steps: i64 },
}

/// A wrong answer, about to be counted.
struct Missed<'a> {
    answer: &'a Answer,
    next: Budget,
    miss: Miss,
    email_code: Option<EmailCodeId>,
}

impl TwoFactor {
    /// [`Self::settled`], with every answer counted that came too soon to be judged. `seen`: what it is judged against, where
    /// that was read already.
    pub(super) async fn prove(
        &self,
        proof: Proof<'_>,
        given: Given<'_>,
        seen: Option<Credentials>,
    ) -> Result<Passed, AnswerError> {
        let answer = proof.read(given.text)?;
        let proved = self.settled(proof, &answer, given, seen).await;
        self.counted.unjudged.note(answer.kind(), &proved);
        proved
    }

    /// Judges an answer and settles it. At most one of any number of racing answers consumes the same thing, and no more
    /// of them are judged than the budget allows, nor hashed.
    async fn settled(
        &self,
        proof: Proof<'_>,
        answer: &Answer,
        given: Given<'_>,
        mut seen: Option<Credentials>,
    ) -> Result<Passed, AnswerError> {
        let user = proof.user();
        // What hashing said, which is paid for once, however often settling it has to be tried.
        let mut paid: Option<Judged> = None;
        for _ in 0..policy::RACE_RETRIES {
            let now = self.trusted_now()?;
            let mut credentials = match seen.take() {
                Some(seen) => seen,
                None => self.store().credentials(user, answer.kind()).await?,
            };
            let judged = match (&paid, answer) {
                (Some(judged), _) => judged.clone(),
                (None, Answer::RecoveryCode(code)) => {
                    check(&credentials.budget, now)?;
                    let Some(judged) = self.pay(user, code, &mut credentials, now).await? else { continue };
                    paid.insert(judged).clone()
                }
                (None, Answer::Totp(_) | Answer::Email(_) | Answer::BypassCode(_)) => {
                    check(&credentials.budget, now)?;
                    self.judge(&proof, answer, &credentials, now).await?
                }
            };
            let settled = match judged {
                Judged::Right { consume, name } => {
                    // An attempt that was taken for it is its own, too.
                    let forgiven = proof.forgives() + u32::from(paid.is_some());
                    let next = credentials.budget.after_success(forgiven, now);
                    let budget = BudgetChange { kind: answer.kind(), next };
                    let spent = Spent { user: user.clone(), budget, consume, at: now };
                    let event = self.event(proof.passed(), user, given.place, now).of_factor(answer.kind());
                    let event = Event { subject: name, ..event };
                    let passed = passed(answer, &credentials, now);
                    let settled = proof.settle(self.store(), spent, event).await?;
                    if settled && proof.starts_again() {
                        // They have passed. What is not started again now, for a fault, is started the next time.
                        let _ = self.start_again(user, &credentials.others).await;
                    }
                    settled.then_some(Ok(passed))
                }
                Judged::Wrong(miss, email_code) => {
                    let next = match &paid {
                        Some(_) => credentials.budget.after_taken_failure(),
                        None => credentials.budget.after_failure(now),
                    };
                    let missed = Missed { answer, next, miss, email_code };
                    self.miss(&proof, &given, missed, now).await?
                }
            };
            if let Some(result) = settled {
                return result;
            }
            if !proof.is_open(self.store(), now).await? {
                return Err(AnswerError::Ended);
            }
        }
        Err(match proof {
            // Its guard never held: the session has ended, with what somebody else changed, and waiting helps nobody.
            Proof::TurnOff(_) => AnswerError::Ended,
            Proof::Challenge(..) | Proof::Redeemed(..) | Proof::StepUp(..) | Proof::Test(..) => {
                AnswerError::Refused(Refusal::Wait { wait: Duration::from_secs(1) })
            }
        })
    }

    /// Takes an attempt, and only then has the code hashed. `None`: somebody was quicker, and nothing was hashed.
    async fn pay(
        &self,
        user: &User,
        code: &PlainCode,
        credentials: &mut Credentials,
        now: Timestamp,
    ) -> Result<Option<Judged>, Fault> {
        let kind = FactorKind::RecoveryCode;
        let next = credentials.budget.after_failure(now);
        if !self.store().change_budget(user, BudgetChange { kind, next: next.clone() }).await? {
            return Ok(None);
        }
        credentials.budget = next;
        match self.judge_recovery_code(user, code, credentials).await {
            Ok(judged) => Ok(Some(judged)),
            Err(fault) => {
                self.give_back(user, now).await?;
                Err(fault)
            }
        }
    }

    /// Gives back the attempt that was taken then: its code was not judged.
    async fn give_back(&self, user: &User, taken: Timestamp) -> Result<(), Fault> {
        let kind = FactorKind::RecoveryCode;
        for _ in 0..policy::RACE_RETRIES {
            let next = self.store().credentials(user, kind).await?.budget.given_back(taken);
            if self.store().change_budget(user, BudgetChange { kind, next }).await? {
                break;
            }
        }
        Ok(())
    }

    /// Counts a wrong answer. `None`: somebody was quicker, and nothing was counted.
    async fn miss(
        &self,
        proof: &Proof<'_>,
        given: &Given<'_>,
        missed: Missed<'_>,
        now: Timestamp,
    ) -> Result<Option<Result<Passed, AnswerError>>, AnswerError> {
        let Missed { answer, next, miss, email_code } = missed;
        let refusal = miss.refusal(&next, now);
        let challenge = match proof {
            Proof::Challenge(challenge, _) | Proof::Redeemed(challenge, _) => Some(challenge.id),
            Proof::StepUp(..) | Proof::Test(..) | Proof::TurnOff(_) => None,
        };
        let event = |kind| self.event(kind, proof.user(), given.place, now).of_factor(answer.kind());
        let mut events = vec![event(proof.refused()).because(miss.cause())];
        // Told to the user: whoever was asked for a code had the password.
        if challenge.is_some() && next.consecutive == budget::FREE {
            events.push(event(EventKind::ChallengeGuessed));
        }
        let events = Event::in_order(events);
        let refused = RefusedAnswer {
            user: proof.user().clone(),
            challenge,
            email_code,
            budget: BudgetChange { kind: answer.kind(), next },
            at: now,
            events,
        };
        let counted = self.store().refuse_answer(refused).await?;
        Ok(counted.then_some(Err(AnswerError::Refused(refusal))))
    }

    async fn judge(
        &self,
        proof: &Proof<'_>,
        answer: &Answer,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Judged, AnswerError> {
        match answer {
            Answer::Totp(code) => Ok(self.judge_totp(proof, code, credentials, now)?),
            Answer::Email(code) => self.judge_email_code(proof, code, credentials, now).await,
            Answer::RecoveryCode(code) => {
                Ok(self.judge_recovery_code(proof.user(), code, credentials).await?)
            }
            Answer::BypassCode(code) => Ok(self.judge_bypass_code(proof.user(), code, now).await?),
        }
    }

    /// Where no code is good, none is judged and nothing is counted: no guess could have been right.
    async fn judge_email_code(
        &self,
        proof: &Proof<'_>,
        code: &EmailCode,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Judged, AnswerError> {
        let own = credentials.authenticators.first();
        let about = proof.about().filter(|_| own.is_some());
        let about = about.ok_or(AnswerError::Refused(Refusal::NoCodeMailed))?;
        let name = own.map(|own| own.name.as_str().to_owned());
        Ok(match self.judge_mailed(proof.user(), about, code, now).await? {
            None => return Err(AnswerError::Refused(Refusal::NoCodeMailed)),
            Some((id, true)) => Judged::Right { consume: Consume::EmailCode(id), name },
            Some((id, false)) => Judged::Wrong(Miss::Wrong, Some(id)),
        })
    }

    /// The code that was mailed for this, and whether `code` is it. `None`: none is good.
    pub(super) async fn judge_mailed(
        &self,
        user: &User,
        about: CodeFor,
        code: &EmailCode,
        now: Timestamp,
    ) -> Result<Option<(EmailCodeId, bool)>, Fault> {
        let codes = self.codes_lately(user, now).await?;
        let Some(mailed) = codes.into_iter().find(|one| one.is_good_for(about, now)) else {
            return Ok(None);
        };
        let given = CodeDigest::of(&self.parts.keys, mailed.digest.key, mailed.id, code)?;
        Ok(Some((mailed.id, given.matches(&mailed.digest))))
    }

    fn judge_totp(
        &self,
        proof: &Proof<'_>,
        code: &TotpCode,
        credentials: &Credentials,
        now: Timestamp,
    ) -> Result<Judged, Fault> {
        let (mut miss, mut ahead) = (Miss::Wrong, false);
        let asked =
            credentials.authenticators.iter().filter(|one| proof.only().is_none_or(|id| id == one.id));
        for authenticator in asked {
            let secret = self.open_secret(proof.user(), authenticator)?;
            let verdict = totp::judge(&secret, code, now, authenticator.watermark, Diagnosis::Past);
            match verdict.map_err(|_| Fault::Broken("the TOTP library refused a secret"))? {
                Verdict::Accepted(step) => {
                    self.note_phone(proof.user(), step.number() - TimeStep::at(now).number());
                    let consume = Consume::Step { authenticator: authenticator.id, step };
                    return Ok(Judged::Right { consume, name: Some(authenticator.name.as_str().to_owned()) });
                }
                missed @ (Verdict::AlreadyUsed { .. } | Verdict::ClockOff { .. } | Verdict::Wrong) => {
                    let used = matches!(missed, Verdict::AlreadyUsed { .. });
                    ahead |= used && !authenticator.watermark.is_plausible(now);
                    self.tally(proof.user(), &secret, code, now);
                    miss = miss.or_rather(missed);
                }
            }
        }
        if ahead {
            // Right, and never used: nobody can wait for the step that a clock ahead has left, nor is it to be guessed at.
            let what = "the watermark of an authenticator lies ahead of the clock: unlock the user";
            return Err(Fault::Contradiction { user: proof.user().clone(), what });
        }
        Ok(Judged::Wrong(miss, None))
    }

    /// Counts a code that is right one step outside the window, and notes how far the phone's clock is off.
    fn tally(&self, user: &User, secret: &SharedSecret, code: &TotpCode, now: Timestamp) {
        let Some(steps) = totp::ahead(secret, code, now) else { return };
        if steps.abs() == totp::SKEW + 1 {
            self.counted.one_step_out.fetch_add(1, Ordering::Relaxed);
        }
        self.note_phone(user, steps);
    }

    fn note_phone(&self, user: &User, steps: i64) {
        self.counted.phones.lock().unwrap_or_else(PoisonError::into_inner).note(user, steps);
    }

    async fn judge_recovery_code(
        &self,
        user: &User,
        code: &PlainCode,
        credentials: &Credentials,
    ) -> Result<Judged, Fault> {
        let Some(set) = &credentials.code_set else { return Ok(Judged::Wrong(Miss::Wrong, None)) };
        let hashes = self.hash(user, &set.hashing, std::slice::from_ref(code)).await?;
        // Every stored code is compared, whichever matches: the time says nothing of where.
        let found = set.codes.iter().fold(None, |found, stored| {
            let matches = hashes.iter().any(|hash| hash.matches(&stored.hash));
            if matches { Some(stored) } else { found }
        });
        Ok(match found {
            Some(stored) if stored.used_at.is_none() => {
                Judged::Right { consume: Consume::Code(stored.id), name: None }
            }
            Some(_) => Judged::Wrong(Miss::AlreadyUsed { wait: Duration::ZERO }, None),
            None => Judged::Wrong(Miss::Wrong, None),
        })
    }

    /// Whether one was issued does not show: a code where there is none is as wrong as another.
    async fn judge_bypass_code(
        &self,
        user: &User,
        code: &BypassCode,
        now: Timestamp,
    ) -> Result<Judged, Fault> {
        let wrong = |miss| Ok(Judged::Wrong(miss, None));
        let Some(issued) = self.store().bypass_code(user).await? else { return wrong(Miss::Wrong) };
        let given = BypassDigest::of(&self.parts.keys, issued.digest.key, user, issued.id, code)?;
        if !given.matches(&issued.digest) {
            return wrong(Miss::Wrong);
        }
        if issued.is_good(now) {
            return Ok(Judged::Right { consume: Consume::BypassCode(issued.id), name: None });
        }
        wrong(if issued.used_at.is_some() { Miss::AlreadyUsed { wait: Duration::ZERO } } else { Miss::Wrong })
    }

    /// Judges the code that confirms an enrollment, whose secret is not yet an authenticator's.
    pub(super) fn judge_first_code(
        &self,
        user: &User,
        enrollment: &crate::ports::Enrollment,
        code: &TotpCode,
        now: Timestamp,
    ) -> Result<Result<TimeStep, Miss>, Fault> {
        let plain = self
            .parts
            .keys
            .open(super::credential(user, enrollment.authenticator), &enrollment.credential)?;
        let secret = SharedSecret::from_bytes(&plain);
        let secret = secret.ok_or(Fault::Broken("a credential of the wrong length"))?;
        self.tally(user, &secret, code, now);
        let verdict = totp::judge(&secret, code, now, enrollment.watermark, Diagnosis::Both);
        Ok(match verdict.map_err(|_| Fault::Broken("the TOTP library refused a secret"))? {
            Verdict::Accepted(step) => Ok(step),
            missed @ (Verdict::AlreadyUsed { .. } | Verdict::ClockOff { .. } | Verdict::Wrong) => {
                Err(Miss::Wrong.or_rather(missed))
            }
        })
    }
}

/// Refuses an answer that may not be judged yet.
pub(super) fn check(budget: &Budget, now: Timestamp) -> Result<(), AnswerError> {
    match budget.allowance(now) {
        Allowance::Open => Ok(()),
        Allowance::Wait(wait) => Err(AnswerError::Refused(Refusal::Wait { wait })),
        Allowance::Stopped(wait) => Err(AnswerError::Refused(Refusal::Stopped { wait })),
    }
}

fn passed(answer: &Answer, credentials: &Credentials, at: Timestamp) -> Passed {
    let left = credentials.code_set.as_ref().map(|set| code_summary(set).left.saturating_sub(1));
    let recovery_left = match answer {
        Answer::Totp(_) | Answer::Email(_) | Answer::BypassCode(_) => None,
        Answer::RecoveryCode(_) => left,
    };
    Passed { kind: answer.kind(), recovery_left, at }
}

impl Miss {
    /// The more telling of two reasons: a code used before, then one of another time, then plainly wrong.
    fn or_rather(self, verdict: Verdict) -> Self {
        match (self, verdict) {
            (Self::AlreadyUsed { .. }, _) | (_, Verdict::Wrong | Verdict::Accepted(_)) => self,
            (_, Verdict::AlreadyUsed { wait }) => Self::AlreadyUsed { wait },
            (Self::ClockOff { .. }, Verdict::ClockOff { .. }) => self,
            (Self::Wrong, Verdict::ClockOff { steps }) => Self::ClockOff { steps },
        }
    }

    pub(super) fn cause(self) -> Cause {
        match self {
            Self::Wrong => Cause::Wrong,
            Self::AlreadyUsed { .. } => Cause::AlreadyUsed,
            Self::ClockOff { .. } => Cause::ClockOff,
        }
    }

    /// What the user is told, once `next` is committed.
    pub(super) fn refusal(self, next: &Budget, now: Timestamp) -> Refusal {
        let attempts_left = next.attempts_left(now);
        let pause = match next.allowance(now) {
            Allowance::Open => Duration::ZERO,
            Allowance::Wait(wait) => wait,
            Allowance::Stopped(wait) => return Refusal::Stopped { wait },
        };
        match self {
            Self::Wrong => Refusal::Wrong { attempts_left, wait: pause },
            Self::AlreadyUsed { wait } => Refusal::AlreadyUsed { attempts_left, wait: wait.max(pause) },
            Self::ClockOff { steps } => Refusal::ClockOff { steps, attempts_left, wait: pause },
        }
    }
}
