//! What a dangerous change asks its administrator for, in the form of the change itself.

use crate::page::form::{Input, waits};
use crate::page::mailed_code;
use crate::words as all_words;
use crate::words::organization as said;
use leptos::prelude::*;

/// What is asked for now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proving {
    /// The password.
    pub password: bool,
    /// A code of the app, or a recovery code.
    pub code: bool,
    /// The code can be one that is mailed.
    pub by_mail: bool,
    /// Why what was given was refused.
    pub error: Option<ProvingError>,
}

/// Why a proof was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvingError {
    /// None was given: the last one is too long ago.
    Asked,
    /// The password is not right.
    PasswordWrong,
    /// The code is not right.
    CodeWrong,
    /// Too many wrong ones.
    Wait {
        /// Seconds until the next one is judged.
        seconds: u32,
    },
}

impl ProvingError {
    /// What stands above the form.
    pub(super) fn sentence(self) -> String {
        match self {
            Self::Asked => said::PROVE_ASKED.to_owned(),
            Self::PasswordWrong => said::PASSWORD_WRONG.to_owned(),
            Self::CodeWrong => said::CODE_WRONG.to_owned(),
            Self::Wait { seconds } => all_words::pages::wait(seconds),
        }
    }
}

/// The fields, at the end of the form. `email` is for a password manager.
pub(super) fn fields(proving: Proving, email: &str) -> Option<AnyView> {
    let (password_wrong, code_wrong) = (
        matches!(proving.error, Some(ProvingError::PasswordWrong | ProvingError::Wait { .. })),
        proving.error == Some(ProvingError::CodeWrong),
    );
    let (wait, words) = waits(match proving.error {
        Some(ProvingError::Wait { seconds }) => Some(seconds),
        Some(_) | None => None,
    });
    let password = || {
        let input =
            Input::password("password", all_words::PASSWORD, "current-password").wrong(password_wrong);
        input.view(false)
    };
    let code = || Input::code("code", all_words::ANY_CODE).wrong(code_wrong).view(false);
    (proving.password || proving.code).then(|| {
        view! {
            <div class="prove" data-wait=wait data-said=words>
                <input type="text" autocomplete="username" value=email.to_owned() readonly hidden />
                <h2>{said::PROVE}</h2>
                {proving.password.then(password)}
                {proving.code.then(code)}
                {mailed_code::link(proving.by_mail)}
            </div>
        }
        .into_any()
    })
}
