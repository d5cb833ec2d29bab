//! One user: how they are protected, what locks them, what happened lately. Nothing here is a secret.

use super::required_user::{self, UserRequirement};
use super::users::{Standing, path};
use super::{Part, account, moment, page};
use crate::page::frame::{Frame, Loads};
use crate::view::{Authenticator, Happening, Recovery};
use crate::words;
use crate::words::organization::{members, users as said};
use leptos::prelude::*;

/// What the page of a user shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: String,
    /// The address they sign in with.
    pub email: String,
    /// What they are called.
    pub name: Option<String>,
    /// Whether they can sign in.
    pub standing: Standing,
    /// Until when they can join, or since when they cannot sign in.
    pub standing_at: Option<i64>,
    /// They look after the organization.
    pub admin: bool,
    /// Whoever looks at the page is the one it is about.
    pub you: bool,
    /// When the account was created.
    pub created_at: i64,
    /// Since when two-factor authentication is on.
    pub protected_since: Option<i64>,
    /// Oldest first.
    pub authenticators: Vec<Authenticator>,
    /// The set of recovery codes.
    pub recovery: Option<Recovery>,
    /// What is not judged right now.
    pub locks: Vec<Lock>,
    /// What is required of them.
    pub requirement: UserRequirement,
    /// Newest first.
    pub events: Vec<UserEvent>,
    /// What was done a moment ago.
    pub notice: Option<UserNotice>,
}

/// Codes that are not judged right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Of what.
    pub kind: LockedKind,
    /// Until when.
    pub until: i64,
}

/// The kinds of codes; each is locked by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockedKind {
    /// Those of an app.
    App,
    /// Those that are mailed.
    Email,
    /// Recovery codes.
    RecoveryCodes,
    /// Bypass codes.
    BypassCodes,
    /// Not codes, but the password.
    Passwords,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEvent {
    /// What, when and from where.
    pub what: Happening,
    /// Which administrator did it, if one did.
    pub by: Option<DoneBy>,
    /// Why.
    pub reason: Option<String>,
}

/// An administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoneBy {
    /// With this address.
    Known(String),
    /// Whose account is gone.
    Gone,
}

impl DoneBy {
    pub(super) fn said(&self) -> String {
        match self {
            Self::Known(email) => [said::DONE_BY, email].concat(),
            Self::Gone => said::DONE_BY_OTHER.to_owned(),
        }
    }
}

/// What was done a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserNotice {
    /// Two-factor authentication was reset.
    Reset,
    /// Wrong codes were forgiven.
    Unlocked,
    /// Name and address were edited.
    Saved,
    /// They have another role.
    RoleChanged,
    /// They cannot sign in any more.
    Deactivated,
    /// They can again.
    Reactivated,
    /// What is required was changed.
    Required,
    /// They are signed out everywhere.
    SignedOut,
}

/// The page of a user.
#[must_use]
pub fn user(frame: &Frame, of: &User) -> String {
    page(frame, Part::Users, said::USERS, Loads::Nothing, || {
        let notice = of.notice.map(|notice| match notice {
            UserNotice::Reset => said::WAS_RESET,
            UserNotice::Unlocked => said::WAS_UNLOCKED,
            UserNotice::Saved => members::SAVED,
            UserNotice::RoleChanged => members::ROLE_CHANGED,
            UserNotice::Deactivated => members::WAS_DEACTIVATED,
            UserNotice::Reactivated => members::WAS_REACTIVATED,
            UserNotice::SignedOut => members::WAS_SIGNED_OUT,
            UserNotice::Required => words::organization::requirement::OF_SAVED,
        });
        view! {
            <header class="lead">
                <div class="titled">
                    <h1>{of.email.clone()}</h1>
                    {of.you.then(|| badge("badge", said::YOU))}
                    {of.standing.label().map(|label| badge("badge", label))}
                    {(!of.locks.is_empty()).then(|| badge("badge low", said::LOCKED))}
                </div>
            </header>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {account::card(of)}
            {protection(of)}
            {required_user::card(&of.id, &of.requirement)}
            {activity(&of.events)}
            <p><a href="/organization/users">{said::ALL_USERS}</a></p>
        }
        .into_any()
    })
}

