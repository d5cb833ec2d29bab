//! One of the people who sign in here: what there is of them, and what is done for them when they are locked out.

use super::fields::of_name;
use super::people::People;
use super::proving::{acting, asked, prove};
use super::{form, frame, good, required_user};
use crate::problem::Problem;
use crate::standalone::field::{Fields, Typed};
use crate::standalone::session::see_other;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization as shown;
use app::view::{Authenticator, Happening, Recovery};
use axum::extract::{Path, State};
use axum::response::Response;
use domain::audit::Event;
use domain::budget::LONGEST_WAIT;
use domain::error::AdminError;
use domain::factor::FactorKind;
use domain::name::{NameError, Reason, SiteId, User, UserId};
use domain::policy::RECENT_EVENTS;
use domain::ports::EventPage;
use domain::report::Lock;
use domain::time::Timestamp;
use http::Uri;
use serde::Deserialize;
use storage::account::{Account, AccountState, Role};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HelpForm {
    reason: String,
    password: Option<Typed>,
    code: Option<String>,
}

pub(super) async fn page(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let of = find(&server, &id).await?;
    let report = server.two_factor().user(&of.user).await?.ok_or(Problem::NotFound)?;
    let notice = match uri.query() {
        Some("reset") => Some(shown::UserNotice::Reset),
        Some("unlocked") => Some(shown::UserNotice::Unlocked),
        Some("saved") => Some(shown::UserNotice::Saved),
        Some("role") => Some(shown::UserNotice::RoleChanged),
        Some("deactivated") => Some(shown::UserNotice::Deactivated),
        Some("reactivated") => Some(shown::UserNotice::Reactivated),
        Some("signed-out") => Some(shown::UserNotice::SignedOut),
        Some("required") => Some(shown::UserNotice::Required),
        Some(_) | None => None,
    };
    let (standing, standing_at) = standing(&server, &of).await?;
    let user = shown::User {
        id: of.id.to_string(),
        email: of.email.as_str().to_owned(),
        name: of.name.as_ref().map(|name| name.as_str().to_owned()),
        standing,
        standing_at: standing_at.map(Timestamp::millis),
        admin: of.role == Role::Admin,
        you: of.id == by.account.id,
        created_at: of.created_at.millis(),
        protected_since: report.protected_since.map(Timestamp::millis),
        authenticators: report.authenticators.iter().map(Authenticator::from).collect(),
        recovery: report.recovery.map(Recovery::from),
        requirement: required_user::shown(&report.demand, server.now()),
        locks: report.locks.iter().map(lock).chain(password_lock(&of, server.now())).collect(),
        events: events(&server, &of.user).await?,
        notice,
    };
    Ok(good(shown::user(&frame(&server, &by.account), &user)))
}

pub(super) async fn ask_reset(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    ask(&server, &by, &id, shown::Help::Reset).await
}

pub(super) async fn ask_unlock(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    ask(&server, &by, &id, shown::Help::Unlock).await
}

async fn ask(server: &Server, by: &Administrator, id: &str, help: shown::Help) -> Result<Response, Problem> {
    let of = find(server, id).await?;
    let proving = asked(server, &by.caller).await?;
    Ok(good(shown::help(&frame(server, &by.account), help, &about(&of, ""), proving)))
}

pub(super) async fn reset(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    Fields(typed): Fields<HelpForm>,
) -> Result<Response, Problem> {
    help(&server, &by, &id, shown::Help::Reset, &typed).await
}

pub(super) async fn unlock(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    Fields(typed): Fields<HelpForm>,
) -> Result<Response, Problem> {
    help(&server, &by, &id, shown::Help::Unlock, &typed).await
}

