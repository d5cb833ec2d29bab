//! The server functions of `app`, each under its own path, with the caller they work for.

use crate::guard::RequestId;
use crate::place::Whence;
use crate::problem::Problem;
use crate::route::Route;
use crate::standalone::{Signed, Waiting};
use crate::state::Server;
use app::fns::{ChallengeCaller, Challenged};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{ACCEPT, HeaderValue, REFERER};
use leptos::context::provide_context;
use leptos_axum::handle_server_fns_with_context;

/// They register themselves; all are `POST`.
pub(crate) fn routes() -> Vec<Route> {
    server_fn::axum::server_fn_paths().map(|(path, _)| Route::json(path, call)).collect()
}

async fn call(
    State(server): State<Server>,
    Extension(RequestId(id)): Extension<RequestId>,
    Whence(place): Whence,
    Signed(caller): Signed,
    Waiting(pending): Waiting,
    request: Request,
) -> Response {
    let challenged = pending.map(|pending| ChallengeCaller {
        site: pending.user.site,
        challenge: pending.challenge,
        place,
    });
    let context = move || {
        provide_context(server.two_factor().clone());
        provide_context(app::fns::Signed(caller.clone()));
        provide_context(Challenged(challenged.clone()));
        provide_context(app::fns::RequestId(id.clone()));
    };
    let answer = handle_server_fns_with_context(context, as_from_a_script(request)).await.into_response();
    // Every function sets the status of its own refusals and faults: what is left at Leptos' 500 never reached one,
    // because its arguments could not be read.
    if answer.status() == StatusCode::INTERNAL_SERVER_ERROR {
        Problem::Malformed.into_response()
    } else {
        answer
    }
}

/// Leptos answers a browser that asks for HTML with a redirect to whatever `Referer` says: nobody here asks for HTML.
fn as_from_a_script(mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().remove(REFERER);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}
