//! What a frame says when there is no widget to show, to the person and to the page around it.

use super::opening::Host;
use super::page;
use crate::problem::Problem;
use app::page::widget::{Closed, Look};
use axum::response::{IntoResponse, Response};
use domain::error::Fault;
use domain::ports::StoreError;
use http::StatusCode;

/// An answer that is not a widget.
pub(super) struct Refused(Response);

impl Refused {
    /// Says why, to the page around it too.
    pub(super) fn to(host: &Host, why: Closed) -> Self {
        Self((status(why), page::closed(host, why)).into_response())
    }

    /// Says why where it is not known whose page may show it: none does.
    pub(super) fn to_all(look: &Look, why: Closed) -> Self {
        Self((status(why), page::closed_to_all(look, why)).into_response())
    }
}

fn status(why: Closed) -> StatusCode {
    match why {
        Closed::Over => StatusCode::GONE,
        Closed::WrongTicket | Closed::WrongOrigin => StatusCode::FORBIDDEN,
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        self.0
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem.into_response())
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Problem::from(fault).into()
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Problem::from(error).into()
    }
}
