//! What can be refused, and what can fail.
//!
//! A *refusal* is the user's turn: each of these enums is closed, and both edges (`/v1` and the screens) match them
//! without a wildcard, so that a new refusal does not compile until both can say it. A [`Fault`] is the operator's
//! turn: it is logged once, at the edge, and the user is asked to try again. A fault is never a pass.

use crate::name::{NameError, User};
use crate::ports::StoreError;
use crate::seal::SealError;
use crate::step_up::StepUpNeed;
use std::time::Duration;

/// Something on the operator's side does not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Storage did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sealed value did not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A library refused what was checked before.
    #[error("{0}")]
    Broken(&'static str),
    /// Too many wait for a turn, to be hashed for say: nothing was judged or counted, and soon is time enough.
    #[error("too much is asked for at once")]
    Busy,
    /// The clock is not trusted right now: no code is judged, and none is counted.
    #[error("no code is judged while the clock is not trusted")]
    ClockOff,
    /// What is stored of a user cannot be: they are let into nothing until an operator has looked.
    #[error("user {} of site {} is not let in: {what}", user.id.as_str(), user.site)]
    Contradiction {
        /// Whose rows they are.
        user: User,
        /// What they say, and the way out.
        what: &'static str,
    },
}

/// Why an answer was refused. `attempts_left` is never zero while another answer will be judged at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither a code of an app nor a recovery code. It was not judged and not counted.
    #[error("not the form of a code")]
    Malformed,
    /// A recovery code where only a code of the app will do. It was not judged and not counted.
    #[error("a recovery code where a code of the app is asked for")]
    RecoveryCodeHere,
    /// Wrong.
    #[error("wrong code")]
    Wrong {
        /// Tries before waiting begins.
        attempts_left: u32,
        /// Until the next answer is judged; zero if at once.
        wait: Duration,
    },
    /// Right once, and accepted once.
    #[error("code already used")]
    AlreadyUsed {
        /// Tries before waiting begins.
        attempts_left: u32,
        /// Until the app shows a code that was not used yet; zero for a recovery code.
        wait: Duration,
    },
    /// The code of another time.
    #[error("code of another time")]
    ClockOff {
        /// By how many steps of 30 s the phone lies ahead (behind, if negative).
        steps: i64,
        /// Tries before waiting begins.
        attempts_left: u32,
        /// Until the next answer is judged; zero if at once.
        wait: Duration,
    },
    /// A code by mail where none that was mailed is good any more, or none was asked for. It was not judged and not counted.
    #[error("no mailed code is good")]
    NoCodeMailed,
    /// Too soon after a wrong answer: it was not judged and not counted.
    #[error("too soon")]
    Wait {
        /// Until the next answer is judged.
        wait: Duration,
    },
    /// The rolling limit of this kind of factor is reached: nothing is judged.
    #[error("too many wrong codes")]
    Stopped {
        /// Until it ends by itself.
        wait: Duration,
    },
}

/// Why an enrollment did not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrollmentError {
    /// Unknown, another user's, expired, given up, or begun in another session.
    #[error("no such enrollment")]
    NotFound,
    /// The user's factors must be proved again first.
    #[error("a step-up is required")]
    StepUpRequired(StepUpNeed),
    /// The site does not allow this kind of factor to be set up.
    #[error("this kind of factor is not allowed")]
    NotAllowed,
    /// Too many are pending, or the user has as many authenticators as allowed.
    #[error("too many")]
    TooMany,
    /// An address is to be said, and this is none.
    #[error("the address {0}")]
    Address(NameError),
    /// No code is mailed yet.
    #[error("too soon for another code")]
    TooSoon {
        /// Until one is.
        wait: Duration,
    },
    /// A first enrollment, but two-factor authentication is on already (or a further one, and it is off).
    #[error("two-factor authentication was switched meanwhile")]
    Changed,
    /// The authenticator's name was not accepted.
    #[error("the name {0}")]
    Name(NameError),
    /// The code was refused.
    #[error(transparent)]
    Refused(Refusal),
    /// The operator's turn.
    #[error(transparent)]
    Fault(Fault),
}

/// Why a challenge did not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// Unknown, or another site's.
    #[error("no such challenge")]
    NotFound,
    /// Its time is over, or a change of the user's factors ended it.
    #[error("the challenge has expired")]
    Expired,
    /// It was passed or redeemed before.
    #[error("the challenge was answered before")]
    AlreadyAnswered,
    /// It is not passed by an answer, but by setting a first authenticator up.
    #[error("an authenticator must be set up first")]
    EnrollmentRequired,
    /// It was not passed (yet), so there is nothing to redeem.
    #[error("the challenge was not passed")]
    NotPassed,
    /// The answer was refused.
    #[error(transparent)]
    Refused(Refusal),
    /// The operator's turn.
    #[error(transparent)]
    Fault(Fault),
}

