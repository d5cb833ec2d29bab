//! What an administrator of the site does with a user.

use super::super::asked::{Named, NamedTwice};
use super::super::caller::Admin;
use super::super::error::ApiError;
use super::super::field::Flaw;
use super::super::once::{Creating, Made};
use super::known;
use crate::place::Whence;
use crate::state::Server;
use axum::extract::State;
use axum::response::Response;
use domain::name::{AuthenticatorId, NameError, Reason};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

/// Why a user's factors are taken away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Reset {
    /// For the audit log: 1 to 256 characters.
    #[schema(min_length = 1, max_length = 256)]
    reason: String,
}

/// Why wrong codes are forgiven.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Unlock {
    /// For the audit log: 1 to 256 characters.
    #[schema(min_length = 1, max_length = 256)]
    reason: Option<String>,
}

/// Revoke an authenticator of a user
///
/// Its codes stop working at once. With the last one two-factor authentication is off, and recovery codes, sessions,
/// trusted devices and open challenges are gone.
#[utoipa::path(delete, operation_id = "revoke_authenticator", path = "/v1/users/{id}/authenticators/{authenticator_id}", tag = "users",
    security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`"),
           ("authenticator_id" = String, Path, format = "uuid")),
    responses((status = 204),
              (status = 409, description = "changed_meanwhile")))]
pub(in super::super) async fn revoke_authenticator(
    State(server): State<Server>,
    Admin(caller): Admin,
    NamedTwice(id, authenticator): NamedTwice,
    Whence(place): Whence,
) -> Result<StatusCode, ApiError> {
    let user = known(caller.site, &id)?;
    let authenticator = AuthenticatorId::parse(&authenticator).ok_or_else(ApiError::not_found)?;
    server.two_factor().revoke_authenticator(&user, authenticator, &place).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take every factor of a user away
///
/// For whoever has lost them all. Authenticators, recovery codes, trusted devices, sessions and open challenges are gone,
/// and wrong codes are forgiven: the user sets two-factor authentication up again.
#[utoipa::path(post, operation_id = "reset_user", path = "/v1/users/{id}/reset", tag = "users", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")),
    request_body = Reset,
    responses((status = 204)))]
pub(in super::super) async fn reset(
    State(server): State<Server>,
    Admin(caller): Admin,
    Named(id): Named,
    Whence(place): Whence,
    Creating { asked, once }: Creating<Reset>,
) -> Result<Response, ApiError> {
    let user = known(caller.site, &id)?;
    let reason = Reason::parse(&asked.reason).map_err(bad_reason)?;
    let make = async {
        server.two_factor().reset_user(&user, caller.doer().as_ref(), reason, &place).await?;
        Ok(Made::nothing(server.now()))
    };
    Ok(once.run(&server, &user, make).await?.nothing())
}

/// Forgive a user's wrong codes
///
/// The next code is judged at once.
#[utoipa::path(post, operation_id = "unlock_user", path = "/v1/users/{id}/unlock", tag = "users", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`"),
           ("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")),
    request_body = Unlock,
    responses((status = 204)))]
pub(in super::super) async fn unlock(
    State(server): State<Server>,
    Admin(caller): Admin,
    Named(id): Named,
    Whence(place): Whence,
    Creating { asked, once }: Creating<Unlock>,
) -> Result<Response, ApiError> {
    let user = known(caller.site, &id)?;
    let reason = asked.reason.as_deref().map(Reason::parse).transpose().map_err(bad_reason)?;
    let make = async {
        server.two_factor().unlock_user(&user, caller.doer().as_ref(), reason, &place).await?;
        Ok(Made::nothing(server.now()))
    };
    Ok(once.run(&server, &user, make).await?.nothing())
}

/// Erase a user
///
/// The audit log keeps what happened and when, under your own id of the user; addresses, browsers, names and reasons go.
#[utoipa::path(delete, operation_id = "erase_user", path = "/v1/users/{id}", tag = "users", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`")),
    responses((status = 204)))]
pub(in super::super) async fn erase(
    State(server): State<Server>,
    Admin(caller): Admin,
    Named(id): Named,
    Whence(place): Whence,
) -> Result<StatusCode, ApiError> {
    let user = known(caller.site, &id)?;
    server.two_factor().erase_user(&user, caller.doer().as_ref(), &place).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn bad_reason(error: NameError) -> ApiError {
    ApiError::malformed("reason", Flaw::from(error))
}
