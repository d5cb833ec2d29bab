//! `Idempotency-Key`: what creates something may be sent twice under one key, and creates it once
//! (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! Only an answer that was good is kept. A refusal, or a fault, gives the key back: the next request under it is the
//! first again.

use super::asked::read;
use super::error::ApiError;
use super::field::Flaw;
use crate::state::Server;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use domain::error::Fault;
use domain::idempotency::{self, Answered, Attempt, IdempotencyKey, Keyed};
use domain::name::User;
use domain::policy;
use domain::time::Timestamp;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// The header, and what a refusal of it calls the field.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The body of a request that creates something, and the key that it may have.
pub(super) struct Creating<T> {
    pub(super) asked: T,
    pub(super) once: Once,
}

/// What keeps a request from being answered twice.
pub(super) struct Once {
    key: Option<IdempotencyKey>,
    target: String,
    body: Bytes,
}

/// What was made, and how it is answered again.
pub(super) struct Made<T> {
    pub(super) document: T,
    /// What is kept, sealed; it need not be the answer itself.
    pub(super) note: Zeroizing<Vec<u8>>,
    /// Until when it is kept: no longer than the answer is good for anything.
    pub(super) until: Timestamp,
}

/// What becomes of a request.
pub(super) enum Done<T> {
    /// It was done, just now.
    Now(T),
    /// It was done before, and this was noted.
    Before(Zeroizing<Vec<u8>>),
}

impl<T: Serialize> Made<T> {
    /// With the answer as its own note.
    pub(super) fn noted(document: T, until: Timestamp) -> Result<Self, Fault> {
        let note = serde_json::to_vec(&document).map_err(|_| Fault::Broken("an answer that is no JSON"))?;
        Ok(Self { document, note: Zeroizing::new(note), until })
    }
}

impl<T: DeserializeOwned> FromRequest<Server> for Creating<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, server: &Server) -> Result<Self, ApiError> {
        let key = key(request.headers())?;
        let target = request.uri().path_and_query().map_or("", PathAndQuery::as_str).to_owned();
        let body = Bytes::from_request(request, server).await.map_err(|_| ApiError::not_json())?;
        Ok(Self { asked: read(&body)?, once: Once { key, target, body } })
    }
}

impl Once {
    /// The request, if it has a key.
    pub(super) fn keyed<'a>(&'a self, user: &'a User) -> Option<Keyed<'a>> {
        let key = self.key.as_ref()?;
        Some(Keyed { user, key, target: &self.target, body: &self.body })
    }

    /// Does what `make` does, unless it was done before.
    pub(super) async fn run<T>(
        self,
        server: &Server,
        user: &User,
        make: impl Future<Output = Result<Made<T>, ApiError>>,
    ) -> Result<Done<T>, ApiError> {
        let Some(keyed) = self.keyed(user) else { return Ok(Done::Now(make.await?.document)) };
        let two_factor = server.two_factor();
        let claim = match two_factor.attempt(&keyed).await? {
            Attempt::Again(note) => return Ok(Done::Before(note)),
            Attempt::First(claim) => claim,
        };
        match make.await {
            Ok(Made { document, note, until }) => {
                two_factor.settle(&claim, &note, until).await?;
                Ok(Done::Now(document))
            }
            Err(error) => {
                two_factor.release(&claim).await?;
                Err(error)
            }
        }
    }
}

impl<T> From<Made<T>> for idempotency::Made<T> {
    fn from(Made { document, note, until }: Made<T>) -> Self {
        Self { now: document, note, until }
    }
}

impl<T> From<Answered<T>> for Done<T> {
    fn from(answered: Answered<T>) -> Self {
        match answered {
            Answered::Now(document) => Self::Now(document),
            Answered::Before(note) => Self::Before(note),
        }
    }
}

impl<T: Serialize> Done<T> {
    /// 201 with what was made, or with the answer that was noted.
    pub(super) fn created(self) -> Response {
        self.answered(StatusCode::CREATED)
    }

    /// The same with 202: it is on its way.
    pub(super) fn accepted(self) -> Response {
        self.answered(StatusCode::ACCEPTED)
    }

    fn answered(self, status: StatusCode) -> Response {
        match self {
            Self::Now(document) => (status, Json(document)).into_response(),
            Self::Before(answer) => {
                let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
                replayed((status, json, answer.to_vec()).into_response())
            }
        }
    }
}

impl Done<()> {
    /// 204: there is nothing to tell but that it was done.
    pub(super) fn nothing(self) -> Response {
        match self {
            Self::Now(()) => StatusCode::NO_CONTENT.into_response(),
            Self::Before(_) => replayed(StatusCode::NO_CONTENT.into_response()),
        }
    }
}

impl Made<()> {
    /// What is told with no word, and told again for as long as anything is.
    pub(super) fn nothing(now: Timestamp) -> Self {
        Self { document: (), note: Zeroizing::default(), until: now + policy::ANSWER_KEPT }
    }
}

/// Refuses a key where it means nothing: what is answered once is answered once, whatever is sent along.
pub(super) fn without_key(method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
    if *method == Method::POST && headers.contains_key(IDEMPOTENCY_KEY) {
        return Err(ApiError::malformed(IDEMPOTENCY_KEY, Flaw::Meaningless));
    }
    Ok(())
}

/// The same, said to have been given before.
pub(super) fn replayed(mut response: Response) -> Response {
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// The one key of a request, if it has one.
fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let refused = |flaw| Err(ApiError::malformed(IDEMPOTENCY_KEY, flaw));
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => refused(Flaw::Twice),
        (Some(value), None) => match IdempotencyKey::parse(value.to_str().unwrap_or("\0")) {
            Ok(key) => Ok(Some(key)),
            Err(error) => refused(error.into()),
        },
    }
}
