//! `/v1/enrollments`: a first authenticator without a widget, for a mobile app or an extension, say.

use super::asked::{Asked, Named};
use super::caller::Enroll;
use super::error::ApiError;
use super::moment::Moment;
use super::once::{Creating, Done, Made, replayed};
use super::person::{EndUser, KnownUser, NamedUser, place_of};
use super::qr_code;
use crate::place::Whence;
use crate::state::Server;
use crate::typed::tidy;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::enrollment::{Begun, Mailed};
use domain::error::{EnrollmentError, Fault, RepeatError};
use domain::factor::recovery_code::PlainCode;
use domain::name::EnrollmentId;
use domain::ports::Purpose;
use domain::step_up::Caller;
use domain::time::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an authenticator is called that was given no name.
const UNNAMED: &str = "Authenticator app";

/// Whose first authenticator it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEnrollment {
    user: NamedUser,
    kind: EnrolledKind,
    end_user: Option<EndUser>,
}

/// The kinds that can be enrolled.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum EnrolledKind {
    /// An authenticator app.
    Totp,
    /// Codes by mail, to the `email` of the user. The first one is mailed at once.
    Email,
}

/// What the user's app is given, or where the code went. `secret`, `provisioning_uri` and `qr_svg` are the secret: show them
/// and forget them.
#[derive(Serialize, ToSchema)]
pub(super) struct BegunEnrollment {
    #[schema(format = "uuid")]
    id: String,
    /// Base32, for typing in. With `totp` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// With `totp` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioning_uri: Option<String>,
    /// With `totp` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    qr_svg: Option<String>,
    /// The masked address that the code was mailed to. With `email` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    mailed_to: Option<String>,
    expires_at: Moment,
}

/// The first code of the new authenticator, or the one that was mailed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    user: KnownUser,
    /// Six digits, or the eight that were mailed.
    code: String,
    /// What the user calls the authenticator: 1 to 64 characters.
    #[schema(min_length = 1, max_length = 64)]
    name: Option<String>,
    end_user: Option<EndUser>,
}

/// What must be saved before the enrollment is acknowledged.
#[derive(Serialize, ToSchema)]
pub(super) struct ConfirmedEnrollment {
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<Vec<String>>,
}

/// Whose recovery codes are saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Acknowledgement {
    user: KnownUser,
    end_user: Option<EndUser>,
}

/// Begin the enrollment of a user's first authenticator
///
/// Asked again within ten minutes it answers the same.
#[utoipa::path(post, operation_id = "begin_enrollment", path = "/v1/enrollments", tag = "enrollments", security(("key" = ["enroll"])),
    request_body = NewEnrollment,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")),
    responses((status = 201, body = BegunEnrollment),
              (status = 403, description = "kind_not_allowed"),
              (status = 409, description = "two_factor_already_on, too_many_enrollments"),
              (status = 429, description = "too_soon_to_mail")))]
pub(super) async fn begin(
    State(server): State<Server>,
    Enroll(caller): Enroll,
    Whence(place): Whence,
    Creating { asked, once }: Creating<NewEnrollment>,
) -> Result<Response, ApiError> {
    let introduced = asked.user.of(caller.site)?;
    let place = place_of(asked.end_user, place)?;
    let caller = Caller::site(introduced.user.clone(), place, server.now());
    let make = async {
        introduced.remember(&server, &caller.place).await?;
        match asked.kind {
            EnrolledKind::Totp => {
                let begun = server.two_factor().begin_enrollment(&caller, Purpose::First).await?;
                Ok(pending(begun.id, begun.expires_at, begun.try_into()?))
            }
            EnrolledKind::Email => {
                // The address that the site says: it stands in the user by now.
                let begun = server.two_factor().begin_email_enrollment(&caller, Purpose::First, "").await?;
                Ok(pending(begun.id, begun.expires_at, begun.into()))
            }
        }
    };
    match once.run(&server, &introduced.user, make).await? {
        Done::Before(note) => {
            Ok(replayed(Done::Now(begun_before(&server, &caller, asked.kind, &note).await?).created()))
        }
        now @ Done::Now(_) => Ok(now.created()),
    }
}

/// The secret is shown as long as the enrollment is pending, and no longer: which one it was is all that is kept.
fn pending(id: EnrollmentId, until: Timestamp, document: BegunEnrollment) -> Made<BegunEnrollment> {
    Made { document, note: id.to_string().into_bytes().into(), until }
}

