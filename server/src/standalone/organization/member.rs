//! Adding somebody, and editing who is there.

use super::fields::of_name;
use super::proving::{acting, asked, prove};
use super::user::find;
use super::{form, frame, good};
use crate::problem::Problem;
use crate::standalone::field::{Fields, Typed};
use crate::standalone::link::{self, LinkSecret};
use crate::standalone::session::see_other;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::audit::{Event, EventKind};
use domain::error::Fault;
use domain::name::{EventId, Name, NameError, User};
use domain::ports::SetRequirement;
use domain::requirement::Demand;
use domain::time::Timestamp;
use serde::Deserialize;
use storage::account::{
    Account, AccountState, Edited, EditedAccount, Email, Invited, NewMember, Role, user_of,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewForm {
    email: String,
    name: String,
    role: String,
    requires_two_factor: Option<String>,
    password: Option<Typed>,
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EditForm {
    email: String,
    name: String,
    password: Option<Typed>,
    code: Option<String>,
}

/// A form as it stands, and whom it is about.
struct Shown<'a> {
    by: &'a Administrator,
    of: shown::MemberForm<'a>,
    typed: shown::MemberFields,
}

pub(super) async fn new(State(server): State<Server>, by: Administrator) -> Result<Response, Problem> {
    let (proving, none) = (asked(&server, &by.caller).await?, shown::MemberErrors::default());
    let typed = shown::MemberFields { role: Role::Member.as_str().to_owned(), ..Default::default() };
    let (frame, of) = (frame(&server, &by.account), shown::MemberForm::New);
    Ok(good(shown::member(&frame, of, &typed, &none, proving)))
}

/// What was typed comes first, as everywhere here: no code is spent on a form that does nothing.
pub(super) async fn create(
    State(server): State<Server>,
    by: Administrator,
    Fields(typed): Fields<NewForm>,
) -> Result<Response, Problem> {
    let role = Role::parse(&typed.role).ok_or(Problem::Malformed)?;
    let (required, fields) = (typed.requires_two_factor.is_some(), typed.shown());
    let again = Shown { by: &by, of: shown::MemberForm::New, typed: fields };
    let (email, name) = match read(&server, &typed.email, &typed.name, None).await? {
        Ok(read) => read,
        Err(errors) => return again.refuse(&server, errors).await,
    };
    if let Err(proving) = prove(&server, &by, typed.password.as_ref(), typed.code.as_deref()).await? {
        return Ok(again.ask(&server, proving));
    }
    let id = EventId::new(server.now(), server.entropy()).uuid();
    let user = user_of(id).ok_or(Fault::Broken("an account's id is no user's"))?;
    let (secret, invitation) =
        link::invite(&server, &user, event(&server, EventKind::AccountInvited, &by, &user))?;
    let required = required.then(|| requirement(&server, &by, &user));
    let member = NewMember { id, email: email.clone(), name, role, required };
    match acting(&server, &by).accounts.invite(&member, &invitation).await? {
        Invited::Done => {}
        Invited::EmailTaken => return again.taken(&server).await,
        Invited::Refused => return Err(Problem::Defect),
    }
    let made = made_link(&server, &id.to_string(), &email, &secret, invitation.expires_at);
    Ok(show_link(&server, &by, &made))
}

pub(super) async fn edit(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let of = find(&server, &id).await?;
    let (proving, none) = (asked(&server, &by.caller).await?, shown::MemberErrors::default());
    let (email, name) = (of.email.as_str(), of.name.as_ref().map_or("", Name::as_str));
    let typed = shown::MemberFields { email: email.to_owned(), name: name.to_owned(), ..Default::default() };
    Ok(good(shown::member(&frame(&server, &by.account), editing(&id, &of), &typed, &none, proving)))
}

pub(super) async fn update(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    Fields(typed): Fields<EditForm>,
) -> Result<Response, Problem> {
    let of = find(&server, &id).await?;
    let fields = shown::MemberFields { email: typed.email, name: typed.name, ..Default::default() };
    let again = Shown { by: &by, of: editing(&id, &of), typed: fields };
    let (email, name) = match read(&server, &again.typed.email, &again.typed.name, Some(&of)).await? {
        Ok(read) => read,
        Err(errors) => return again.refuse(&server, errors).await,
    };
    if let Err(proving) = prove(&server, &by, typed.password.as_ref(), typed.code.as_deref()).await? {
        return Ok(again.ask(&server, proving));
    }
    let edited = event(&server, EventKind::AccountEdited, &by, &of.user);
    let moved = event(&server, EventKind::AccountMoved, &by, &of.user);
    match acting(&server, &by)
        .accounts
        .edit(EditedAccount { account: of.id, name, email, edited, moved })
        .await?
    {
        Edited::Done => Ok(see_other(format!("/organization/users/{id}?saved"))),
        Edited::EmailTaken => Ok(again.taken(&server).await?),
        Edited::Gone => Err(Problem::NotFound),
    }
}

impl NewForm {
    /// As it was typed.
    fn shown(&self) -> shown::MemberFields {
        let (email, name, role) = (self.email.clone(), self.name.clone(), self.role.clone());
        shown::MemberFields { email, name, role, required: self.requires_two_factor.is_some() }
    }
}

/// At once: in the same transaction, so that nobody joins before it holds.
fn requirement(server: &Server, by: &Administrator, of: &User) -> SetRequirement {
    let next = Demand { of_user: Some(server.now()), ..Demand::default() };
    let event = event(server, EventKind::RequirementSet, by, of);
    SetRequirement { user: of.clone(), seen: Demand::default(), next, event }
}

impl Shown<'_> {
    /// With what is wrong with what was typed.
    async fn refuse(&self, server: &Server, errors: shown::MemberErrors) -> Result<Response, Problem> {
        let proving = asked(server, &self.by.caller).await?;
        Ok(self.again(server, &errors, proving))
    }

    /// Somebody was quicker with that address.
    async fn taken(&self, server: &Server) -> Result<Response, Problem> {
        self.refuse(server, taken()).await
    }

    fn ask(&self, server: &Server, proving: shown::Proving) -> Response {
        self.again(server, &shown::MemberErrors::default(), proving)
    }

    fn again(&self, server: &Server, errors: &shown::MemberErrors, proving: shown::Proving) -> Response {
        let frame = frame(server, &self.by.account);
        form(proving, !errors.is_empty(), shown::member(&frame, self.of, &self.typed, errors, proving))
    }
}

