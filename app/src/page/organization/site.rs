//! One site: how it is set, and its API keys.

use super::key::{self, ListedKey};
use super::requirement::{Demanded, demanded};
use super::sites::path;
use super::{Part, page};
use crate::page::frame::{Frame, Loads};
use crate::words::organization as said;
use leptos::prelude::*;

/// What the page of a site shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What authenticator apps show.
    pub issuer: String,
    /// Where its pages may show a widget.
    pub origins: Vec<String>,
    /// For how many days a device may be remembered.
    pub trusted_device_days: u8,
    /// From when on its users have to set up a second factor before they are let in.
    pub requirement: Demanded,
    /// Whether its users are told of changes of their factors by mail.
    pub tells_users: bool,
    /// Its API keys, oldest first.
    pub keys: Vec<ListedKey>,
    /// What was done a moment ago.
    pub notice: Option<Notice>,
}

/// What was done a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The site was added.
    Added,
    /// It was edited.
    Saved,
    /// A key of it was revoked.
    Revoked,
}

/// The page of a site.
#[must_use]
pub fn site(frame: &Frame, site: &Site) -> String {
    page(frame, Part::Sites, said::SITES, Loads::Nothing, || {
        let notice = site.notice.map(|notice| match notice {
            Notice::Added => said::SITE_ADDED,
            Notice::Saved => said::SITE_SAVED,
            Notice::Revoked => said::KEY_REVOKED,
        });
        view! {
            <header class="lead"><h1>{site.name.clone()}</h1></header>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {settings(site)}
            {key::list(site)}
            <p><a href="/organization/sites">{said::ALL_SITES}</a></p>
        }
        .into_any()
    })
}

fn settings(site: &Site) -> AnyView {
    let origins = match site.origins.as_slice() {
        [] => vec![view! { <dd>{said::NO_ORIGINS.to_owned()}</dd> }],
        origins => origins.iter().map(|origin| view! { <dd>{origin.clone()}</dd> }).collect(),
    };
    view! {
        <section class="card" aria-labelledby="settings">
            <h2 id="settings">{said::SETTINGS}</h2>
            <dl class="facts">
                <dt>{said::ID}</dt>
                <dd><code>{site.id.clone()}</code></dd>
                <dt>{said::ISSUER}</dt>
                <dd>{site.issuer.clone()}</dd>
                <dt>{said::ORIGINS_LIST}</dt>
                {origins}
                <dt>{said::DEVICES}</dt>
                <dd>{said::days(site.trusted_device_days)}</dd>
                <dt>{said::TWO_FACTOR}</dt>
                {requirement(site.requirement)}
                <dt>{said::LETTERS}</dt>
                <dd>{if site.tells_users { said::TOLD } else { said::NOT_TOLD }}</dd>
            </dl>
            <div class="actions"><a class="button" href=[&path(&site.id), "/edit"].concat()>{said::EDIT_SITE}</a></div>
        </section>
    }
    .into_any()
}

/// At once is not since a moment that anybody would know.
fn requirement(of: Demanded) -> AnyView {
    match of {
        Demanded::Not => view! { <dd>{said::OPTIONAL}</dd> }.into_any(),
        Demanded::Since(0) => view! { <dd>{said::REQUIRED}</dd> }.into_any(),
        Demanded::Since(_) | Demanded::From(_) => demanded(of),
    }
}
