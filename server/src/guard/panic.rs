//! A panic ends its request, and nothing else. The hook of [`crate::telemetry`] has logged it.

use crate::problem::Problem;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;

pub(super) async fn catch(request: Request, next: Next) -> Response {
    // What the request owned is dropped, and shared state is behind a database or a lock that says so.
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    answer.unwrap_or_else(|_| Problem::Defect.into_response())
}
