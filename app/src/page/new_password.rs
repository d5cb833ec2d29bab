//! `/new-password`: somebody opens a link for a new password, sees whose it is, and chooses one. The secret stands behind the
//! `#`, as on the page of an invitation; `welcome.js` moves it into the form and opens the link with it.

use super::form::{Input, trouble};
use super::frame::{Frame, Loads, Sheet, document};
use super::{BadLink, PasswordError};
use crate::browser;
use crate::component::moment_text;
use crate::words::pages::{INVITATION_FOR, INVITATION_UNTIL, NEW, PASSWORD_HINT, SECRET, SECRET_HINT};
use crate::words::password as said;
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewPassword {
    /// The link was not read yet.
    Closed,
    /// It is good for nothing.
    Gone(BadLink),
    /// It was read.
    Open(Choosing),
}

/// Who chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choosing {
    /// The secret that was posted, given back to whoever posted it.
    pub secret: String,
    /// The address they sign in with.
    pub email: String,
    /// Until when they can choose.
    pub until: i64,
    /// What is wrong with the password that was typed.
    pub error: Option<PasswordError>,
}

/// The page of a link for a new password.
#[must_use]
pub fn new_password(frame: &Frame, shown: &NewPassword) -> String {
    document(frame, || {
        let loads = match shown {
            NewPassword::Closed | NewPassword::Gone(_) => Loads::Welcome,
            NewPassword::Open(_) => Loads::Nothing,
        };
        let content = match shown {
            NewPassword::Closed => closed(None),
            NewPassword::Gone(why) => closed(Some(*why)),
            NewPassword::Open(choosing) => open(choosing),
        };
        Sheet { title: said::NEW_TITLE, tab: None, loads, content }
    })
}

fn closed(wrong: Option<BadLink>) -> AnyView {
    let secret = Input::text("secret", SECRET).hint(SECRET_HINT).wrong(wrong.is_some());
    let another = wrong.map(|_| view! { <p><a href="/forgotten-password">{said::ANOTHER_LINK}</a></p> });
    view! {
        <section class="card">
            <h1>{said::NEW_TITLE}</h1>
            <p>{said::NEW_LEAD}</p>
            {wrong.map(|why| why.view(said::NEW_OVER))}
            <form method="post" action="/new-password" data-sends-itself="" novalidate>
                {secret.view(true)}
                <div class="actions stacked"><button class="button primary">{said::NEW_OPEN}</button></div>
            </form>
            {another}
        </section>
    }
    .into_any()
}

fn open(of: &Choosing) -> AnyView {
    let iso = browser::iso(of.until);
    let until = moment_text(&iso, true);
    let password = Input::password("password", NEW, "new-password");
    let password = password.hint(PASSWORD_HINT).wrong(of.error.is_some());
    view! {
        <section class="card">
            <h1>{said::NEW_TITLE}</h1>
            <dl class="facts">
                <dt>{INVITATION_FOR}</dt>
                <dd>{of.email.clone()}</dd>
                <dt>{INVITATION_UNTIL}</dt>
                <dd><time datetime=iso>{until}</time></dd>
            </dl>
            <p>{said::NEW_EXPLAINED}</p>
            {trouble(of.error.map(PasswordError::sentence))}
            <form method="post" action="/new-password/choose" novalidate>
                <input type="hidden" name="secret" value=of.secret.clone() />
                <input type="text" autocomplete="username" value=of.email.clone() readonly hidden />
                {password.view(true)}
                <div class="actions stacked"><button class="button primary">{said::NEW_ACTION}</button></div>
            </form>
        </section>
    }
    .into_any()
}
