//! One row of the API's table of routes. The tests go through it: a route that they do not know fails them.

use crate::guard;
use crate::state::Server;
use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, delete, get, post, put};
use http::Method;

/// One route.
pub struct Endpoint {
    /// By which method.
    pub method: Method,
    /// Where it is.
    pub path: &'static str,
    handler: MethodRouter<Server>,
}

impl Endpoint {
    /// It changes nothing.
    pub(super) fn get<H: Handler<T, Server>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: Method::GET, path, handler: get(handler) }
    }

    /// It takes JSON.
    pub(super) fn post<H: Handler<T, Server>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: Method::POST, path, handler: post(handler).layer(from_fn(guard::json)) }
    }

    /// It takes JSON, and asking twice is asking once.
    pub(super) fn put<H: Handler<T, Server>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: Method::PUT, path, handler: put(handler).layer(from_fn(guard::json)) }
    }

    /// It takes something away, and is told no more than what.
    pub(super) fn delete<H: Handler<T, Server>, T: 'static>(path: &'static str, handler: H) -> Self {
        Self { method: Method::DELETE, path, handler: delete(handler) }
    }

    pub(super) fn add_to(self, router: Router<Server>) -> Router<Server> {
        router.route(self.path, self.handler)
    }
}
