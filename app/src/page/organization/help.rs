//! What an administrator does for a user who is locked out: each on a page that says what it does, with a reason.

use super::proof::{self, Proving, ProvingError};
use super::sites::{FieldError, sentence};
use super::users::path;
use super::{Part, page, signed_in};
use crate::page::form::{Input, trouble};
use crate::page::frame::{Frame, Loads, form_action};
use crate::words::organization as common;
use crate::words::organization::users as said;
use leptos::prelude::*;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Help {
    /// Every factor is taken away.
    Reset,
    /// Wrong codes are forgiven.
    Unlock,
}

/// For whom, and what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelpAsked {
    /// The user's id.
    pub id: String,
    /// The address they sign in with.
    pub email: String,
    /// The reason, as it was typed.
    pub reason: String,
    /// What is wrong with it.
    pub error: Option<FieldError>,
}

impl Help {
    fn title(self, email: &str) -> String {
        match self {
            Self::Reset => said::reset_title(email),
            Self::Unlock => said::unlock_title(email),
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Reset => said::RESET,
            Self::Unlock => said::UNLOCK,
        }
    }

    fn explained(self) -> AnyView {
        match self {
            Self::Unlock => view! { <p>{said::UNLOCK_EXPLAINED}</p> }.into_any(),
            Self::Reset => view! {
                <p>{said::RESET_EXPLAINED}</p>
                <ul class="does">{said::RESET_DOES.map(|line| view! { <li>{line}</li> })}</ul>
            }
            .into_any(),
        }
    }

    const fn button(self) -> &'static str {
        match self {
            Self::Reset => "button danger",
            Self::Unlock => "button primary",
        }
    }

    fn reason(self) -> Input {
        match self {
            Self::Reset => Input::text("reason", said::REASON),
            Self::Unlock => Input { required: false, ..Input::text("reason", said::REASON_MAYBE) },
        }
    }
}

/// The page that explains it and asks for the reason and a proof.
#[must_use]
pub fn help(frame: &Frame, of: Help, asked: &HelpAsked, proving: Proving) -> String {
    let wrong = asked.error.is_some().then(|| common::NOT_DONE.to_owned());
    let wrong = wrong.or_else(|| proving.error.map(ProvingError::sentence));
    let error = asked.error.as_ref().map(|error| sentence(error, common::FORBIDDEN));
    page(frame, Part::Users, of.label(), Loads::Nothing, || {
        view! {
            <header class="lead"><h1>{of.title(&asked.email)}</h1></header>
            {trouble(wrong)}
            <section class="card">
                {of.explained()}
                <form class="fields" method="post" action=form_action("") novalidate>
                    {of.reason().hint(said::REASON_HINT).typed(&asked.reason, error).view(true)}
                    {proof::fields(proving, &signed_in(frame))}
                    <div class="actions">
                        <button class=of.button()>{of.label()}</button>
                        <a class="button" href=path(&asked.id)>{common::CANCEL}</a>
                    </div>
                </form>
            </section>
        }
        .into_any()
    })
}
