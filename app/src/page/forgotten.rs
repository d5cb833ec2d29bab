//! `/forgotten-password`: asking for a link. What it answers is the same for every address.

use super::form::{Input, trouble};
use super::frame::{Frame, Loads, Sheet, document};
use crate::words::pages::EMAIL_BAD;
use crate::words::password as said;
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// The form, with what was typed, and whether that is no address.
    Ask {
        /// As it was typed.
        email: String,
        /// It is no e-mail address.
        wrong: bool,
    },
    /// Somebody asked.
    Asked,
    /// No mail leaves here.
    NoMail,
}

/// The page of a forgotten password.
#[must_use]
pub fn forgotten(frame: &Frame, shown: &Forgotten) -> String {
    document(frame, || {
        let content = match shown {
            Forgotten::Ask { email, wrong } => ask(email, *wrong),
            Forgotten::Asked => asked(),
            Forgotten::NoMail => view! { <p>{said::NO_MAIL}</p> }.into_any(),
        };
        let content = view! {
            <section class="card">
                <h1>{said::FORGOTTEN_TITLE}</h1>
                {content}
                <p><a href="/sign-in">{said::BACK_TO_SIGN_IN}</a></p>
            </section>
        };
        Sheet { title: said::FORGOTTEN_TITLE, tab: None, loads: Loads::Nothing, content: content.into_any() }
    })
}

fn ask(email: &str, wrong: bool) -> AnyView {
    view! {
        <p>{said::FORGOTTEN_LEAD}</p>
        {trouble(wrong.then(|| EMAIL_BAD.to_owned()))}
        <form method="post" action="/forgotten-password" novalidate>
            {Input::email(email).wrong(wrong).view(true)}
            <div class="actions stacked"><button class="button primary">{said::FORGOTTEN_ACTION}</button></div>
        </form>
    }
    .into_any()
}

fn asked() -> AnyView {
    view! {
        <p class="notice" role="status">{said::ASKED}</p>
        <p class="hint">{said::ASKED_NOTHING_CAME}</p>
        <p><a href="/forgotten-password">{said::ASK_AGAIN}</a></p>
    }
    .into_any()
}
