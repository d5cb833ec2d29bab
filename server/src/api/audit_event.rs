//! `/v1/audit-events`: what happened, newest first.

use super::caller::Admin;
use super::error::ApiError;
use super::field::Flaw;
use super::kind::Kind;
use super::moment::Moment;
use super::query::{Asking, cursor};
use crate::state::Server;
use axum::Json;
use axum::extract::State;
use domain::audit::{Event, EventKind};
use domain::name::{EventId, SiteId, UserId};
use domain::ports::{EventMark, EventPage};
use domain::time::Timestamp;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A page of events, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditEvents {
    events: Vec<AuditEvent>,
    /// The `cursor` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditEvent {
    #[schema(format = "uuid")]
    id: String,
    at: Moment,
    user: String,
    /// The administrator who did it, by their id; absent where the user did it, or the site's server.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
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
    /// What an administrator gave as the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// From where it was asked for: the person's address, or that of the site's server, where it did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
}

/// List what happened, newest first
///
/// To the site's users, or to one of them.
#[utoipa::path(get, operation_id = "list_audit_events", path = "/v1/audit-events", tag = "audit", security(("key" = ["admin"])),
    params(("user" = Option<String>, Query, description = "The site's own id of the user"),
           ("kind" = Option<String>, Query, description = "What happened: `challenge.passed`, say"),
           ("from" = Option<String>, Query, description = "Of this moment or later: `2026-11-22T03:45:00Z`, or a date, which is its beginning"),
           ("to" = Option<String>, Query, description = "Of before this moment, written in the same way"),
           ("cursor" = Option<String>, Query, description = "`next` of the page before"),
           ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 unless given")),
    responses((status = 200, body = AuditEvents)))]
pub(super) async fn list(
    State(server): State<Server>,
    Admin(caller): Admin,
    uri: Uri,
) -> Result<Json<AuditEvents>, ApiError> {
    let page = server.two_factor().events(read(caller.site, &uri)?).await?;
    let last = page.items.last().filter(|_| page.more);
    let next = last.map(|last| written(EventMark { at: last.at, id: last.id }));
    Ok(Json(AuditEvents { events: page.items.into_iter().map(AuditEvent::from).collect(), next }))
}

fn read(site: SiteId, uri: &Uri) -> Result<EventPage, ApiError> {
    let asking = Asking::read(uri, &["user", "kind", "from", "to"])?;
    let user = asking.field("user").map(UserId::parse).transpose();
    let user = user.map_err(|error| ApiError::malformed("user", error.into()))?;
    let kind = asking.field("kind").map(|kind| EventKind::parse(kind).ok_or(Flaw::Type)).transpose();
    let kind = kind.map_err(|flaw| ApiError::malformed("kind", flaw))?;
    let (from, to) = (moment(&asking, "from")?, moment(&asking, "to")?);
    Ok(EventPage { site, user, kind, from, to, after: asking.after(mark)?, limit: asking.limit()? })
}

fn moment(asking: &Asking, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let read = asking.field(name).map(|text| Timestamp::parse_rfc3339(text).ok_or(Flaw::Type)).transpose();
    read.map_err(|flaw| ApiError::malformed(name, flaw))
}

fn written(mark: EventMark) -> String {
    cursor(&[&mark.at.millis().to_be_bytes()[..], mark.id.uuid().as_bytes()].concat())
}

fn mark(bytes: &[u8]) -> Option<EventMark> {
    let (at, id) = bytes.split_first_chunk::<8>()?;
    let id = EventId::from_uuid(Uuid::from_slice(id).ok()?);
    Some(EventMark { at: Timestamp::from_millis(i64::from_be_bytes(*at)), id })
}

impl From<Event> for AuditEvent {
    fn from(event: Event) -> Self {
        Self {
            id: event.id.to_string(),
            at: event.at.into(),
            user: event.user.id.as_str().to_owned(),
            by: event.by.map(|by| by.as_str().to_owned()),
            kind: event.kind.as_str(),
            factor: event.factor.map(Kind::from),
            cause: event.cause.map(domain::audit::Cause::as_str),
            subject: event.subject,
            reason: event.reason.map(|reason| reason.as_str().to_owned()),
            address: event.place.address,
            browser: event.place.browser,
        }
    }
}
