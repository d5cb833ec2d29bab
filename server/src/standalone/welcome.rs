//! Creating an account by a one-time link.

use super::field::{Fields, Typed};
use super::link::LinkSecret;
use super::password_rule::{self, PasswordRefusal};
use super::session::{Admitted, start_over};
use super::{Signed, sign_in};
use crate::hashing::Holder;
use crate::page::{self, WelcomeNotice};
use crate::place::Whence;
use crate::problem::Problem;
use crate::state::Server;
use app::page::BadLink;
use axum::extract::State;
use axum::response::Response;
use domain::audit::{Event, EventKind, Place};
use domain::error::Fault;
use domain::name::EventId;
use serde::Deserialize;
use storage::account::{Email, Link, NewAccount, Redemption, user_of};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Create {
    secret: Typed,
    email: String,
    password: Typed,
}

pub(super) async fn page(State(server): State<Server>) -> Response {
    page::welcome(&server, None, "", "")
}

/// Uses the link up, creates its account, and goes on as any right password does. Of many that try at once, one does.
pub(super) async fn create(
    State(server): State<Server>,
    Whence(place): Whence,
    Signed(before): Signed,
    Fields(typed): Fields<Create>,
) -> Result<Response, Problem> {
    let (secret, email) = match check(&server, &typed).await? {
        Ok(checked) => checked,
        Err(notice) => return Ok(refuse(&server, notice, &typed)),
    };
    let password_hash = server.passwords().hash(Holder::Link(secret.hash()), typed.password.expose()).await?;
    let (new, event) = account(&server, email, password_hash, &place)?;
    let notice = match server.accounts().redeem_link(secret.hash(), new, server.now(), event).await? {
        Redemption::Created(account) => {
            let Some(revision) = server.accounts().revision(&account).await? else {
                return start_over(&server);
            };
            let admitted = Admitted { user: &account.user, revision, place: &place, before, next: None };
            return sign_in::ask(&server, admitted).await;
        }
        Redemption::LinkUsed => WelcomeNotice::Link(BadLink::Over),
        Redemption::EmailTaken => WelcomeNotice::EmailTaken,
    };
    Ok(refuse(&server, notice, &typed))
}

/// The form again with what was typed, but for the password and a link that is good for nothing.
fn refuse(server: &Server, notice: WelcomeNotice, typed: &Create) -> Response {
    let secret = match notice {
        WelcomeNotice::Link(_) => "",
        WelcomeNotice::BadEmail
        | WelcomeNotice::OtherEmail
        | WelcomeNotice::EmailTaken
        | WelcomeNotice::Password(_) => typed.secret.expose(),
    };
    page::welcome(server, Some(notice), &typed.email, secret)
}

/// The link comes first: whoever has none learns nothing else, and has nothing hashed.
async fn check(
    server: &Server,
    typed: &Create,
) -> Result<Result<(LinkSecret, Email), WelcomeNotice>, Problem> {
    let secret = match LinkSecret::read(typed.secret.expose(), "/welcome") {
        Ok(secret) => secret,
        Err(why) => return Ok(Err(WelcomeNotice::Link(why))),
    };
    let Some(link) = server.accounts().link(secret.hash(), server.now()).await? else {
        return Ok(Err(WelcomeNotice::Link(BadLink::Over)));
    };
    let Some(email) = Email::parse(&typed.email) else { return Ok(Err(WelcomeNotice::BadEmail)) };
    if !is_for(&link, &email) {
        return Ok(Err(WelcomeNotice::OtherEmail));
    }
    let refused = password_rule::check(typed.password.expose(), email.as_str());
    Ok(refused.map(|()| (secret, email)).map_err(WelcomeNotice::from))
}

/// A link for an address is for no other.
fn is_for(link: &Link, email: &Email) -> bool {
    let same = |named: &Email| named.as_str().to_lowercase() == email.as_str().to_lowercase();
    link.email.as_ref().is_none_or(same)
}

fn account(
    server: &Server,
    email: Email,
    password_hash: String,
    place: &Place,
) -> Result<(NewAccount, Event), Fault> {
    // Another kind of id than the core knows, of the same making.
    let id = EventId::new(server.now(), server.entropy()).uuid();
    let user = user_of(id).ok_or(Fault::Broken("an account's id is no user's"))?;
    let event = Event::new(EventKind::AccountCreated, &user, place, server.now(), server.entropy());
    Ok((NewAccount { id, email, password_hash }, event))
}

impl From<PasswordRefusal> for WelcomeNotice {
    fn from(refusal: PasswordRefusal) -> Self {
        Self::Password(refusal)
    }
}
