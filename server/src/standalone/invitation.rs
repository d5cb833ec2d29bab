//! Joining by an invitation: the link is opened, which uses nothing up; then a password is chosen, which does.

use super::field::{Fields, Typed};
use super::link::LinkSecret;
use super::password_rule::{self, PasswordRefusal};
use super::{Signed, sign_in};
use crate::hashing::Holder;
use crate::page;
use crate::place::Whence;
use crate::problem::Problem;
use crate::state::Server;
use app::page as shown;
use axum::extract::State;
use axum::response::Response;
use domain::audit::{Event, EventKind};
use domain::error::Fault;
use domain::name::{Name, SiteId, User, UserId};
use serde::Deserialize;
use storage::account::{Account, Invitation};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opened {
    secret: Typed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    secret: Typed,
    password: Typed,
}

pub(super) async fn page(State(server): State<Server>) -> Response {
    page::invitation(&server, &shown::Invitation::Closed)
}

/// Shows whom the link is for. A program that looks at the links of letters uses nothing up by it.
pub(super) async fn open(
    State(server): State<Server>,
    Fields(typed): Fields<Opened>,
) -> Result<Response, Problem> {
    match find(&server, &typed.secret).await? {
        Ok((_, invitation)) => show(&server, &typed.secret, &invitation, None).await,
        Err(why) => Ok(page::invitation(&server, &shown::Invitation::Gone(why))),
    }
}

/// Uses the link up, and goes on as any right password does. Of many that try at once, one joins.
pub(super) async fn join(
    State(server): State<Server>,
    Whence(place): Whence,
    Signed(before): Signed,
    Fields(typed): Fields<Join>,
) -> Result<Response, Problem> {
    let gone = |why| Ok(page::invitation(&server, &shown::Invitation::Gone(why)));
    let (secret, invitation) = match find(&server, &typed.secret).await? {
        Ok(found) => found,
        Err(why) => return gone(why),
    };
    let account = &invitation.account;
    if let Err(refusal) = password_rule::check(typed.password.expose(), account.email.as_str()) {
        return show(&server, &typed.secret, &invitation, Some(refusal)).await;
    }
    let hash = server.passwords().hash(Holder::User(account.user.clone()), typed.password.expose()).await?;
    let event = Event::new(EventKind::AccountCreated, &account.user, &place, server.now(), server.entropy());
    if !server.accounts().join(secret.hash(), account.id, &hash, event).await? {
        return gone(shown::BadLink::Over);
    }
    sign_in::with_new_password(&server, account, hash, before, &place).await
}

async fn find(
    server: &Server,
    typed: &Typed,
) -> Result<Result<(LinkSecret, Invitation), shown::BadLink>, Problem> {
    let secret = match LinkSecret::read(typed.expose(), "/invitation") {
        Ok(secret) => secret,
        Err(why) => return Ok(Err(why)),
    };
    let found = server.accounts().invitation(secret.hash(), server.now()).await?;
    Ok(found.map(|invitation| (secret, invitation)).ok_or(shown::BadLink::Over))
}

async fn show(
    server: &Server,
    secret: &Typed,
    of: &Invitation,
    refused: Option<PasswordRefusal>,
) -> Result<Response, Problem> {
    let joining = shown::Joining {
        secret: secret.expose().to_owned(),
        email: of.account.email.as_str().to_owned(),
        name: of.account.name.as_ref().map(|name| name.as_str().to_owned()),
        by: inviter(server, of.by.as_ref()).await?,
        until: of.expires_at.millis(),
        error: refused.map(page::new_password),
    };
    Ok(page::invitation(server, &shown::Invitation::Open(joining)))
}

/// Who invited, in words; `None` where nobody did, or their account is gone.
pub(crate) async fn inviter(server: &Server, by: Option<&UserId>) -> Result<Option<String>, Fault> {
    let Some(id) = by.cloned() else { return Ok(None) };
    let account = server.accounts().account_by_user(&User { site: SiteId::BUILT_IN, id }).await?;
    Ok(account.as_ref().map(in_words))
}

fn in_words(of: &Account) -> String {
    let email = of.email.as_str();
    of.name.as_ref().map(Name::as_str).map_or_else(|| email.to_owned(), |name| format!("{name} ({email})"))
}
