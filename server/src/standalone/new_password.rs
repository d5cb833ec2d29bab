//! Choosing a new password with a link: it is opened, which uses nothing up; then a password is chosen, which does. The second
//! factor is asked for as after any right password.

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
use serde::Deserialize;
use storage::account::{ChosenPassword, PasswordLink};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opened {
    secret: Typed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choose {
    secret: Typed,
    password: Typed,
}

pub(super) async fn page(State(server): State<Server>) -> Response {
    page::new_password_page(&server, &shown::NewPassword::Closed)
}

/// Shows whose password it is for. A program that looks at the links of letters uses nothing up by it.
pub(super) async fn open(
    State(server): State<Server>,
    Fields(typed): Fields<Opened>,
) -> Result<Response, Problem> {
    Ok(match find(&server, &typed.secret).await? {
        Ok((_, link)) => show(&server, &typed.secret, &link, None),
        Err(why) => page::new_password_page(&server, &shown::NewPassword::Gone(why)),
    })
}

/// Uses the link up, and goes on as any right password does. Of many that choose at once, one does.
pub(super) async fn choose(
    State(server): State<Server>,
    Whence(place): Whence,
    Signed(before): Signed,
    Fields(typed): Fields<Choose>,
) -> Result<Response, Problem> {
    let gone = |why| Ok(page::new_password_page(&server, &shown::NewPassword::Gone(why)));
    let (secret, link) = match find(&server, &typed.secret).await? {
        Ok(found) => found,
        Err(why) => return gone(why),
    };
    let account = &link.account;
    if let Err(refusal) = password_rule::check(typed.password.expose(), account.email.as_str()) {
        return Ok(show(&server, &typed.secret, &link, Some(refusal)));
    }
    let hash = server.passwords().hash(Holder::User(account.user.clone()), typed.password.expose()).await?;
    let event = Event::new(EventKind::PasswordReset, &account.user, &place, server.now(), server.entropy());
    let chosen = ChosenPassword { token: secret.hash(), account: account.id, hash: hash.clone(), event };
    if !server.accounts().reset_password(chosen).await? {
        return gone(shown::BadLink::Over);
    }
    // The session that this browser held of the account has ended; one of somebody else ends when this one begins.
    let before = before.filter(|before| *before.user() != account.user);
    sign_in::with_new_password(&server, account, hash, before, &place).await
}

async fn find(
    server: &Server,
    typed: &Typed,
) -> Result<Result<(LinkSecret, PasswordLink), shown::BadLink>, Problem> {
    let secret = match LinkSecret::read(typed.expose(), "/new-password") {
        Ok(secret) => secret,
        Err(why) => return Ok(Err(why)),
    };
    let found = server.accounts().password_link(secret.hash(), server.now()).await?;
    Ok(found.map(|link| (secret, link)).ok_or(shown::BadLink::Over))
}

fn show(server: &Server, secret: &Typed, of: &PasswordLink, refused: Option<PasswordRefusal>) -> Response {
    let choosing = shown::Choosing {
        secret: secret.expose().to_owned(),
        email: of.account.email.as_str().to_owned(),
        until: of.expires_at.millis(),
        error: refused.map(page::new_password),
    };
    page::new_password_page(server, &shown::NewPassword::Open(choosing))
}
