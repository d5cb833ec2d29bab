//! The table of routes. The router is built from it and from nothing else, and the tests go through it row by row: a
//! route that they do not know fails them.

use crate::guard;
use crate::state::Server;
#[cfg(doc)]
use crate::widget;
use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, get, post};

/// One row.
pub struct Route {
    /// What it takes.
    pub takes: Takes,
    /// Where it is.
    pub path: &'static str,
    handler: MethodRouter<Server>,
}

/// What a route takes, and by which method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// `GET` and `HEAD`. It changes nothing.
    Nothing,
    /// `POST` of a form.
    Form,
    /// `POST` of a form by a page of a site, which is another origin: its ticket says who may, and no cookie does.
    Ticket,
    /// `POST` of JSON.
    Json,
}

impl Route {
    /// A page.
    pub(crate) fn page<H: Handler<T, Server>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { takes: Takes::Nothing, path, handler: get(handler) }
    }

    /// A form.
    pub(crate) fn form<H: Handler<T, Server>, T: 'static>(path: &'static str, handler: H) -> Self {
        let handler = post(handler).layer(from_fn(guard::form));
        Self { takes: Takes::Form, path, handler }
    }

    /// A form that a page of a site sends with a ticket. Its path is one of [`widget::FRAMES`], which the check of the
    /// origin lets through.
    pub(crate) fn ticket<H: Handler<T, Server>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { takes: Takes::Ticket, ..Self::form(path, handler) }
    }

    /// A function that takes JSON.
    pub(crate) fn json<H: Handler<T, Server>, T: 'static>(path: &'static str, handler: H) -> Self {
        let handler = post(handler).layer(from_fn(guard::json));
        Self { takes: Takes::Json, path, handler }
    }
}

/// The router of these rows.
pub(crate) fn router(routes: Vec<Route>) -> Router<Server> {
    routes.into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler))
}
