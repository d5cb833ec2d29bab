//! What can go wrong, as the screens know it. [`crate::words::trouble`] says it.

#[cfg(feature = "ssr")]
mod from_domain;
mod wire_form;

#[cfg(feature = "ssr")]
pub use from_domain::seconds;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
pub(crate) use wire_form::Refused;

/// Why a server function did not do what it was asked. Closed: a new refusal does not compile until the screens can
/// say it. Waits are whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Refused", from = "Refused")]
pub enum WidgetError {
    /// There is no session (any more).
    SignedOut,
    /// The factors must be proved again first.
    StepUpRequired {
        /// The password is asked for.
        password: bool,
        /// A code is asked for.
        code: bool,
    },
    /// The enrollment has expired or was given up.
    EnrollmentGone,
    /// The authenticator was removed meanwhile.
    AuthenticatorGone,
    /// The challenge has expired, or was answered before.
    ChallengeGone,
    /// The site does not allow it.
    NotAllowed,
    /// Too many enrollments are open, or there are as many authenticators as allowed.
    TooMany,
    /// Something changed meanwhile; nothing was done.
    Changed,
    /// The only authenticator cannot be removed.
    LastAuthenticator,
    /// Two-factor authentication is required, and stays on.
    Required,
    /// The name is empty.
    NameEmpty,
    /// The name is too long.
    NameTooLong {
        /// Characters allowed.
        limit: u32,
    },
    /// The name has a character that is not allowed.
    NameForbidden,
    /// Not the form of a code.
    Malformed,
    /// A recovery code where only a code of the app will do.
    RecoveryCodeHere,
    /// No code that was mailed is good any more.
    NoCodeMailed,
    /// No address to mail a code to.
    NoAddress,
    /// No code is mailed yet.
    MailWait {
        /// Until one is.
        wait: u32,
    },
    /// Wrong.
    Wrong {
        /// Tries before waiting begins.
        attempts_left: u32,
        /// Until the next answer is judged.
        wait: u32,
    },
    /// Right once, and accepted once.
    AlreadyUsed {
        /// Tries before waiting begins.
        attempts_left: u32,
        /// Until the app shows another code; zero for a recovery code.
        wait: u32,
    },
    /// The code of another time.
    ClockOff {
        /// Seconds by which the phone is ahead; behind, if negative.
        ahead: i32,
        /// Tries before waiting begins.
        attempts_left: u32,
        /// Until the next answer is judged.
        wait: u32,
    },
    /// Too soon: nothing was judged.
    Wait {
        /// Until the next answer is judged.
        wait: u32,
    },
    /// Too many wrong codes for weeks: nothing is judged.
    Stopped {
        /// Until it ends by itself.
        wait: u32,
    },
    /// The password is wrong.
    PasswordWrong,
    /// Too many wrong passwords: nothing was judged.
    PasswordWait {
        /// Until the next one is judged.
        wait: u32,
    },
    /// The page shows somebody else than is signed in by now. Who that is, [`crate::browser::signed_in_as`] knows.
    SomebodyElse,
    /// The server could not be reached, or its answer not be read.
    Unreachable,
    /// The operator's turn.
    Fault,
}

impl WidgetError {
    /// Seconds before another try is judged. A code that was used already stands in nobody's way: another authenticator may
    /// show a good one at once.
    #[must_use]
    pub fn wait(self) -> u32 {
        match self {
            Self::Wrong { wait, .. }
            | Self::ClockOff { wait, .. }
            | Self::Wait { wait }
            | Self::Stopped { wait }
            | Self::PasswordWait { wait } => wait,
            Self::AlreadyUsed { .. }
            | Self::SignedOut
            | Self::StepUpRequired { .. }
            | Self::EnrollmentGone
            | Self::AuthenticatorGone
            | Self::ChallengeGone
            | Self::NotAllowed
            | Self::TooMany
            | Self::Changed
            | Self::LastAuthenticator
            | Self::Required
            | Self::NameEmpty
            | Self::NameTooLong { .. }
            | Self::NameForbidden
            | Self::Malformed
            | Self::RecoveryCodeHere
            | Self::NoCodeMailed
            | Self::NoAddress
            | Self::MailWait { .. }
            | Self::PasswordWrong
            | Self::SomebodyElse
            | Self::Unreachable
            | Self::Fault => 0,
        }
    }

    /// The same, so many seconds before another try is judged.
    #[must_use]
    pub(crate) fn waiting(mut self, left: u32) -> Self {
        if let Self::Wrong { wait, .. }
        | Self::ClockOff { wait, .. }
        | Self::Wait { wait }
        | Self::Stopped { wait }
        | Self::PasswordWait { wait } = &mut self
        {
            *wait = left;
        }
        self
    }

    /// Whether it is about the password rather than the code.
    pub(crate) fn is_of_password(self) -> bool {
        matches!(self, Self::PasswordWrong | Self::PasswordWait { .. })
    }

    /// Whether there is nobody any more for whom anything could be done.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::SignedOut | Self::ChallengeGone)
    }

    /// Whether the page shows what is no longer so.
    pub(crate) fn is_stale(self) -> bool {
        matches!(self, Self::EnrollmentGone | Self::AuthenticatorGone | Self::Changed)
    }
}

/// [`WidgetError::SomebodyElse`] as its page reads it.
#[cfg(feature = "ssr")]
#[must_use]
pub fn somebody_else(who: String) -> String {
    let refused = Refused { who, ..Refused::from(WidgetError::SomebodyElse) };
    leptos::serde_json::to_string(&refused).unwrap_or_default()
}

/// The same, in words.
#[cfg(feature = "ssr")]
#[must_use]
pub fn signed_in_as(who: &str) -> String {
    crate::words::trouble::signed_in_as(who)
}

impl FromServerFnError for WidgetError {
    type Encoder = JsonEncoding;

    // Neither a missing argument nor a network's failure is echoed.
    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Unreachable
    }
}
