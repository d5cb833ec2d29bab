//! Signing in with the password: at once, or on to the second factor where the account has one.

use super::field::{Fields, Typed};
use super::next::Next;
use super::passwords::{Judged, Who};
use super::session::{Admitted, begin, instead, see_other, start_over, wait, without};
use super::visitor::{KnownBrowser, Remembered};
use super::{CHALLENGE, Cookie, SECURITY, Signed, Waiting};
use crate::page::{self, SignInNotice};
use crate::place::Whence;
use crate::problem::Problem;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;
use domain::audit::Place;
use domain::challenge::Opened;
use domain::error::Fault;
use domain::name::{Name, User};
use domain::policy::CHALLENGE_REDEEMABLE;
use domain::ports::{Action, Challenge};
use domain::session::SessionToken;
use domain::step_up::Caller;
use domain::time::Timestamp;
use http::Uri;
use serde::Deserialize;
use storage::account::{Account, PendingSignIn};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    email: String,
    password: Typed,
    next: Option<String>,
}

pub(super) async fn page(State(server): State<Server>, Signed(caller): Signed, uri: Uri) -> Response {
    let next = Next::asked(&uri);
    if caller.is_some() {
        return see_other(next.as_ref().map_or(SECURITY, Next::as_str));
    }
    let notice = (uri.query() == Some("signed-out")).then_some(SignInNotice::SignedOut);
    page::sign_in(&server, notice, "", next.as_ref().map(Next::as_str))
}

pub(super) async fn sign_in(
    State(server): State<Server>,
    Whence(place): Whence,
    Signed(before): Signed,
    Waiting(earlier): Waiting,
    Remembered(device): Remembered,
    KnownBrowser(browser): KnownBrowser,
    Fields(typed): Fields<SignIn>,
) -> Result<Response, Problem> {
    let next = typed.next.as_deref().and_then(Next::parse);
    let again = |notice| page::sign_in(&server, Some(notice), &typed.email, next.as_ref().map(Next::as_str));
    if typed.email.trim().is_empty() || typed.password.expose().is_empty() {
        return Ok(again(SignInNotice::Empty));
    }
    let who = Who::Email { typed: &typed.email, browser: browser.as_ref() };
    match server.passwords().judge(who, typed.password.expose(), &place).await? {
        Judged::Right(account) => {
            let Some(revision) = server.accounts().revision(&account).await? else {
                return start_over(&server);
            };
            if let Some(challenge) = asked_already(&server, earlier, &account.user).await? {
                let until = challenge.opened_at + CHALLENGE_REDEEMABLE;
                return pend(&server, &challenge, until, next.as_ref()).await;
            }
            let admitted = Admitted { user: &account.user, revision, place: &place, before, next };
            match known(&server, &admitted, device.as_ref()).await? {
                Some(token) => instead(&server, &admitted, &token).await,
                None => ask(&server, admitted).await,
            }
        }
        Judged::Wrong => Ok(again(SignInNotice::Wrong)),
        Judged::Wait(wait) => Ok(again(SignInNotice::Wait(wait))),
    }
}

/// What this very browser was asked for a moment ago, where a code was mailed for it that can be typed still: no other one is
/// mailed for now, and that one is good for nothing else.
async fn asked_already(
    server: &Server,
    earlier: Option<PendingSignIn>,
    user: &User,
) -> Result<Option<Challenge>, Problem> {
    let two_factor = server.two_factor();
    let Some(earlier) = earlier.filter(|earlier| earlier.user == *user) else { return Ok(None) };
    let Ok(challenge) = two_factor.challenge(user.site, earlier.challenge).await else { return Ok(None) };
    let letter = two_factor.code_on_its_way(user, challenge.id.into()).await?;
    let awaited = challenge.is_open(server.now()) && letter.is_some_and(|letter| !letter.wait.is_zero());
    if awaited {
        server.accounts().close_pending(earlier.token, server.now()).await?;
    }
    Ok(awaited.then_some(challenge))
}

/// The session of somebody whose browser is remembered: their second factor is spared.
async fn known(
    server: &Server,
    who: &Admitted<'_>,
    device: Option<&SessionToken>,
) -> Result<Option<SessionToken>, Problem> {
    let Some(device) = device else { return Ok(None) };
    Ok(server.two_factor().recognize_to_sign_in(who.user, device, who.revision, who.place).await?)
}

/// Goes on as after a right password with the one that was chosen a moment ago, unless it is another one by now.
pub(super) async fn with_new_password(
    server: &Server,
    account: &Account,
    hash: String,
    before: Option<Caller>,
    place: &Place,
) -> Result<Response, Problem> {
    let renewed = Account { password_hash: Some(hash), ..account.clone() };
    let Some(revision) = server.accounts().revision(&renewed).await? else { return start_over(server) };
    ask(server, Admitted { user: &account.user, revision, place, before, next: None }).await
}

/// Lets somebody in whose password was right, or asks for the second factor.
pub(super) async fn ask(server: &Server, admitted: Admitted<'_>) -> Result<Response, Problem> {
    let action = Action(Name::parse("sign_in").map_err(|_| Fault::Broken("the action has no name"))?);
    let two_factor = server.two_factor();
    let (user, revision) = (admitted.user, admitted.revision);
    match two_factor.open_challenge_since(user, revision, action, admitted.place).await? {
        Opened::NotEnrolled => begin(server, admitted).await,
        Opened::EnrollmentRequired(challenge) => {
            if let Some(before) = &admitted.before {
                // Setting up would be done for the session, which may be somebody else's.
                server.two_factor().end_session(before).await?;
            }
            let until = challenge.expires_at + CHALLENGE_REDEEMABLE;
            let answer = pend(server, &challenge, until, admitted.next.as_ref()).await?;
            without(server, Cookie::Session, answer)
        }
        // It waits as long as its challenge could be redeemed.
        Opened::Open(challenge) => {
            let until = challenge.opened_at + CHALLENGE_REDEEMABLE;
            pend(server, &challenge, until, admitted.next.as_ref()).await
        }
    }
}

/// Has the browser wait for the challenge to be passed.
async fn pend(
    server: &Server,
    challenge: &Challenge,
    expires_at: Timestamp,
    next: Option<&Next>,
) -> Result<Response, Problem> {
    let token = SessionToken::new(server.entropy());
    let pending = PendingSignIn {
        token: token.hash(),
        user: challenge.user.clone(),
        challenge: challenge.id,
        created_at: challenge.opened_at,
        expires_at,
    };
    server.accounts().open_pending(pending).await?;
    wait(server, &token, CHALLENGE, next)
}
