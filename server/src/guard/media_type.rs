//! A route that takes a body takes one type of it. Together with the check of the origin this keeps out every form
//! that a foreign page could send (ASVS 5.0, 3.5.2).

use crate::problem::{Mismatch, Problem};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method};

/// For routes that take forms.
pub async fn form(request: Request, next: Next) -> Response {
    only("application/x-www-form-urlencoded", request, next).await
}

/// For routes that take JSON.
pub async fn json(request: Request, next: Next) -> Response {
    only("application/json", request, next).await
}

async fn only(wanted: &str, request: Request, next: Next) -> Response {
    if [Method::POST, Method::PUT].contains(request.method()) && !is(wanted, request.headers()) {
        let received = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let mismatch = Mismatch::between(wanted, received);
        return mismatch.told(Problem::UnsupportedMediaType.into_response());
    }
    next.run(request).await
}

fn is(wanted: &str, headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(wanted)
}
