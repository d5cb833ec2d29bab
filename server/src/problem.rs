//! What a request is told when it does not get what it asked for: a page for a browser, problem+json (RFC 9457) for a
//! program. Written once, by `guard/words.rs`, whichever layer refused.

use axum::response::{IntoResponse, Response};
use domain::error::Fault;
use domain::ports::StoreError;
use http::StatusCode;
use storage::{Cause, Unready};

/// Why a request was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No such page.
    NotFound,
    /// There is such a page, but not for this method.
    MethodNotAllowed,
    /// The request was not made by a page of this server.
    ForeignOrigin,
    /// The page shows somebody else than is signed in by now.
    SomebodyElse,
    /// The request is meant for another host.
    ForeignHost,
    /// The body is longer than anything that is asked for.
    TooLarge,
    /// The body is not of the type that is asked for.
    UnsupportedMediaType,
    /// The body does not read as what is asked for.
    Malformed,
    /// It took too long.
    Timeout,
    /// What it was about, or who may do it, is not what it was when the page was loaded.
    ChangedMeanwhile,
    /// Something that is needed does not work right now.
    Unavailable,
    /// This server is about to end: ask another one.
    Draining,
    /// The database's file is gone: nothing works until the operator has put it back.
    DatabaseLost,
    /// The disk that the database writes to is full.
    DatabaseFull,
    /// The database takes no writes.
    DatabaseReadOnly,
    /// Somebody else has held the database for longer than writers wait.
    DatabaseLocked,
    /// What was committed is not seen.
    NotStored,
    /// A defect.
    Defect,
}

impl Problem {
    /// Every one there is.
    pub const ALL: &'static [Self] = &[
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::ForeignOrigin,
        Self::SomebodyElse,
        Self::ForeignHost,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Malformed,
        Self::Timeout,
        Self::ChangedMeanwhile,
        Self::Unavailable,
        Self::Draining,
        Self::DatabaseLost,
        Self::DatabaseFull,
        Self::DatabaseReadOnly,
        Self::DatabaseLocked,
        Self::NotStored,
        Self::Defect,
    ];

    /// Its status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::SomebodyElse => StatusCode::CONFLICT,
            Self::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::ChangedMeanwhile => StatusCode::CONFLICT,
            Self::Timeout => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unavailable
            | Self::Draining
            | Self::DatabaseLost
            | Self::DatabaseFull
            | Self::DatabaseReadOnly
            | Self::DatabaseLocked
            | Self::NotStored => StatusCode::SERVICE_UNAVAILABLE,
            Self::Defect => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Its stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::ForeignOrigin => "foreign_origin",
            Self::SomebodyElse => "somebody_else",
            Self::ForeignHost => "foreign_host",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Malformed => "malformed",
            Self::Timeout => "timeout",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::Unavailable => "unavailable",
            Self::Draining => "draining",
            Self::DatabaseLost => "database_lost",
            Self::DatabaseFull => "database_full",
            Self::DatabaseReadOnly => "database_read_only",
            Self::DatabaseLocked => "database_locked",
            Self::NotStored => "not_stored",
            Self::Defect => "defect",
        }
    }

    /// What a person is told.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::NotFound => "There is no such page.",
            Self::MethodNotAllowed => "This page cannot be asked for in this way.",
            Self::ForeignOrigin => {
                "This was not sent by a page of this site. Open the page here and try again."
            }
            Self::SomebodyElse => {
                "Nothing was done: somebody else is signed in in this browser by now. Open the page again."
            }
            Self::ForeignHost => "This server is reached under another address.",
            Self::TooLarge => "That is more than this page takes.",
            Self::UnsupportedMediaType => "This page takes another type of content.",
            Self::Malformed => "That could not be read. Open the page again and try again.",
            Self::Timeout => "This took too long. Try again.",
            Self::ChangedMeanwhile => "Something has changed meanwhile, and nothing was done. Look again.",
            Self::Unavailable => "This does not work right now. Try again in a moment.",
            Self::Draining => "This server is about to end. Ask another one.",
            Self::DatabaseLost => {
                "The database file was moved, deleted, replaced or written over while it was open. The log says which, and what to do."
            }
            Self::DatabaseFull => {
                "The database cannot be written, because the disk is full. Make room on it."
            }
            Self::DatabaseReadOnly => {
                "The database cannot be written, because it is read-only. Let the server write to it."
            }
            Self::DatabaseLocked => {
                "The database cannot be written, because another program holds it. Find out which one."
            }
            Self::NotStored => "The database acknowledges what it does not store. Restart the server.",
            Self::Defect => "Something went wrong. Try again.",
        }
    }

    /// Seconds after which another try makes sense.
    pub const fn retry_after(self) -> Option<&'static str> {
        match self {
            Self::Timeout | Self::Unavailable => Some("1"),
            Self::NotFound
            | Self::MethodNotAllowed
            | Self::ForeignOrigin
            | Self::SomebodyElse
            | Self::ForeignHost
            | Self::TooLarge
            | Self::UnsupportedMediaType
            | Self::Malformed
            | Self::ChangedMeanwhile
            | Self::Draining
            | Self::DatabaseLost
            | Self::DatabaseFull
            | Self::DatabaseReadOnly
            | Self::DatabaseLocked
            | Self::NotStored
            | Self::Defect => None,
        }
    }
}

impl IntoResponse for Problem {
    /// Only the status: the words are added on the way out, where it is known who asked.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What is asked for and what came, for the words of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) expected: String,
    pub(crate) received: Option<String>,
}

impl Mismatch {
    /// The most that is said of what came.
    const LONGEST: usize = 255;

    pub(crate) fn between(expected: &str, received: Option<&str>) -> Self {
        let cut = |text: &str| text.chars().take(Self::LONGEST).collect();
        Self { expected: expected.to_owned(), received: received.map(cut) }
    }

    /// The answer, which says it.
    pub(crate) fn told(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}

/// The operator's turn, logged here and nowhere else. The request's id stands in the span.
impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if let Fault::Store(StoreError::Unauthorized) = fault {
            return Self::ChangedMeanwhile;
        }
        // The queues count whom they shed, and say so once a minute.
        if fault == Fault::Busy {
            tracing::debug!("a request was shed");
            return Self::Unavailable;
        }
        tracing::error!(error = %fault, "a request failed");
        Self::Unavailable
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Fault::Store(error).into()
    }
}

/// Why the server is not ready: logged with all that is known, and told without the database's own words.
impl From<Unready> for Problem {
    fn from(unready: Unready) -> Self {
        tracing::warn!(error = %unready, "not ready");
        match unready {
            Unready::NotWritten(Cause::DiskFull) => Self::DatabaseFull,
            Unready::NotWritten(Cause::ReadOnly) => Self::DatabaseReadOnly,
            Unready::NotWritten(Cause::Locked) => Self::DatabaseLocked,
            Unready::NotWritten(Cause::NoAnswer | Cause::Other(_)) | Unready::NotRead(_) => Self::Unavailable,
            Unready::NotStored => Self::NotStored,
        }
    }
}
