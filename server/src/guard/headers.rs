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

const ALWAYS: [(HeaderName, &str); 3] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: browsers would then send `Origin: null` with a form.
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=()",
    ),
];

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const EMBEDDER: HeaderName = HeaderName::from_static("cross-origin-embedder-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Two years.
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=63072000");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// How far an answer reaches. One that does not say stays with the pages of this server.
#[derive(Clone)]
pub(crate) enum Reach {
    /// A page in a frame of these origins' pages, with a style sheet of its own under this nonce.
    Framed {
        /// A list of sources for `frame-ancestors`.
        ancestors: String,
        /// Random, for this answer only.
        nonce: String,
    },
    /// A file for any page, kept for as long as it says itself.
    Public,
}

pub(super) async fn add(State(server): State<Server>, request: Request, next: Next) -> Response {
    let asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let reach = response.extensions_mut().remove::<Reach>();
    let kept = asset || matches!(reach, Some(Reach::Public));
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    isolate(headers, reach);
    if server.settings().public_url.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
    // Whatever may be kept says for how long.
    if !kept || !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, NO_STORE);
    }
    response
}

/// Who may show it, load it, and hold on to it.
fn isolate(headers: &mut HeaderMap, reach: Option<Reach>) {
    let framed = match reach {
        Some(Reach::Framed { ancestors, nonce }) => HeaderValue::try_from(framed(&ancestors, &nonce)).ok(),
        Some(Reach::Public) => {
            headers.insert(RESOURCE, HeaderValue::from_static("cross-origin"));
            headers.insert(CSP, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
            return;
        }
        None => None,
    };
    match framed {
        // A host's page that is isolated itself (COEP) shows only frames that say so too; all that this page loads is
        // its own server's.
        Some(policy) => {
            headers.insert(CSP, policy);
            headers.insert(RESOURCE, HeaderValue::from_static("cross-origin"));
            headers.insert(EMBEDDER, HeaderValue::from_static("require-corp"));
        }
        None => {
            headers.insert(CSP, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
            headers.insert(OPENER, HeaderValue::from_static("same-origin"));
            headers.insert(RESOURCE, HeaderValue::from_static("same-origin"));
        }
    }
}

/// The same policy for a page in a frame: nothing in it is ever sent as a form.
fn framed(ancestors: &str, nonce: &str) -> String {
    CONTENT_SECURITY_POLICY
        .replace("style-src 'self'", &format!("style-src 'self' 'nonce-{nonce}'"))
        .replace("form-action 'self'", "form-action 'none'")
        .replace("frame-ancestors 'none'", &format!("frame-ancestors {ancestors}"))
}
