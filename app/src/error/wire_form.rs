//! How an error crosses between server and browser: a stable code, and the numbers that some of them have.

use super::WidgetError;
use crate::wire::{FromJs, wire};
use wasm_bindgen::JsValue;

wire! {
    /// One form for all errors; a number that an error does not have is zero.
    #[derive(Clone, Debug, Default)]
    pub struct Refused {
        /// Which error.
        pub code: String,
        /// Seconds to wait.
        pub wait: u32,
        /// Tries left.
        pub attempts_left: u32,
        /// Seconds by which the clock is ahead.
        pub ahead: i32,
        /// Characters allowed.
        pub limit: u32,
        /// The password is asked for.
        pub ask_password: bool,
        /// A code is asked for.
        pub ask_code: bool,
        /// Who is signed in.
        pub who: String,
    }
}

macro_rules! codes {
    (
        plain { $($plain:ident = $plain_code:literal,)* }
        numbered { $($numbered:ident { $($field:ident: $wire:ident),* } = $numbered_code:literal,)* }
    ) => {
        impl From<WidgetError> for Refused {
            fn from(error: WidgetError) -> Self {
                match error {
                    $(WidgetError::$plain => Self { code: $plain_code.to_owned(), ..Self::default() },)*
                    $(WidgetError::$numbered { $($field),* } => {
                        Self { code: $numbered_code.to_owned(), $($wire: $field,)* ..Self::default() }
                    })*
                }
            }
        }

        impl From<Refused> for WidgetError {
            fn from(refused: Refused) -> Self {
                match refused.code.as_str() {
                    $($plain_code => Self::$plain,)*
                    $($numbered_code => Self::$numbered { $($field: refused.$wire),* },)*
                    // An older page and a newer server.
                    _ => Self::Fault,
                }
            }
        }

        #[cfg(test)]
        const ALL: &[WidgetError] = &[
            $(WidgetError::$plain,)*
            $(WidgetError::$numbered { $($field: sample::$wire),* },)*
        ];
    };
}

codes! {
    plain {
        SignedOut = "signed_out",
        EnrollmentGone = "enrollment_gone",
        AuthenticatorGone = "authenticator_gone",
        ChallengeGone = "challenge_gone",
        NotAllowed = "not_allowed",
        TooMany = "too_many",
        Changed = "changed",
        LastAuthenticator = "last_authenticator",
        Required = "required",
        NameEmpty = "name_empty",
        NameForbidden = "name_forbidden",
        Malformed = "malformed",
        RecoveryCodeHere = "recovery_code_here",
        NoCodeMailed = "no_code_mailed",
        NoAddress = "no_address",
        PasswordWrong = "password_wrong",
        SomebodyElse = "somebody_else",
        Unreachable = "unreachable",
        Fault = "fault",
    }
    numbered {
        StepUpRequired { password: ask_password, code: ask_code } = "step_up_required",
        NameTooLong { limit: limit } = "name_too_long",
        Wrong { attempts_left: attempts_left, wait: wait } = "wrong",
        AlreadyUsed { attempts_left: attempts_left, wait: wait } = "already_used",
        ClockOff { ahead: ahead, attempts_left: attempts_left, wait: wait } = "clock_off",
        Wait { wait: wait } = "wait",
        MailWait { wait: wait } = "mail_wait",
        Stopped { wait: wait } = "stopped",
        PasswordWait { wait: wait } = "password_wait",
    }
}

impl FromJs for WidgetError {
    fn from_js(value: &JsValue) -> Option<Self> {
        Refused::from_js(value).map(Self::from)
    }
}

#[cfg(test)]
#[expect(non_upper_case_globals, reason = "named as the fields are")]
mod sample {
    pub(super) const wait: u32 = 7;
    pub(super) const attempts_left: u32 = 4;
    pub(super) const ahead: i32 = -60;
    pub(super) const limit: u32 = 64;
    pub(super) const ask_password: bool = true;
    pub(super) const ask_code: bool = true;
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::serde_json;

    #[test]
    fn every_error_arrives_as_it_left() {
        for error in ALL {
            let json = serde_json::to_string(error).unwrap();
            assert_eq!(serde_json::from_str::<WidgetError>(&json).unwrap(), *error, "{json}");
        }
    }

    #[test]
    fn an_unknown_code_is_a_fault() {
        let refused = Refused { code: "of tomorrow".into(), ..Refused::default() };
        assert_eq!(WidgetError::from(refused), WidgetError::Fault);
    }
}
