//! A page acts for whom it shows. Its browser may have signed in as somebody else meanwhile, in another tab: the cookies are
//! theirs then, and so would be what is done. So every deed carries whom it is for (`twofold-for`, or `?for=` of a form), and
//! one for somebody else is refused. A request without it is accepted: it shows nobody.

use crate::problem::Problem;
use crate::standalone::{Signed, Waiting};
use crate::state::Server;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::name::User;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{HeaderName, Method, StatusCode};

const FOR: HeaderName = HeaderName::from_static("twofold-for");

/// What is done for whoever gave a first factor, and not for whoever is signed in.
const OF_A_CHALLENGE: [&str; 3] = ["/fn/answer_challenge", "/fn/mail_challenge_code", "/sign-in/complete"];

/// The deed is for whoever is being asked for a second factor, though somebody else is signed in.
#[derive(Clone, Copy)]
pub(crate) struct ForWaiting;

/// Who is signed in by now, for the words of [`Problem::SomebodyElse`].
#[derive(Clone)]
pub(super) struct SignedInAs(pub(super) String);

pub(super) async fn check(State(server): State<Server>, request: Request, next: Next) -> Response {
    // A frame's page carries its own bearer: no cookie takes its place.
    if request.method() != Method::POST || request.headers().contains_key(AUTHORIZATION) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Some(whom) = whom(&parts) else { return next.run(Request::from_parts(parts, body)).await };
    match found(&server, &mut parts, &whom).await {
        Ok(None) => next.run(Request::from_parts(parts, body)).await,
        Ok(Some(user)) => refused(&server, &parts, &user).await,
        Err(problem) => problem.into_response(),
    }
}

/// Whom the page shows, as it says.
fn whom(parts: &Parts) -> Option<String> {
    let said = parts.headers.get(FOR).map(|value| value.to_str().unwrap_or_default());
    let asked =
        parts.uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("for=")));
    said.or(asked).map(str::to_owned)
}

/// Somebody else for whom it would be done, if it would.
async fn found(server: &Server, parts: &mut Parts, whom: &str) -> Result<Option<User>, Problem> {
    let is_shown = |user: &User| user.id.as_str() == whom;
    let of_a_challenge = OF_A_CHALLENGE.contains(&parts.uri.path());
    let signed = if of_a_challenge {
        None
    } else {
        let Signed(caller) = Signed::from_request_parts(parts, server).await?;
        caller.map(|caller| caller.user().clone())
    };
    if signed.as_ref().is_some_and(is_shown) {
        return Ok(None);
    }
    let Waiting(pending) = Waiting::from_request_parts(parts, server).await?;
    let pending = pending.map(|pending| pending.user);
    if signed.is_some() && pending.as_ref().is_some_and(is_shown) {
        parts.extensions.insert(ForWaiting);
        return Ok(None);
    }
    Ok(signed.or(pending).filter(|user| !is_shown(user)))
}

async fn refused(server: &Server, parts: &Parts, user: &User) -> Response {
    let account = match server.accounts().account_by_user(user).await {
        Ok(account) => account,
        Err(error) => return Problem::from(error).into_response(),
    };
    let who = account.map(|account| account.email.as_str().to_owned()).unwrap_or_default();
    if parts.uri.path().starts_with("/fn/") {
        let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
        return (StatusCode::CONFLICT, [json], app::error::somebody_else(who)).into_response();
    }
    let mut response = Problem::SomebodyElse.into_response();
    response.extensions_mut().insert(SignedInAs(who));
    response
}
