//! `/v1/challenges`: opened for a user, and what has become of one.

mod email_code;
mod outcome;
mod ticket;

use super::asked::Named;
use super::caller::Verify;
use super::error::ApiError;
use super::kind::Kind;
use super::moment::Moment;
use super::once::{Creating, Done, Made};
use super::person::{AskedUser, EndUser, Introduced, place_of};
use crate::guard;
use crate::place::Whence;
use crate::state::Server;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::audit::Place;
use domain::challenge::Presented;
use domain::error::Fault;
use domain::idempotency::{self, Keyed};
use domain::name::{ChallengeId, Name, User};
use domain::policy;
use domain::ports::{Action, Challenge, ChallengeState};
use domain::ticket::{Bearer, Issued};
use domain::time::Timestamp;
// What `utoipa` generated beside the handlers comes along.
pub(super) use email_code::*;
pub(super) use outcome::*;
use serde::{Deserialize, Serialize};
pub(super) use ticket::*;
use utoipa::ToSchema;

/// Who is to be asked, and what for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewChallenge {
    user: AskedUser,
    /// What it is for, `sign_in` say: 1 to 64 characters. The result repeats it: check it there.
    #[schema(min_length = 1, max_length = 64)]
    action: String,
    /// The token of a trusted device, if the browser has one.
    device: Option<String>,
    end_user: Option<EndUser>,
}

/// Whether the user is to be asked: `status` says which of the two it is.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(discriminator(
    property_name = "status",
    mapping(
        ("open" = "#/components/schemas/AskedChallenge"),
        ("enrollment_required" = "#/components/schemas/AskedChallenge"),
        ("not_enrolled" = "#/components/schemas/UnaskedChallenge"),
        ("trusted_device" = "#/components/schemas/UnaskedChallenge"),
    )
))]
pub(super) enum OpenedChallenge {
    Asked(AskedChallenge),
    Unasked(UnaskedChallenge),
}

/// Why the user is asked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AskedStatus {
    /// They have a second factor: let nobody in before the challenge is redeemed.
    Open,
    /// They have no second factor, and the site requires one: the ticket opens its set-up in `<twofold-challenge>`. Let
    /// nobody in before the challenge is redeemed.
    EnrollmentRequired,
}

/// A challenge: let nobody in before it is redeemed.
#[derive(Serialize, ToSchema)]
pub(super) struct AskedChallenge {
    status: AskedStatus,
    #[schema(format = "uuid")]
    id: String,
    /// What the user can answer with.
    kinds: Vec<Kind>,
    /// For `<twofold-challenge>`: good once, for a minute.
    ticket: String,
    /// Until when the challenge can be passed.
    expires_at: Moment,
}

/// Why the user is not asked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnaskedStatus {
    /// They have no second factor: let them in.
    NotEnrolled,
    /// They need not be asked in this browser: let them in.
    TrustedDevice,
}

/// There is no challenge: let them in.
#[derive(Serialize, ToSchema)]
pub(super) struct UnaskedChallenge {
    status: UnaskedStatus,
    /// None.
    kinds: Vec<Kind>,
}

/// What has become of a challenge.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// It waits for an answer.
    Open,
    /// It waits for the user to set a second factor up in `<twofold-challenge>`.
    EnrollmentRequired,
    /// It can be redeemed.
    Passed,
    /// It was redeemed.
    Redeemed,
    /// Its time is over, or a change of the user's factors ended it.
    Expired,
    /// It is open, but wrong codes have locked every kind of factor that the user has until its time is over.
    Locked,
}

/// A challenge.
#[derive(Serialize, ToSchema)]
pub(super) struct ChallengeDocument {
    #[schema(format = "uuid")]
    id: String,
    status: Status,
    user: UserOf,
    action: String,
    opened_at: Moment,
    expires_at: Moment,
    /// What it was passed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passed_at: Option<Moment>,
}

/// Open a challenge
///
/// After your own check of the password, or before something dear. `status` says whether the user is to be asked.
#[utoipa::path(post, operation_id = "open_challenge", path = "/v1/challenges", tag = "challenges", security(("key" = ["verify"])),
    request_body = NewChallenge,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request under the same key is answered once")),
    responses((status = 201, body = OpenedChallenge)))]
pub(super) async fn open(
    State(server): State<Server>,
    Verify(caller): Verify,
    Whence(place): Whence,
    Creating { asked, once }: Creating<NewChallenge>,
) -> Result<Response, ApiError> {
    let (user, introduced) = asked.user.of(caller.site)?;
    let action = Name::parse(&asked.action).map_err(|error| ApiError::malformed("action", error.into()))?;
    let place = place_of(asked.end_user, place)?;
    let action = Action(action);
    // A device is recognized by a commit of its own: what else is done under this key waits for its claim.
    if asked.device.is_none()
        && let Some(keyed) = once.keyed(&user)
        && server.two_factor().is_new(&keyed).await?
    {
        remember(introduced, &server, &place).await?;
        return Ok(opened_once(&server, &keyed, &action, &place).await?.created());
    }
    let make = async {
        remember(introduced, &server, &place).await?;
        opened(&server, &user, action, asked.device, &place).await
    };
    Ok(once.run(&server, &user, make).await?.created())
}

