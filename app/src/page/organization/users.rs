//! The list of users: a page of it, searched and narrowed. Plain links and forms.

use super::{Part, page};
use crate::page::form::Input;
use crate::page::frame::{Frame, Loads};
use crate::words::organization::{members, requirement, users as said};
use leptos::prelude::*;

/// Which users are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Everybody.
    #[default]
    All,
    /// Those with two-factor authentication.
    Protected,
    /// Those without.
    Unprotected,
    /// Those whose codes are not judged right now.
    Locked,
    /// Those with few recovery codes left.
    CodesLow,
    /// Those who have not joined yet.
    Invited,
    /// Those who cannot sign in any more.
    Deactivated,
    /// Those of whom two-factor authentication is required.
    Required,
}

impl Shown {
    /// Every one there is.
    pub const ALL: [Self; 8] = [
        Self::All,
        Self::Protected,
        Self::Unprotected,
        Self::Required,
        Self::Locked,
        Self::CodesLow,
        Self::Invited,
        Self::Deactivated,
    ];

    /// The name in the URL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Protected => "protected",
            Self::Unprotected => "unprotected",
            Self::Locked => "locked",
            Self::CodesLow => "codes-low",
            Self::Invited => "invited",
            Self::Deactivated => "deactivated",
            Self::Required => "required",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::All => said::SHOW_ALL,
            Self::Protected => said::SHOW_PROTECTED,
            Self::Unprotected => said::SHOW_UNPROTECTED,
            Self::Locked => said::SHOW_LOCKED,
            Self::CodesLow => said::SHOW_LOW,
            Self::Invited => said::SHOW_INVITED,
            Self::Deactivated => said::SHOW_DEACTIVATED,
            Self::Required => requirement::BADGE,
        }
    }
}

/// What the list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Users {
    /// What was searched for.
    pub search: String,
    /// Which users.
    pub shown: Shown,
    /// In the order of their addresses.
    pub users: Vec<ListedUser>,
    /// It is not the first page.
    pub later: bool,
    /// Behind whom the next page begins, if there is one.
    pub next: Option<String>,
    /// An invitation was withdrawn a moment ago.
    pub withdrawn: bool,
}

/// Whether somebody can sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// They can.
    #[default]
    Active,
    /// They were invited, and can join.
    Invited,
    /// They were invited, and can join no more.
    Expired,
    /// They could, and may again.
    Deactivated,
}

impl Standing {
    /// What is said of it, where it is worth a word.
    pub(super) const fn label(self) -> Option<&'static str> {
        match self {
            Self::Active => None,
            Self::Invited => Some(members::INVITED),
            Self::Expired => Some(members::EXPIRED),
            Self::Deactivated => Some(members::DEACTIVATED),
        }
    }
}

/// One line of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedUser {
    /// Their id.
    pub id: String,
    /// The address they sign in with.
    pub email: String,
    /// What they are called.
    pub name: Option<String>,
    /// Whether they can sign in.
    pub standing: Standing,
    /// They look after the organization.
    pub admin: bool,
    /// They have two-factor authentication.
    pub protected: bool,
    /// Seconds for which no code of some kind is judged.
    pub locked: Option<u32>,
    /// So few recovery codes are left that it is worth a word.
    pub low: Option<u32>,
}

/// The list, or why it is empty.
#[must_use]
pub fn users(frame: &Frame, of: &Users) -> String {
    page(frame, Part::Users, said::USERS, Loads::Nothing, || {
        let list = if of.users.is_empty() {
            view! { <p>{said::NOBODY} " " <a href="/organization/users">{said::CLEAR}</a></p> }.into_any()
        } else {
            view! { <ul class="list">{of.users.iter().map(line).collect_view()}</ul> }.into_any()
        };
        view! {
            <header class="lead">
                <h1>{said::USERS}</h1>
                <p>{said::USERS_LEAD}</p>
                {of.withdrawn.then(|| view! { <p class="notice" role="status">{members::WAS_WITHDRAWN}</p> })}
            </header>
            <div class="actions"><a class="button primary" href="/organization/users/new">{members::ADD}</a></div>
            {finding(of)}
            <p><a href="/organization/requirement">{requirement::TITLE}</a></p>
            <section class="card" aria-label=said::USERS>
                {list}
                {turning(of)}
            </section>
        }
        .into_any()
    })
}

fn finding(of: &Users) -> AnyView {
    let search = Input { kind: "search", required: false, ..Input::text("search", said::SEARCH) };
    let option = |one: Shown| {
        view! { <option value=one.name() selected=one == of.shown>{one.label()}</option> }
    };
    view! {
        <form class="find" method="get" action="/organization/users" role="search">
            {search.typed(&of.search, None).view(false)}
            <div class="field">
                <label for="show">{said::SHOWN}</label>
                <select id="show" name="show">{Shown::ALL.into_iter().map(option).collect_view()}</select>
            </div>
            <button class="button">{said::FIND}</button>
        </form>
    }
    .into_any()
}

/// The other pages. Forms, so that nothing has to be encoded for a URL.
fn turning(of: &Users) -> Option<AnyView> {
    let to = |label: &'static str, after: Option<String>| {
        view! {
            <form method="get" action="/organization/users">
                <input type="hidden" name="search" value=of.search.clone() />
                <input type="hidden" name="show" value=of.shown.name() />
                {after.map(|after| view! { <input type="hidden" name="after" value=after /> })}
                <button class="button">{label}</button>
            </form>
        }
    };
    let first = of.later.then(|| to(said::FIRST_PAGE, None));
    let next = of.next.clone().map(|after| to(said::NEXT_PAGE, Some(after)));
    (first.is_some() || next.is_some()).then(|| view! { <div class="actions">{first}{next}</div> }.into_any())
}

fn line(of: &ListedUser) -> AnyView {
    let state = if of.protected { said::PROTECTED } else { said::UNPROTECTED };
    // Nobody signs in there without one.
    let state = (of.protected || of.standing == Standing::Active).then_some(state);
    let standing = of.standing.label().map(|label| view! { <span class="badge">{label}</span> });
    let name = of.name.clone().map(|name| view! { <p class="hint">{name}</p> });
    let low = of.low.map(said::codes_left);
    view! {
        <li>
            <h2><a href=path(&of.id)>{of.email.clone()}</a></h2>
            {name}
            <p class="badges">
                {standing}
                {state.map(|state| view! { <span class="badge" class:on=of.protected>{state}</span> })}
                {of.locked.map(|seconds| view! { <span class="badge low">{said::locked_for(seconds)}</span> })}
                {low.map(|left| view! { <span class="badge low">{left}</span> })}
                {of.admin.then(|| view! { <span class="badge">{said::ADMIN}</span> })}
            </p>
        </li>
    }
    .into_any()
}

/// Where a user is looked at.
pub(super) fn path(id: &str) -> String {
    ["/organization/users/", id].concat()
}