/// Never in a line alone.
fn badge(class: &'static str, label: &'static str) -> AnyView {
    view! { "\u{a0}"<span class=class>{label}</span> }.into_any()
}

fn protection(of: &User) -> AnyView {
    let state = match of.protected_since {
        Some(at) => view! { <dd>{said::SINCE}{moment(at)}</dd> }.into_any(),
        None => view! { <dd>{said::OFF}</dd> }.into_any(),
    };
    let codes = of.recovery.map(|set| {
        let low = set.is_low().then_some("badge low");
        view! {
            <dt>{words::RECOVERY_CODES}</dt>
            <dd><span class=low>{words::codes_left(set.left, set.total)}</span></dd>
        }
    });
    view! {
        <section class="card" aria-labelledby="protection">
            <h2 id="protection">{said::PROTECTION}</h2>
            {of.locks.iter().map(lock).collect_view()}
            <dl class="facts">
                <dt>{said::STATE}</dt>
                {state}
                {codes}
            </dl>
            {authenticators(of)}
            {actions(of)}
        </section>
    }
    .into_any()
}

fn lock(of: &Lock) -> AnyView {
    let why = match of.kind {
        LockedKind::App => said::APP_LOCKED,
        LockedKind::Email => said::EMAIL_LOCKED,
        LockedKind::RecoveryCodes => said::RECOVERY_LOCKED,
        LockedKind::BypassCodes => said::BYPASS_LOCKED,
        LockedKind::Passwords => said::PASSWORD_LOCKED,
    };
    view! { <p class="warning">{why}{moment(of.until)}"."</p> }.into_any()
}

fn authenticators(of: &User) -> AnyView {
    let all = &of.authenticators;
    if all.is_empty() {
        let signs_in = of.standing == Standing::Active;
        let none = if signs_in { said::NO_AUTHENTICATORS } else { members::NOTHING_SET_UP };
        return view! { <p>{none}</p> }.into_any();
    }
    let line = |of: &Authenticator| {
        let used = match of.used_at {
            Some(at) => view! { <span>{words::USED_AT}{moment(at)}</span> }.into_any(),
            None => view! { <span>{words::NEVER_USED}</span> }.into_any(),
        };
        view! {
            <li>
                <h3>{of.name.clone()}</h3>
                <p class="hint apart"><span>{words::ADDED_AT}{moment(of.added_at)}</span>{used}</p>
            </li>
        }
    };
    view! { <ul class="list" aria-label=words::AUTHENTICATORS>{all.iter().map(line).collect_view()}</ul> }
        .into_any()
}

/// Only what there is something to be done about.
fn actions(of: &User) -> Option<AnyView> {
    let to = |verb: &'static str| [&path(&of.id), verb].concat();
    let locked = !of.locks.is_empty();
    let unlock = locked.then(|| view! { <a class="button" href=to("/unlock")>{said::UNLOCK}</a> });
    let reset = of.protected_since.is_some();
    let reset = reset.then(|| view! { <a class="button danger" href=to("/reset")>{said::RESET}</a> });
    let bypass = of.protected_since.is_some();
    let bypass = bypass.then(|| view! { <a class="button" href=to("/bypass-code")>{said::BYPASS}</a> });
    (unlock.is_some() || reset.is_some())
        .then(|| view! { <div class="actions">{unlock}{bypass}{reset}</div> }.into_any())
}

fn activity(events: &[UserEvent]) -> AnyView {
    let list = if events.is_empty() {
        view! { <p class="hint">{words::ACTIVITY_NONE}</p> }.into_any()
    } else {
        view! { <ul class="list events">{events.iter().map(event).collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="activity">
            <h2 id="activity">{words::ACTIVITY}</h2>
            {list}
        </section>
    }
    .into_any()
}

fn event(of: &UserEvent) -> AnyView {
    let by = of.by.as_ref().map(DoneBy::said);
    let reason = of.reason.as_ref().map(|reason| [said::REASON_GIVEN, reason].concat());
    view! {
        <li>
            <p>{of.what.what.clone()}</p>
            <p class="hint apart">
                {by.map(|by| view! { <span>{by}</span> })}
                {reason.map(|reason| view! { <span>{reason}</span> })}
                <span>{of.what.place.clone()}</span>
                {moment(of.what.at)}
            </p>
        </li>
    }
    .into_any()
}
