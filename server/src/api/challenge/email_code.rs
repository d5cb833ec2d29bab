//! Codes that answer a challenge by mail.

use super::super::asked::Named;
use super::super::caller::Verify;
use super::super::error::ApiError;
use super::super::moment::Moment;
use super::super::once::{Creating, Made};
use super::super::person::{EndUser, place_of};
use crate::place::Whence;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;
use domain::enrollment::Sent;
use domain::name::ChallengeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A code is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct AskedForCode {
    end_user: Option<EndUser>,
}

/// A code that is on its way. Whether its letter arrives is not known here.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct MailedCode {
    /// The masked address, `a•••@example.com`.
    to: String,
    /// Until when the code is good.
    expires_at: Moment,
    /// From when on another one may be asked for. It ends this one.
    again_at: Moment,
}

/// Mail a code that answers a challenge
///
/// To the address that the user confirmed when they set codes by mail up. It answers this challenge and no other one,
/// once, for ten minutes; the one before is good for nothing then.
#[utoipa::path(post, operation_id = "mail_challenge_code", path = "/v1/challenges/{id}/email-codes", tag = "challenges", security(("key" = ["verify"])),
    params(("id" = String, Path, format = "uuid"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")), request_body = AskedForCode,
    responses((status = 202, body = MailedCode),
              (status = 409, description = "challenge_expired, email_not_set_up"),
              (status = 429, description = "too_soon_to_mail")))]
pub(in super::super) async fn mail_code(
    State(server): State<Server>,
    Verify(caller): Verify,
    Named(id): Named,
    Whence(place): Whence,
    Creating { asked, once }: Creating<AskedForCode>,
) -> Result<Response, ApiError> {
    let id = ChallengeId::parse(&id).ok_or_else(ApiError::not_found)?;
    // Another site's challenge is not found.
    let challenge = server.two_factor().challenge(caller.site, id).await?;
    let place = place_of(asked.end_user, place)?;
    let make = async {
        let sent = server.two_factor().mail_challenge_code(caller.site, id, &place).await?;
        let until = sent.expires_at;
        Ok(Made::noted(MailedCode::from(sent), until)?)
    };
    Ok(once.run(&server, &challenge.user, make).await?.accepted())
}

impl From<Sent> for MailedCode {
    fn from(sent: Sent) -> Self {
        Self { to: sent.to, expires_at: sent.expires_at.into(), again_at: sent.again_at.into() }
    }
}
