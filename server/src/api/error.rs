//! What the API refuses, as problem+json (RFC 9457) with a stable `code`.

mod from_domain;

use super::field::Flaw;
use crate::guard::{Refusal, RequestId};
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::site::{KeyName, Scope};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    detail: &'static str,
    /// In a box, for the size of every answer that may be one of these.
    malformed: Option<Box<Malformed>>,
    key: Option<String>,
    attempts_left: Option<u32>,
    wait: Option<Duration>,
    clock_offset_seconds: Option<i64>,
}

/// Which field does not read, and what it may be where it is of another type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Malformed {
    field: String,
    expected: Option<String>,
}

/// Why a request was not answered (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemDocument {
    title: &'static str,
    status: u16,
    /// Stable: programs read this.
    code: &'static str,
    /// For people: it may be worded otherwise tomorrow.
    detail: &'static str,
    /// What the log calls the request.
    request_id: String,
    /// With `malformed`: which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// With `malformed`, where the field is of another type: what it may be. With `foreign_host` and
    /// `unsupported_media_type`: the server's own host, and the type that is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    /// With `foreign_host` and `unsupported_media_type`: what came in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<String>,
    /// With `key_unknown` and `key_revoked`: the public half of the key that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// After a wrong code: tries before waiting begins or grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_left: Option<u32>,
    /// After a wrong code: seconds until the next one is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// With `clock_off`: by how much the phone's clock lies ahead (behind, if negative).
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_offset_seconds: Option<i64>,
}

impl ApiError {
    const fn new(status: StatusCode, code: &'static str, detail: &'static str) -> Self {
        let (malformed, key, attempts_left, wait, clock_offset_seconds) = (None, None, None, None, None);
        Self { status, code, detail, malformed, key, attempts_left, wait, clock_offset_seconds }
    }

    pub(super) const fn key_missing() -> Self {
        let detail = "There is no header `Authorization`. Send an API key: `Authorization: Bearer tf_…`.";
        Self::new(StatusCode::UNAUTHORIZED, "key_missing", detail)
    }

    pub(super) const fn key_malformed() -> Self {
        let detail = "`Authorization` is not one header `Bearer tf_…` with a whole API key.";
        Self::new(StatusCode::UNAUTHORIZED, "key_malformed", detail)
    }

    /// Its secret may be wrong: whoever does not hold the key is not told whether there is one of its id.
    pub(super) fn key_unknown(key: &KeyName) -> Self {
        let detail = "No key of this server. `twofold key list` shows those that there are.";
        let error = Self::new(StatusCode::UNAUTHORIZED, "key_unknown", detail);
        Self { key: Some(key.as_str().to_owned()), ..error }
    }

    pub(super) fn key_revoked(key: &KeyName) -> Self {
        let detail = "This key was revoked. Make another one: `twofold key create`.";
        let error = Self::new(StatusCode::UNAUTHORIZED, "key_revoked", detail);
        Self { key: Some(key.as_str().to_owned()), ..error }
    }

    pub(super) const fn scope_missing(scope: Scope) -> Self {
        let detail = match scope {
            Scope::Verify => "This needs a key with the scope `verify`.",
            Scope::Enroll => "This needs a key with the scope `enroll`.",
            Scope::Admin => "This needs a key with the scope `admin`.",
            Scope::Read => "This needs a key with the scope `read` or `admin`.",
        };
        Self::new(StatusCode::FORBIDDEN, "scope_missing", detail)
    }

    pub(super) const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Your site has nothing of this name.")
    }

    pub(super) const fn not_a_sign_in() -> Self {
        let detail =
            "`sign_in` names a challenge of another user, of another action, or one that was not redeemed.";
        Self::conflict("not_a_sign_in", detail)
    }

    pub(super) const fn not_json() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The body is not one JSON document.")
    }

    pub(super) fn malformed(field: &str, flaw: Flaw) -> Self {
        Self::unread(field, flaw, None)
    }

    /// A field of another type, and what it may be.
    pub(super) fn of_another_type(field: &str, expected: Option<&str>) -> Self {
        Self::unread(field, Flaw::Type, expected.map(str::to_owned))
    }

    fn unread(field: &str, flaw: Flaw, expected: Option<String>) -> Self {
        let error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "malformed", flaw.detail());
        Self { malformed: Some(Box::new(Malformed { field: field.to_owned(), expected })), ..error }
    }

    #[cfg(test)]
    pub(super) fn without_expected(mut self) -> Self {
        if let Some(malformed) = &mut self.malformed {
            malformed.expected = None;
        }
        self
    }

    const fn conflict(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    const fn refused(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    fn too_soon(code: &'static str, detail: &'static str, wait: Duration) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail);
        Self { attempts_left: Some(0), wait: Some(wait), ..error }
    }

    fn counted(self, attempts_left: u32, wait: Duration) -> Self {
        Self { attempts_left: Some(attempts_left), wait: Some(wait), ..self }
    }

    /// Rounded up: whoever waits that long has waited enough.
    fn retry_after(&self) -> Option<u64> {
        self.wait.map(|wait| u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX))
    }

    fn document(self, request_id: String) -> ProblemDocument {
        let retry_after = self.retry_after();
        let (field, expected) = self.malformed.map_or((None, None), |of| (Some(of.field), of.expected));
        ProblemDocument {
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
            request_id,
            retry_after,
            field,
            expected,
            // Only the guards in front tell that (`guard/words.rs`).
            received: None,
            key: self.key,
            attempts_left: self.attempts_left,
            clock_offset_seconds: self.clock_offset_seconds,
        }
    }
}

impl IntoResponse for ApiError {
    /// Status and headers; [`words`] adds the rest, for which it needs the request's id.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after().filter(|seconds| *seconds > 0) {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of an [`ApiError`].
pub(super) async fn words(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<ApiError>() else { return response };
    let field = error.malformed.as_ref().map(|malformed| malformed.field.as_str());
    response.extensions_mut().insert(Refusal::new(error.code, field));
    let body = serde_json::to_string(&error.document(id)).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(parts, Body::from(body))
}
