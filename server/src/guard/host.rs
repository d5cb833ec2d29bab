//! A request for another host is not answered: a page must not be reachable under a name that somebody else controls
//! (DNS rebinding), nor a cache be fed under one.

use crate::problem::Problem;
use crate::state::Server;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::HOST;

pub(super) async fn check(State(server): State<Server>, request: Request, next: Next) -> Response {
    if is_probe(request.uri().path()) || is_ours(&server, &request) {
        return next.run(request).await;
    }
    Problem::ForeignHost.into_response()
}

fn is_ours(server: &Server, request: &Request) -> bool {
    let url = &server.settings().public_url;
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let target_is_ours = request.uri().authority().is_none_or(|authority| url.is_host(authority.as_str()));
    host.to_str().is_ok_and(|host| url.is_host(host)) && target_is_ours
}

/// A load balancer asks for these by address. They say nothing to anybody.
pub(super) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}
