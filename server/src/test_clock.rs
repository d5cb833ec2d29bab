//! `POST /test/clock {"advance_seconds": n}`: a test moves the clock. Only with the feature `test-clock`.

use crate::clock::SystemClock;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_seconds: u32,
}

/// The one route.
pub fn router(clock: Arc<SystemClock>) -> Router {
    Router::new().route("/test/clock", post(advance)).with_state(clock)
}

async fn advance(State(clock): State<Arc<SystemClock>>, Json(by): Json<Move>) -> StatusCode {
    clock.advance(Duration::from_secs(by.advance_seconds.into()));
    StatusCode::NO_CONTENT
}
