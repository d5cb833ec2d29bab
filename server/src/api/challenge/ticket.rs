//! Another ticket for a challenge that is open: for a second tab, and for a page that is loaded again.

use super::super::asked::Named;
use super::super::caller::Verify;
use super::super::error::ApiError;
use super::super::moment::Moment;
use super::super::once::{Creating, Made};
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;
use domain::error::ChallengeError;
use domain::name::ChallengeId;
use domain::ports::{Challenge, ChallengeState};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Nothing more than the challenge of the path is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewChallengeTicket {}

/// What opens the challenge in its widget, once.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct ChallengeTicket {
    ticket: String,
    expires_at: Moment,
}

/// Issue another ticket for a challenge
///
/// For a page that shows the same challenge again: in a second tab, or loaded anew. Open no second challenge for that: the
/// answer to the first one would then be an answer to nothing. It stays one challenge, with its time and its count.
#[utoipa::path(post, operation_id = "issue_challenge_ticket", path = "/v1/challenges/{id}/tickets", tag = "challenges", security(("key" = ["verify"])),
    params(("id" = String, Path, format = "uuid"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")),
    request_body = NewChallengeTicket,
    responses((status = 201, body = ChallengeTicket),
              (status = 409, description = "challenge_expired, challenge_already_answered")))]
pub(in super::super) async fn issue_challenge_ticket(
    State(server): State<Server>,
    Verify(caller): Verify,
    Named(id): Named,
    Creating { asked: NewChallengeTicket {}, once }: Creating<NewChallengeTicket>,
) -> Result<Response, ApiError> {
    let id = ChallengeId::parse(&id).ok_or_else(ApiError::not_found)?;
    let challenge = server.two_factor().challenge(caller.site, id).await?;
    let make = async {
        may_be_shown(&challenge, server.now())?;
        let issued = server.two_factor().issue_challenge_ticket(&challenge).await?;
        let (ticket, expires_at) = (issued.ticket.expose().to_owned(), issued.expires_at.into());
        Ok(Made::noted(ChallengeTicket { ticket, expires_at }, issued.expires_at)?)
    };
    Ok(once.run(&server, &challenge.user, make).await?.created())
}

/// Nothing is opened by it that the challenge does not allow: a ticket for one that ended a moment ago shows that it ended.
fn may_be_shown(of: &Challenge, now: Timestamp) -> Result<(), ChallengeError> {
    match of.state {
        ChallengeState::Open if of.is_open(now) => Ok(()),
        ChallengeState::Enrolling if of.is_enrolling(now) => Ok(()),
        ChallengeState::Passed | ChallengeState::Redeemed => Err(ChallengeError::AlreadyAnswered),
        ChallengeState::Open | ChallengeState::Enrolling | ChallengeState::Cancelled => {
            Err(ChallengeError::Expired)
        }
    }
}
