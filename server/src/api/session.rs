//! `/v1/sessions`: a ticket for a user's Security tab.

use super::caller::Verify;
use super::error::ApiError;
use super::field::Flaw;
use super::moment::Moment;
use super::once::{Creating, Made};
use super::person::NamedUser;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;
use domain::audit::Place;
use domain::name::ChallengeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose Security tab is to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSession {
    user: NamedUser,
    /// The id of the challenge, of the action `sign_in`, that the user passed to sign in and that you redeemed. Where it was
    /// passed with a bypass code, the Security tab then lets them replace or remove the lost authenticator, once.
    #[schema(format = "uuid")]
    sign_in: Option<String>,
}

/// What opens it, once.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionTicket {
    ticket: String,
    expires_at: Moment,
}

/// Issue a ticket for a user's Security tab
///
/// The site vouches that the user is signed in. `sign_in` says by which challenge; one that is long over does no harm.
#[utoipa::path(post, operation_id = "issue_session_ticket", path = "/v1/sessions", tag = "sessions", security(("key" = ["verify"])), request_body = NewSession,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")),
    responses((status = 201, body = SessionTicket), (status = 409, description = "not_a_sign_in")))]
pub(super) async fn issue_ticket(
    State(server): State<Server>,
    Verify(caller): Verify,
    Creating { asked, once }: Creating<NewSession>,
) -> Result<Response, ApiError> {
    let introduced = asked.user.of(caller.site)?;
    let sign_in = asked
        .sign_in
        .as_deref()
        .map(|id| ChallengeId::parse(id).ok_or_else(|| ApiError::malformed("sign_in", Flaw::Type)));
    let sign_in = sign_in.transpose()?;
    let make = async {
        introduced.remember(&server, &Place::default()).await?;
        let (two_factor, user, label) = (server.two_factor(), &introduced.user, &introduced.label);
        let issued = match sign_in {
            None => two_factor.issue_session_ticket(user, label).await?,
            Some(id) => {
                let issued = two_factor.issue_session_ticket_after(user, label, id).await?;
                issued.ok_or_else(ApiError::not_a_sign_in)?
            }
        };
        let (ticket, expires_at) = (issued.ticket.expose().to_owned(), issued.expires_at.into());
        Ok(Made::noted(SessionTicket { ticket, expires_at }, issued.expires_at)?)
    };
    Ok(once.run(&server, &introduced.user, make).await?.created())
}
