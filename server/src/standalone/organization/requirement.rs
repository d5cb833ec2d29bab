//! What is required of everybody with a role. Looking at what would happen changes nothing.

use super::proving::{acting, asked, prove};
use super::{form, frame, good};
use crate::problem::Problem;
use crate::standalone::field::{Fields, Typed};
use crate::standalone::session::see_other;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::audit::{Event, EventKind};
use domain::error::RequirementError;
use domain::requirement::{NewRequirement, deadline};
use domain::time::{Date, Timestamp};
use serde::Deserialize;
use storage::account::Role;
use storage::requirement::RoleChange;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chosen {
    #[serde(default)]
    who: String,
    #[serde(default)]
    when: String,
    #[serde(default)]
    day: String,
    saved: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequirementForm {
    who: String,
    when: String,
    day: String,
    password: Option<Typed>,
    code: Option<String>,
}

/// What was chosen, in the words of the domain.
struct Choice {
    roles: Vec<Role>,
    new: NewRequirement,
}

pub(super) async fn page(
    State(server): State<Server>,
    by: Administrator,
    chosen: Result<Query<Chosen>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(chosen) = chosen.map_err(|_| Problem::Malformed)?;
    let saved = chosen.saved.is_some();
    let typed = shown::RequirementAsked { who: chosen.who, when: chosen.when, day: chosen.day, error: None };
    if typed == shown::RequirementAsked::default() {
        return Ok(good(shown::requirement(
            &frame(&server, &by.account),
            &shown::Requirement { saved, ..now(&server).await? },
        )));
    }
    let proving = asked(&server, &by.caller).await?;
    let (of, refused) = previewed(&server, typed, proving).await?;
    Ok(form(shown::Proving::default(), refused, shown::requirement(&frame(&server, &by.account), &of)))
}

pub(super) async fn save(
    State(server): State<Server>,
    by: Administrator,
    Fields(typed): Fields<RequirementForm>,
) -> Result<Response, Problem> {
    let chosen = shown::RequirementAsked { who: typed.who, when: typed.when, day: typed.day, error: None };
    let Ok(changes) = changes(&server, &by, &chosen).await? else {
        let (of, _) = previewed(&server, chosen, asked(&server, &by.caller).await?).await?;
        let html = shown::requirement(&frame(&server, &by.account), &of);
        return Ok(form(shown::Proving::default(), true, html));
    };
    if let Err(proving) = prove(&server, &by, typed.password.as_ref(), typed.code.as_deref()).await? {
        let (of, _) = previewed(&server, chosen, proving).await?;
        return Ok(form(proving, false, shown::requirement(&frame(&server, &by.account), &of)));
    }
    if !changes.is_empty() && !acting(&server, &by).requirements.set_roles(&changes).await? {
        // Another administrator was quicker. What is in force now is shown when the page is loaded again.
        return Err(Problem::ChangedMeanwhile);
    }
    Ok(see_other("/organization/requirement?saved"))
}

/// What is in force.
async fn now(server: &Server) -> Result<shown::Requirement, Problem> {
    let (roles, now) = (server.requirements().of_roles().await?, server.now());
    let of = |role| demanded(from(&roles, role), now);
    Ok(shown::Requirement { admins: of(Role::Admin), members: of(Role::Member), ..Default::default() })
}

/// The page with what would happen, or with what is wrong.
async fn previewed(
    server: &Server,
    chosen: shown::RequirementAsked,
    proving: shown::Proving,
) -> Result<(shown::Requirement, bool), Problem> {
    let at = server.now();
    let in_force = now(server).await?;
    let roles = server.requirements().of_roles().await?;
    let choice = read(&chosen, &roles, at)?;
    let Choice { roles: of, new } = match choice {
        Ok(choice) => choice,
        Err(error) => {
            let asked = shown::RequirementAsked { error: Some(error), ..chosen };
            return Ok((shown::Requirement { asked, ..in_force }, true));
        }
    };
    let counted = server.requirements().count(&of, at).await?;
    let next = |role| deadline(from(&roles, role), &new, at);
    let day = match new {
        NewRequirement::Required { deadline } => deadline.filter(|day| *day > at),
        NewRequirement::RequiredAtOnce
        | NewRequirement::NotRequired
        | NewRequirement::Exempt(_)
        | NewRequirement::NotExempt => None,
    };
    let preview = shown::Preview {
        asked: counted.asked,
        people: counted.people,
        day: day.map(|day| Date::of(day).in_words()),
        off: new == NewRequirement::NotRequired,
        same: of.iter().all(|role| next(*role) == Ok(from(&roles, *role))),
        proving,
    };
    Ok((shown::Requirement { asked: chosen, preview: Some(preview), ..in_force }, false))
}

/// What is to be stored.
async fn changes(
    server: &Server,
    by: &Administrator,
    chosen: &shown::RequirementAsked,
) -> Result<Result<Vec<RoleChange>, shown::DayError>, Problem> {
    let (at, roles) = (server.now(), server.requirements().of_roles().await?);
    let Choice { roles: of, new } = match read(chosen, &roles, at)? {
        Ok(choice) => choice,
        Err(error) => return Ok(Err(error)),
    };
    let mut changes = Vec::new();
    for role in of {
        let seen = from(&roles, role);
        let Ok(next) = deadline(seen, &new, at) else { return Ok(Err(shown::DayError::Past)) };
        if next != seen {
            changes.push(RoleChange { role, seen, next, event: event(server, by, role, next) });
        }
    }
    Ok(Ok(changes))
}

/// What the log says, about the administrator: it concerns nobody else by name.
fn event(server: &Server, by: &Administrator, role: Role, next: Option<Timestamp>) -> Event {
    let kind = if next.is_some() { EventKind::RoleRequired } else { EventKind::RoleReleased };
    let name = match role {
        Role::Admin => "Admins",
        Role::Member => "Members",
    };
    let ahead = next.filter(|next| *next > server.now());
    let about = match ahead {
        Some(day) => format!("{name}, from {}", Date::of(day)),
        None => name.to_owned(),
    };
    let of = Event::new(kind, by.caller.user(), &by.caller.place, server.now(), server.entropy());
    of.about(&about)
}

/// A form that is not ours is malformed; a day that is missing or past is said at its field.
fn read(
    chosen: &shown::RequirementAsked,
    roles: &[(Role, Timestamp)],
    at: Timestamp,
) -> Result<Result<Choice, shown::DayError>, Problem> {
    let of = match chosen.who.as_str() {
        "everybody" => vec![Role::Admin, Role::Member],
        "admins" => vec![Role::Admin],
        "members" => vec![Role::Member],
        _ => return Err(Problem::Malformed),
    };
    let new = match (chosen.when.as_str(), Date::parse(&chosen.day)) {
        ("off", _) => NewRequirement::NotRequired,
        ("now", _) => NewRequirement::RequiredAtOnce,
        ("date", Some(day)) => NewRequirement::Required { deadline: Some(day.start()) },
        ("date", None) => return Ok(Err(shown::DayError::Missing)),
        _ => return Err(Problem::Malformed),
    };
    let past = |role| matches!(deadline(from(roles, role), &new, at), Err(RequirementError::DeadlinePast));
    if of.iter().any(|role| past(*role)) {
        return Ok(Err(shown::DayError::Past));
    }
    Ok(Ok(Choice { roles: of, new }))
}

fn from(roles: &[(Role, Timestamp)], role: Role) -> Option<Timestamp> {
    roles.iter().find(|(of, _)| *of == role).map(|(_, from)| *from)
}

pub(super) fn demanded(from: Option<Timestamp>, now: Timestamp) -> shown::Demanded {
    match from {
        None => shown::Demanded::Not,
        Some(from) if from <= now => shown::Demanded::Since(from.millis()),
        Some(from) => shown::Demanded::From(from.millis()),
    }
}
