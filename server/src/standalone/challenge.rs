//! The second factor of a sign-in: its page, and the way from a passed challenge to a session.

use super::field::Fields;
use super::next::{self, Next};
use super::session::{remember, see_other, signed_in, with_cookies, without};
use super::{CHALLENGE, Cookie, SECURITY, SIGN_IN, Signed, Waiting};
use crate::asked;
use crate::page::{self, SignInNotice};
use crate::place::Whence;
use crate::problem::Problem;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;
use domain::SignedIn;
use domain::error::ChallengeError;
use domain::ports::ChallengeState;
use http::HeaderMap;
use serde::Deserialize;

/// Where a person goes on who has just used a recovery code.
const RECOVERY_CODES: &str = "/account/security#recovery-codes";

/// And who has lost the phone.
const AUTHENTICATORS: &str = "/account/security#authenticators";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Complete {
    next: Option<String>,
}

impl Complete {
    /// Where the person goes on: where they choose to, or where they wanted to go at first.
    fn to<'a>(&self, wanted: Option<&'a Next>) -> &'a str {
        match self.next.as_deref() {
            Some("recovery-codes") => RECOVERY_CODES,
            Some("authenticators") => AUTHENTICATORS,
            _ => wanted.map_or(SECURITY, Next::as_str),
        }
    }
}

pub(super) async fn page(
    State(server): State<Server>,
    Whence(place): Whence,
    Waiting(pending): Waiting,
) -> Result<Response, Problem> {
    let Some(pending) = pending else { return Ok(see_other(SIGN_IN)) };
    if let Some(caller) = server.two_factor().enrolling(pending.user.site, pending.challenge, place).await? {
        let overview = server.two_factor().overview(&caller).await?;
        return Ok(page::required_enrollment(&server, &pending.user, &overview));
    }
    let challenge = match server.two_factor().challenge(pending.user.site, pending.challenge).await {
        Ok(challenge) => challenge,
        Err(error) => return start_again(&server, error),
    };
    let passed = challenge.state == ChallengeState::Passed;
    if !passed && !challenge.is_open(server.now()) {
        return start_again(&server, ChallengeError::Expired);
    }
    let account = server.accounts().account_by_user(&pending.user).await?;
    let label = account.map(|account| account.email.as_str().to_owned()).unwrap_or_default();
    Ok(page::challenge(&server, &pending.user, asked::view(&server, &challenge, label).await?))
}

/// Lets in whoever passed the challenge by setting up: on its redemption, which succeeds once, and on nothing else. Sends on
/// whoever answered it, and is in.
pub(super) async fn complete(
    State(server): State<Server>,
    Whence(place): Whence,
    Waiting(pending): Waiting,
    Signed(before): Signed,
    headers: HeaderMap,
    Fields(asked): Fields<Complete>,
) -> Result<Response, Problem> {
    let url = &server.settings().public_url;
    let wanted = next::kept(&headers, url);
    let to = asked.to(wanted.as_ref());
    let Some(pending) = pending else {
        // Whoever answered is in already.
        let answer = see_other(if before.is_some() { to } else { SIGN_IN });
        return with_cookies(answer, [next::cookie(None, url)]);
    };
    let (site, id) = (pending.user.site, pending.challenge);
    let SignedIn { redeemed, token } = match server.two_factor().redeem_for_session(site, id, &place).await {
        Ok(redeemed) => redeemed,
        Err(ChallengeError::NotPassed | ChallengeError::Refused(_)) => return Ok(see_other(CHALLENGE)),
        Err(error) => return start_again(&server, error),
    };
    // Whoever has its token still finds that the challenge is redeemed.
    server.accounts().close_pending(pending.token, server.now()).await?;
    if let Some(before) = &before {
        server.two_factor().end_session(before).await?;
    }
    let answer = signed_in(&server, &redeemed.user, &token, to).await?;
    let answer = with_cookies(answer, [next::cookie(None, url)])?;
    match &redeemed.device {
        Some(device) => remember(&server, device, answer),
        None => Ok(answer),
    }
}

/// What is over is over: back to the password.
fn start_again(server: &Server, error: ChallengeError) -> Result<Response, Problem> {
    match error {
        ChallengeError::Fault(fault) => Err(fault.into()),
        ChallengeError::NotFound
        | ChallengeError::Expired
        | ChallengeError::AlreadyAnswered
        | ChallengeError::EnrollmentRequired
        | ChallengeError::NotPassed
        | ChallengeError::Refused(_) => {
            without(server, Cookie::Pending, page::sign_in(server, Some(SignInNotice::Expired), "", None))
        }
    }
}
