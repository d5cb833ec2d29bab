//! The HTTP API `/v1`, for the servers of sites. The key says which site asks and nothing else does; no cookie is read.
//!
//! Reading order: [`endpoints`] (what there is), `caller` (who asks), `asked` (what is read), `error` (what is refused).

mod asked;
mod audit_event;
mod caller;
mod challenge;
mod document;
mod endpoint;
mod enrollment;
mod error;
mod field;
mod kind;
mod me;
mod moment;
mod once;
mod person;
mod qr_code;
mod query;
mod session;
mod user;

use crate::state::Server;
use axum::Router;
use axum::middleware::from_fn;
pub use document::openapi;
pub use endpoint::Endpoint;

/// Every route of the API. The router is built from it and from nothing else.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/v1/openapi.json", document::document),
        Endpoint::get("/v1/me", me::show),
        Endpoint::post("/v1/sessions", session::issue_ticket),
        Endpoint::post("/v1/challenges", challenge::open),
        Endpoint::get("/v1/challenges/{id}", challenge::show),
        Endpoint::post("/v1/challenges/{id}/answers", challenge::answer),
        Endpoint::post("/v1/challenges/{id}/email-codes", challenge::mail_code),
        Endpoint::post("/v1/challenges/{id}/redeem", challenge::redeem),
        Endpoint::post("/v1/challenges/{id}/tickets", challenge::issue_challenge_ticket),
        Endpoint::post("/v1/enrollments", enrollment::begin),
        Endpoint::post("/v1/enrollments/{id}/confirm", enrollment::confirm),
        Endpoint::post("/v1/enrollments/{id}/acknowledge", enrollment::acknowledge),
        Endpoint::get("/v1/users", user::list),
        Endpoint::get("/v1/users/{id}", user::show),
        Endpoint::delete("/v1/users/{id}", user::erase),
        Endpoint::delete("/v1/users/{id}/authenticators/{authenticator_id}", user::revoke_authenticator),
        Endpoint::post("/v1/users/{id}/reset", user::reset),
        Endpoint::post("/v1/users/{id}/unlock", user::unlock),
        Endpoint::put("/v1/users/{id}/requirement", user::require),
        Endpoint::put("/v1/users/{id}/exemption", user::exempt),
        Endpoint::delete("/v1/users/{id}/exemption", user::end_exemption),
        Endpoint::post("/v1/users/{id}/bypass-codes", user::issue_bypass_code),
        Endpoint::get("/v1/audit-events", audit_event::list),
    ]
}

/// Whether a path belongs to the API: whoever asks there is a program with a key, and not a browser with a cookie. A base URL
/// that ends in a slash makes `//v1/…` of it, which is no route, and is to be told so like any other.
pub fn is_api(path: &str) -> bool {
    path.trim_start_matches('/').starts_with("v1/")
}

pub(crate) fn router() -> Router<Server> {
    let routes = endpoints().into_iter().fold(Router::new(), |router, endpoint| endpoint.add_to(router));
    routes.layer(from_fn(error::words))
}
