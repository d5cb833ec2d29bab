//! `/v1/sessions`: a ticket for a user's Security tab.

use super::caller::Verify;
use super::error::ApiError;
use super::moment::Moment;
use super::once::{Creating, Made};
use super::person::NamedUser;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose Security tab is to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSession {
    user: NamedUser,
}

/// What opens it, once.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionTicket {
    ticket: String,
    expires_at: Moment,
}

/// Issue a ticket for a user's Security tab
///
/// The site vouches that the user is signed in.
#[utoipa::path(post, operation_id = "issue_session_ticket", path = "/v1/sessions", tag = "sessions", security(("key" = ["verify"])), request_body = NewSession,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")),
    responses((status = 201, body = SessionTicket)))]
pub(super) async fn issue_ticket(
    State(server): State<Server>,
    Verify(caller): Verify,
    Creating { asked, once }: Creating<NewSession>,
) -> Result<Response, ApiError> {
    let introduced = asked.user.of(caller.site)?;
    let make = async {
        introduced.remember(&server).await?;
        let issued = server.two_factor().issue_session_ticket(&introduced.user, &introduced.label).await?;
        let (ticket, expires_at) = (issued.ticket.expose().to_owned(), issued.expires_at.into());
        Ok(Made::noted(SessionTicket { ticket, expires_at }, issued.expires_at)?)
    };
    Ok(once.run(&server, &introduced.user, "sessions", make).await?.created())
}
