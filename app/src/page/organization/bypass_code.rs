//! A bypass code: what it is for, why and for how long; then the code, once.

use super::once::{Once, once};
use super::proof::{self, Proving, ProvingError};
use super::sites::{FieldError, sentence};
use super::users::path;
use super::{Part, moment, page, signed_in};
use crate::page::form::{Input, trouble};
use crate::page::frame::{Frame, Loads, form_action};
use crate::words::organization as common;
use crate::words::organization::users as said;
use leptos::prelude::*;

/// For whom, and what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BypassAsked {
    /// The user's id.
    pub id: String,
    /// The address they sign in with.
    pub email: String,
    /// The reason, as it was typed.
    pub reason: String,
    /// The minutes, as they were typed.
    pub minutes: String,
    /// What is wrong with either.
    pub errors: BypassErrors,
}

/// What is wrong with what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BypassErrors {
    /// With the reason.
    pub reason: Option<FieldError>,
    /// The minutes are none.
    pub minutes: bool,
}

/// The page that explains it and asks for the reason, the minutes and a proof.
#[must_use]
pub fn bypass_code(frame: &Frame, asked: &BypassAsked, proving: Proving) -> String {
    let errors = &asked.errors;
    let wrong = (errors.reason.is_some() || errors.minutes).then(|| common::NOT_DONE.to_owned());
    let wrong = wrong.or_else(|| proving.error.map(ProvingError::sentence));
    let reason = errors.reason.as_ref().map(|error| sentence(error, common::FORBIDDEN));
    let minutes = errors.minutes.then(|| said::MINUTES_WRONG.to_owned());
    page(frame, Part::Users, said::BYPASS, Loads::Nothing, || {
        let field = Input::text("minutes", said::MINUTES).hint(said::MINUTES_HINT);
        view! {
            <header class="lead"><h1>{said::bypass_title(&asked.email)}</h1></header>
            {trouble(wrong)}
            <section class="card">
                <p>{said::BYPASS_EXPLAINED}</p>
                <ul class="does">{said::BYPASS_DOES.map(|line| view! { <li>{line}</li> })}</ul>
                <form class="fields" method="post" action=form_action("") novalidate>
                    {Input::text("reason", said::REASON).hint(said::REASON_HINT).typed(&asked.reason, reason).view(true)}
                    {field.typed(&asked.minutes, minutes).view(false)}
                    {proof::fields(proving, &signed_in(frame))}
                    <div class="actions">
                        <button class="button primary">{said::BYPASS_ISSUE}</button>
                        <a class="button" href=path(&asked.id)>{common::CANCEL}</a>
                    </div>
                </form>
            </section>
        }
        .into_any()
    })
}

/// A code that was issued a moment ago, for the one time that it is shown.
#[must_use]
pub fn issued_bypass_code(frame: &Frame, asked: &BypassAsked, code: &str, until: i64) -> String {
    page(frame, Part::Users, said::BYPASS, Loads::Copy, || {
        let warning = view! { {said::BYPASS_ISSUED} {moment(until)} "." }.into_any();
        let (secret, back) = (code.to_owned(), path(&asked.id));
        let shown = once(Once { warning, label: said::BYPASS, secret, hint: None, back, other: None });
        view! {
            <header class="lead"><h1>{said::BYPASS}</h1><p>{asked.email.clone()}</p></header>
            {shown}
        }
        .into_any()
    })
}
