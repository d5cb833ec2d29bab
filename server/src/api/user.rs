//! `/v1/users`: what a user has. It holds no secret.

use super::asked::Named;
use super::caller::Admin;
use super::error::{ApiError, ProblemDocument};
use super::moment::Moment;
use crate::place::Whence;
use crate::state::Server;
use axum::Json;
use axum::extract::State;
use domain::name::{User, UserId};
use domain::overview::{AuthenticatorSummary, RecoverySummary};
use domain::step_up::Caller;
use serde::Serialize;
use utoipa::ToSchema;

/// The state of one user's two-factor authentication.
#[derive(Serialize, ToSchema)]
pub(super) struct UserDocument {
    id: String,
    label: String,
    /// Since when two-factor authentication is on; absent while it is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    protected_since: Option<Moment>,
    authenticators: Vec<AuthenticatorDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<RecoveryCodes>,
}

/// An active authenticator.
#[derive(Serialize, ToSchema)]
pub(super) struct AuthenticatorDocument {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    added_at: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    used_at: Option<Moment>,
}

/// The active set of recovery codes.
#[derive(Serialize, ToSchema)]
pub(super) struct RecoveryCodes {
    left: usize,
    total: usize,
    made_at: Moment,
}

/// Look at a user
#[utoipa::path(get, path = "/v1/users/{id}", tag = "users", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded")),
    responses((status = 200, body = UserDocument),
              (status = "default", body = ProblemDocument, content_type = "application/problem+json")))]
pub(super) async fn show(
    State(server): State<Server>,
    Admin(caller): Admin,
    Named(id): Named,
    Whence(place): Whence,
) -> Result<Json<UserDocument>, ApiError> {
    let id = UserId::parse(&id).map_err(|_| ApiError::not_found())?;
    let user = User { site: caller.site, id };
    let overview = server.two_factor().overview(&Caller::site(user.clone(), place, server.now())).await?;
    let label = overview.label.ok_or_else(ApiError::not_found)?;
    Ok(Json(UserDocument {
        id: user.id.as_str().to_owned(),
        label: label.as_str().to_owned(),
        protected_since: overview.protected_since.map(Moment::from),
        authenticators: overview.authenticators.into_iter().map(AuthenticatorDocument::from).collect(),
        recovery_codes: overview.recovery.map(RecoveryCodes::from),
    }))
}

impl From<AuthenticatorSummary> for AuthenticatorDocument {
    fn from(of: AuthenticatorSummary) -> Self {
        Self {
            id: of.id.to_string(),
            name: of.name.as_str().to_owned(),
            added_at: of.added_at.into(),
            used_at: of.used_at.map(Moment::from),
        }
    }
}

impl From<RecoverySummary> for RecoveryCodes {
    fn from(of: RecoverySummary) -> Self {
        Self { left: of.left, total: of.total, made_at: of.made_at.into() }
    }
}
