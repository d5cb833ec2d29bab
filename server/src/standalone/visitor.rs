//! Who a request comes from, by its cookies: somebody signed in, somebody asked for a second factor, nobody.

use super::Cookie;
use crate::place;
use crate::problem::Problem;
use crate::state::Server;
use axum::extract::FromRequestParts;
use domain::session::{Home, SessionToken};
use domain::step_up::Caller;
use http::request::Parts;
use std::convert::Infallible;
use storage::account::PendingSignIn;

/// Who is signed in, if anybody is.
pub struct Signed(pub Option<Caller>);

impl FromRequestParts<Server> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        let Some(token) = Cookie::Session.token(&parts.headers, &server.settings().public_url) else {
            return Ok(Self(None));
        };
        let Ok(place::Whence(place)) = place::Whence::from_request_parts(parts, server).await;
        let session = server.two_factor().session(&token).await?;
        // A widget's bearer is no cookie.
        let session = session.filter(|session| session.home == Home::Standalone);
        Ok(Self(session.map(|session| Caller { session, place })))
    }
}

/// The token of a remembered device, good or not.
pub(super) struct Remembered(pub(super) Option<SessionToken>);

impl FromRequestParts<Server> for Remembered {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Infallible> {
        Ok(Self(Cookie::Device.token(&parts.headers, &server.settings().public_url)))
    }
}

/// Whose second factor is asked for, if anybody's is.
pub struct Waiting(pub Option<PendingSignIn>);

impl FromRequestParts<Server> for Waiting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        match Cookie::Pending.token(&parts.headers, &server.settings().public_url) {
            Some(token) => Ok(Self(server.accounts().pending(token.hash(), server.now()).await?)),
            None => Ok(Self(None)),
        }
    }
}
