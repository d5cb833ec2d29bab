//! How a challenge ends: answered over the API or in the widget, and redeemed once.

use super::super::asked::{Asked, Named};
use super::super::caller::{Sent, Verify};
use super::super::error::ApiError;
use super::super::kind::Kind;
use super::super::moment::Moment;
use super::super::person::{EndUser, place_of};
use crate::guard;
use crate::place::Whence;
use crate::state::Server;
use crate::typed::tidy;
use axum::Json;
use axum::extract::State;
use domain::audit::Place;
use domain::challenge::{Redeemed, Remember};
use domain::factor::{Answer, FactorKind};
use domain::name::{ChallengeId, SiteId, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct NewAnswer {
    /// Six digits of the app, eight that were mailed, a recovery code or a bypass code, as it was typed: with spaces, dashes
    /// and digits of other scripts, as the widget takes it.
    code: String,
    /// What it must be a code of; a code of another kind is refused without being counted.
    kind: Option<Kind>,
    /// Whether the browser is to be trusted from now on.
    #[serde(default)]
    remember_device: bool,
    end_user: Option<EndUser>,
}

/// How a passed challenge is redeemed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Redemption {
    /// Whether the browser is to be trusted from now on.
    #[serde(default)]
    remember_device: bool,
    end_user: Option<EndUser>,
}

/// A user, by the site's own id.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct UserOf {
    id: String,
}

/// Who proved what, given out once. Let in whom it names, for what it names.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct Outcome {
    #[schema(format = "uuid")]
    id: String,
    user: UserOf,
    action: String,
    kind: Kind,
    /// RFC 8176.
    amr: &'static [&'static str],
    passed_at: Moment,
    /// After a recovery code was answered here: how many are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes_left: Option<usize>,
    /// Where the device is to be remembered: the person said so in the widget, or you by `remember_device`; and the site's
    /// policy allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<TrustedDevice>,
}

/// A device that is trusted from now on.
#[derive(Serialize, ToSchema)]
pub(in super::super) struct TrustedDevice {
    /// Keep it in a cookie of that browser, `HttpOnly` and `Secure`.
    token: String,
    expires_at: Moment,
}

/// Answer a challenge, and redeem it with the same call
///
/// For a form of your own. Let the user in on this and on nothing else.
#[utoipa::path(post, operation_id = "answer_challenge", path = "/v1/challenges/{id}/answers", tag = "challenges", security(("key" = ["verify"])),
    params(("id" = String, Path, format = "uuid")), request_body = NewAnswer,
    responses((status = 200, body = Outcome),
              (status = 409, description = "challenge_expired, challenge_already_answered, enrollment_required"),
              (status = 422, description = "code_wrong, code_already_used, clock_off, code_malformed, no_code_mailed"),
              (status = 429, description = "wait, stopped")))]
pub(in super::super) async fn answer(
    State(server): State<Server>,
    key: Sent,
    named: Result<Named, ApiError>,
    Whence(place): Whence,
    asked: Result<Asked<NewAnswer>, ApiError>,
) -> Result<Json<Outcome>, ApiError> {
    // The key is looked up with the challenge, by one statement.
    let (id, answer) = match named.and_then(|Named(id)| Answering::of(&id, asked, place)) {
        Ok(read) => read,
        Err(flaw) => return Err(key.refused_for(&server, flaw).await),
    };
    let Answering { code, only, remember, place } = answer;
    let kind = Answer::parse(&code).map_or(FactorKind::Totp, |answer| answer.kind());
    let (caller, found) = key.to_answer(&server, id, kind).await?;
    let answer = server.two_factor().answer_and_redeem(found, &code, only, remember, &place);
    let (passed, redeemed) = whose(&server, caller.site, id, answer.await).await?;
    Ok(Json(Outcome { recovery_codes_left: passed.recovery_left, ..Outcome::from(redeemed) }))
}

/// What an answer asks for.
struct Answering {
    code: String,
    only: Option<FactorKind>,
    remember: Remember,
    place: Place,
}

impl Answering {
    fn of(
        id: &str,
        asked: Result<Asked<NewAnswer>, ApiError>,
        place: Place,
    ) -> Result<(ChallengeId, Self), ApiError> {
        let Asked(asked) = asked?;
        let id = ChallengeId::parse(id).ok_or_else(ApiError::not_found)?;
        let (code, only) = (tidy(&asked.code), asked.kind.map(FactorKind::from));
        let (remember, place) = (remember(asked.remember_device), place_of(asked.end_user, place)?);
        Ok((id, Self { code, only, remember, place }))
    }
}

/// Redeem a challenge that was passed in the widget
///
/// Good once. Let the user in on this and on nothing else.
#[utoipa::path(post, operation_id = "redeem_challenge", path = "/v1/challenges/{id}/redeem", tag = "challenges", security(("key" = ["verify"])),
    params(("id" = String, Path, format = "uuid")), request_body = Redemption,
    responses((status = 200, body = Outcome),
              (status = 409, description = "challenge_expired, challenge_already_answered, challenge_not_passed")))]
pub(in super::super) async fn redeem(
    State(server): State<Server>,
    Verify(caller): Verify,
    Named(id): Named,
    Whence(place): Whence,
    Asked(asked): Asked<Redemption>,
) -> Result<Json<Outcome>, ApiError> {
    let id = ChallengeId::parse(&id).ok_or_else(ApiError::not_found)?;
    let (remember, place) = (remember(asked.remember_device), place_of(asked.end_user, place)?);
    let redeemed = server.two_factor().redeem_challenge(caller.site, id, remember, &place).await;
    Ok(Json(whose(&server, caller.site, id, redeemed).await?.into()))
}

/// Has the log's line of a refusal say whose challenge it was.
async fn whose<T, E>(server: &Server, site: SiteId, id: ChallengeId, done: Result<T, E>) -> Result<T, E> {
    if done.is_err()
        && let Ok(challenge) = server.two_factor().challenge(site, id).await
    {
        guard::about(&challenge.user);
    }
    done
}

fn remember(device: bool) -> Remember {
    if device { Remember::Device } else { Remember::No }
}

impl From<&User> for UserOf {
    fn from(user: &User) -> Self {
        Self { id: user.id.as_str().to_owned() }
    }
}

impl From<Redeemed> for Outcome {
    fn from(redeemed: Redeemed) -> Self {
        let kind = Kind::from(redeemed.kind);
        let device = redeemed.device.map(|device| TrustedDevice {
            token: device.token.expose().to_owned(),
            expires_at: device.expires_at.into(),
        });
        Self {
            id: redeemed.challenge.to_string(),
            user: UserOf::from(&redeemed.user),
            action: redeemed.action.0.as_str().to_owned(),
            kind,
            amr: kind.amr(),
            passed_at: redeemed.passed_at.into(),
            recovery_codes_left: None,
            device,
        }
    }
}