async fn begun_before(
    server: &Server,
    caller: &Caller,
    kind: EnrolledKind,
    note: &[u8],
) -> Result<BegunEnrollment, ApiError> {
    let id = str::from_utf8(note).ok().and_then(EnrollmentId::parse);
    let id = id.ok_or(Fault::Broken("a note that names no enrollment"))?;
    let core = server.two_factor();
    let again = match kind {
        EnrolledKind::Totp => core.resume_enrollment(caller, id).await.map(BegunEnrollment::try_from),
        EnrolledKind::Email => core.resume_email_enrollment(caller, id).await.map(|begun| Ok(begun.into())),
    };
    match again {
        Ok(begun) => Ok(begun?),
        // It was confirmed or given up meanwhile, or two-factor authentication is on.
        Err(EnrollmentError::NotFound | EnrollmentError::StepUpRequired(_)) => Err(RepeatError::Spent.into()),
        Err(other) => Err(other.into()),
    }
}

/// Confirm an enrollment with a code of the new authenticator
///
/// A wrong code changes nothing but the count.
#[utoipa::path(post, operation_id = "confirm_enrollment", path = "/v1/enrollments/{id}/confirm", tag = "enrollments", security(("key" = ["enroll"])),
    params(("id" = String, Path, format = "uuid")), request_body = Confirmation,
    responses((status = 200, body = ConfirmedEnrollment),
              (status = 409, description = "two_factor_already_on"),
              (status = 422, description = "code_wrong, code_already_used, clock_off, code_malformed, recovery_code_not_accepted, no_code_mailed"),
              (status = 429, description = "wait, stopped")))]
pub(super) async fn confirm(
    State(server): State<Server>,
    Enroll(caller): Enroll,
    Named(id): Named,
    Whence(place): Whence,
    Asked(asked): Asked<Confirmation>,
) -> Result<Json<ConfirmedEnrollment>, ApiError> {
    let id = EnrollmentId::parse(&id).ok_or_else(ApiError::not_found)?;
    let (user, place) = (asked.user.of(caller.site)?, place_of(asked.end_user, place)?);
    let caller = Caller::site(user, place, server.now());
    let name = asked.name.as_deref().unwrap_or(UNNAMED);
    let confirmed = server.two_factor().confirm_enrollment(&caller, id, &tidy(&asked.code), name).await?;
    let written = |codes: Vec<PlainCode>| codes.iter().map(|code| code.expose().to_owned()).collect();
    Ok(Json(ConfirmedEnrollment { recovery_codes: confirmed.recovery_codes.map(written) }))
}

/// Say that the recovery codes are saved
///
/// This is what switches two-factor authentication on.
#[utoipa::path(post, operation_id = "acknowledge_enrollment", path = "/v1/enrollments/{id}/acknowledge", tag = "enrollments", security(("key" = ["enroll"])),
    params(("id" = String, Path, format = "uuid")), request_body = Acknowledgement,
    responses((status = 204),
              (status = 409, description = "two_factor_already_on")))]
pub(super) async fn acknowledge(
    State(server): State<Server>,
    Enroll(caller): Enroll,
    Named(id): Named,
    Whence(place): Whence,
    Asked(asked): Asked<Acknowledgement>,
) -> Result<StatusCode, ApiError> {
    let id = EnrollmentId::parse(&id).ok_or_else(ApiError::not_found)?;
    let (user, place) = (asked.user.of(caller.site)?, place_of(asked.end_user, place)?);
    let caller = Caller::site(user, place, server.now());
    server.two_factor().acknowledge_enrollment(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl TryFrom<Begun> for BegunEnrollment {
    type Error = Fault;

    fn try_from(begun: Begun) -> Result<Self, Fault> {
        let uri = begun.provisioning.uri.expose();
        Ok(Self {
            id: begun.id.to_string(),
            secret: Some(begun.provisioning.key.expose().to_owned()),
            provisioning_uri: Some(uri.to_owned()),
            qr_svg: Some(
                qr_code::svg(uri).ok_or(Fault::Broken("a provisioning URI too long for a QR code"))?,
            ),
            mailed_to: None,
            expires_at: begun.expires_at.into(),
        })
    }
}

impl From<Mailed> for BegunEnrollment {
    fn from(begun: Mailed) -> Self {
        Self {
            id: begun.id.to_string(),
            secret: None,
            provisioning_uri: None,
            qr_svg: None,
            mailed_to: Some(begun.letter.to),
            expires_at: begun.expires_at.into(),
        }
    }
}
