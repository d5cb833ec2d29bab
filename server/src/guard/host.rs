//! A request for another host is not answered: a page must not be reachable under a name that somebody else controls
//! (DNS rebinding), nor a cache be fed under one.

use crate::api;
use crate::config::Settings;
use crate::problem::{Mismatch, Problem};
use crate::state::Server;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::HOST;

pub(super) async fn check(State(server): State<Server>, request: Request, next: Next) -> Response {
    if is_probe(request.uri().path()) || is_ours(&server, &request) {
        return next.run(request).await;
    }
    let expected = server.settings().public_url.authority();
    Mismatch::between(expected, received(&request)).told(Problem::ForeignHost.into_response())
}

/// Servers with a key may call by another name: no browser sends that key by itself.
fn is_ours(server: &Server, request: &Request) -> bool {
    let Settings { public_url, internal_hosts, .. } = server.settings();
    let by_program = api::is_api(request.uri().path());
    let is_host = |host: &str| {
        public_url.is_host(host)
            || (by_program && internal_hosts.iter().any(|internal| internal.is_host(host)))
    };
    let target_is_ours = request.uri().authority().is_none_or(|authority| is_host(authority.as_str()));
    received(request).is_some_and(is_host) && target_is_ours
}

/// The one host that is asked for.
fn received(request: &Request) -> Option<&str> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return None };
    host.to_str().ok()
}

/// A load balancer asks for these by address. They say nothing to anybody.
pub(super) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}
