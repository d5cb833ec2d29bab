//! The domain's errors as the screens know them: one of the two edges that match them without a wildcard.

use super::WidgetError;
use domain::error::{
    ChallengeError, ChangeError, EnrollmentError, Fault, MailCodeError, Refusal, StepUpError,
};
use domain::name::NameError;
use domain::step_up::StepUpNeed;
use std::time::Duration;

impl From<Fault> for WidgetError {
    fn from(fault: Fault) -> Self {
        crate::fns::log(&fault);
        Self::Fault
    }
}

impl From<EnrollmentError> for WidgetError {
    fn from(error: EnrollmentError) -> Self {
        match error {
            EnrollmentError::NotFound => Self::EnrollmentGone,
            EnrollmentError::StepUpRequired(need) => need.into(),
            EnrollmentError::NotAllowed => Self::NotAllowed,
            EnrollmentError::TooMany => Self::TooMany,
            EnrollmentError::Changed => Self::Changed,
            EnrollmentError::Address(_) => Self::NoAddress,
            EnrollmentError::TooSoon { wait } => Self::MailWait { wait: seconds(wait) },
            EnrollmentError::Name(name) => name.into(),
            EnrollmentError::Refused(refusal) => refusal.into(),
            EnrollmentError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChangeError> for WidgetError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound => Self::AuthenticatorGone,
            ChangeError::StepUpRequired(need) => need.into(),
            ChangeError::StepUp(error) => error.into(),
            ChangeError::LastAuthenticator => Self::LastAuthenticator,
            ChangeError::Required => Self::Required,
            ChangeError::NotOn => Self::Changed,
            ChangeError::Changed => Self::Changed,
            ChangeError::Name(name) => name.into(),
            ChangeError::Refused(refusal) => refusal.into(),
            ChangeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<StepUpError> for WidgetError {
    fn from(error: StepUpError) -> Self {
        match error {
            StepUpError::Incomplete(need) => need.into(),
            StepUpError::PasswordWrong => Self::PasswordWrong,
            StepUpError::PasswordWait { wait } => Self::PasswordWait { wait: seconds(wait) },
            StepUpError::Refused(refusal) => refusal.into(),
            StepUpError::SessionEnded => Self::SignedOut,
            StepUpError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChallengeError> for WidgetError {
    fn from(error: ChallengeError) -> Self {
        match error {
            ChallengeError::NotFound => Self::ChallengeGone,
            ChallengeError::Expired => Self::ChallengeGone,
            ChallengeError::AlreadyAnswered => Self::ChallengeGone,
            ChallengeError::EnrollmentRequired => Self::ChallengeGone,
            ChallengeError::NotPassed => Self::ChallengeGone,
            ChallengeError::Refused(refusal) => refusal.into(),
            ChallengeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<MailCodeError> for WidgetError {
    fn from(error: MailCodeError) -> Self {
        match error {
            MailCodeError::Over => Self::ChallengeGone,
            // The address was removed while its page was open.
            MailCodeError::NotSetUp => Self::Changed,
            MailCodeError::TooSoon { wait } => Self::MailWait { wait: seconds(wait) },
            MailCodeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<Refusal> for WidgetError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Malformed => Self::Malformed,
            Refusal::RecoveryCodeHere => Self::RecoveryCodeHere,
            Refusal::Wrong { attempts_left, wait } => Self::Wrong { attempts_left, wait: seconds(wait) },
            Refusal::AlreadyUsed { attempts_left, wait } => {
                Self::AlreadyUsed { attempts_left, wait: seconds(wait) }
            }
            Refusal::ClockOff { steps, attempts_left, wait } => {
                let ahead = i32::try_from(steps.saturating_mul(30)).unwrap_or(i32::MAX);
                Self::ClockOff { ahead, attempts_left, wait: seconds(wait) }
            }
            Refusal::NoCodeMailed => Self::NoCodeMailed,
            Refusal::Wait { wait } => Self::Wait { wait: seconds(wait) },
            Refusal::Stopped { wait } => Self::Stopped { wait: seconds(wait) },
        }
    }
}

impl From<StepUpNeed> for WidgetError {
    fn from(need: StepUpNeed) -> Self {
        Self::StepUpRequired { password: need.password, code: need.code }
    }
}

impl From<NameError> for WidgetError {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Empty => Self::NameEmpty,
            NameError::TooLong { limit } => {
                Self::NameTooLong { limit: u32::try_from(limit).unwrap_or(u32::MAX) }
            }
            NameError::Forbidden => Self::NameForbidden,
        }
    }
}

/// Whole seconds, rounded up: whoever waits that long has waited enough.
#[must_use]
pub fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up() {
        let error = WidgetError::from(Refusal::Wait { wait: Duration::from_millis(1001) });
        assert_eq!(error, WidgetError::Wait { wait: 2 });
    }

    #[test]
    fn a_clock_two_steps_behind_is_a_minute_behind() {
        let refusal = Refusal::ClockOff { steps: -2, attempts_left: 4, wait: Duration::ZERO };
        assert_eq!(
            WidgetError::from(refusal),
            WidgetError::ClockOff { ahead: -60, attempts_left: 4, wait: 0 }
        );
    }

    #[test]
    fn a_fault_tells_the_user_nothing() {
        assert_eq!(WidgetError::from(Fault::Broken("the sealing key 0xdeadbeef")), WidgetError::Fault);
    }
}
