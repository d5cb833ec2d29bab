//! The headers that every answer carries (ASVS 5.0, 3.2 to 3.4 and 14.3.2).

use crate::state::Server;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY as CSP, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

/// Scripts, styles and pictures of this server only; `wasm-unsafe-eval` lets WebAssembly be compiled, and nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
    frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (CSP, CONTENT_SECURITY_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: browsers would then send `Origin: null` with a form.
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=()",
    ),
];

/// Two years.
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=63072000");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

pub(super) async fn add(State(server): State<Server>, request: Request, next: Next) -> Response {
    let keeps = is_kept(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if server.settings().public_url.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
    if !keeps || !said(headers) {
        headers.insert(CACHE_CONTROL, NO_STORE);
    }
    response
}

/// Whether a browser may keep the answer, which then says for how long.
fn is_kept(path: &str) -> bool {
    path.starts_with("/assets/")
}

fn said(headers: &HeaderMap) -> bool {
    headers.contains_key(CACHE_CONTROL)
}
