//! What a frame says when there is no widget to show, to the person and to the page around it.

use super::opening::Host;
use super::page;
use crate::guard::Refusal;
use crate::problem::Problem;
use app::page::widget::{Closed, Look};
use axum::response::{IntoResponse, Response};
use domain::error::Fault;
use domain::name::SiteId;
use domain::ports::StoreError;
use http::uri::Authority;
use http::{StatusCode, Uri};

/// No origin that can be registered is longer.
const LONGEST_ORIGIN: usize = 255;

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

    /// Says to a page of no origin of this site that it is none, and to the operator which one it was.
    pub(super) fn to_stranger(look: &Look, site: SiteId, said: &str) -> Self {
        let said: String = said.chars().take(LONGEST_ORIGIN).collect();
        tracing::warn!(
            %site,
            origin = said,
            "a page of an origin that is not the site's asked for a widget: if it is yours, `twofold site update <site> \
             --add-origin <origin>`"
        );
        let why = Closed::WrongOrigin;
        let mut response =
            (status(why), page::wrong_origin(look, is_origin(&said).then_some(&said))).into_response();
        response.extensions_mut().insert(Refusal::new("wrong_origin", Some("origin")));
        Self(response)
    }
}

/// Whether a browser may send this as an origin. Not each can be registered: one of plain http is told all the same.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme));
    let authority = uri.authority().map(Authority::as_str).filter(|authority| !authority.contains('@'));
    scheme.zip(authority).is_some_and(|(scheme, authority)| text == [scheme, "://", authority].concat())
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
