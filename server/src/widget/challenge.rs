//! `POST /widget/challenge`: one challenge, or the set-up that passes it.

use super::notice::Refused;
use super::opening::{Opening, Sender};
use super::page;
use crate::asked;
use crate::place::Whence;
use crate::problem::Problem;
use crate::standalone::field::Fields;
use crate::state::Server;
use app::page::widget::Closed;
use app::view::ChallengeView;
use axum::extract::State;
use axum::response::Response;
use domain::error::ChallengeError;
use domain::name::{ChallengeId, User};
use domain::ports::{ChallengeState, TicketFor};
use domain::ticket::Admitted;

pub(super) async fn open(
    State(server): State<Server>,
    sender: Sender,
    Whence(place): Whence,
    Fields(asked): Fields<Opening>,
) -> Result<Response, Refused> {
    let admissible = asked.admissible(&server, &sender).await?;
    let (user, host) = (admissible.ticket.user, admissible.host);
    if matches!(admissible.ticket.opens, TicketFor::Session { .. }) {
        return Err(Refused::to(&host, Closed::WrongTicket));
    }
    let two_factor = server.two_factor();
    let torn = two_factor.tear_ticket(&admissible.bearer, &place).await?;
    let Some(Admitted::Challenge { token, challenge }) = torn else {
        return Err(Refused::to(&host, Closed::Over));
    };
    if let Some(caller) = two_factor.enrolling(user.site, challenge, place).await? {
        let resumption = asked.resume(two_factor, &caller).await?;
        let overview = two_factor.overview(&caller).await?;
        return Ok(page::required_enrollment(&host, &token, &resumption, challenge, &overview));
    }
    match shown(&server, &user, challenge).await? {
        Some(view) => Ok(page::challenge(&host, &token, challenge, view)),
        None => Err(Refused::to(&host, Closed::Over)),
    }
}

/// What a challenge shows. `None`: it is over.
async fn shown(server: &Server, user: &User, id: ChallengeId) -> Result<Option<ChallengeView>, Problem> {
    let challenge = match server.two_factor().challenge(user.site, id).await {
        Ok(challenge) => challenge,
        Err(ChallengeError::Fault(fault)) => return Err(fault.into()),
        Err(
            ChallengeError::NotFound
            | ChallengeError::Expired
            | ChallengeError::AlreadyAnswered
            | ChallengeError::EnrollmentRequired
            | ChallengeError::NotPassed
            | ChallengeError::Refused(_),
        ) => return Ok(None),
    };
    let passed = challenge.state == ChallengeState::Passed;
    if !passed && !challenge.is_open(server.now()) {
        return Ok(None);
    }
    let known = server.two_factor().user(user).await?;
    let label = known.map(|known| known.label.as_str().to_owned()).unwrap_or_default();
    Ok(Some(asked::view(server, &challenge, label).await?))
}
