//! What load balancers ask: is the process alive, and can it answer people?

use crate::problem::Problem;
use crate::route::Route;
use crate::state::Server;
use axum::extract::State;
use domain::ports::ClockStanding;
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

/// A clock that is off makes nobody unready: everything but codes is answered, and where the database's clock is the wrong
/// one every replica would go. The header says it to whoever watches.
async fn ready(State(server): State<Server>) -> Result<(StatusCode, [(&'static str, String); 1]), Problem> {
    if server.is_draining() {
        return Err(Problem::Draining);
    }
    // Logged once, by whoever watches over it.
    server.check_file().map_err(|_| Problem::DatabaseLost)?;
    server.prove_commit().await?;
    Ok((StatusCode::NO_CONTENT, [("twofold-clock", clock(&server))]))
}

/// A dictionary of RFC 9651: whether codes are judged by this machine's clock; by how many milliseconds it was moved, and lies
/// ahead of the database's, if that is known; how many codes were refused that were right one step outside the window; and by
/// how many seconds the phones of most people lie ahead, if they do so by the same.
fn clock(server: &Server) -> String {
    let ClockStanding { trusted, moved_millis, ahead_of_database_millis, .. } = server.clock();
    let trusted = if trusted { "?1" } else { "?0" };
    let ahead = ahead_of_database_millis.map(|ahead| format!(", ahead-of-database={ahead}"));
    let out = server.two_factor().codes_one_step_out();
    let ahead = ahead.unwrap_or_default();
    let phones = server.two_factor().phones_ahead().map(|ahead| format!(", phones-ahead={ahead}"));
    let phones = phones.unwrap_or_default();
    format!("trusted={trusted}, moved={moved_millis}{ahead}, codes-one-step-out={out}{phones}")
}
