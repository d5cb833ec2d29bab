//! `POST /test/clock`: a test lets time pass, or sets the machine's clock. Only with the feature `test-clock`.

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
    /// Time passes.
    #[serde(default)]
    advance_seconds: u32,
    /// Somebody moves the machine's wall clock by so much, backwards if negative, and no time passes.
    #[serde(default)]
    move_wall_seconds: i64,
}

/// The one route.
pub fn router(clock: Arc<SystemClock>) -> Router {
    Router::new().route("/test/clock", post(advance)).with_state(clock)
}

async fn advance(State(clock): State<Arc<SystemClock>>, Json(by): Json<Move>) -> StatusCode {
    clock.advance(Duration::from_secs(by.advance_seconds.into()));
    clock.move_wall(by.move_wall_seconds.saturating_mul(1000));
    StatusCode::NO_CONTENT
}
