//! What load balancers ask: is the process alive, and can it answer people?

use crate::problem::Problem;
use crate::route::Route;
use crate::state::Server;
use axum::extract::State;
use http::StatusCode;
use tokio::time::Instant;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::page("/healthz", alive), Route::page("/readyz", ready)]
}

/// Dead is what heard nothing of the database for a minute: starting it again may help.
async fn alive(State(server): State<Server>) -> Result<StatusCode, Problem> {
    if server.pulse().is_lost(Instant::now()) {
        return Err(Problem::Unavailable);
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn ready(State(server): State<Server>) -> Result<StatusCode, Problem> {
    server.ping().await?;
    Ok(StatusCode::NO_CONTENT)
}
