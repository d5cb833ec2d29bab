//! Who asks, by the key in `Authorization: Bearer …`: one extractor for each scope, so that a handler says in its
//! arguments what its caller must be allowed.

use super::error::ApiError;
use crate::state::Server;
use axum::extract::FromRequestParts;
use domain::site::{PlainKey, Scope, SiteCaller};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;

macro_rules! allowed {
    ($($(#[$doc:meta])* $name:ident = $scope:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name(pub(super) SiteCaller);

        impl FromRequestParts<Server> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, ApiError> {
                allowed($scope, &parts.headers, server).await.map(Self)
            }
        }
    )*};
}

allowed! {
    /// A caller that may open challenges and widgets, answer and redeem.
    Verify = Scope::Verify;
    /// A caller that may enroll.
    Enroll = Scope::Enroll;
    /// A caller that may see users and the audit log, reset, unlock and erase.
    Admin = Scope::Admin;
}

async fn allowed(scope: Scope, headers: &HeaderMap, server: &Server) -> Result<SiteCaller, ApiError> {
    let key = key(headers).ok_or_else(ApiError::key_missing)?;
    let caller = server.sites().caller(&key, server.now()).await?.ok_or_else(ApiError::key_missing)?;
    if caller.scopes.contains(&scope) { Ok(caller) } else { Err(ApiError::scope_missing(scope)) }
}

/// The one key of a request (RFC 6750, section 2.1). Two headers are no key.
fn key(headers: &HeaderMap) -> Option<PlainKey> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, key) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| PlainKey::parse(key))?
}
