//! What load balancers ask: is the process alive, and can it answer people?

use crate::problem::Problem;
use crate::route::Route;
use crate::state::Server;
use axum::extract::State;
use http::StatusCode;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::page("/healthz", alive), Route::page("/readyz", ready)]
}

async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn ready(State(server): State<Server>) -> Result<StatusCode, Problem> {
    server.ping().await?;
    Ok(StatusCode::NO_CONTENT)
}
