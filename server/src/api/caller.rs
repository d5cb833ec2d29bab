//! Who asks, by the key in `Authorization: Bearer …`: one extractor for each scope, so that a handler says in its
//! arguments what its caller must be allowed.

use super::error::ApiError;
use crate::authorization::bearer;
use crate::guard;
use crate::state::Server;
use axum::extract::FromRequestParts;
use domain::factor::FactorKind;
use domain::name::ChallengeId;
use domain::ports::{Challenge, Credentials};
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

/// A key as it was sent: nobody has looked at whose it is.
pub(super) struct Sent(PlainKey);

impl FromRequestParts<Server> for Sent {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Server) -> Result<Self, ApiError> {
        sent(&parts.headers).map(Self)
    }
}

impl Sent {
    /// Who may verify with it, and the challenge that they answer with a code of this kind.
    pub(super) async fn to_answer(
        &self,
        server: &Server,
        id: ChallengeId,
        kind: FactorKind,
    ) -> Result<(SiteCaller, Option<(Challenge, Credentials)>), ApiError> {
        let (asking, found) = server.sites().caller_who_answers(&self.0, server.now(), id, kind).await?;
        Ok((judged(asking, &[Scope::Verify], &self.0)?, found))
    }

    /// The same for a request that asks for nothing: whose key it is matters more than what is wrong with it.
    pub(super) async fn refused_for(&self, server: &Server, flaw: ApiError) -> ApiError {
        let asking = server.sites().caller(&self.0, server.now()).await;
        let caller =
            asking.map_err(ApiError::from).and_then(|asking| judged(asking, &[Scope::Verify], &self.0));
        caller.err().unwrap_or(flaw)
    }
}

fn sent(headers: &HeaderMap) -> Result<PlainKey, ApiError> {
    if !headers.contains_key(AUTHORIZATION) {
        return Err(ApiError::key_missing());
    }
    bearer(headers).and_then(PlainKey::parse).ok_or_else(ApiError::key_malformed)
}

/// Whoever holds a key with one of these scopes.
async fn allowed(scopes: &[Scope], headers: &HeaderMap, server: &Server) -> Result<SiteCaller, ApiError> {
    let key = sent(headers)?;
    judged(server.sites().caller(&key, server.now()).await?, scopes, &key)
}

fn judged(asking: Asking, scopes: &[Scope], key: &PlainKey) -> Result<SiteCaller, ApiError> {
    let caller = match asking {
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
