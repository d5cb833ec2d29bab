//! Letting somebody in who is without their authenticators.

use super::super::asked::Named;
use super::super::caller::Admin;
use super::super::error::ApiError;
use super::super::field::Flaw;
use super::super::moment::Moment;
use super::super::once::{Creating, Made};
use super::administration::bad_reason;
use super::known;
use crate::place::Whence;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;
use domain::Issuing;
use domain::factor::bypass_code::BypassMinutes;
use domain::name::Reason;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a bypass code is issued, and for how long.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewBypassCode {
    /// For the audit log: 1 to 256 characters. Where Twofold writes to the user, they read it.
    #[schema(min_length = 1, max_length = 256)]
    reason: String,
    /// How long it is good: 15 unless given.
    #[schema(minimum = 1, maximum = 60)]
    minutes: Option<u8>,
}

/// A bypass code, in this answer and never again.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct BypassCodeDocument {
    /// What the user types at the challenge: in any case, with or without its dashes.
    #[schema(example = "7Q4M-X2C9-KD5T")]
    code: String,
    expires_at: Moment,
}

/// Issue a bypass code to a user
///
/// For whoever is without the phone: it passes one challenge, and nothing else. A newer one ends the one before, and so does
/// every change of the user's factors. A Security tab that is opened in the five minutes after lets the user replace the
/// authenticator that was lost.
#[utoipa::path(post, operation_id = "issue_bypass_code", path = "/v1/users/{id}/bypass-codes", tag = "users", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")),
    request_body = NewBypassCode,
    responses((status = 201, body = BypassCodeDocument),
              (status = 409, description = "two_factor_not_on")))]
pub(in super::super) async fn issue_bypass_code(
    State(server): State<Server>,
    Admin(caller): Admin,
    Named(id): Named,
    Whence(place): Whence,
    Creating { asked, once }: Creating<NewBypassCode>,
) -> Result<Response, ApiError> {
    let user = known(caller.site, &id)?;
    let reason = Reason::parse(&asked.reason).map_err(bad_reason)?;
    let minutes = asked.minutes.map_or(Some(BypassMinutes::default()), BypassMinutes::new);
    let minutes = minutes.ok_or_else(|| ApiError::malformed("minutes", Flaw::Type))?;
    let make = async {
        let issuing = Issuing { reason, minutes };
        let (code, until) =
            server.two_factor().issue_bypass_code(&user, caller.doer().as_ref(), issuing, &place).await?;
        let document = BypassCodeDocument { code: code.expose().to_owned(), expires_at: until.into() };
        Ok(Made::noted(document, until)?)
    };
    Ok(once.run(&server, &user, make).await?.created())
}
