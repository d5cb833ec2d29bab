//! `/sign-in`: the first factor.

use super::form::{Input, trouble, waits};
use super::frame::{Frame, Loads, Sheet, document};
use crate::words::{pages as said, password};
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
    /// Whoever has forgotten the password is mailed a link.
    pub by_mail: bool,
}

/// Why a sign-in was refused. One refusal for all accounts, known or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The e-mail address or the password was not typed.
    Empty,
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
        loads: Loads::Nothing,
        content: content(shown),
    })
}

fn content(shown: &SignIn) -> AnyView {
    let error = shown.error.map(|error| match error {
        SignInError::Empty => said::SIGN_IN_EMPTY.to_owned(),
        SignInError::Wrong => said::SIGN_IN_WRONG.to_owned(),
        SignInError::Wait { seconds } => said::sign_in_wait(seconds),
        SignInError::Expired => said::SIGN_IN_EXPIRED.to_owned(),
        SignInError::Changed => said::SIGN_IN_CHANGED.to_owned(),
    });
    let notice = shown.notice.map(|notice| match notice {
        SignInNotice::SignedOut => said::SIGNED_OUT,
    });
    let wrong = matches!(shown.error, Some(SignInError::Wrong | SignInError::Empty));
    let (wait, words) = waits(match shown.error {
        Some(SignInError::Wait { seconds }) => Some(seconds),
        Some(_) | None => None,
    });
    let known = !shown.email.is_empty();
    let next = (!shown.next.is_empty())
        .then(|| view! { <input type="hidden" name="next" value=shown.next.clone() /> });
    view! {
        <section class="card">
            <h1>{said::SIGN_IN}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {trouble(error)}
            <p class="trouble" id="no-cookies" role="alert" hidden>{password::NO_COOKIES}</p>
            <form method="post" action="/sign-in" novalidate data-wait=wait data-said=words>
                {next}
                {Input::email(&shown.email).wrong(wrong).view(!known)}
                {Input::password("password", crate::words::PASSWORD, "current-password").wrong(wrong).view(known)}
                <div class="actions stacked"><button class="button primary">{said::SIGN_IN}</button></div>
            </form>
            {forgotten(shown.by_mail)}
        </section>
    }
    .into_any()
}

/// The way out for whoever has forgotten the password.
fn forgotten(by_mail: bool) -> AnyView {
    if by_mail {
        return view! { <p><a href="/forgotten-password">{password::FORGOTTEN}</a></p> }.into_any();
    }
    view! { <p class="hint">{password::FORGOTTEN_NO_MAIL}</p> }.into_any()
}
