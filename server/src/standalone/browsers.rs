//! `/account/sessions`: the browsers in which somebody is signed in, and signing them out from this one.

use super::SIGN_IN;
use super::field::Fields;
use super::next::sign_in_first;
use super::password::account;
use super::session::see_other;
use super::visitor::AtLarge;
use crate::page;
use crate::problem::Problem;
use crate::state::Server;
use app::page::{SessionShown, Sessions, SessionsNotice};
use axum::extract::State;
use axum::response::Response;
use domain::audit::{Event, EventKind};
use domain::name::SessionId;
use domain::ports::Grounds;
use domain::step_up::Caller;
use http::{Method, Uri};
use serde::Deserialize;
use storage::account::{Account, SignedInBrowser, SignedOut};
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignOut {
    /// None: all others.
    session: Option<String>,
}

pub(super) async fn page(
    State(server): State<Server>,
    AtLarge(caller): AtLarge,
    uri: Uri,
) -> Result<Response, Problem> {
    let Some((caller, account)) = account(&server, caller).await? else {
        return Ok(sign_in_first(&Method::GET, &uri));
    };
    let notice = match uri.query() {
        Some("one") => Some(SessionsNotice::One),
        Some("others") => Some(SessionsNotice::Others),
        Some(_) | None => None,
    };
    show(&server, &caller, &account, notice).await
}

/// It takes something away from whoever else has it, and nothing from who does it: it asks for no proof.
pub(super) async fn sign_out(
    State(server): State<Server>,
    AtLarge(caller): AtLarge,
    Fields(typed): Fields<SignOut>,
) -> Result<Response, Problem> {
    let Some((caller, account)) = account(&server, caller).await? else { return Ok(see_other(SIGN_IN)) };
    let event =
        Event::new(EventKind::SessionsEnded, caller.user(), &caller.place, server.now(), server.entropy());
    let by = caller.standing(Grounds::Alive).ok_or(Problem::Defect)?;
    let (session, event, then) = match &typed.session {
        None => (None, event, "/account/sessions?others"),
        Some(id) => {
            let Some(browser) = other(&server, &caller, id).await? else {
                return show(&server, &caller, &account, Some(SessionsNotice::Gone)).await;
            };
            let event = match &browser.place.browser {
                Some(words) => event.about(words),
                None => event.about(app::page::UNKNOWN_BROWSER),
            };
            (Some(browser.session), event, "/account/sessions?one")
        }
    };
    if server.accounts().sign_out(SignedOut { session, by, event }).await? {
        return Ok(see_other(then));
    }
    show(&server, &caller, &account, Some(SessionsNotice::Gone)).await
}

/// Another browser of the same person. This one signs out by itself.
async fn other(server: &Server, caller: &Caller, id: &str) -> Result<Option<SignedInBrowser>, Problem> {
    let id = SessionId::from_uuid(Uuid::try_parse(id).map_err(|_| Problem::Malformed)?);
    let browsers = server.accounts().browsers(caller.user(), server.now()).await?;
    Ok(browsers.into_iter().find(|one| one.session == id && id != caller.session.id))
}

async fn show(
    server: &Server,
    caller: &Caller,
    account: &Account,
    notice: Option<SessionsNotice>,
) -> Result<Response, Problem> {
    let browsers = server.accounts().browsers(caller.user(), server.now()).await?;
    let shown = |one: &SignedInBrowser| SessionShown {
        id: one.session.to_string(),
        browser: one.place.browser.clone(),
        address: one.place.address.clone(),
        opened_at: one.opened_at.millis(),
        seen_at: one.seen_at.millis(),
        this: one.session == caller.session.id,
    };
    let mut all: Vec<SessionShown> = browsers.iter().map(shown).collect();
    all.sort_by_key(|one| !one.this);
    Ok(page::sessions(server, account, &Sessions { all, notice }))
}
