//! What the answer to a right code carries for whoever signs in by it, beside what it says: the session is there already.

use super::session::{kept, remember, with_known};
use crate::problem::Problem;
use crate::state::Server;
use axum::response::{IntoResponse, Response};
use domain::SignedIn;
use domain::session::TokenHash;
use domain::step_up::Caller;

/// The sign-in that waited in this browser is over, and so is the session that it held before. Nothing that fails here costs
/// anybody the session: the guard in front puts its cookie on every answer.
pub(crate) async fn let_in(
    server: &Server,
    who: &SignedIn,
    waiting: Option<TokenHash>,
    before: Option<Caller>,
    answer: Response,
) -> Response {
    match carried(server, who, waiting, before, answer).await {
        Ok(answer) => answer,
        Err(problem) => problem.into_response(),
    }
}

async fn carried(
    server: &Server,
    who: &SignedIn,
    waiting: Option<TokenHash>,
    before: Option<Caller>,
    answer: Response,
) -> Result<Response, Problem> {
    let answer = kept(server, &who.token, answer)?;
    let answer = match &who.redeemed.device {
        Some(device) => remember(server, device, answer)?,
        None => answer,
    };
    // From here on it is tidying, of which the log tells what fails.
    let answer = with_known(server, &who.redeemed.user, answer).await;
    if let Some(waiting) = waiting {
        let closed = server.accounts().close_pending(waiting, server.now()).await;
        let _ = closed.map_err(Problem::from);
    }
    if let Some(before) = &before {
        let ended = server.two_factor().end_session(before).await;
        let _ = ended.map_err(Problem::from);
    }
    Ok(answer)
}