async fn remember(introduced: Option<Introduced>, server: &Server, place: &Place) -> Result<(), Fault> {
    match introduced {
        Some(introduced) => introduced.remember(server, place).await,
        None => Ok(()),
    }
}

/// Under a key that nobody has used: with its answer, by one commit.
async fn opened_once(
    server: &Server,
    keyed: &Keyed<'_>,
    action: &Action,
    place: &Place,
) -> Result<Done<OpenedChallenge>, ApiError> {
    let note = |presented| document(presented, server.now()).map(idempotency::Made::from);
    Ok(server.two_factor().present_challenge_once(keyed, action, place, note).await?.into())
}

async fn opened(
    server: &Server,
    user: &User,
    action: Action,
    device: Option<String>,
    place: &Place,
) -> Result<Made<OpenedChallenge>, ApiError> {
    let two_factor = server.two_factor();
    // What a browser sends instead of a token trusts nothing: the user is asked.
    if let Some(device) = device.as_deref().and_then(Bearer::parse)
        && two_factor.recognize_device(user, &device, place).await?
    {
        return Ok(unasked(UnaskedStatus::TrustedDevice, server.now())?);
    }
    Ok(document(two_factor.present_challenge(user, action, place).await?, server.now())?)
}

/// What is answered to whoever opens a challenge.
fn document(presented: Presented, now: Timestamp) -> Result<Made<OpenedChallenge>, Fault> {
    match presented {
        Presented::NotEnrolled => unasked(UnaskedStatus::NotEnrolled, now),
        Presented::Open { challenge, kinds, ticket } => {
            let kinds = kinds.into_iter().map(Kind::from).collect();
            asked(AskedStatus::Open, &challenge, kinds, &ticket)
        }
        Presented::EnrollmentRequired { challenge, ticket } => {
            asked(AskedStatus::EnrollmentRequired, &challenge, Vec::new(), &ticket)
        }
    }
}

fn asked(
    status: AskedStatus,
    challenge: &Challenge,
    kinds: Vec<Kind>,
    issued: &Issued,
) -> Result<Made<OpenedChallenge>, Fault> {
    let opened = AskedChallenge {
        status,
        id: challenge.id.to_string(),
        kinds,
        ticket: issued.ticket.expose().to_owned(),
        expires_at: challenge.expires_at.into(),
    };
    Made::noted(OpenedChallenge::Asked(opened), issued.expires_at)
}

/// Look at a challenge
///
/// It is no proof: whoever lets a user in redeems.
#[utoipa::path(get, operation_id = "show_challenge", path = "/v1/challenges/{id}", tag = "challenges", security(("key" = ["verify"])),
    params(("id" = String, Path, format = "uuid")),
    responses((status = 200, body = ChallengeDocument)))]
pub(super) async fn show(
    State(server): State<Server>,
    Verify(caller): Verify,
    Named(id): Named,
) -> Result<Json<ChallengeDocument>, ApiError> {
    let id = ChallengeId::parse(&id).ok_or_else(ApiError::not_found)?;
    let challenge = server.two_factor().challenge(caller.site, id).await?;
    guard::about(&challenge.user);
    let is_locked = server.two_factor().is_locked(&challenge).await?;
    Ok(Json(ChallengeDocument {
        id: challenge.id.to_string(),
        status: if is_locked { Status::Locked } else { status(&challenge, server.now()) },
        user: UserOf::from(&challenge.user),
        action: challenge.action.0.as_str().to_owned(),
        opened_at: challenge.opened_at.into(),
        expires_at: challenge.expires_at.into(),
        kind: challenge.passed.map(|(kind, _)| kind.into()),
        passed_at: challenge.passed.map(|(_, at)| at.into()),
    }))
}

/// What lets a user in is repeated to whoever did not hear it, and not to whoever asks a day later.
fn unasked(status: UnaskedStatus, now: Timestamp) -> Result<Made<OpenedChallenge>, Fault> {
    let opened = OpenedChallenge::Unasked(UnaskedChallenge { status, kinds: Vec::new() });
    Made::noted(opened, now + policy::ANSWER_KEPT)
}

fn status(challenge: &Challenge, now: Timestamp) -> Status {
    match challenge.state {
        ChallengeState::Open if challenge.is_open(now) => Status::Open,
        ChallengeState::Passed if challenge.is_redeemable(now) => Status::Passed,
        ChallengeState::Redeemed => Status::Redeemed,
        ChallengeState::Enrolling if challenge.is_enrolling(now) => Status::EnrollmentRequired,
        ChallengeState::Open
        | ChallengeState::Enrolling
        | ChallengeState::Passed
        | ChallengeState::Cancelled => Status::Expired,
    }
}
