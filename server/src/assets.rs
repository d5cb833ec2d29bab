//! The files that pages load, carried in the binary: style, script, WebAssembly, icons.
//!
//! Their names change with their content, so a browser keeps them for ever. `build.rs` writes the table.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

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

/// A file at an address that never changes: kept for a few minutes, then asked for again by its content. `None`: the
/// binary has no such file.
pub(crate) fn at_fixed_url(logical: &str, headers: &HeaderMap) -> Option<Response> {
    named(FILES, logical, headers)
}

fn named(files: &'static [File], logical: &str, headers: &HeaderMap) -> Option<Response> {
    let file = files.iter().find(|file| file.logical == logical)?;
    // The same for every coding of the same content: weak (RFC 9110, 8.8.1).
    let tag = format!("W/\"{}\"", file.hash());
    let fresh = |mut response: Response| {
        if let Ok(tag) = HeaderValue::try_from(&tag) {
            response.headers_mut().insert(ETAG, tag);
        }
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        response
    };
    if is_known(headers, &tag) {
        return Some(fresh((StatusCode::NOT_MODIFIED, [(VARY, "Accept-Encoding")]).into_response()));
    }
    let response = send(file, headers);
    Some(if response.status().is_success() { fresh(response) } else { response })
}

/// Whether the browser has this content already (RFC 9110, 13.1.2: compared weakly).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let held = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    held.flat_map(|value| value.split(',')).any(|held| held.trim() == "*" || strong(held) == strong(tag))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    serve(FILES, &name, &headers)
}

fn serve(files: &'static [File], name: &str, headers: &HeaderMap) -> Response {
    let named = |file: &&File| file.url.strip_prefix("/assets/") == Some(name);
    let Some(file) = files.iter().find(named) else {
        return problem(StatusCode::NOT_FOUND, "not_found");
    };
    send(file, headers)
}

fn send(file: &'static File, headers: &HeaderMap) -> Response {
    let Some((coding, body)) = file.negotiate(headers) else {
        return problem(StatusCode::NOT_ACCEPTABLE, "not_acceptable");
    };
    let mut response = (KEEP, [(CONTENT_TYPE, file.content_type)], body).into_response();
    if let Some(name) = coding.name() {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(name));
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
    /// What its name got from its content: `<stem>.<hash>.<extension>`.
    fn hash(&self) -> &'static str {
        self.url.rsplit('.').nth(1).unwrap_or_default()
    }

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
    use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, IF_NONE_MATCH};
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::{File, named, serve};

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

    fn at_fixed_url(held: &'static str) -> Response {
        let headers = HeaderMap::from_iter([
            (ACCEPT_ENCODING, HeaderValue::from_static("br")),
            (IF_NONE_MATCH, HeaderValue::from_static(held)),
        ]);
        named(PACKED, "twofold.wasm", &headers).unwrap()
    }

    #[test]
    fn at_a_fixed_address_it_is_kept_for_minutes_and_asked_for_by_its_content() {
        for held in ["", "W/\"0\"", "\"0011\""] {
            let response = at_fixed_url(held);
            assert_eq!(response.status(), StatusCode::OK, "{held}");
            assert_eq!(response.headers()["etag"], "W/\"0011223344556677\"");
            assert_eq!(response.headers()["cache-control"], "public, max-age=300");
            assert_eq!(response.headers()["content-encoding"], "br");
        }
        let known = ["W/\"0011223344556677\"", "\"0011223344556677\"", "\"0\", W/\"0011223344556677\"", "*"];
        for held in known {
            let response = at_fixed_url(held);
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{held}");
            assert_eq!(response.headers()["etag"], "W/\"0011223344556677\"");
        }
        assert!(named(PACKED, "embed.js", &HeaderMap::new()).is_none());
    }

    #[test]
    fn an_unknown_file_is_a_problem() {
        let response = serve(PACKED, "twofold.wasm", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}
