//! The files that pages load, carried in the binary: style, script, WebAssembly, icons.
//!
//! Their names change with their content, so a browser keeps them for ever. `build.rs` writes the table.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, StatusCode};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// One file, and the compressed forms of it that a release carries.
struct File {
    logical: &'static str,
    url: &'static str,
    content_type: &'static str,
    identity: &'static [u8],
    br: Option<&'static [u8]>,
    gz: Option<&'static [u8]>,
}

/// Where a page finds `logical` (`twofold.css`, `twofold.js`, `twofold.wasm`).
pub fn url(logical: &str) -> Option<&'static str> {
    FILES.iter().find(|file| file.logical == logical).map(|file| file.url)
}

/// Whether the binary was built without its pages. It must not serve then.
pub fn missing() -> bool {
    FILES.is_empty()
}

/// `GET` and `HEAD` of `/assets/{file}`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(asset))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    serve(FILES, &name, &headers)
}

fn serve(files: &'static [File], name: &str, headers: &HeaderMap) -> Response {
    let named = |file: &&File| file.url.strip_prefix("/assets/") == Some(name);
    let Some(file) = files.iter().find(named) else {
        return problem(StatusCode::NOT_FOUND, "not_found");
    };
    let Some((coding, body)) = file.negotiate(headers) else {
        return problem(StatusCode::NOT_ACCEPTABLE, "not_acceptable");
    };
    let mut response = (KEEP, [(CONTENT_TYPE, file.content_type)], body).into_response();
    if let Some(name) = coding.name() {
        response.headers_mut().insert(CONTENT_ENCODING, http::HeaderValue::from_static(name));
    }
    response
}

const KEEP: [(HeaderName, &str); 3] = [
    (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    (VARY, "Accept-Encoding"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

fn problem(status: StatusCode, code: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let body = serde_json::json!({ "title": title, "status": status.as_u16(), "code": code });
    let headers = [
        (CONTENT_TYPE, "application/problem+json"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "Accept-Encoding"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, body.to_string()).into_response()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
    Identity,
}

impl Coding {
    /// As `Content-Encoding` says it.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// RFC 9110, 12.5.3: what is not named is admitted by `*`; identity is, unless it is refused.
    fn admitted(self, accepted: &str) -> bool {
        let name = self.name().unwrap_or("identity");
        let named = |wanted: &str| codings(accepted).find(|(coding, _)| coding.eq_ignore_ascii_case(wanted));
        match named(name).or_else(|| named("*")) {
            Some((_, refused)) => !refused,
            None => self == Self::Identity,
        }
    }
}

impl File {
    /// The smallest form that the request admits.
    fn negotiate(&self, headers: &HeaderMap) -> Option<(Coding, &'static [u8])> {
        let accepted: Vec<&str> =
            headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
        let accepted = accepted.join(",");
        [(Coding::Brotli, self.br), (Coding::Gzip, self.gz), (Coding::Identity, Some(self.identity))]
            .into_iter()
            .filter_map(|(coding, body)| Some((coding, body?)))
            .find(|(coding, _)| coding.admitted(&accepted))
    }
}

/// The codings of an `Accept-Encoding`, and whether each is refused (`q=0`).
fn codings(accepted: &str) -> impl Iterator<Item = (&str, bool)> {
    accepted.split(',').map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let refused =
            quality.is_some_and(|quality| quality.trim().parse::<f32>().is_ok_and(|quality| quality <= 0.0));
        (coding, refused)
    })
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::response::Response;
    use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::{File, serve};

    static PACKED: &[File] = &[File {
        logical: "twofold.wasm",
        url: "/assets/twofold.0011223344556677.wasm",
        content_type: "application/wasm",
        identity: b"identity",
        br: Some(b"br"),
        gz: Some(b"gz"),
    }];

    fn asking(accepted: &'static str) -> Response {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
        serve(PACKED, "twofold.0011223344556677.wasm", &headers)
    }

    async fn served(accepted: &'static str) -> String {
        let body = to_bytes(asking(accepted).into_body(), 100).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_smallest_admitted_form_is_served() {
        assert_eq!(served("gzip, deflate, br, zstd").await, "br");
        assert_eq!(served("gzip;q=1.0, br;q=0.1").await, "br");
        assert_eq!(served("GZIP").await, "gz");
        assert_eq!(served("*").await, "br");
        assert_eq!(served("").await, "identity");
        assert_eq!(served("zstd").await, "identity");
    }

    #[tokio::test]
    async fn a_refused_form_is_not_served() {
        assert_eq!(served("br;q=0, gzip").await, "gz");
        assert_eq!(served("br; q=0.000, *").await, "gz");
        assert_eq!(served("*;q=0, gzip").await, "gz");
        assert_eq!(served("br;q=0, gzip;q=0").await, "identity");
        assert_eq!(asking("identity;q=0").status(), StatusCode::NOT_ACCEPTABLE);
        assert_eq!(asking("*;q=0").status(), StatusCode::NOT_ACCEPTABLE);
    }

    #[test]
    fn a_browser_keeps_it_for_ever() {
        let response = asking("br");
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header("content-encoding"), "br");
        assert_eq!(header("content-type"), "application/wasm");
        assert_eq!(header("vary"), "Accept-Encoding");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert!(asking("").headers().get(CONTENT_ENCODING).is_none());
    }

    #[test]
    fn an_unknown_file_is_a_problem() {
        let response = serve(PACKED, "twofold.wasm", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}
