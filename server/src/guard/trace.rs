//! One line in the log for each request: method, route, status, milliseconds. Never a path as it was sent, a query, a
//! header or a body: any of them may hold what a log must not.

use super::RequestId;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use tokio::time::Instant;
use tracing::Instrument;

pub(super) async fn log(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "request",
        request.id = id,
        http.method = name(request.method()),
        http.route = route
    );
    async move {
        let begun = Instant::now();
        let response = next.run(request).await;
        let (status, millis) = (response.status().as_u16(), begun.elapsed().as_millis());
        if is_quiet(&route) {
            tracing::debug!(http.status = status, millis, "answered");
        } else {
            tracing::info!(http.status = status, millis, "answered");
        }
        response
    }
    .instrument(span)
    .await
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
