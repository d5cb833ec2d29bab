//! Signing out, of a session or of a sign-in that waits for its second factor.

use super::session::{see_other, without};
use super::{Cookie, Signed, Waiting};
use crate::problem::Problem;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;

/// Where the browser goes on, to be told that it is done.
const SIGNED_OUT: &str = "/sign-in?signed-out";

pub(super) async fn sign_out(
    State(server): State<Server>,
    Signed(caller): Signed,
    Waiting(pending): Waiting,
) -> Result<Response, Problem> {
    if let Some(caller) = caller {
        server.two_factor().end_session(&caller).await?;
    }
    if let Some(pending) = pending {
        server.accounts().close_pending(pending.token, server.now()).await?;
    }
    let answer = without(&server, Cookie::Pending, see_other(SIGNED_OUT))?;
    without(&server, Cookie::Session, answer)
}
