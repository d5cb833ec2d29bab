//! Whoever is not served because the database is lost is told so: to try again in a moment helps nobody.

use crate::problem::Problem;
use crate::state::Server;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// What a widget is answered it reads in a form of its own, and says that nothing works: who uses it can do no more.
const OF_WIDGETS: &str = "/fn/";

pub(super) async fn tell(State(server): State<Server>, request: Request, next: Next) -> Response {
    let is_a_widgets = request.uri().path().starts_with(OF_WIDGETS);
    let response = next.run(request).await;
    let is_a_fault = response.status() == StatusCode::SERVICE_UNAVAILABLE && !is_a_widgets;
    if is_a_fault && server.check_file().is_err() { Problem::DatabaseLost.into_response() } else { response }
}