/// Why no code was mailed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailCodeError {
    /// The ceremony is unknown or over.
    #[error("nothing asks for a code")]
    Over,
    /// The user has no address that was set up, or no mail is sent here.
    #[error("codes by mail are not set up")]
    NotSetUp,
    /// One was mailed a moment ago, or five in the last hour.
    #[error("too soon for another code")]
    TooSoon {
        /// Until the next one may be asked for.
        wait: Duration,
    },
    /// The operator's turn.
    #[error(transparent)]
    Fault(Fault),
}

/// Why a step-up was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepUpError {
    /// Something that must be given is missing.
    #[error("incomplete")]
    Incomplete(StepUpNeed),
    /// The password is wrong. The code was not judged.
    #[error("wrong password")]
    PasswordWrong,
    /// Too many wrong passwords: nothing was judged.
    #[error("too many wrong passwords")]
    PasswordWait {
        /// Until the next one is judged.
        wait: Duration,
    },
    /// The code was refused.
    #[error(transparent)]
    Refused(Refusal),
    /// The session ended meanwhile.
    #[error("the session has ended")]
    SessionEnded,
    /// The operator's turn.
    #[error(transparent)]
    Fault(Fault),
}

/// Why a change of factors was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// No such authenticator, or no longer.
    #[error("no such authenticator")]
    NotFound,
    /// The user's factors must be proved again first.
    #[error("a step-up is required")]
    StepUpRequired(StepUpNeed),
    /// The proof that the change itself asks for was refused.
    #[error(transparent)]
    StepUp(StepUpError),
    /// The only authenticator can be replaced, or two-factor authentication switched off; not removed.
    #[error("the only authenticator")]
    LastAuthenticator,
    /// Two-factor authentication is required of the user, who cannot go without.
    #[error("two-factor authentication is required")]
    Required,
    /// Two-factor authentication is off.
    #[error("two-factor authentication is off")]
    NotOn,
    /// Something else changed meanwhile; nothing was done.
    #[error("changed meanwhile")]
    Changed,
    /// The new name was not accepted.
    #[error("the name {0}")]
    Name(NameError),
    /// The code was refused.
    #[error(transparent)]
    Refused(Refusal),
    /// The operator's turn.
    #[error(transparent)]
    Fault(Fault),
}

/// Why a site's administrator did not get what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdminError {
    /// The site has no such user, or the user no such authenticator.
    #[error("no such user or authenticator")]
    NotFound,
    /// Two-factor authentication is off.
    #[error("two-factor authentication is off")]
    NotOn,
    /// The user's factors were being changed all the while; nothing was done.
    #[error("changed meanwhile")]
    Changed,
    /// The operator's turn.
    #[error(transparent)]
    Fault(Fault),
}

/// Why what is required of a user, or of a role, was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequirementError {
    /// The site has no such user.
    #[error("no such user")]
    NotFound,
    /// The new deadline has passed.
    #[error("the deadline lies in the past")]
    DeadlinePast,
    /// The end of the exemption has passed.
    #[error("the exemption would have ended")]
    ExemptionPast,
    /// Somebody else was changing it all the while; nothing was done.
    #[error("changed meanwhile")]
    Changed,
    /// The operator's turn.
    #[error(transparent)]
    Fault(Fault),
}

/// Why a request under an idempotency key is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepeatError {
    /// The first one is being answered.
    #[error("a request under this key is being answered")]
    InFlight,
    /// Another request was sent under this key.
    #[error("another request was sent under this key")]
    OtherRequest,
    /// It was answered, and the answer is not kept any more: what it held is good for nothing by now.
    #[error("the answer under this key is not kept any more")]
    Spent,
    /// The operator's turn.
    #[error(transparent)]
    Fault(Fault),
}

macro_rules! faults {
    ($($error:ident),*) => {$(
        impl From<Fault> for $error {
            fn from(fault: Fault) -> Self {
                Self::Fault(fault)
            }
        }
        impl From<StoreError> for $error {
            fn from(error: StoreError) -> Self {
                Self::Fault(error.into())
            }
        }
        impl From<SealError> for $error {
            fn from(error: SealError) -> Self {
                Self::Fault(error.into())
            }
        }
    )*};
}

faults!(
    EnrollmentError,
    ChallengeError,
    StepUpError,
    ChangeError,
    AdminError,
    MailCodeError,
    RepeatError,
    RequirementError,
    AnswerError
);

impl From<AnswerError> for ChallengeError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Refused(refusal) => Self::Refused(refusal),
            AnswerError::Ended => Self::AlreadyAnswered,
            AnswerError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Why an answer did not count as a proof; each ceremony has its own words for this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AnswerError {
    /// The user's turn.
    Refused(Refusal),
    /// The ceremony, or what it was about, ended meanwhile.
    Ended,
    /// The operator's turn.
    Fault(Fault),
}

impl From<NameError> for EnrollmentError {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

impl From<NameError> for ChangeError {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}
