//! The new bearer of a session that stepped up goes into the answer, whatever that is: a page, a refusal, a fault, a panic
//! or a request that took too long. The one before is nobody's by then: an answer without the new one signs its browser out.

use crate::standalone::Cookie;
use crate::state::Server;
use app::fns::Renewed;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::SET_COOKIE;

pub(super) async fn carry(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let renewed = Renewed::default();
    request.extensions_mut().insert(renewed.clone());
    let mut response = next.run(request).await;
    let url = &server.settings().public_url;
    let name = Cookie::Session.name(url);
    if let Some(token) = renewed.token()
        && !sets(response.headers(), name)
    {
        match Cookie::Session.set(token, url) {
            Some(cookie) => {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            None => tracing::error!("a bearer that is no header: its browser is signed out"),
        }
    }
    response
}

/// Whether the answer already says what becomes of this cookie: a new session began, or it was taken away.
fn sets(headers: &HeaderMap, name: &str) -> bool {
    let cookies = headers.get_all(SET_COOKIE).iter();
    cookies
        .filter_map(|cookie| cookie.as_bytes().strip_prefix(name.as_bytes()))
        .any(|rest| rest.starts_with(b"="))
}
