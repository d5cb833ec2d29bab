//! What an administrator of the site requires of a user.

use super::super::asked::{Asked, Named};
use super::super::caller::Admin;
use super::super::error::ApiError;
use super::super::field::Flaw;
use super::super::moment::Moment;
use super::administration::bad_reason;
use super::known;
use crate::place::Whence;
use crate::state::Server;
use axum::extract::State;
use domain::name::Reason;
use domain::report::UserReport;
use domain::requirement::{self, Exemption, NewRequirement};
use domain::time::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is required of a user, all in all: by name, or by the site's policy.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in super::super) enum Requirement {
    /// Nothing.
    NotRequired,
    /// Two-factor authentication, from `deadline` on.
    Required,
    /// Nothing until the end of the `exemption`.
    Exempt,
}

/// Nothing is required of the user until its end, whatever else is said.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct ExemptionDocument {
    until: Moment,
    reason: String,
}

/// Whether two-factor authentication is required of a user.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewUserRequirement {
    required: bool,
    /// From when on; without it from the deadline that is stored, or at once if none is. Only with `required`. A date is
    /// its beginning.
    #[schema(format = DateTime)]
    deadline: Option<String>,
    /// For the audit log: 1 to 256 characters.
    #[schema(min_length = 1, max_length = 256)]
    reason: Option<String>,
}

/// Until when nothing is required of a user, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewExemption {
    /// A date is its beginning.
    #[schema(format = DateTime)]
    until: String,
    /// For the audit log: 1 to 256 characters.
    #[schema(min_length = 1, max_length = 256)]
    reason: String,
}

/// Require two-factor authentication of a user, or do not any more
///
/// From the deadline on a challenge for the user asks them to set up, if they have nothing to answer with; from now on
/// they cannot switch it off. A deadline is stored once: requiring again without one moves nothing. What the site's policy
/// requires of everybody stays. The user need not be known yet: your own id is enough, and their first challenge leads them
/// to set up.
#[utoipa::path(put, operation_id = "require_user", path = "/v1/users/{id}/requirement", tag = "users", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`")), request_body = NewUserRequirement,
    responses((status = 204),
              (status = 409, description = "changed_meanwhile"),
              (status = 422, description = "deadline_past")))]
pub(in super::super) async fn require(
    State(server): State<Server>,
    Admin(caller): Admin,
    Named(id): Named,
    Whence(place): Whence,
    Asked(asked): Asked<NewUserRequirement>,
) -> Result<StatusCode, ApiError> {
    let user = known(caller.site, &id)?;
    let deadline = asked.deadline.as_deref().map(|text| moment("deadline", text)).transpose()?;
    let reason = asked.reason.as_deref().map(Reason::parse).transpose().map_err(bad_reason)?;
    let new = match (asked.required, deadline) {
        (true, deadline) => NewRequirement::Required { deadline },
        (false, None) => NewRequirement::NotRequired,
        (false, Some(_)) => return Err(ApiError::malformed("deadline", Flaw::Unknown)),
    };
    server.two_factor().require(&user, caller.doer().as_ref(), &new, reason, &place).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Exempt a user for a while
///
/// Until its end nothing is required of the user, whatever the site's policy says. Then what is required counts again, with
/// its old deadline.
#[utoipa::path(put, operation_id = "exempt_user", path = "/v1/users/{id}/exemption", tag = "users", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`")), request_body = NewExemption,
    responses((status = 204),
              (status = 409, description = "changed_meanwhile"),
              (status = 422, description = "exemption_past")))]
pub(in super::super) async fn exempt(
    State(server): State<Server>,
    Admin(caller): Admin,
    Named(id): Named,
    Whence(place): Whence,
    Asked(asked): Asked<NewExemption>,
) -> Result<StatusCode, ApiError> {
    let user = known(caller.site, &id)?;
    let (until, reason) = (moment("until", &asked.until)?, Reason::parse(&asked.reason).map_err(bad_reason)?);
    let new = NewRequirement::Exempt(Exemption { until, reason });
    server.two_factor().require(&user, caller.doer().as_ref(), &new, None, &place).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End a user's exemption before its time
///
/// What is required counts again, with its old deadline.
#[utoipa::path(delete, operation_id = "end_exemption", path = "/v1/users/{id}/exemption", tag = "users", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`")),
    responses((status = 204),
              (status = 409, description = "changed_meanwhile")))]
pub(in super::super) async fn end_exemption(
    State(server): State<Server>,
    Admin(caller): Admin,
    Named(id): Named,
    Whence(place): Whence,
) -> Result<StatusCode, ApiError> {
    let user = known(caller.site, &id)?;
    server
        .two_factor()
        .require(&user, caller.doer().as_ref(), &NewRequirement::NotExempt, None, &place)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the document of a user says of it.
pub(super) fn of(report: &UserReport) -> (Requirement, Option<Moment>, Option<ExemptionDocument>) {
    let requirement = match report.requirement {
        requirement::Requirement::NotRequired => Requirement::NotRequired,
        requirement::Requirement::From(_) => Requirement::Required,
        requirement::Requirement::ExemptUntil(_) => Requirement::Exempt,
    };
    let exemption = report.demand.exemption.as_ref().filter(|_| matches!(requirement, Requirement::Exempt));
    let exemption = exemption.map(|exemption| ExemptionDocument {
        until: exemption.until.into(),
        reason: exemption.reason.as_str().to_owned(),
    });
    (requirement, report.requirement.deadline().map(Moment::from), exemption)
}

fn moment(field: &'static str, text: &str) -> Result<Timestamp, ApiError> {
    Timestamp::parse_rfc3339(text).ok_or_else(|| ApiError::malformed(field, Flaw::Type))
}
