//! A bypass code for somebody who is without their authenticators: issued for a reason, shown once.

use super::fields::of_name;
use super::proving::{acting, asked, prove};
use super::user::{find, refused};
use super::{form, frame, good};
use crate::problem::Problem;
use crate::standalone::field::{Fields, Typed};
use crate::standalone::session::see_other;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization as shown;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::Issuing;
use domain::factor::bypass_code::BypassMinutes;
use domain::name::Reason;
use serde::Deserialize;
use storage::account::Account;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BypassForm {
    reason: String,
    minutes: String,
    password: Option<Typed>,
    code: Option<String>,
}

pub(super) async fn ask(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let of = find(&server, &id).await?;
    if !is_protected(&server, &of).await? {
        return Ok(see_other(format!("/organization/users/{}", of.id)));
    }
    let proving = asked(&server, &by.caller).await?;
    let minutes = BypassMinutes::default().duration().as_secs() / 60;
    let about = shown::BypassAsked { minutes: minutes.to_string(), ..about(&of) };
    Ok(good(shown::bypass_code(&frame(&server, &by.account), &about, proving)))
}

/// What was typed comes first: no code is spent on a form that does nothing.
pub(super) async fn issue(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    Fields(typed): Fields<BypassForm>,
) -> Result<Response, Problem> {
    let of = find(&server, &id).await?;
    if !is_protected(&server, &of).await? {
        return Ok(see_other(format!("/organization/users/{}", of.id)));
    }
    let frame = frame(&server, &by.account);
    let about = typed.shown(about(&of));
    let issuing = match typed.read() {
        Ok(issuing) => issuing,
        Err(errors) => {
            let proving = asked(&server, &by.caller).await?;
            let wrong = shown::BypassAsked { errors, ..about };
            return Ok(form(proving, true, shown::bypass_code(&frame, &wrong, proving)));
        }
    };
    if let Err(proving) = prove(&server, &by, typed.password.as_ref(), typed.code.as_deref()).await? {
        return Ok(form(proving, false, shown::bypass_code(&frame, &about, proving)));
    }
    let (who, place) = (Some(&by.caller.user().id), &by.caller.place);
    let issued = acting(&server, &by).two_factor.issue_bypass_code(&of.user, who, issuing, place).await;
    let (code, until) = issued.map_err(refused)?;
    // In this answer and never again. It is not a redirect: the code would have to be kept somewhere, or stand in a URL.
    let page = shown::issued_bypass_code(&frame, &about, code.expose(), until.millis());
    Ok(good(page))
}

/// Without two-factor authentication there is nothing to be let past.
async fn is_protected(server: &Server, of: &Account) -> Result<bool, Problem> {
    let report = server.two_factor().user(&of.user).await?;
    Ok(report.is_some_and(|report| report.protected_since.is_some()))
}

fn about(of: &Account) -> shown::BypassAsked {
    let (id, email) = (of.id.to_string(), of.email.as_str().to_owned());
    shown::BypassAsked { id, email, ..shown::BypassAsked::default() }
}

impl BypassForm {
    fn shown(&self, about: shown::BypassAsked) -> shown::BypassAsked {
        let (reason, minutes) = (self.reason.clone(), self.minutes.clone());
        shown::BypassAsked { reason, minutes, ..about }
    }

    fn read(&self) -> Result<Issuing, shown::BypassErrors> {
        let reason = Reason::parse(&self.reason);
        let minutes = self.minutes.trim().parse().ok().and_then(BypassMinutes::new);
        let errors = shown::BypassErrors {
            reason: reason.as_ref().err().copied().map(of_name),
            minutes: minutes.is_none(),
        };
        match (reason, minutes) {
            (Ok(reason), Some(minutes)) => Ok(Issuing { reason, minutes }),
            (Ok(_) | Err(_), _) => Err(errors),
        }
    }
}
