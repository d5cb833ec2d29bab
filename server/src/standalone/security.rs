//! The Security tab.

use super::session::{see_other, without};
use super::{Cookie, SIGN_IN, Signed};
use crate::page;
use crate::problem::Problem;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;

pub(super) async fn page(State(server): State<Server>, Signed(caller): Signed) -> Result<Response, Problem> {
    let Some(caller) = caller else { return Ok(see_other(SIGN_IN)) };
    let Some(account) = server.accounts().account_by_user(caller.user()).await? else {
        // The account is gone, and with it what the session was for.
        server.two_factor().end_session(&caller).await?;
        return without(&server, Cookie::Session, see_other(SIGN_IN));
    };
    let overview = server.two_factor().overview(&caller).await?;
    Ok(page::security(&server, &account, &overview))
}
