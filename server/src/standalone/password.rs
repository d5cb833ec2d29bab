//! Changing the password. It asks for the current one, and, where two-factor authentication is on and was not proved in
//! the last minutes, for a code (OWASP MFA cheat sheet). Afterwards every other browser has to sign in again.

use super::SIGN_IN;
use super::field::{Fields, Typed};
use super::next::sign_in_first;
use super::password_rule;
use super::passwords::{Judged, Who};
use super::proof::{self, Needed, Unproved};
use super::session::{see_other, signed_in};
use super::visitor::AtLarge;
use crate::hashing::Holder;
use crate::page::{self, CodeAsked, PasswordNotice};
use crate::place::Whence;
use crate::problem::Problem;
use crate::state::Server;
use app::fns::Renewed;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use domain::audit::{Event, EventKind, Place};
use domain::ports::Grounds;
use domain::session::{Home, SessionToken};
use domain::step_up::Caller;
use http::Method;
use serde::Deserialize;
use storage::account::{Account, NewPassword};

/// Where the browser goes on, to be told that it is done.
const CHANGED: &str = "/account/password?changed";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    current: Typed,
    new: Typed,
    code: Option<String>,
}

/// The form, for this account.
pub(super) async fn page(
    State(server): State<Server>,
    AtLarge(caller): AtLarge,
    uri: http::Uri,
) -> Result<Response, Problem> {
    let Some((caller, account)) = account(&server, caller).await? else {
        return Ok(sign_in_first(&Method::GET, &uri));
    };
    let asks = asks_for_code(&server, &caller).await?;
    let notice = (uri.query() == Some("changed")).then_some(PasswordNotice::Changed);
    Ok(page::password(&server, &account, asks, notice))
}

pub(super) async fn change(
    State(server): State<Server>,
    Whence(place): Whence,
    AtLarge(caller): AtLarge,
    Extension(renewed): Extension<Renewed>,
    Fields(typed): Fields<Change>,
) -> Result<Response, Problem> {
    let Some((caller, account)) = account(&server, caller).await? else { return Ok(see_other(SIGN_IN)) };
    let asks = asks_for_code(&server, &caller).await?;
    if let Err(refusal) = password_rule::check(typed.new.expose(), account.email.as_str()) {
        return Ok(page::password(&server, &account, asks, Some(PasswordNotice::New(refusal))));
    }
    if let Err(notice) = prove(&server, &caller, &renewed, &typed, asks).await? {
        return Ok(page::password(&server, &account, asks, Some(notice)));
    }
    match set(&server, &caller, &account, typed.new.expose(), &place).await? {
        Some(opened) => signed_in(&server, caller.user(), &opened, CHANGED).await,
        None => Ok(page::password(&server, &account, asks, Some(PasswordNotice::CurrentWrong))),
    }
}

/// Whether two-factor authentication is on and was not proved in the last minutes.
async fn asks_for_code(server: &Server, caller: &Caller) -> Result<CodeAsked, Problem> {
    let Needed { proof, by_mail } = proof::need(server, caller).await?;
    Ok(CodeAsked { asked: proof.code, by_mail })
}

/// The current password always, and a code where it is needed now.
async fn prove(
    server: &Server,
    caller: &Caller,
    renewed: &Renewed,
    typed: &Change,
    asks: CodeAsked,
) -> Result<Result<(), PasswordNotice>, Problem> {
    let current = typed.current.expose();
    if asks.asked {
        let proved = proof::step_up(server, caller, renewed, Some(current), typed.code.as_deref()).await?;
        return Ok(proved.map_err(PasswordNotice::from));
    }
    Ok(match server.passwords().judge(Who::Session(caller), current, &caller.place).await? {
        Judged::Right(_) => Ok(()),
        Judged::Wrong => Err(PasswordNotice::CurrentWrong),
        Judged::Wait(wait) => Err(PasswordNotice::Wait(wait)),
    })
}

/// Every session ends with the old password, this one too: the browser goes on with the new one in the answer, which
/// opens in the same transaction. Guards: the password is still the one that was judged, and the session alive.
async fn set(
    server: &Server,
    caller: &Caller,
    account: &Account,
    new: &str,
    place: &Place,
) -> Result<Option<SessionToken>, Problem> {
    let hash = server.passwords().hash(Holder::User(account.user.clone()), new).await?;
    let event = Event::new(EventKind::PasswordChanged, &account.user, place, server.now(), server.entropy());
    // Its guard is the password's own: the revision changes with it.
    let (token, opens) =
        server.two_factor().session_to_open(&account.user, 0, Home::Standalone, false, place);
    let new = NewPassword {
        account: account.id,
        seen: account.password_hash.clone(),
        hash,
        but: None,
        by: caller.standing(Grounds::Alive),
        opens: Some(Box::new(opens)),
        event,
    };
    Ok(server.accounts().set_password(new).await?.then_some(token))
}

/// Who is signed in, with their account.
pub(super) async fn account(
    server: &Server,
    caller: Option<Caller>,
) -> Result<Option<(Caller, Account)>, Problem> {
    let Some(caller) = caller else { return Ok(None) };
    let account = server.accounts().account_by_user(caller.user()).await?;
    Ok(account.map(|account| (caller, account)))
}

impl From<Unproved> for PasswordNotice {
    fn from(unproved: Unproved) -> Self {
        match unproved {
            Unproved::PasswordWrong => Self::CurrentWrong,
            Unproved::Wait(wait) => Self::Wait(wait),
            Unproved::Asked | Unproved::CodeWrong => Self::CodeWrong,
        }
    }
}
