//! `/account/password`.

use super::form::{Input, trouble, waits};
use super::frame::{Frame, Loads, Sheet, Tab, document, form_action};
use super::mailed_code;
use crate::words::pages as said;
use leptos::prelude::*;

/// What the password page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Password {
    /// Two-factor authentication is on and was not proved in the last minutes.
    pub asks_for_code: bool,
    /// The code can be one that is mailed.
    pub by_mail: bool,
    /// Why it was refused.
    pub error: Option<PasswordError>,
    /// It was changed a moment ago.
    pub changed: bool,
}

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// The current one is not right.
    CurrentWrong,
    /// The code is not right.
    CodeWrong,
    /// Too many wrong current ones.
    Wait {
        /// Seconds until the next one is judged.
        seconds: u32,
    },
    /// The new one is too short.
    TooShort,
    /// The new one is too long.
    TooLong,
    /// The new one is among the most common.
    Common,
}

impl PasswordError {
    pub(super) fn sentence(self) -> String {
        match self {
            Self::CurrentWrong => said::CURRENT_WRONG.to_owned(),
            Self::CodeWrong => said::CODE_WRONG.to_owned(),
            Self::Wait { seconds } => said::wait(seconds),
            Self::TooShort => said::TOO_SHORT.to_owned(),
            Self::TooLong => said::TOO_LONG.to_owned(),
            Self::Common => said::TOO_COMMON.to_owned(),
        }
    }
}

/// The form that changes the password.
#[must_use]
pub fn password(frame: &Frame, shown: Password) -> String {
    document(frame, || Sheet {
        title: said::PASSWORD_TITLE,
        tab: Some(Tab::Password),
        loads: Loads::Nothing,
        content: content(frame, shown),
    })
}

fn content(frame: &Frame, shown: Password) -> AnyView {
    let current_wrong = matches!(shown.error, Some(PasswordError::CurrentWrong | PasswordError::Wait { .. }));
    let code_wrong = shown.error == Some(PasswordError::CodeWrong);
    let new_wrong = shown.error.is_some() && !current_wrong && !code_wrong;
    let (wait, words) = waits(match shown.error {
        Some(PasswordError::Wait { seconds }) => Some(seconds),
        Some(_) | None => None,
    });
    let email = frame.account.as_ref().map(|account| account.email.clone()).unwrap_or_default();
    let current = Input::password("current", said::CURRENT, "current-password").wrong(current_wrong);
    let new = Input::password("new", said::NEW, "new-password").hint(said::PASSWORD_HINT).wrong(new_wrong);
    view! {
        <header class="lead">
            <h1>{said::PASSWORD_TITLE}</h1>
            <p>{said::PASSWORD_LEAD}</p>
        </header>
        {shown.changed.then(|| view! { <p class="notice" role="status">{said::PASSWORD_CHANGED}</p> })}
        {trouble(shown.error.map(PasswordError::sentence))}
        <section class="card">
            <form class="fields" method="post" action=form_action("/account/password") novalidate data-wait=wait data-said=words>
                <input type="text" autocomplete="username" value=email readonly hidden />
                {current.view(false)}
                {shown.asks_for_code.then(|| Input::code("code", crate::words::ANY_CODE).wrong(code_wrong).view(false))}
                {mailed_code::link(shown.by_mail)}
                {new.view(false)}
                <div class="actions"><button class="button primary">{said::PASSWORD_TITLE}</button></div>
            </form>
        </section>
    }
    .into_any()
}
