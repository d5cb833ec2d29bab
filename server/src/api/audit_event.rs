//! `/v1/audit-events`: what happened to one user, newest first.

use super::caller::Admin;
use super::error::{ApiError, ProblemDocument};
use super::field::Flaw;
use super::kind::Kind;
use super::moment::Moment;
use crate::state::Server;
use axum::Json;
use axum::extract::{Query, State};
use domain::audit::Event;
use domain::name::{SiteId, User, UserId};
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

/// Events unless another number is asked for.
const USUAL: u32 = 50;
/// The most at once.
const MOST: u32 = 200;

/// The newest events of one user.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditEvents {
    events: Vec<AuditEvent>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditEvent {
    #[schema(format = "uuid")]
    id: String,
    at: Moment,
    user: String,
    /// `challenge.passed`, say.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    factor: Option<Kind>,
    /// Why a code was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    /// The name of the authenticator.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// From where it was asked for; over the API, the address of the site's server.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
}

/// List the newest events of a user
#[utoipa::path(get, path = "/v1/audit-events", tag = "audit", security(("key" = ["admin"])),
    params(("user" = String, Query, description = "The site's own id of the user"),
           ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 unless given")),
    responses((status = 200, body = AuditEvents),
              (status = "default", body = ProblemDocument, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(server): State<Server>,
    Admin(caller): Admin,
    uri: Uri,
) -> Result<Json<AuditEvents>, ApiError> {
    let (user, limit) = read(caller.site, &uri)?;
    let events = server.two_factor().events(&user, limit).await?;
    Ok(Json(AuditEvents { events: events.into_iter().map(AuditEvent::from).collect() }))
}

fn read(site: SiteId, uri: &Uri) -> Result<(User, u32), ApiError> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
    let Query(pairs) = pairs.map_err(|_| ApiError::malformed("user", Flaw::Type))?;
    let (mut user, mut limit) = (None, None);
    for (name, value) in pairs {
        let before = match name.as_str() {
            "user" => user.replace(value),
            "limit" => limit.replace(value),
            _ => return Err(ApiError::malformed(&name.chars().take(64).collect::<String>(), Flaw::Unknown)),
        };
        if before.is_some() {
            return Err(ApiError::malformed(&name, Flaw::Twice));
        }
    }
    let user = user.ok_or_else(|| ApiError::malformed("user", Flaw::Missing))?;
    let id = UserId::parse(&user).map_err(|error| ApiError::malformed("user", error.into()))?;
    let limit =
        limit.map_or(Some(USUAL), |limit| limit.parse().ok().filter(|limit| (1..=MOST).contains(limit)));
    Ok((User { site, id }, limit.ok_or_else(|| ApiError::malformed("limit", Flaw::Type))?))
}

impl From<Event> for AuditEvent {
    fn from(event: Event) -> Self {
        Self {
            id: event.id.to_string(),
            at: event.at.into(),
            user: event.user.id.as_str().to_owned(),
            kind: event.kind.as_str(),
            factor: event.factor.map(Kind::from),
            cause: event.cause.map(domain::audit::Cause::as_str),
            subject: event.subject,
            address: event.place.address,
            browser: event.place.browser,
        }
    }
}
