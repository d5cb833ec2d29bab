//! The server functions of `app`, each under its own path, with the caller they work for.

use crate::guard::{ForWaiting, RequestId};
use crate::place::Whence;
use crate::problem::Problem;
use crate::route::Route;
use crate::standalone::{self, Signed, Waiting, must_set_up};
use crate::state::Server;
use crate::widget::{Borne, borne};
use app::fns::{ChallengeCaller, Challenged, LetIn, MustSetUp, Renewed};
use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use domain::session::TokenHash;
use domain::step_up::Caller;
use http::StatusCode;
use http::header::{ACCEPT, HeaderValue, REFERER};
use http::request::Parts;
use leptos::context::provide_context;
use leptos_axum::handle_server_fns_with_context;

/// They register themselves; all are `POST`.
pub(crate) fn routes() -> Vec<Route> {
    server_fn::axum::server_fn_paths().map(|(path, _)| Route::json(path, call)).collect()
}

async fn call(
    State(server): State<Server>,
    Extension(RequestId(id)): Extension<RequestId>,
    Extension(renewed): Extension<Renewed>,
    asking: Asking,
    request: Request,
) -> Response {
    let Asking { caller, challenged, must_set_up, waiting } = asking;
    let (let_in, before) = (LetIn::default(), caller.clone());
    let provided = let_in.clone();
    let two_factor = server.two_factor().clone();
    let context = move || {
        provide_context(two_factor.clone());
        provide_context(renewed.clone());
        provide_context(provided.clone());
        provide_context(app::fns::Signed(caller.clone()));
        provide_context(MustSetUp(must_set_up));
        provide_context(Challenged(challenged.clone()));
        provide_context(app::fns::RequestId(id.clone()));
    };
    let answer = handle_server_fns_with_context(context, as_from_a_script(request)).await.into_response();
    if let Some(signed_in) = let_in.signed_in() {
        return standalone::let_in(&server, signed_in, waiting, before, answer).await;
    }
    // Every function sets the status of its own refusals and faults: what is left at Leptos' 500 never reached one,
    // because its arguments could not be read.
    if answer.status() == StatusCode::INTERNAL_SERVER_ERROR {
        Problem::Malformed.into_response()
    } else {
        answer
    }
}

/// Whom a server function works for. At most one of the two says that it is anybody, but for a browser in which
/// somebody signs in anew.
struct Asking {
    caller: Option<Caller>,
    challenged: Option<ChallengeCaller>,
    must_set_up: bool,
    /// The sign-in that waits in this browser.
    waiting: Option<TokenHash>,
}

impl FromRequestParts<Server> for Asking {
    type Rejection = Problem;

    /// By the bearer of a widget's frame, where there is one: then no cookie is read. Otherwise by cookies.
    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        let Ok(Whence(place)) = Whence::from_request_parts(parts, server).await;
        let mut waiting = None;
        let (caller, asked) = match borne(server, &parts.headers).await? {
            Borne::Session(session) => (Some(Caller { session, place: place.clone() }), None),
            Borne::Challenge(access) => (None, Some((access.user.site, access.challenge))),
            Borne::Nobody => (None, None),
            Borne::Nothing => {
                let Signed(caller) = Signed::from_request_parts(parts, server).await?;
                let caller = caller.filter(|_| parts.extensions.get::<ForWaiting>().is_none());
                let Waiting(pending) = Waiting::from_request_parts(parts, server).await?;
                waiting = pending.as_ref().map(|pending| pending.token);
                (caller, pending.map(|pending| (pending.user.site, pending.challenge)))
            }
        };
        let signs_in = waiting.is_some();
        let challenged = asked.map(|(site, challenge)| ChallengeCaller { site, challenge, place, signs_in });
        let must_set_up = match &caller {
            Some(caller) => must_set_up(server, caller).await?,
            None => false,
        };
        Ok(Self { caller, challenged, must_set_up, waiting })
    }
}

/// Leptos answers a browser that asks for HTML with a redirect to whatever `Referer` says: nobody here asks for HTML.
fn as_from_a_script(mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().remove(REFERER);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}
