//! `POST /widget/challenge`: one challenge.

use super::notice::Refused;
use super::opening::{Opening, Sender};
use super::page;
use crate::place::Whence;
use crate::problem::Problem;
use crate::standalone::field::Fields;
use crate::state::Server;
use app::page::widget::Closed;
use app::view::ChallengeView;
use axum::extract::State;
use axum::response::Response;
use domain::error::ChallengeError;
use domain::name::{ChallengeId, SiteId};
use domain::ports::{ChallengeState, TicketFor};
use domain::ticket::Admitted;

pub(super) async fn open(
    State(server): State<Server>,
    sender: Sender,
    Whence(place): Whence,
    Fields(asked): Fields<Opening>,
) -> Result<Response, Refused> {
    let admissible = asked.admissible(&server, &sender).await?;
    let (ticket, host) = (admissible.ticket, admissible.host);
    if ticket.opens == TicketFor::Session {
        return Err(Refused::to(&host, Closed::WrongTicket));
    }
    let torn = server.two_factor().tear_ticket(&admissible.bearer, &place).await?;
    let Some(Admitted::Challenge { token, challenge }) = torn else {
        return Err(Refused::to(&host, Closed::Over));
    };
    let Some(passed) = passed(&server, ticket.user.site, challenge).await? else {
        return Err(Refused::to(&host, Closed::Over));
    };
    let user = server.two_factor().user(&ticket.user).await?;
    let label = user.map(|user| user.label.as_str().to_owned()).unwrap_or_default();
    let days = server.two_factor().site(ticket.user.site).await?.policy.trusted_device_days;
    let view = ChallengeView { label, passed, trusted_days: days.days().into() };
    Ok(page::challenge(&host, &token, challenge, view))
}

/// Whether the challenge was passed. `None`: it is over.
async fn passed(server: &Server, site: SiteId, id: ChallengeId) -> Result<Option<bool>, Problem> {
    match server.two_factor().challenge(site, id).await {
        Ok(challenge) if challenge.is_open(server.now()) => Ok(Some(false)),
        Ok(challenge) => Ok((challenge.state == ChallengeState::Passed).then_some(true)),
        Err(ChallengeError::Fault(fault)) => Err(fault.into()),
        Err(
            ChallengeError::NotFound
            | ChallengeError::Expired
            | ChallengeError::AlreadyAnswered
            | ChallengeError::NotPassed
            | ChallengeError::Refused(_),
        ) => Ok(None),
    }
}
