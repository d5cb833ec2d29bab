//! An id of our own for every request: in the answer, in the log, on the error page.

use crate::state::Server;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{HeaderName, HeaderValue};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: 64 random bits in hexadecimal. What a client sends under this name stands beside it in the
/// log, and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

pub(super) async fn give(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let mut random = [0; 8];
    server.entropy().fill(&mut random);
    let id = RequestId(format!("{:016x}", u64::from_be_bytes(random)));
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}
