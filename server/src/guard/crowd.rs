//! Whoever has more than their share, while others wait, is told to come back; whether the server is well is said all the
//! same.

use super::host::is_probe;
use crate::problem::Problem;
use crate::serving::Crowded;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub(super) async fn turn_away(request: Request, next: Next) -> Response {
    if request.extensions().get::<Crowded>().is_some() && !is_probe(request.uri().path()) {
        return Problem::Unavailable.into_response();
    }
    next.run(request).await
}
