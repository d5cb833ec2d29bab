//! What an administrator does with somebody's account: each on a page that says what it does, and asks for a proof.

use super::proof::{self, Proving, ProvingError};
use super::users::path;
use super::{Part, page, signed_in};
use crate::page::form::trouble;
use crate::page::frame::{Frame, Loads, form_action};
use crate::words::organization as common;
use crate::words::organization::members as said;
use leptos::prelude::*;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// They look after the organization.
    MakeAdmin,
    /// They do not.
    MakeMember,
    /// They sign in no more.
    Deactivate,
    /// They sign in again.
    Reactivate,
    /// They are sent another link.
    InviteAgain,
    /// Their invitation is taken back.
    Withdraw,
    /// They are signed out everywhere.
    SignOut,
    /// They get a link with which they choose a new password.
    PasswordLink,
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeedError {
    /// Nobody else looks after the organization.
    LastAdmin,
    /// It was done before, or cannot be done any more.
    Already,
}

/// To whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeedAsked {
    /// The user's id.
    pub id: String,
    /// The address they sign in with.
    pub email: String,
    /// Whoever asks is the one it is about.
    pub you: bool,
    /// Why nothing was done.
    pub error: Option<DeedError>,
}

impl Deed {
    /// Every one there is.
    pub const ALL: [Self; 8] = [
        Self::MakeAdmin,
        Self::MakeMember,
        Self::Deactivate,
        Self::Reactivate,
        Self::InviteAgain,
        Self::Withdraw,
        Self::SignOut,
        Self::PasswordLink,
    ];

    /// Its part of the path, behind the user's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MakeAdmin => "make-admin",
            Self::MakeMember => "make-member",
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::InviteAgain => "invite-again",
            Self::Withdraw => "withdraw",
            Self::SignOut => "sign-out",
            Self::PasswordLink => "password-link",
        }
    }

    fn title(self, email: &str) -> String {
        match self {
            Self::MakeAdmin => said::role_title(email, true),
            Self::MakeMember => said::role_title(email, false),
            Self::Deactivate => said::deactivate_title(email),
            Self::Reactivate => said::reactivate_title(email),
            Self::InviteAgain => said::again_title(email),
            Self::Withdraw => said::withdraw_title(email),
            Self::SignOut => said::sign_out_title(email),
            Self::PasswordLink => said::password_link_title(email),
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::MakeAdmin => said::MAKE_ADMIN,
            Self::MakeMember => said::MAKE_MEMBER,
            Self::Deactivate => said::DEACTIVATE,
            Self::Reactivate => said::REACTIVATE,
            Self::InviteAgain => said::INVITE_AGAIN,
            Self::Withdraw => said::WITHDRAW,
            Self::SignOut => said::SIGN_OUT,
            Self::PasswordLink => said::PASSWORD_LINK,
        }
    }

    const fn explained(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::MakeAdmin => (said::ADMIN_EXPLAINED, &said::ROLE_DOES),
            Self::MakeMember => (said::MEMBER_EXPLAINED, &said::ROLE_DOES),
            Self::Deactivate => (said::DEACTIVATE_EXPLAINED, &said::DEACTIVATE_DOES),
            Self::Reactivate => (said::REACTIVATE_EXPLAINED, &[]),
            Self::InviteAgain => (said::INVITE_AGAIN_EXPLAINED, &[]),
            Self::Withdraw => (said::WITHDRAW_EXPLAINED, &[]),
            Self::SignOut => (said::SIGN_OUT_EXPLAINED, &said::SIGN_OUT_DOES),
            Self::PasswordLink => (said::PASSWORD_LINK_EXPLAINED, &said::PASSWORD_LINK_DOES),
        }
    }

    /// Whether something is taken away.
    pub(super) const fn is_grave(self) -> bool {
        match self {
            Self::Deactivate | Self::Withdraw => true,
            Self::MakeAdmin
            | Self::MakeMember
            | Self::Reactivate
            | Self::InviteAgain
            | Self::SignOut
            | Self::PasswordLink => false,
        }
    }

    /// Whether whoever it is about is signed out.
    const fn signs_out(self) -> bool {
        match self {
            Self::MakeAdmin | Self::MakeMember | Self::Deactivate | Self::SignOut => true,
            Self::Reactivate | Self::InviteAgain | Self::Withdraw | Self::PasswordLink => false,
        }
    }
}

/// The page that explains it and asks for a proof.
#[must_use]
pub fn deed(frame: &Frame, of: Deed, asked: &DeedAsked, proving: Proving) -> String {
    let wrong = asked.error.map(|error| match error {
        DeedError::LastAdmin => said::LAST_ADMIN.to_owned(),
        DeedError::Already => said::ALREADY.to_owned(),
    });
    let wrong = wrong.or_else(|| proving.error.map(ProvingError::sentence));
    let (explained, does) = of.explained();
    let yourself = (asked.you && of.signs_out()).then(|| view! { <p class="warning">{said::YOURSELF}</p> });
    let button = if of.is_grave() { "button danger" } else { "button primary" };
    page(frame, Part::Users, of.label(), Loads::Nothing, || {
        let does = does.iter().map(|line| view! { <li>{*line}</li> }).collect_view();
        view! {
            <header class="lead"><h1>{of.title(&asked.email)}</h1></header>
            {trouble(wrong)}
            <section class="card">
                {yourself}
                <p>{explained}</p>
                <ul class="does">{does}</ul>
                <form class="fields" method="post" action=form_action("") novalidate>
                    {proof::fields(proving, &signed_in(frame))}
                    <div class="actions">
                        <button class=button>{of.label()}</button>
                        <a class="button" href=path(&asked.id)>{common::CANCEL}</a>
                    </div>
                </form>
            </section>
        }
        .into_any()
    })
}
