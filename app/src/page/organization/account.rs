//! A user's account: who they are, whether they can sign in, and what there is to be done about it.

use super::deed::Deed;
use super::moment;
use super::user::User;
use super::users::{Standing, path};
use crate::words::organization::{members as said, users};
use crate::words::pages::EMAIL;
use leptos::prelude::*;

pub(super) fn card(of: &User) -> AnyView {
    let name = of.name.clone().map(|name| view! { <dt>{crate::words::NAME}</dt><dd>{name}</dd> });
    view! {
        <section class="card" aria-labelledby="account">
            <h2 id="account">{said::ACCOUNT}</h2>
            <dl class="facts">
                <dt>{said::STATE}</dt>
                <dd>{standing(of)}</dd>
                {name}
                <dt>{EMAIL}</dt>
                <dd>{of.email.clone()}</dd>
                <dt>{users::ROLE}</dt>
                <dd>{if of.admin { users::ADMIN } else { users::MEMBER }}</dd>
                <dt>{users::CREATED}</dt>
                <dd>{moment(of.created_at)}</dd>
            </dl>
            <div class="actions">
                <a class="button" href=[&path(&of.id), "/edit"].concat()>{said::EDIT}</a>
                {deeds(of).into_iter().map(|deed| link(&of.id, deed)).collect_view()}
            </div>
        </section>
    }
    .into_any()
}

fn standing(of: &User) -> AnyView {
    let since = |label: &'static str, at| view! { {label}{moment(at)} }.into_any();
    match (of.standing, of.standing_at) {
        (Standing::Invited, Some(until)) => since(said::INVITED_UNTIL, until),
        (Standing::Deactivated, Some(at)) => since(said::DEACTIVATED_AT, at),
        (standing, _) => view! { {standing.label().unwrap_or(said::ACTIVE)} }.into_any(),
    }
}

/// What can be done now.
fn deeds(of: &User) -> Vec<Deed> {
    let role = if of.admin { Deed::MakeMember } else { Deed::MakeAdmin };
    match of.standing {
        Standing::Active => vec![role, Deed::PasswordLink, Deed::SignOut, Deed::Deactivate],
        Standing::Invited | Standing::Expired => vec![role, Deed::InviteAgain, Deed::Withdraw],
        Standing::Deactivated => vec![role, Deed::Reactivate],
    }
}

fn link(id: &str, deed: Deed) -> AnyView {
    let class = if deed.is_grave() { "button danger" } else { "button" };
    view! { <a class=class href=[&path(id), "/", deed.name()].concat()>{deed.label()}</a> }.into_any()
}
