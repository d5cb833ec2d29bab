//! What an administrator looks after: people, sites and their API keys. Every change asks for a proof of every factor, unless one
//! was given in the last minutes: a stolen session must not be enough to make a key.

mod audit;
mod bypass_code;
mod deed;
mod fields;
mod key;
mod mail;
mod member;
mod people;
mod proving;
mod required_user;
mod requirement;
mod site;
mod user;
mod users;

use crate::page;
use crate::problem::Problem;
use crate::route::Route;
use crate::state::Server;
use app::page::organization as shown;
use axum::response::Response;
use domain::audit::{Event, EventKind};
use domain::name::SiteId;
use domain::step_up::Caller;
use http::StatusCode;
use storage::account::Account;
use storage::site::SiteProfile;

/// Every page and form of the organization.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::page("/organization/users", users::list),
        Route::page("/organization/users/new", member::new),
        Route::form("/organization/users/new", member::create),
        Route::page("/organization/users/{user}/edit", member::edit),
        Route::form("/organization/users/{user}/edit", member::update),
        Route::page("/organization/users/{user}", user::page),
        Route::page("/organization/users/{user}/reset", user::ask_reset),
        Route::form("/organization/users/{user}/reset", user::reset),
        Route::page("/organization/users/{user}/unlock", user::ask_unlock),
        Route::form("/organization/users/{user}/unlock", user::unlock),
        Route::page("/organization/users/{user}/requirement", required_user::ask),
        Route::form("/organization/users/{user}/requirement", required_user::change),
        Route::page("/organization/requirement", requirement::page),
        Route::form("/organization/requirement", requirement::save),
        Route::page("/organization/users/{user}/bypass-code", bypass_code::ask),
        Route::form("/organization/users/{user}/bypass-code", bypass_code::issue),
        Route::page("/organization/audit", audit::page),
        Route::page("/organization/audit/export", audit::export),
        Route::page("/organization/mail", mail::page),
        Route::page("/organization/sites", site::list),
        Route::page("/organization/sites/new", site::new),
        Route::form("/organization/sites/new", site::create),
        Route::page("/organization/sites/{site}", site::page),
        Route::page("/organization/sites/{site}/edit", site::edit),
        Route::form("/organization/sites/{site}/edit", site::update),
        Route::page("/organization/sites/{site}/keys/new", key::new),
        Route::form("/organization/sites/{site}/keys/new", key::create),
        Route::page("/organization/sites/{site}/keys/{key}/revoke", key::ask),
        Route::form("/organization/sites/{site}/keys/{key}/revoke", key::revoke),
    ];
    routes.extend(deed::routes());
    routes
}

/// The site of this id. The built-in one is not among those that are looked after here: nobody embeds it, and its
/// settings stand in the configuration.
async fn find(server: &Server, id: &str) -> Result<SiteProfile, Problem> {
    let id = SiteId::parse(id).filter(|id| *id != SiteId::BUILT_IN).ok_or(Problem::NotFound)?;
    server.sites().find(id).await?.ok_or(Problem::NotFound)
}

/// What the log says of a change of this site.
fn event(server: &Server, kind: EventKind, by: &Caller, of: &SiteProfile) -> Event {
    Event::new(kind, by.user(), &by.place, server.now(), server.entropy()).about(of.name.as_str())
}

/// A form again, with what was typed and why it was refused.
fn form(proving: shown::Proving, wrong: bool, html: String) -> Response {
    let wait = match proving.error {
        Some(shown::ProvingError::Wait { seconds }) => Some(std::time::Duration::from_secs(seconds.into())),
        Some(_) | None => None,
    };
    page::answer(page::status(wrong || proving.error.is_some(), wait), wait, html)
}

fn good(html: String) -> Response {
    page::answer(StatusCode::OK, None, html)
}

fn frame(server: &Server, account: &Account) -> app::page::Frame {
    page::frame(server, Some(account))
}

fn path(of: &SiteProfile, more: &str) -> String {
    format!("/organization/sites/{}{more}", of.id)
}