fn taken() -> shown::MemberErrors {
    shown::MemberErrors { email: Some(shown::FieldError::EmailTaken), name: None }
}

fn editing<'a>(id: &'a str, of: &Account) -> shown::MemberForm<'a> {
    shown::MemberForm::Edit(id, of.state() != AccountState::Invited)
}

/// Everything that is wrong is said at once.
async fn read(
    server: &Server,
    email: &str,
    name: &str,
    of: Option<&Account>,
) -> Result<Result<(Email, Option<Name>), shown::MemberErrors>, Problem> {
    let name = match Name::parse(name) {
        Ok(name) => Ok(Some(name)),
        Err(NameError::Empty) => Ok(None),
        Err(error) => Err(of_name(error)),
    };
    let known = match Email::parse(email) {
        Some(email) => {
            let found = server.accounts().account_by_email(&email).await?;
            let other = found.is_some_and(|found| of.is_none_or(|of| of.id != found.id));
            if other { Err(shown::FieldError::EmailTaken) } else { Ok(email) }
        }
        None => Err(shown::FieldError::NoEmail),
    };
    Ok(match (known, name) {
        (Ok(email), Ok(name)) => Ok((email, name)),
        (email, name) => Err(shown::MemberErrors { email: email.err(), name: name.err() }),
    })
}

/// What the log says of it.
pub(super) fn event(server: &Server, kind: EventKind, by: &Administrator, of: &User) -> Event {
    let event = Event::new(kind, of, &by.caller.place, server.now(), server.entropy());
    event.done_by(Some(&by.caller.user().id))
}

pub(super) fn made_link(
    server: &Server,
    id: &str,
    email: &Email,
    secret: &LinkSecret,
    until: Timestamp,
) -> shown::MadeLink {
    let (settings, of) = (server.settings(), shown::LinkOf::Invitation);
    let (id, email, url) =
        (id.to_owned(), email.as_str().to_owned(), secret.invitation_url(&settings.public_url));
    shown::MadeLink { of, id, email, url, until: until.millis(), mailed: !settings.smtp_url.is_empty() }
}

/// In this answer and never again. It is not a redirect: the link would have to be kept somewhere.
pub(super) fn show_link(server: &Server, by: &Administrator, of: &shown::MadeLink) -> Response {
    good(shown::made_link(&frame(server, &by.account), of))
}
