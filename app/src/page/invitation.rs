//! `/invitation`: somebody opens the link of an invitation, sees whom it is for, and chooses a password. The secret
//! stands behind the `#`, as on the welcome page; `welcome.js` moves it into the form and opens the invitation with it.

use super::form::{Input, trouble};
use super::frame::{Frame, Loads, Sheet, document};
use super::{BadLink, PasswordError};
use crate::browser;
use crate::component::moment_text;
use crate::words::pages as said;
use leptos::prelude::*;

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invitation {
    /// The link was not read yet.
    Closed,
    /// It is good for nothing.
    Gone(BadLink),
    /// It was read.
    Open(Joining),
}

/// Who joins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joining {
    /// The secret that was posted, given back to whoever posted it.
    pub secret: String,
    /// The address they sign in with.
    pub email: String,
    /// What they are called.
    pub name: Option<String>,
    /// Who invited them, where that is known.
    pub by: Option<String>,
    /// Until when they can join.
    pub until: i64,
    /// What is wrong with the password that was typed.
    pub error: Option<PasswordError>,
}

/// The page of an invitation.
#[must_use]
pub fn invitation(frame: &Frame, shown: &Invitation) -> String {
    document(frame, || {
        // A second link that is opened in the same tab changes nothing but the part behind the `#`.
        let loads = match shown {
            Invitation::Closed | Invitation::Gone(_) => Loads::Welcome,
            Invitation::Open(_) => Loads::Nothing,
        };
        let content = match shown {
            Invitation::Closed => closed(None),
            Invitation::Gone(why) => closed(Some(*why)),
            Invitation::Open(joining) => open(joining),
        };
        Sheet { title: said::INVITATION_TITLE, tab: None, loads, content }
    })
}

fn closed(wrong: Option<BadLink>) -> AnyView {
    let secret = Input::text("secret", said::SECRET).hint(said::SECRET_HINT).wrong(wrong.is_some());
    let sign_in = wrong.map(|_| view! { <p><a href="/sign-in">{said::SIGN_IN}</a></p> });
    view! {
        <section class="card">
            <h1>{said::INVITATION_TITLE}</h1>
            <p>{said::INVITATION_LEAD}</p>
            {wrong.map(|why| why.view(said::INVITATION_GONE))}
            <form method="post" action="/invitation" data-sends-itself="" novalidate>
                {secret.view(true)}
                <div class="actions stacked"><button class="button primary">{said::INVITATION_OPEN}</button></div>
            </form>
            {sign_in}
        </section>
    }
    .into_any()
}

fn open(of: &Joining) -> AnyView {
    let by = of.by.clone().unwrap_or_else(|| said::INVITATION_BY_NOBODY.to_owned());
    let iso = browser::iso(of.until);
    let until = moment_text(&iso, true);
    let password = Input::password("password", crate::words::PASSWORD, "new-password");
    let password = password.hint(said::PASSWORD_HINT).wrong(of.error.is_some());
    let name = of.name.clone().map(|name| view! { <dd>{name}</dd> });
    view! {
        <section class="card">
            <h1>{said::INVITATION_TITLE}</h1>
            <dl class="facts">
                <dt>{said::INVITATION_FOR}</dt>
                {name}
                <dd>{of.email.clone()}</dd>
                <dt>{said::INVITATION_BY}</dt>
                <dd>{by}</dd>
                <dt>{said::INVITATION_UNTIL}</dt>
                <dd><time datetime=iso>{until}</time></dd>
            </dl>
            <p>{said::INVITATION_CHOOSE}</p>
            {trouble(of.error.map(PasswordError::sentence))}
            <form method="post" action="/invitation/join" novalidate>
                <input type="hidden" name="secret" value=of.secret.clone() />
                <input type="text" autocomplete="username" value=of.email.clone() readonly hidden />
                {password.view(true)}
                <div class="actions stacked"><button class="button primary">{said::INVITATION_ACTION}</button></div>
            </form>
        </section>
    }
    .into_any()
}
