//! `POST /widget/security`: a user's Security tab.

use super::notice::Refused;
use super::opening::{Opening, Sender};
use super::page;
use crate::place::Whence;
use crate::standalone::field::Fields;
use crate::state::Server;
use app::page::widget::Closed;
use axum::extract::State;
use axum::response::Response;
use domain::ports::TicketFor;
use domain::step_up::Caller;
use domain::ticket::Admitted;

pub(super) async fn open(
    State(server): State<Server>,
    sender: Sender,
    Whence(place): Whence,
    Fields(asked): Fields<Opening>,
) -> Result<Response, Refused> {
    let admissible = asked.admissible(&server, &sender).await?;
    let host = admissible.host;
    if !matches!(admissible.ticket.opens, TicketFor::Session { .. }) {
        return Err(Refused::to(&host, Closed::WrongTicket));
    }
    let torn = server.two_factor().tear_ticket(&admissible.bearer, &place).await?;
    let Some(Admitted::Session { token, session }) = torn else {
        return Err(Refused::to(&host, Closed::Over));
    };
    let caller = Caller { session, place };
    let resumption = asked.resume(server.two_factor(), &caller).await?;
    let overview = server.two_factor().overview(&caller).await?;
    Ok(page::security(&host, &token, &resumption, &overview))
}
