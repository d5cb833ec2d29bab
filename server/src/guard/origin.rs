//! Only pages of this server change anything here (OWASP CSRF cheat sheet: Fetch Metadata, and `Origin` where a browser
//! does not send it). Leptos has no such check by design (leptos#3786).

use crate::api;
use crate::problem::Problem;
use crate::state::Server;
use crate::widget;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HeaderName, ORIGIN};
use http::{HeaderMap, Method};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

pub(super) async fn check(State(server): State<Server>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    // A key is no cookie: no foreign page can make a browser send it.
    let by_key = api::is_api(request.uri().path());
    // Nor is a ticket, which is good once: a site's page sends it.
    let by_ticket = widget::FRAMES.contains(&request.uri().path());
    if changes && !by_key && !by_ticket && !is_ours(&server, request.headers()) {
        return Problem::ForeignOrigin.into_response();
    }
    next.run(request).await
}

/// What is there must be right, and one of the two must be there.
fn is_ours(server: &Server, headers: &HeaderMap) -> bool {
    let (Ok(site), Ok(origin)) = (only(headers, &SEC_FETCH_SITE), only(headers, &ORIGIN)) else {
        return false;
    };
    let site_is_ours = site.map(|site| site == "same-origin");
    let origin_is_ours = origin.map(|origin| server.settings().public_url.is_origin(origin));
    match (site_is_ours, origin_is_ours) {
        (None, None) => false,
        (site, origin) => site.unwrap_or(true) && origin.unwrap_or(true),
    }
}

/// The one value of a header. `Err`: several, or not a text.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}
