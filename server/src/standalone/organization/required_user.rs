//! What is required of one user, and the change of it.

use super::fields::of_name;
use super::proving::{acting, asked, prove};
use super::requirement::demanded;
use super::user::find;
use super::{form, frame, good};
use crate::problem::Problem;
use crate::standalone::field::{Fields, Typed};
use crate::standalone::session::see_other;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::error::RequirementError;
use domain::name::{NameError, Reason};
use domain::requirement::{Demand, Exemption, NewRequirement};
use domain::time::{Date, Timestamp};
use serde::Deserialize;
use storage::account::Account;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserRequirementForm {
    what: String,
    day: String,
    reason: String,
    password: Option<Typed>,
    code: Option<String>,
}

/// What is wrong with the form.
#[derive(Default)]
struct Wrong {
    day: Option<shown::DayError>,
    reason: Option<NameError>,
}

pub(super) async fn ask(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let of = find(&server, &id).await?;
    let proving = asked(&server, &by.caller).await?;
    let about = about(&server, &of).await?;
    Ok(good(shown::user_requirement(&frame(&server, &by.account), &about, proving)))
}

/// What was typed comes first: no code is spent on a form that does nothing.
pub(super) async fn change(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    Fields(typed): Fields<UserRequirementForm>,
) -> Result<Response, Problem> {
    let of = find(&server, &id).await?;
    let kept = shown::UserRequirementAsked {
        what: typed.what.clone(),
        day: typed.day.clone(),
        reason: typed.reason.clone(),
        ..about(&server, &of).await?
    };
    let again = |wrong: Wrong, proving| {
        let (day_error, reason_error) = (wrong.day, wrong.reason.map(of_name));
        let refused = day_error.is_some() || reason_error.is_some();
        let kept = shown::UserRequirementAsked { day_error, reason_error, ..kept.clone() };
        form(proving, refused, shown::user_requirement(&frame(&server, &by.account), &kept, proving))
    };
    let (core, now) = (server.two_factor(), server.now());
    let demand = core.user(&of.user).await?.ok_or(Problem::NotFound)?.demand;
    let (new, reason) = match read(&typed, &demand, now)? {
        Ok(read) => read,
        Err(wrong) => return Ok(again(wrong, asked(&server, &by.caller).await?)),
    };
    if let Err(proving) = prove(&server, &by, typed.password.as_ref(), typed.code.as_deref()).await? {
        return Ok(again(Wrong::default(), proving));
    }
    let who = Some(&by.caller.user().id);
    match acting(&server, &by).two_factor.require(&of.user, who, &new, reason, &by.caller.place).await {
        Ok(()) => {}
        Err(error) => return Err(refused(error)),
    }
    Ok(see_other(format!("/organization/users/{}?required", of.id)))
}

fn read(
    typed: &UserRequirementForm,
    demand: &Demand,
    now: Timestamp,
) -> Result<Result<(NewRequirement, Option<Reason>), Wrong>, Problem> {
    let (day, reason) = (Date::parse(&typed.day).map(Date::start), Reason::parse(&typed.reason));
    let maybe = match &reason {
        Ok(reason) => Some(reason.clone()),
        Err(NameError::Empty) => None,
        Err(error) => return Ok(Err(Wrong { day: None, reason: Some(*error) })),
    };
    let new = match (typed.what.as_str(), day) {
        ("now", _) => NewRequirement::RequiredAtOnce,
        ("none", _) => NewRequirement::NotRequired,
        ("end", _) => NewRequirement::NotExempt,
        ("date", Some(day)) if day <= now && demand.of_user != Some(day) => {
            return Ok(Err(Wrong { day: Some(shown::DayError::Past), reason: None }));
        }
        ("date", Some(day)) => NewRequirement::Required { deadline: Some(day) },
        ("exempt", day) => return Ok(exemption(day, reason, now)),
        ("date", None) => return Ok(Err(Wrong { day: Some(shown::DayError::Missing), reason: None })),
        _ => return Err(Problem::Malformed),
    };
    Ok(Ok((new, maybe)))
}

/// Everything that is wrong is said at once.
fn exemption(
    until: Option<Timestamp>,
    reason: Result<Reason, NameError>,
    now: Timestamp,
) -> Result<(NewRequirement, Option<Reason>), Wrong> {
    let until = match until {
        None => Err(shown::DayError::Missing),
        Some(until) if until <= now => Err(shown::DayError::ExemptionPast),
        Some(until) => Ok(until),
    };
    match (until, reason) {
        (Ok(until), Ok(reason)) => Ok((NewRequirement::Exempt(Exemption { until, reason }), None)),
        (until, reason) => Err(Wrong { day: until.err(), reason: reason.err() }),
    }
}

fn refused(error: RequirementError) -> Problem {
    match error {
        RequirementError::NotFound => Problem::NotFound,
        // It was ahead when the form was read.
        RequirementError::DeadlinePast | RequirementError::ExemptionPast | RequirementError::Changed => {
            Problem::ChangedMeanwhile
        }
        RequirementError::Fault(fault) => fault.into(),
    }
}

async fn about(server: &Server, of: &Account) -> Result<shown::UserRequirementAsked, Problem> {
    let report = server.two_factor().user(&of.user).await?.ok_or(Problem::NotFound)?;
    Ok(shown::UserRequirementAsked {
        id: of.id.to_string(),
        email: of.email.as_str().to_owned(),
        exempt: report.demand.exempt_at(server.now()).is_some(),
        ..Default::default()
    })
}

/// What the page of a user says of it.
pub(super) fn shown(demand: &Demand, now: Timestamp) -> shown::UserRequirement {
    shown::UserRequirement {
        of_user: demanded(demand.of_user, now),
        of_role: demanded(demand.of_role, now),
        exempt: demand.exempt_at(now).map(|one| (one.until.millis(), one.reason.as_str().to_owned())),
    }
}
