//! The audit log of the built-in sign-in: a page with filters, and exports of what it shows.

mod asked;
mod export;

use super::super::visitor::Administrator;
use super::people::People;
use super::{frame, good};
use crate::problem::Problem;
use crate::state::Server;
use app::page::organization as shown;
use asked::{Asked, written};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use domain::audit::Event;
use domain::ports::EventMark;
use http::StatusCode;

/// Entries of a page.
const PAGE: u32 = 50;

pub(super) async fn page(
    State(server): State<Server>,
    by: Administrator,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|_| Problem::Malformed)?;
    let mut log = shown::Log { asked: asked.shown(), ..shown::Log::default() };
    let Some(asked) = asked.read(&server, PAGE).await? else {
        log.unknown = true;
        let page = shown::audit(&frame(&server, &by.account), &log);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, good(page)).into_response());
    };
    let page = server.two_factor().events(asked).await?;
    let last = page.items.last().filter(|_| page.more);
    log.next = last.map(|last| written(EventMark { at: last.at, id: last.id }));
    if log.next.is_none() {
        log.deleted_at = server.chain().cut_off().await?.map(|cut| cut.at);
    }
    log.entries = entries(&server, &mut People::default(), page.items).await?;
    Ok(good(shown::audit(&frame(&server, &by.account), &log)))
}

pub(super) async fn export(
    State(server): State<Server>,
    _: Administrator,
    asked: Result<Query<export::Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|_| Problem::Malformed)?;
    let page = asked.log().read(&server, export::AT_ONCE).await?.ok_or(Problem::NotFound)?;
    Ok(export::answer(&server, page, asked.format()))
}

async fn entries(
    server: &Server,
    people: &mut People,
    events: Vec<Event>,
) -> Result<Vec<shown::Entry>, Problem> {
    let mut entries = Vec::with_capacity(events.len());
    for event in events {
        let (email, by) = (people.email(server, &event.user).await?, people.by(server, &event).await?);
        entries.push(shown::Entry { event, email, by });
    }
    Ok(entries)
}
