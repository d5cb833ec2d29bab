//! What stands in front of every route, from the outside in: the request's id and its line in the log, the words of
//! problems, security headers, the bearer of a session that stepped up, panics, the time limit, whoever has more than their
//! share, the host, the origin, whom it is for, the body's length, the loss of the database, and a task of its own.

mod body;
mod crowd;
mod finish;
mod headers;
mod host;
mod lost;
mod media_type;
mod origin;
mod panic;
mod renewal;
mod request_id;
mod time;
mod trace;
mod whom;
mod words;

use crate::state::Server;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
pub use body::LIMIT as BODY_LIMIT;
pub use headers::CONTENT_SECURITY_POLICY;
pub(crate) use headers::Reach;
pub use media_type::{form, json};
pub use request_id::RequestId;
pub(crate) use trace::{Refusal, about, by};
pub(crate) use whom::ForWaiting;

/// Puts every guard in front of the routes. The last one added is the first one asked.
pub fn in_front_of(routes: Router<Server>, server: &Server) -> Router<Server> {
    routes
        .layer(from_fn_with_state(server.clone(), finish::begun))
        .layer(from_fn_with_state(server.clone(), lost::tell))
        .layer(from_fn(body::limit))
        .layer(from_fn_with_state(server.clone(), whom::check))
        .layer(from_fn_with_state(server.clone(), origin::check))
        .layer(from_fn_with_state(server.clone(), host::check))
        .layer(from_fn(crowd::turn_away))
        .layer(from_fn(time::limit))
        .layer(from_fn(panic::catch))
        .layer(from_fn_with_state(server.clone(), renewal::carry))
        .layer(from_fn_with_state(server.clone(), headers::add))
        .layer(from_fn_with_state(server.clone(), words::add))
        .layer(from_fn_with_state(server.clone(), trace::log))
        .layer(from_fn_with_state(server.clone(), request_id::give))
}
