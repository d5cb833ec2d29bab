//! Who a frame's request comes from, by the bearer that its page was given.

use crate::authorization::bearer;
use crate::guard;
use crate::state::Server;
use domain::challenge::Access;
use domain::error::Fault;
use domain::session::{Home, Session};
use domain::ticket::Bearer;
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// What a request bears. Where it bears anything, no cookie is read.
pub(crate) enum Borne {
    /// Nothing: it is a page of the built-in sign-in that asks.
    Nothing,
    /// Something that is good for nothing, or not any more.
    Nobody,
    /// The session of a Security tab.
    Session(Session),
    /// The right to answer one challenge.
    Challenge(Access),
}

/// Reads `Authorization`.
pub(crate) async fn borne(server: &Server, headers: &HeaderMap) -> Result<Borne, Fault> {
    if !headers.contains_key(AUTHORIZATION) {
        return Ok(Borne::Nothing);
    }
    let Some(bearer) = bearer(headers).and_then(Bearer::parse) else { return Ok(Borne::Nobody) };
    // A cookie's token is no bearer.
    let session = server.two_factor().session(&bearer).await?;
    if let Some(session) = session.filter(|session| session.home == Home::Embedded) {
        guard::about(&session.user);
        return Ok(Borne::Session(session));
    }
    let access = server.two_factor().challenge_access(&bearer).await?;
    if let Some(access) = &access {
        guard::about(&access.user);
    }
    Ok(access.map_or(Borne::Nobody, Borne::Challenge))
}
