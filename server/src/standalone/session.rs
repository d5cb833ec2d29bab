//! Beginning and ending what a browser holds. A token is never used twice: each step gives a new one.

use super::next::{self, Next};
use super::{Cookie, SECURITY, known_browser};
use crate::page::{self, SignInNotice};
use crate::problem::Problem;
use crate::state::Server;
use axum::response::{IntoResponse, Response};
use domain::audit::Place;
use domain::name::User;
use domain::session::SessionToken;
use domain::step_up::Caller;
use domain::ticket::Trusted;
use http::StatusCode;
use http::header::{HeaderValue, LOCATION, SET_COOKIE};

/// Somebody who may be let in.
pub(super) struct Admitted<'a> {
    /// Who.
    pub(super) user: &'a User,
    /// Their revision when that was seen: under another one the sign-in starts over.
    pub(super) revision: i64,
    /// From where.
    pub(super) place: &'a Place,
    /// The session that the browser held before, which ends.
    pub(super) before: Option<Caller>,
    /// The page that was asked for.
    pub(super) next: Option<Next>,
}

impl Admitted<'_> {
    /// Where the browser goes on.
    fn to(&self) -> &str {
        self.next.as_ref().map_or(SECURITY, Next::as_str)
    }
}

/// Opens a session of somebody of whom no second factor is asked, and sends the browser on with it. A waiting sign-in's
/// cookie goes.
pub(super) async fn begin(server: &Server, who: Admitted<'_>) -> Result<Response, Problem> {
    match server.two_factor().open_session_unasked(who.user, who.revision, who.place).await? {
        Some(token) => instead(server, &who, &token).await,
        None => start_over(server),
    }
}

/// Sends the browser on with its new session, instead of the one that it held before.
pub(super) async fn instead(
    server: &Server,
    who: &Admitted<'_>,
    token: &SessionToken,
) -> Result<Response, Problem> {
    if let Some(before) = &who.before {
        server.two_factor().end_session(before).await?;
    }
    signed_in(server, who.user, token, who.to()).await
}

/// Sends the browser on with the cookie of its session, known from now on. A waiting sign-in's goes.
pub(super) async fn signed_in(
    server: &Server,
    user: &User,
    token: &SessionToken,
    to: &str,
) -> Result<Response, Problem> {
    let answer = kept(server, token, see_other(to))?;
    match known_browser::cookie(server, user).await? {
        None => Ok(answer),
        known => with_cookies(answer, [known]),
    }
}

/// Has the browser keep its session. A waiting sign-in's cookie goes.
pub(super) fn kept(server: &Server, token: &SessionToken, answer: Response) -> Result<Response, Problem> {
    let url = &server.settings().public_url;
    with_cookies(answer, [Cookie::Session.set(token, url), Cookie::Pending.clear(url)])
}

/// Has the browser be known from now on, if it can be.
pub(super) async fn with_known(server: &Server, user: &User, mut answer: Response) -> Response {
    if let Ok(Some(known)) = known_browser::cookie(server, user).await {
        answer.headers_mut().append(SET_COOKIE, known);
    }
    answer
}

/// What the sign-in was begun under has changed while it was under way.
pub(super) fn start_over(server: &Server) -> Result<Response, Problem> {
    without(server, Cookie::Pending, page::sign_in(server, Some(SignInNotice::Changed), "", None))
}

/// Sends the browser on with the cookie of a waiting sign-in, and with that of where it goes on afterwards.
pub(super) fn wait(
    server: &Server,
    token: &SessionToken,
    to: &'static str,
    then: Option<&Next>,
) -> Result<Response, Problem> {
    let url = &server.settings().public_url;
    with_cookies(see_other(to), [Cookie::Pending.set(token, url), next::cookie(then, url)])
}

/// Has the browser remembered, until then.
pub(super) fn remember(server: &Server, device: &Trusted, response: Response) -> Result<Response, Problem> {
    let lifetime = device.expires_at.since(server.now());
    let cookie = Cookie::Device.set_for(&device.token, lifetime, &server.settings().public_url);
    with_cookies(response, [cookie])
}

/// Takes this cookie from the browser.
pub(super) fn without(server: &Server, cookie: Cookie, response: Response) -> Result<Response, Problem> {
    with_cookies(response, [cookie.clear(&server.settings().public_url)])
}

/// Sends the browser on; what it posted is not posted again.
pub(super) fn see_other(to: impl Into<String>) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, to.into())]).into_response()
}

pub(super) fn with_cookies<const N: usize>(
    mut response: Response,
    cookies: [Option<HeaderValue>; N],
) -> Result<Response, Problem> {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie.ok_or(Problem::Defect)?);
    }
    Ok(response)
}
