//! Every request is answered within ten seconds, reading its body included (I14).

use crate::problem::Problem;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(10);

pub(super) async fn limit(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(LIMIT, next.run(request)).await;
    answer.unwrap_or_else(|_| Problem::Timeout.into_response())
}
