//! Who asks, by the key in `Authorization: Bearer …`: one extractor for each scope, so that a handler says in its
//! arguments what its caller must be allowed.

use super::error::ApiError;
use crate::authorization::bearer;
use crate::guard;
use crate::state::Server;
use axum::extract::FromRequestParts;
use domain::site::{PlainKey, Scope, SiteCaller};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use storage::site::Asking;

macro_rules! allowed {
    ($($(#[$doc:meta])* $name:ident = $scopes:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name(pub(super) SiteCaller);

        impl FromRequestParts<Server> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, ApiError> {
                allowed(&$scopes, &parts.headers, server).await.map(Self)
            }
        }
    )*};
}

allowed! {
    /// A caller that may open challenges and widgets, answer and redeem.
    Verify = [Scope::Verify];
    /// A caller that may enroll.
    Enroll = [Scope::Enroll];
    /// A caller that may see users and the audit log, reset, unlock and erase.
    Admin = [Scope::Admin];
    /// A caller that may see a user.
    Read = [Scope::Read, Scope::Admin];
    /// A caller with a key.
    Anybody = Scope::ALL;
}

/// Whoever holds a key with one of these scopes.
async fn allowed(scopes: &[Scope], headers: &HeaderMap, server: &Server) -> Result<SiteCaller, ApiError> {
    if !headers.contains_key(AUTHORIZATION) {
        return Err(ApiError::key_missing());
    }
    let key = bearer(headers).and_then(PlainKey::parse).ok_or_else(ApiError::key_malformed)?;
    let caller = match server.sites().caller(&key, server.now()).await? {
        Asking::Known(caller) => caller,
        Asking::Revoked => return Err(ApiError::key_revoked(key.name())),
        Asking::Unknown => return Err(ApiError::key_unknown(key.name())),
    };
    guard::by(&caller);
    match scopes {
        [wanted, ..] if !caller.scopes.iter().any(|scope| scopes.contains(scope)) => {
            Err(ApiError::scope_missing(*wanted))
        }
        _ => Ok(caller),
    }
}
