//! `/sign-in`: the first factor.

use super::form::{Input, trouble};
use super::frame::{Frame, Loads, Sheet, document};
use crate::words::pages as said;
use leptos::prelude::*;

/// What the sign-in page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    /// The e-mail address that was typed.
    pub email: String,
    /// Where to go afterwards; the server checks it.
    pub next: String,
    /// Why it was refused.
    pub error: Option<SignInError>,
    /// What happened before.
    pub notice: Option<SignInNotice>,
}

/// Why a sign-in was refused. One refusal for all accounts, known or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The e-mail address or the password is not right.
    Wrong,
    /// Too many tries.
    Wait {
        /// Seconds until the next one is judged.
        seconds: u32,
    },
    /// The challenge has expired.
    Expired,
    /// What it was begun under has changed: the password, or what the account is protected by.
    Changed,
}

/// What happened before this sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInNotice {
    /// Signed out.
    SignedOut,
}

/// The sign-in form.
#[must_use]
pub fn sign_in(frame: &Frame, shown: &SignIn) -> String {
    document(frame, || Sheet {
        title: said::SIGN_IN,
        tab: None,
        loads: if shown.error.is_some() { Loads::Welcome } else { Loads::Nothing },
        content: content(shown),
    })
}

fn content(shown: &SignIn) -> AnyView {
    let error = shown.error.map(|error| match error {
        SignInError::Wrong => said::SIGN_IN_WRONG.to_owned(),
        SignInError::Wait { seconds } => said::sign_in_wait(seconds),
        SignInError::Expired => said::SIGN_IN_EXPIRED.to_owned(),
        SignInError::Changed => said::SIGN_IN_CHANGED.to_owned(),
    });
    let notice = shown.notice.map(|notice| match notice {
        SignInNotice::SignedOut => said::SIGNED_OUT,
    });
    let wrong = shown.error == Some(SignInError::Wrong);
    let known = !shown.email.is_empty();
    let next = (!shown.next.is_empty())
        .then(|| view! { <input type="hidden" name="next" value=shown.next.clone() /> });
    view! {
        <section class="card">
            <h1>{said::SIGN_IN}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {trouble(error)}
            <form method="post" action="/sign-in">
                {next}
                {Input::email(&shown.email).wrong(wrong).view(!known)}
                {Input::password("password", crate::words::PASSWORD, "current-password").wrong(wrong).view(known)}
                <div class="actions stacked"><button class="button primary">{said::SIGN_IN}</button></div>
            </form>
        </section>
    }
    .into_any()
}
