//! `/organization/requirement`: what is required of roles. It is looked at first, and then saved.

use super::proof::{self, Proving};
use super::{Part, moment, page, signed_in};
use crate::page::form::{Input, choice, trouble};
use crate::page::frame::{Frame, Loads, form_action};
use crate::words::organization as common;
use crate::words::organization::requirement as said;
use crate::words::organization::users;
use leptos::prelude::*;

/// From when on two-factor authentication is required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demanded {
    /// It is not.
    #[default]
    Not,
    /// It has been for a while.
    Since(i64),
    /// It will be.
    From(i64),
}

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirement {
    /// Of administrators.
    pub admins: Demanded,
    /// Of members.
    pub members: Demanded,
    /// What the form holds.
    pub asked: RequirementAsked,
    /// What would happen.
    pub preview: Option<Preview>,
    /// It was saved a moment ago.
    pub saved: bool,
}

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequirementAsked {
    /// `everybody`, `admins` or `members`.
    pub who: String,
    /// `off`, `now` or `date`.
    pub when: String,
    /// The day.
    pub day: String,
    /// What is wrong with the day.
    pub error: Option<DayError>,
}

/// What is wrong with a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayError {
    /// There is none.
    Missing,
    /// It is not ahead.
    Past,
    /// An exemption would end on it, and it is not ahead.
    ExemptionPast,
}

impl DayError {
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Missing => said::DAY_MISSING,
            Self::Past => said::DAY_PAST,
            Self::ExemptionPast => said::EXEMPTION_PAST,
        }
    }
}

/// What would happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Those who are neither protected nor exempt.
    pub asked: u64,
    /// All of them.
    pub people: u64,
    /// The day in words, if it is ahead.
    pub day: Option<String>,
    /// Nothing would be required any more.
    pub off: bool,
    /// It is in force already.
    pub same: bool,
    /// What saving asks for.
    pub proving: Proving,
}

const WHO: [(&str, &str); 3] =
    [("everybody", said::EVERYBODY), ("admins", said::ADMINS), ("members", said::MEMBERS)];
const WHEN: [(&str, &str); 3] = [("now", said::NOW), ("date", said::DATE), ("off", said::OFF)];

/// The page.
#[must_use]
pub fn requirement(frame: &Frame, of: &Requirement) -> String {
    let error = of.preview.as_ref().and_then(|preview| preview.proving.error);
    let wrong = of.asked.error.map(|_| common::NOT_SAVED.to_owned());
    let wrong = wrong.or_else(|| error.map(super::ProvingError::sentence));
    let email = signed_in(frame);
    page(frame, Part::Users, said::TITLE, Loads::Nothing, || {
        view! {
            <header class="lead">
                <h1>{said::TITLE}</h1>
                <p>{said::LEAD}</p>
            </header>
            {of.saved.then(|| view! { <p class="notice" role="status">{said::SAVED}</p> })}
            {trouble(wrong)}
            {in_force(of)}
            {choosing(&of.asked)}
            {of.preview.as_ref().map(|preview| saving(preview, &of.asked, &email))}
            <p><a href="/organization/users">{users::ALL_USERS}</a></p>
        }
        .into_any()
    })
}

fn in_force(of: &Requirement) -> AnyView {
    view! {
        <section class="card" aria-labelledby="in-force">
            <h2 id="in-force">{said::IN_FORCE}</h2>
            <dl class="facts">
                <dt>{said::ADMINS}</dt>
                {demanded(of.admins)}
                <dt>{said::MEMBERS}</dt>
                {demanded(of.members)}
            </dl>
        </section>
    }
    .into_any()
}

pub(super) fn demanded(of: Demanded) -> AnyView {
    match of {
        Demanded::Not => view! { <dd>{said::NOT_REQUIRED}</dd> }.into_any(),
        Demanded::Since(at) => view! { <dd>{said::SINCE}{moment(at)}</dd> }.into_any(),
        Demanded::From(at) => view! { <dd>{said::FROM}{moment(at)}</dd> }.into_any(),
    }
}

/// Looking changes nothing: a form that is got.
fn choosing(asked: &RequirementAsked) -> AnyView {
    view! {
        <section class="card" aria-labelledby="change">
            <h2 id="change">{said::CHANGE}</h2>
            <form class="fields" method="get" action="/organization/requirement" novalidate>
                {choice("who", said::WHO, said::WHO_HINT, &WHO, &asked.who)}
                {choice("when", said::WHEN, said::WHEN_HINT, &WHEN, &asked.when)}
                {day(&asked.day, asked.error, said::DAY_HINT)}
                <div class="actions"><button class="button">{said::PREVIEW}</button></div>
            </form>
        </section>
    }
    .into_any()
}

pub(super) fn day(typed: &str, error: Option<DayError>, hint: &'static str) -> AnyView {
    let input = Input { kind: "date", required: false, ..Input::text("day", said::DAY) };
    input.hint(hint).typed(typed, error.map(|error| error.sentence().to_owned())).view(error.is_some())
}

fn saving(preview: &Preview, asked: &RequirementAsked, email: &str) -> AnyView {
    let Preview { asked: count, people, .. } = *preview;
    let sentence = if preview.off {
        said::preview_off(count, people)
    } else {
        said::preview(count, people, preview.day.as_deref())
    };
    let kept = |name: &'static str, value: &String| {
        view! { <input type="hidden" name=name value=value.clone() /> }
    };
    view! {
        <section class="card attention" aria-labelledby="preview">
            <h2 id="preview">{said::PREVIEW}</h2>
            <p>{sentence}</p>
            {preview.same.then(|| view! { <p class="hint">{said::NOTHING_NEW}</p> })}
            <form class="fields" method="post" action=form_action("/organization/requirement") novalidate>
                {kept("who", &asked.who)}
                {kept("when", &asked.when)}
                {kept("day", &asked.day)}
                {proof::fields(preview.proving, email)}
                <div class="actions">
                    <button class="button primary">{said::SAVE}</button>
                    <a class="button" href="/organization/requirement">{common::CANCEL}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}
