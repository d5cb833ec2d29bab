//! `/account/sessions`: the browsers in which somebody is signed in.

use super::form::trouble;
use super::frame::{Frame, Loads, Sheet, Tab, document, form_action};
use crate::browser;
use crate::component::moment_text;
use crate::words;
use crate::words::password as said;
use leptos::prelude::*;

/// What a browser is called of which nothing is known.
pub const UNKNOWN_BROWSER: &str = said::UNKNOWN;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sessions {
    /// This browser first, then those that were used last.
    pub all: Vec<SessionShown>,
    /// What was done a moment ago, or not.
    pub notice: Option<SessionsNotice>,
}

/// One browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionShown {
    /// The id of its session.
    pub id: String,
    /// What it is, in words.
    pub browser: Option<String>,
    /// From where it signed in.
    pub address: Option<String>,
    /// When it signed in.
    pub opened_at: i64,
    /// When it was last used.
    pub seen_at: i64,
    /// The page is shown in it.
    pub this: bool,
}

/// What was done a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionsNotice {
    /// One browser was signed out.
    One,
    /// All others were.
    Others,
    /// It was signed out before.
    Gone,
}

/// The list, with a way to sign each out.
#[must_use]
pub fn sessions(frame: &Frame, shown: &Sessions) -> String {
    document(frame, || Sheet {
        title: said::SESSIONS,
        tab: Some(Tab::Sessions),
        loads: Loads::Nothing,
        content: content(shown),
    })
}

fn content(shown: &Sessions) -> AnyView {
    let done = match shown.notice {
        Some(SessionsNotice::One) => Some(said::ONE_ENDED),
        Some(SessionsNotice::Others) => Some(said::OTHERS_ENDED),
        Some(SessionsNotice::Gone) | None => None,
    };
    let gone = (shown.notice == Some(SessionsNotice::Gone)).then(|| said::SESSION_GONE.to_owned());
    let others = shown.all.iter().any(|one| !one.this);
    let last =
        if others { sign_out_others() } else { view! { <p class="hint">{said::NO_OTHERS}</p> }.into_any() };
    view! {
        <header class="lead">
            <h1>{said::SESSIONS}</h1>
            <p>{said::SESSIONS_LEAD}</p>
        </header>
        {done.map(|text| view! { <p class="notice" role="status">{text}</p> })}
        {trouble(gone)}
        <section class="card" aria-labelledby="browsers">
            <h2 id="browsers">{said::BROWSERS}</h2>
            <ul class="list">{shown.all.iter().map(one).collect_view()}</ul>
            {last}
        </section>
    }
    .into_any()
}

fn one(of: &SessionShown) -> AnyView {
    let name = of.browser.clone().unwrap_or_else(|| said::UNKNOWN.to_owned());
    let sign_out = (!of.this).then(|| {
        let label = said::sign_out_of(&name);
        view! {
            <form class="links" method="post" action=form_action("/account/sessions")>
                <button class="link" name="session" value=of.id.clone() aria-label=label>{said::SIGN_OUT_ONE}</button>
            </form>
        }
    });
    view! {
        <li>
            <div class="titled">
                <h3>{name}</h3>
                {of.this.then(|| view! { "\u{a0}"<span class="badge on">{said::THIS}</span> })}
            </div>
            <p class="hint apart">
                {of.address.clone().map(|address| view! { <span>{address}</span> })}
                <span>{said::SIGNED_IN_AT}{moment(of.opened_at)}</span>
                <span>{words::USED_AT}{moment(of.seen_at)}</span>
            </p>
            {sign_out}
        </li>
    }
    .into_any()
}

fn sign_out_others() -> AnyView {
    view! {
        <form method="post" action=form_action("/account/sessions")>
            <div class="actions"><button class="button">{said::SIGN_OUT_OTHERS}</button></div>
            <p class="hint">{said::OTHERS_EXPLAINED}</p>
        </form>
    }
    .into_any()
}

fn moment(at: i64) -> AnyView {
    let iso = browser::iso(at);
    let plain = moment_text(&iso, true);
    view! { <time datetime=iso>{plain}</time> }.into_any()
}
