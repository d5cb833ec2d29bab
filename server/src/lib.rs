//! The server of Twofold: configuration, command line, guards, the built-in sign-in, and the pages in front of the
//! verification core.
//!
//! Reading order: [`route`] (what there is), [`guard`] (what stands in front), [`standalone`] (signing in), [`widget`]
//! (embedding), `fns` (what the islands ask for), [`command`] (how it is started).

pub mod api;
mod asked;
pub mod assets;
mod authorization;
mod chaining;
pub mod clock;
pub mod command;
pub mod config;
mod docs;
pub mod doctor;
pub mod entropy;
mod export_key;
mod fns;
pub mod guard;
pub mod hashing;
mod health;
mod hex;
pub mod mail;
pub mod memory;
mod page;
pub mod place;
pub mod problem;
mod pulse;
pub mod reminding;
pub mod retention;
pub mod route;
pub mod scraping;
pub mod sealing;
pub mod serving;
pub mod standalone;
pub mod state;
mod supervisor;
pub mod telemetry;
#[cfg(feature = "test-clock")]
pub mod test_clock;
mod tidying;
mod typed;
mod version;
pub mod watching;
pub mod widget;
pub mod work;

use axum::Router;
use problem::Problem;
use route::Route;
use state::Server;

/// Every route but those of [`assets`] and [`api`].
pub fn routes() -> Vec<Route> {
    let parts = [docs::routes(), health::routes(), standalone::routes(), widget::routes(), fns::routes()];
    parts.into_iter().flatten().collect()
}

/// The whole server as one service, its guards in front.
pub fn router(server: Server) -> Router {
    let routes = route::router(routes())
        .merge(assets::router())
        .merge(api::router())
        .fallback(async || Problem::NotFound)
        .method_not_allowed_fallback(async || Problem::MethodNotAllowed);
    guard::in_front_of(routes, &server).with_state(server)
}