/// What was typed comes first: no code is spent on a form that does nothing.
async fn help(
    server: &Server,
    by: &Administrator,
    id: &str,
    help: shown::Help,
    typed: &HelpForm,
) -> Result<Response, Problem> {
    let of = find(server, id).await?;
    let again = |error: Option<NameError>, proving| {
        let about = shown::HelpAsked { error: error.map(of_name), ..about(&of, &typed.reason) };
        form(proving, error.is_some(), shown::help(&frame(server, &by.account), help, &about, proving))
    };
    let reason = match (Reason::parse(&typed.reason), help) {
        (Ok(reason), _) => Some(reason),
        (Err(NameError::Empty), shown::Help::Unlock) => None,
        (Err(error), _) => return Ok(again(Some(error), asked(server, &by.caller).await?)),
    };
    if let Err(proving) = prove(server, by, typed.password.as_ref(), typed.code.as_deref()).await? {
        return Ok(again(None, proving));
    }
    let core = acting(server, by).two_factor;
    let (who, place) = (Some(&by.caller.user().id), &by.caller.place);
    let (done, more) = match (help, reason) {
        (shown::Help::Reset, Some(reason)) => (core.reset_user(&of.user, who, reason, place).await, "reset"),
        (shown::Help::Reset, None) => return Err(Problem::Defect),
        (shown::Help::Unlock, reason) => (core.unlock_user(&of.user, who, reason, place).await, "unlocked"),
    };
    done.map_err(refused)?;
    Ok(see_other(format!("/organization/users/{}?{more}", of.id)))
}

pub(super) fn refused(error: AdminError) -> Problem {
    match error {
        AdminError::NotFound | AdminError::NotOn => Problem::NotFound,
        AdminError::Changed => Problem::ChangedMeanwhile,
        AdminError::Fault(fault) => fault.into(),
    }
}

/// The account of this id.
pub(super) async fn find(server: &Server, id: &str) -> Result<Account, Problem> {
    let id = UserId::parse(id).map_err(|_| Problem::NotFound)?;
    let user = User { site: SiteId::BUILT_IN, id };
    server.accounts().account_by_user(&user).await?.ok_or(Problem::NotFound)
}

/// Whether they can sign in, and since or until when.
async fn standing(server: &Server, of: &Account) -> Result<(shown::Standing, Option<Timestamp>), Problem> {
    Ok(match of.state() {
        AccountState::Active => (shown::Standing::Active, None),
        AccountState::Deactivated => (shown::Standing::Deactivated, of.deactivated_at),
        AccountState::Invited => match server.accounts().invitation_of(of.id, server.now()).await? {
            Some(invitation) => (shown::Standing::Invited, Some(invitation.expires_at)),
            None => (shown::Standing::Expired, None),
        },
    })
}

fn about(of: &Account, reason: &str) -> shown::HelpAsked {
    let (id, email) = (of.id.to_string(), of.email.as_str().to_owned());
    shown::HelpAsked { id, email, reason: reason.to_owned(), error: None }
}

fn lock(of: &Lock) -> shown::Lock {
    let kind = match of.kind {
        FactorKind::Totp => shown::LockedKind::App,
        FactorKind::Email => shown::LockedKind::Email,
        FactorKind::RecoveryCode => shown::LockedKind::RecoveryCodes,
        FactorKind::BypassCode => shown::LockedKind::BypassCodes,
    };
    shown::Lock { kind, until: of.until.millis() }
}

fn password_lock(of: &Account, now: Timestamp) -> Option<shown::Lock> {
    let until = of.password_not_before;
    let locked = until.ends_within(LONGEST_WAIT, now);
    locked.then(|| shown::Lock { kind: shown::LockedKind::Passwords, until: until.millis() })
}

async fn events(server: &Server, user: &User) -> Result<Vec<shown::UserEvent>, Problem> {
    let page = server.two_factor().events(EventPage::newest_of(user, RECENT_EVENTS)).await?;
    let (mut shown, mut people) = (Vec::with_capacity(page.items.len()), People::default());
    for event in &page.items {
        shown.push(told(event, people.by(server, event).await?));
    }
    Ok(shown)
}

fn told(event: &Event, by: Option<shown::DoneBy>) -> shown::UserEvent {
    let reason = event.reason.as_ref().map(|reason| reason.as_str().to_owned());
    shown::UserEvent { what: Happening::from(event), by, reason }
}
