//! What is required of one user: what their page says of it, and the form that changes it.

use super::proof::{self, Proving};
use super::requirement::{DayError, Demanded, day, demanded};
use super::sites::{FieldError, sentence};
use super::users::path;
use super::{Part, moment, page, signed_in};
use crate::page::form::{Input, choice, trouble};
use crate::page::frame::{Frame, Loads, form_action};
use crate::words::organization as common;
use crate::words::organization::requirement as said;
use crate::words::organization::users;
use leptos::prelude::*;

/// What is required of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRequirement {
    /// Of them by name.
    pub of_user: Demanded,
    /// Of their role.
    pub of_role: Demanded,
    /// Until when they are exempt, and why.
    pub exempt: Option<(i64, String)>,
}

/// What was chosen and typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRequirementAsked {
    /// Their id.
    pub id: String,
    /// Their address.
    pub email: String,
    /// They are exempt.
    pub exempt: bool,
    /// `now`, `date`, `none`, `exempt` or `end`.
    pub what: String,
    /// The day.
    pub day: String,
    /// What is wrong with it.
    pub day_error: Option<DayError>,
    /// The reason.
    pub reason: String,
    /// What is wrong with it.
    pub reason_error: Option<FieldError>,
}

const WHAT: [(&str, &str); 5] = [
    ("now", said::OF_NOW),
    ("date", said::OF_DATE),
    ("none", said::OF_NONE),
    ("exempt", said::OF_EXEMPT),
    ("end", said::OF_END),
];

/// The card on the page of a user.
pub(super) fn card(id: &str, of: &UserRequirement) -> AnyView {
    let exempt = of.exempt.as_ref().map(|(until, reason)| {
        view! {
            <dt>{said::EXEMPTION}</dt>
            <dd>{said::EXEMPT_UNTIL}{moment(*until)}</dd>
            <dd>{users::REASON_GIVEN}{reason.clone()}</dd>
        }
    });
    view! {
        <section class="card" aria-labelledby="requirement">
            <h2 id="requirement">{said::REQUIREMENT}</h2>
            <dl class="facts">
                <dt>{said::BY_NAME}</dt>
                {demanded(of.of_user)}
                <dt>{said::BY_ROLE}</dt>
                {demanded(of.of_role)}
                {exempt}
            </dl>
            <div class="actions">
                <a class="button" href=[&path(id), "/requirement"].concat()>{said::CHANGE_OF}</a>
            </div>
        </section>
    }
    .into_any()
}

/// The page that changes it.
#[must_use]
pub fn user_requirement(frame: &Frame, asked: &UserRequirementAsked, proving: Proving) -> String {
    let refused = asked.day_error.is_some() || asked.reason_error.is_some();
    let wrong = refused.then(|| common::NOT_SAVED.to_owned());
    let wrong = wrong.or_else(|| proving.error.map(super::ProvingError::sentence));
    let what = if asked.exempt { &WHAT[..] } else { &WHAT[..4] };
    let error = asked.reason_error.as_ref().map(|error| sentence(error, common::FORBIDDEN));
    let reason = Input { required: false, ..Input::text("reason", said::REASON) };
    let reason = reason.hint(users::REASON_HINT).typed(&asked.reason, error);
    let first = asked.reason_error.is_some() && asked.day_error.is_none();
    page(frame, Part::Users, said::CHANGE_OF, Loads::Nothing, || {
        view! {
            <header class="lead"><h1>{said::title_of(&asked.email)}</h1></header>
            {trouble(wrong)}
            <section class="card">
                <form class="fields" method="post" action=form_action("") novalidate>
                    {choice("what", said::WHAT, said::WHAT_HINT, what, &asked.what)}
                    {day(&asked.day, asked.day_error, said::OF_DAY_HINT)}
                    {reason.view(first)}
                    {proof::fields(proving, &signed_in(frame))}
                    <div class="actions">
                        <button class="button primary">{said::SAVE}</button>
                        <a class="button" href=path(&asked.id)>{common::CANCEL}</a>
                    </div>
                </form>
            </section>
        }
        .into_any()
    })
}
