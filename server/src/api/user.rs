//! `/v1/users`: what a user has. It holds no secret.

mod administration;
mod bypass_code;
mod requirement;

use super::asked::Named;
use super::caller::{Admin, Read};
use super::error::ApiError;
use super::kind::Kind;
use super::moment::Moment;
use super::query::{Asking, cursor};
use crate::guard;
use crate::state::Server;
use axum::Json;
use axum::extract::State;
// What `utoipa` generated beside the handlers comes along.
pub(super) use administration::*;
pub(super) use bypass_code::*;
use domain::name::{EmailAddress, SiteId, User, UserId};
use domain::overview::{AuthenticatorSummary, RecoverySummary};
use domain::ports::{ListedUser, UserPage};
use domain::report::Lock;
use http::Uri;
pub(super) use requirement::*;
use serde::Serialize;
use utoipa::ToSchema;

/// The state of one user's two-factor authentication.
#[derive(Serialize, ToSchema)]
pub(super) struct UserDocument {
    id: String,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Since when two-factor authentication is on; absent while it is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    protected_since: Option<Moment>,
    authenticators: Vec<AuthenticatorDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<RecoveryCodes>,
    /// The kinds of which no code is judged right now, after wrong ones.
    locks: Vec<LockDocument>,
    /// Whether two-factor authentication is required of the user.
    requirement: Requirement,
    /// From when on it is required; it may have passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exemption: Option<ExemptionDocument>,
}

/// A page of the site's users, in the order of their ids.
#[derive(Serialize, ToSchema)]
pub(super) struct Users {
    users: Vec<UserOfList>,
    /// The `cursor` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A user, in short.
#[derive(Serialize, ToSchema)]
pub(super) struct UserOfList {
    id: String,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Since when two-factor authentication is on; absent while it is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    protected_since: Option<Moment>,
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

/// Wrong codes have locked a kind of factor.
#[derive(Serialize, ToSchema)]
pub(super) struct LockDocument {
    kind: Kind,
    /// When a code is judged again.
    until: Moment,
    /// Whether it is stopped for days, and does not only wait between two tries.
    stopped: bool,
}

/// List the site's users
///
/// Those who were ever named in a session or an enrollment.
#[utoipa::path(get, operation_id = "list_users", path = "/v1/users", tag = "users", security(("key" = ["admin"])),
    params(("cursor" = Option<String>, Query, description = "`next` of the page before"),
           ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 unless given")),
    responses((status = 200, body = Users)))]
pub(super) async fn list(
    State(server): State<Server>,
    Admin(caller): Admin,
    uri: Uri,
) -> Result<Json<Users>, ApiError> {
    let asking = Asking::read(&uri, &[])?;
    let after = asking.after(|bytes| UserId::parse(str::from_utf8(bytes).ok()?).ok())?;
    let page = UserPage { site: caller.site, after, limit: asking.limit()? };
    let page = server.two_factor().users(page).await?;
    let last = page.items.last().filter(|_| page.more);
    let next = last.map(|last| cursor(last.user.id.as_str().as_bytes()));
    Ok(Json(Users { users: page.items.into_iter().map(UserOfList::from).collect(), next }))
}

/// Look at a user
///
/// `protected_since` says whether a badge is to be shown. A key of the scope `read` can do nothing else.
#[utoipa::path(get, operation_id = "show_user", path = "/v1/users/{id}", tag = "users", security(("key" = ["read"]), ("key" = ["admin"])),
    params(("id" = String, Path, description = "The site's own id of the user, percent-encoded; `.` and `..` as `~.` and `~..`")),
    responses((status = 200, body = UserDocument)))]
pub(super) async fn show(
    State(server): State<Server>,
    Read(caller): Read,
    Named(id): Named,
) -> Result<Json<UserDocument>, ApiError> {
    let user = known(caller.site, &id)?;
    let report = server.two_factor().user(&user).await?.ok_or_else(ApiError::not_found)?;
    let (requirement, deadline, exemption) = requirement::of(&report);
    Ok(Json(UserDocument {
        id: user.id.as_str().to_owned(),
        label: report.label.as_str().to_owned(),
        email: report.email.map(written),
        protected_since: report.protected_since.map(Moment::from),
        authenticators: report.authenticators.into_iter().map(AuthenticatorDocument::from).collect(),
        recovery_codes: report.recovery.map(RecoveryCodes::from),
        locks: report.locks.into_iter().map(LockDocument::from).collect(),
        requirement,
        deadline,
        exemption,
    }))
}

/// A user of the path. What is no id is nobody's.
fn known(site: SiteId, segment: &str) -> Result<User, ApiError> {
    let id = UserId::parse(unescaped(segment)).map_err(|_| ApiError::not_found())?;
    let user = User { site, id };
    guard::about(&user);
    Ok(user)
}

/// `.` and `..` are no segments of a path: clients take them for steps. So they are written `~.` and `~..`, and what reads as
/// one of these has one `~` more.
fn unescaped(segment: &str) -> &str {
    let dots = segment.trim_start_matches('~');
    if [".", ".."].contains(&dots) { segment.strip_prefix('~').unwrap_or(segment) } else { segment }
}

fn written(email: EmailAddress) -> String {
    email.as_str().to_owned()
}

impl From<ListedUser> for UserOfList {
    fn from(of: ListedUser) -> Self {
        Self {
            id: of.user.id.as_str().to_owned(),
            label: of.label.as_str().to_owned(),
            email: of.email.map(written),
            protected_since: of.protected_since.map(Moment::from),
        }
    }
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

impl From<Lock> for LockDocument {
    fn from(of: Lock) -> Self {
        Self { kind: of.kind.into(), until: Moment::not_before(of.until), stopped: of.is_stopped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_can_be_written_as_one_segment() {
        for (segment, id) in [
            ("ada", "ada"),
            ("~", "~"),
            ("~ada", "~ada"),
            ("~...", "~..."),
            ("~.", "."),
            ("~..", ".."),
            ("~~.", "~."),
            ("~~~..", "~~.."),
        ] {
            assert_eq!(unescaped(segment), id, "{segment}");
        }
    }
}
