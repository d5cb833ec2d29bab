//! A site's API keys: their list, making one, showing it once, revoking it.

use super::once::{Once, once};
use super::proof::{self, Proving, ProvingError};
use super::site::Site;
use super::sites::path;
use super::{Part, moment, page, signed_in};
use crate::page::form::{Tick, ticks, trouble};
use crate::page::frame::{Frame, Loads, form_action};
use crate::words::organization as said;
use leptos::prelude::*;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// The public half.
    pub id: String,
    /// Names of scopes.
    pub scopes: Vec<&'static str>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last used.
    pub used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

/// What the form of a new key holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewKey {
    /// Names of the scopes that are ticked.
    pub scopes: Vec<&'static str>,
    /// It was sent with none.
    pub none: bool,
}

pub(super) fn list(of: &Site) -> AnyView {
    let keys = if of.keys.is_empty() {
        view! { <p>{said::NO_KEYS}</p> }.into_any()
    } else {
        view! { <ul class="list">{of.keys.iter().map(|key| line(&of.id, key)).collect_view()}</ul> }
            .into_any()
    };
    view! {
        <section class="card" aria-labelledby="keys">
            <h2 id="keys">{said::KEYS}</h2>
            <p class="hint">{said::KEYS_LEAD}</p>
            {keys}
            <div class="actions"><a class="button" href=[&path(&of.id), "/keys/new"].concat()>{said::NEW_KEY}</a></div>
        </section>
    }
    .into_any()
}

fn line(site: &str, of: &ListedKey) -> AnyView {
    let used = match of.used_at {
        Some(at) => view! { <span>{said::USED_AT}{moment(at)}</span> }.into_any(),
        None => view! { <span>{said::NEVER_USED}</span> }.into_any(),
    };
    let end = match of.revoked_at {
        Some(at) => view! { <p class="hint">{said::REVOKED_AT}{moment(at)}</p> }.into_any(),
        None => {
            let href = [&path(site), "/keys/", &of.id, "/revoke"].concat();
            let id = [&of.id, "-name"].concat();
            view! { <p class="links"><a class="link danger" href=href aria-describedby=id>{said::REVOKE}</a></p> }
                .into_any()
        }
    };
    let revoked = of.revoked_at.map(|_| view! { "\u{a0}"<span class="badge">{said::REVOKED}</span> });
    view! {
        <li>
            <h3 class="titled" id=[&of.id, "-name"].concat()><code>{known_as(&of.id)}</code>{revoked}</h3>
            <p class="hint apart">
                <span>{of.scopes.join(", ")}</span>
                <span>{said::MADE_AT}{moment(of.created_at)}</span>
                {used}
            </p>
            {end}
        </li>
    }
    .into_any()
}

/// What everybody may see of a key, by its public half.
fn known_as(id: &str) -> String {
    ["tf_", id, "_…"].concat()
}

/// The form that makes a key.
#[must_use]
pub fn new_key(frame: &Frame, site: &str, name: &str, typed: &NewKey, proving: Proving) -> String {
    let wrong = typed.none.then(|| said::NOT_SAVED.to_owned());
    let wrong = wrong.or_else(|| proving.error.map(ProvingError::sentence));
    let email = signed_in(frame);
    let tick =
        |name, hint| Tick { name, label: name, hint: Some(hint), ticked: typed.scopes.contains(&name) };
    page(frame, Part::Sites, said::NEW_KEY, Loads::Nothing, || {
        let scopes = vec![
            tick("verify", said::VERIFY_HINT),
            tick("enroll", said::ENROLL_HINT),
            tick("admin", said::ADMIN_HINT),
            tick("read", said::READ_HINT),
        ];
        let none = typed.none.then(|| said::CHOOSE_SCOPE.to_owned());
        view! {
            <header class="lead"><h1>{said::NEW_KEY}</h1><p>{name.to_owned()}</p></header>
            {trouble(wrong)}
            <section class="card">
                <form class="fields" method="post" action=form_action("") novalidate>
                    {ticks("scopes", said::SCOPES, scopes, none)}
                    {proof::fields(proving, &email)}
                    <div class="actions">
                        <button class="button primary">{said::MAKE_KEY}</button>
                        <a class="button" href=path(site)>{said::CANCEL}</a>
                    </div>
                </form>
            </section>
        }
        .into_any()
    })
}

/// A key that was made a moment ago, for the one time that it is shown.
#[must_use]
pub fn made_key(frame: &Frame, site: &str, name: &str, key: &str) -> String {
    page(frame, Part::Sites, said::NEW_KEY, Loads::Copy, || {
        let once = once(Once {
            warning: said::KEY_MADE.into_any(),
            label: said::KEY,
            secret: key.to_owned(),
            hint: None,
            back: path(site),
            other: None,
        });
        view! {
            <header class="lead"><h1>{said::NEW_KEY}</h1><p>{name.to_owned()}</p></header>
            {once}
        }
        .into_any()
    })
}

/// Asks before a key is revoked.
#[must_use]
pub fn revoke_key(frame: &Frame, site: &str, name: &str, key: &str, proving: Proving) -> String {
    let email = signed_in(frame);
    page(frame, Part::Sites, said::REVOKE, Loads::Nothing, || {
        view! {
            <header class="lead"><h1>{said::revoke_title(&known_as(key))}</h1><p>{name.to_owned()}</p></header>
            {trouble(proving.error.map(ProvingError::sentence))}
            <section class="card">
                <p>{said::REVOKE_EXPLAINED}</p>
                <form class="fields" method="post" action=form_action("") novalidate>
                    {proof::fields(proving, &email)}
                    <div class="actions">
                        <button class="button danger">{said::REVOKE}</button>
                        <a class="button" href=path(site)>{said::CANCEL}</a>
                    </div>
                </form>
            </section>
        }
        .into_any()
    })
}
