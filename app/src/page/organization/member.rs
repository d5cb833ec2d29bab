//! Adding somebody, and editing who is there: the form of both, and the link of an invitation.

use super::once::{Once, once};
use super::proof::{self, Proving, ProvingError};
use super::sites::{FieldError, sentence};
use super::users::path;
use super::{Part, moment, page, signed_in};
use crate::page::form::{Input, Tick, choice, trouble};
use crate::page::frame::{Frame, Loads, form_action};
use crate::words::organization as common;
use crate::words::organization::members as said;
use crate::words::organization::users::{ADMIN, MEMBER, ROLE};
use crate::words::pages::EMAIL;
use leptos::prelude::*;

/// What the form of a person holds, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberFields {
    /// The address to sign in with.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// The name of the role. Where somebody is edited it stands elsewhere, as what follows does.
    pub role: String,
    /// They set up a second factor before they are let in.
    pub required: bool,
}

/// What is wrong with what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberErrors {
    /// Of the address.
    pub email: Option<FieldError>,
    /// Of the name.
    pub name: Option<FieldError>,
}

/// Whom the form is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberForm<'a> {
    /// Somebody new.
    New,
    /// The user of this id, who has joined or not.
    Edit(&'a str, bool),
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkOf {
    /// Somebody joins by it.
    Invitation,
    /// Somebody chooses another password with it.
    Password,
}

/// A link that was made a moment ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeLink {
    /// What is done with it.
    pub of: LinkOf,
    /// The user's id.
    pub id: String,
    /// Whom it is for.
    pub email: String,
    /// The link, secret and all.
    pub url: String,
    /// Until when it is good.
    pub until: i64,
    /// It goes out by mail, too.
    pub mailed: bool,
}

impl MemberErrors {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The form that adds or edits somebody.
#[must_use]
pub fn member(
    frame: &Frame,
    of: MemberForm<'_>,
    typed: &MemberFields,
    errors: &MemberErrors,
    proving: Proving,
) -> String {
    let (title, lead, action, back) = match of {
        MemberForm::New => (said::ADD, Some(said::ADD_LEAD), said::INVITE, "/organization/users".to_owned()),
        MemberForm::Edit(id, _) => (said::EDIT_TITLE, None, common::SAVE, path(id)),
    };
    let wrong = (!errors.is_empty()).then(|| common::NOT_SAVED.to_owned());
    let wrong = wrong.or_else(|| proving.error.map(ProvingError::sentence));
    page(frame, Part::Users, title, Loads::Nothing, || {
        view! {
            <header class="lead"><h1>{title}</h1>{lead.map(|lead| view! { <p>{lead}</p> })}</header>
            {trouble(wrong)}
            <section class="card">
                <form class="fields" method="post" action=form_action("") novalidate>
                    {inputs(of, typed, errors)}
                    {proof::fields(proving, &signed_in(frame))}
                    <div class="actions">
                        <button class="button primary">{action}</button>
                        <a class="button" href=back>{common::CANCEL}</a>
                    </div>
                </form>
            </section>
        }
        .into_any()
    })
}

fn inputs(of: MemberForm<'_>, typed: &MemberFields, errors: &MemberErrors) -> AnyView {
    let said = |error: &Option<FieldError>| error.as_ref().map(|error| sentence(error, common::FORBIDDEN));
    let hint = match of {
        MemberForm::New => said::EMAIL_HINT,
        MemberForm::Edit(_, true) => said::EDIT_HINT,
        MemberForm::Edit(_, false) => said::EDIT_HINT_INVITED,
    };
    let email = Input { kind: "email", ..Input::text("email", EMAIL) };
    let email = email.hint(hint).typed(&typed.email, said(&errors.email));
    let name = Input { required: false, ..Input::text("name", said::NAME) };
    let name = name.typed(&typed.name, said(&errors.name));
    let roles = [("member", MEMBER), ("admin", ADMIN)];
    let required = || Tick {
        name: "requires_two_factor",
        label: said::REQUIRE,
        hint: Some(said::REQUIRE_HINT),
        ticked: typed.required,
    };
    let role = (of == MemberForm::New).then(|| {
        view! {
            {choice("role", ROLE, said::ROLE_HINT, &roles, &typed.role)}
            {required().view()}
        }
    });
    let name_first = errors.email.is_none() && errors.name.is_some();
    view! {
        {email.view(!name_first)}
        {name.view(name_first)}
        {role}
    }
    .into_any()
}

/// A link, for the one time that it is shown.
#[must_use]
pub fn made_link(frame: &Frame, of: &MadeLink) -> String {
    let invitation = of.of == LinkOf::Invitation;
    let title = if invitation { said::INVITED_TITLE } else { said::PASSWORD_LINK };
    page(frame, Part::Users, title, Loads::Copy, || {
        let mail = match of.of {
            LinkOf::Password => said::HAND_OVER,
            LinkOf::Invitation if of.mailed => said::MAILED,
            LinkOf::Invitation => said::NOT_MAILED,
        };
        view! {
            <header class="lead"><h1>{title}</h1><p>{said::link_for(&of.email)} " " {mail}</p></header>
            {once(Once {
                warning: said::LINK_ONCE.into_any(),
                label: said::LINK,
                secret: of.url.clone(),
                hint: Some(view! { {said::GOOD_UNTIL} {moment(of.until)} }.into_any()),
                back: path(&of.id),
                other: invitation.then_some(("/organization/users/new", said::ANOTHER)),
            })}
        }
        .into_any()
    })
}
