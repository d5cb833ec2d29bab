//! Who a request comes from, by its cookies: somebody signed in, somebody asked for a second factor, nobody.

use super::next::sign_in_first;
use super::session::see_other;
use super::{Cookie, SECURITY};
use crate::guard;
use crate::place;
use crate::problem::Problem;
use crate::state::Server;
use app::fns::Renewed;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use domain::name::User;
use domain::report::UserReport;
use domain::session::{Home, SessionToken};
use domain::step_up::Caller;
use http::request::Parts;
use std::convert::Infallible;
use storage::account::{Account, PendingSignIn, Role};

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
        let Some(session) = session.filter(|session| session.home == Home::Standalone) else {
            return Ok(Self(None));
        };
        guard::about(&session.user);
        let let_in = may_be_in(server, &session.user).await?;
        Ok(Self(let_in.then_some(Caller { session, place })))
    }
}

/// Whether this user's account is there and may sign in. Deactivating it ends what is open; what was about to be opened at
/// that moment is refused here.
async fn may_be_in(server: &Server, user: &User) -> Result<bool, Problem> {
    let account = server.accounts().account_by_user(user).await?;
    Ok(account.is_some_and(|account| account.is_active()))
}

/// Whether this caller has to set two-factor authentication up, and may do nothing else: it is required of them by now,
/// of whatever session, however long it has been open.
pub(crate) async fn must_set_up(server: &Server, caller: &Caller) -> Result<bool, Problem> {
    let report = server.two_factor().user(caller.user()).await?;
    let due =
        |report: UserReport| report.protected_since.is_none() && report.requirement.is_due(server.now());
    Ok(report.is_some_and(due))
}

/// Who is signed in, if anybody is, and may do more than set two-factor authentication up. Who may not is sent to where it
/// is set up.
pub(super) struct AtLarge(pub(super) Option<Caller>);

impl FromRequestParts<Server> for AtLarge {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let signed = Signed::from_request_parts(parts, server).await;
        let Signed(caller) = signed.map_err(IntoResponse::into_response)?;
        if let Some(caller) = &caller
            && must_set_up(server, caller).await.map_err(IntoResponse::into_response)?
        {
            return Err(see_other(SECURITY));
        }
        Ok(Self(caller))
    }
}

/// The administrator who is signed in. Whoever is not signed in is asked to; for a member there is no such page.
pub(super) struct Administrator {
    pub(super) caller: Caller,
    pub(super) account: Account,
    /// Where a proof leaves the new bearer of the session.
    pub(super) renewed: Renewed,
}

impl FromRequestParts<Server> for Administrator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let AtLarge(Some(caller)) = AtLarge::from_request_parts(parts, server).await? else {
            return Err(sign_in_first(&parts.method, &parts.uri));
        };
        let account = server.accounts().account_by_user(caller.user()).await;
        let account = account.map_err(|error| Problem::from(error).into_response())?;
        match account.filter(|account| account.role == Role::Admin) {
            Some(account) => Ok(Self { caller, account, renewed: renewed(parts) }),
            None => Err(Problem::NotFound.into_response()),
        }
    }
}

/// Where the guard in front looks for a new bearer.
fn renewed(parts: &Parts) -> Renewed {
    parts.extensions.get::<Renewed>().cloned().unwrap_or_default()
}

/// The token of a remembered device, good or not.
pub(super) struct Remembered(pub(super) Option<SessionToken>);

impl FromRequestParts<Server> for Remembered {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Infallible> {
        Ok(Self(Cookie::Device.token(&parts.headers, &server.settings().public_url)))
    }
}

/// What a browser shows for having been signed in with before, good or not.
pub(super) struct KnownBrowser(pub(super) Option<SessionToken>);

impl FromRequestParts<Server> for KnownBrowser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Infallible> {
        Ok(Self(Cookie::Browser.token(&parts.headers, &server.settings().public_url)))
    }
}

/// Whose second factor is asked for, if anybody's is.
pub struct Waiting(pub Option<PendingSignIn>);

impl FromRequestParts<Server> for Waiting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        match Cookie::Pending.token(&parts.headers, &server.settings().public_url) {
            Some(token) => {
                let pending = server.accounts().pending(token.hash(), server.now()).await?;
                let Some(pending) = pending else { return Ok(Self(None)) };
                let let_in = may_be_in(server, &pending.user).await?;
                Ok(Self(let_in.then_some(pending)))
            }
            None => Ok(Self(None)),
        }
    }
}
