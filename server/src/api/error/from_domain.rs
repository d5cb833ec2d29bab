//! The refusals of the domain, in the API's words. One exhaustive match for each enum: a new refusal does not compile
//! before it has its code.

use super::ApiError;
use crate::problem::Problem;
use domain::error::{
    AdminError, ChallengeError, EnrollmentError, Fault, MailCodeError, Refusal, RepeatError, RequirementError,
};
use domain::ports::StoreError;
use http::StatusCode;
use std::time::Duration;

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Malformed => {
                Self::refused("code_malformed", "This is not the form of a code. It was not counted.")
            }
            Refusal::RecoveryCodeHere => {
                Self::refused("recovery_code_not_accepted", "Only a code of the app is accepted here.")
            }
            Refusal::NoCodeMailed => Self::refused(
                "no_code_mailed",
                "No code that was mailed is good any more. Ask for another one.",
            ),
            Refusal::Wrong { attempts_left, wait } => {
                Self::refused("code_wrong", "The code is wrong.").counted(attempts_left, wait)
            }
            Refusal::AlreadyUsed { attempts_left, wait } => {
                Self::refused("code_already_used", "The code was used before.").counted(attempts_left, wait)
            }
            Refusal::ClockOff { steps, attempts_left, wait } => {
                let error =
                    Self::refused("clock_off", "The code is of another time: the phone's clock is off.");
                let clock_offset_seconds = Some(steps.saturating_mul(30));
                Self { clock_offset_seconds, ..error.counted(attempts_left, wait) }
            }
            Refusal::Wait { wait } => {
                Self::too_soon("wait", "Too soon after a wrong code. It was not judged.", wait)
            }
            Refusal::Stopped { wait } => {
                Self::too_soon("stopped", "Too many wrong codes. Nothing is judged.", wait)
            }
        }
    }
}

impl From<ChallengeError> for ApiError {
    fn from(error: ChallengeError) -> Self {
        match error {
            ChallengeError::NotFound => Self::not_found(),
            ChallengeError::Expired => {
                Self::conflict("challenge_expired", "The challenge is over. Open another one.")
            }
            ChallengeError::AlreadyAnswered => {
                Self::conflict("challenge_already_answered", "The challenge was passed or redeemed before.")
            }
            ChallengeError::EnrollmentRequired => Self::conflict(
                "enrollment_required",
                "The user has to set a second factor up first: its ticket opens that in <twofold-challenge>.",
            ),
            ChallengeError::NotPassed => {
                Self::conflict("challenge_not_passed", "The challenge was not passed yet.")
            }
            ChallengeError::Refused(refusal) => refusal.into(),
            ChallengeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<EnrollmentError> for ApiError {
    fn from(error: EnrollmentError) -> Self {
        match error {
            EnrollmentError::NotFound => Self::not_found(),
            EnrollmentError::StepUpRequired(_) => {
                let detail = "The user must prove a factor again: use the Security tab.";
                Self::new(StatusCode::FORBIDDEN, "step_up_required", detail)
            }
            EnrollmentError::NotAllowed => {
                let detail = "The site does not allow this kind of factor to be set up.";
                Self::new(StatusCode::FORBIDDEN, "kind_not_allowed", detail)
            }
            EnrollmentError::TooMany => {
                Self::conflict("too_many_enrollments", "Too many enrollments are pending.")
            }
            EnrollmentError::Changed => {
                Self::conflict("two_factor_already_on", "The user has two-factor authentication already.")
            }
            EnrollmentError::Address(error) => Self::malformed("user.email", error.into()),
            EnrollmentError::TooSoon { wait } => too_soon_to_mail(wait),
            EnrollmentError::Name(error) => Self::malformed("name", error.into()),
            EnrollmentError::Refused(refusal) => refusal.into(),
            EnrollmentError::Fault(fault) => fault.into(),
        }
    }
}

impl From<MailCodeError> for ApiError {
    fn from(error: MailCodeError) -> Self {
        match error {
            MailCodeError::Over => {
                Self::conflict("challenge_expired", "The challenge is over. Open another one.")
            }
            MailCodeError::NotSetUp => {
                Self::conflict("email_not_set_up", "The user has no address that codes are mailed to.")
            }
            MailCodeError::TooSoon { wait } => too_soon_to_mail(wait),
            MailCodeError::Fault(fault) => fault.into(),
        }
    }
}

fn too_soon_to_mail(wait: Duration) -> ApiError {
    ApiError::too_soon("too_soon_to_mail", "One code a minute is mailed, and five an hour.", wait)
}

impl From<AdminError> for ApiError {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::NotFound => Self::not_found(),
            AdminError::NotOn => Self::conflict(
                "two_factor_not_on",
                "The user has no two-factor authentication to be let past.",
            ),
            AdminError::Changed => {
                Self::conflict("changed_meanwhile", "Something else changed the user's factors. Try again.")
            }
            AdminError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RequirementError> for ApiError {
    fn from(error: RequirementError) -> Self {
        match error {
            RequirementError::NotFound => Self::not_found(),
            RequirementError::DeadlinePast => {
                Self::refused("deadline_past", "The deadline must lie ahead, or be the one that is stored.")
            }
            RequirementError::ExemptionPast => {
                Self::refused("exemption_past", "The end of the exemption must lie ahead.")
            }
            RequirementError::Changed => {
                Self::conflict("changed_meanwhile", "Somebody else changed what is required. Try again.")
            }
            RequirementError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RepeatError> for ApiError {
    fn from(error: RepeatError) -> Self {
        match error {
            RepeatError::InFlight => {
                let error =
                    Self::conflict("idempotency_key_in_flight", "The first request is being answered.");
                Self { wait: Some(Duration::from_secs(1)), ..error }
            }
            RepeatError::OtherRequest => {
                Self::refused("idempotency_key_reused", "Another request was sent under this key.")
            }
            RepeatError::Spent => {
                let detail =
                    "This was answered before, and what the answer held has expired. Send a new key.";
                Self::conflict("idempotency_key_spent", detail)
            }
            RepeatError::Fault(fault) => fault.into(),
        }
    }
}

/// The operator's turn, logged by [`Problem`].
impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        let problem = Problem::from(fault);
        let error = Self::new(problem.status(), problem.code(), problem.detail());
        Self { wait: Some(Duration::from_secs(1)), ..error }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Fault::Store(error).into()
    }
}
