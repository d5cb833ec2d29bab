//! One line in the log for each request: method, route, status, milliseconds, and why it was refused. Never a path as it
//! was sent, a query, a body or a header that may hold what a log must not.

mod correlation;
mod refusal;

use super::RequestId;
use crate::place::Whence;
use crate::state::Server;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use correlation::Correlation;
use domain::name::User;
use domain::site::SiteCaller;
use http::{Method, StatusCode};
pub(crate) use refusal::Refusal;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span};

pub(super) async fn log(State(server): State<Server>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let Correlation { parent, request_id } = Correlation::of(request.headers());
    let span = tracing::info_span!(
        "request",
        request.id = id,
        request.sent_id = request_id,
        trace.parent = parent,
        http.method = name(request.method()),
        http.route = route,
        site = Empty,
        key = Empty,
        user = Empty,
    );
    let (metrics, method) = (server.metrics().clone(), name(request.method()));
    let (mut parts, body) = request.into_parts();
    let Ok(Whence(place)) = Whence::from_request_parts(&mut parts, &server).await;
    let request = Request::from_parts(parts, body);
    async move {
        let begun = Instant::now();
        let response = next.run(request).await;
        let took = begun.elapsed();
        metrics.answered(method, &route, response.status(), took);
        let millis = took.as_millis();
        match Refusal::of(&response) {
            // What a load balancer asks every few seconds says why in its answer.
            Some(Refusal { code, field }) if !is_quiet(&route) => {
                let (status, field) = (response.status().as_u16(), field.as_deref());
                tracing::info!(http.status = status, millis, code, field, client = place.address, "refused");
            }
            _ => answered(&route, response.status(), millis),
        }
        response
    }
    .instrument(span)
    .await
}

/// Notes who asks, in every line of this request from now on.
pub(crate) fn by(caller: &SiteCaller) {
    let span = Span::current();
    span.record("site", tracing::field::display(&caller.site));
    span.record("key", caller.key.as_str());
}

/// Notes whom it is about, in every line of this request from now on.
pub(crate) fn about(user: &User) {
    Span::current().record("user", user.id.as_str());
}

fn answered(route: &str, status: StatusCode, millis: u128) {
    let status = status.as_u16();
    if is_quiet(route) {
        tracing::debug!(http.status = status, millis, "answered");
    } else {
        tracing::info!(http.status = status, millis, "answered");
    }
}

/// A method may be any word: only the known ones are written down.
fn name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// What is asked for every few seconds, or many times a page.
fn is_quiet(route: &str) -> bool {
    matches!(route, "/healthz" | "/readyz" | "/assets/{file}")
}
