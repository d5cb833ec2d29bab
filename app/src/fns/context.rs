//! What the server crate provides to every server function, and how its answer is marked.

use crate::error::WidgetError;
use domain::audit::Place;
use domain::error::Fault;
use domain::name::{ChallengeId, SiteId};
use domain::session::SessionToken;
use domain::step_up::Caller;
use domain::{SignedIn, TwoFactor};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use std::sync::{Arc, OnceLock};

/// Who is signed in, if anybody is.
#[derive(Clone, Debug)]
pub struct Signed(pub Option<Caller>);

/// Whether whoever is signed in has to set two-factor authentication up, and may do nothing else.
#[derive(Clone, Copy, Debug)]
pub struct MustSetUp(pub bool);

/// Who is asked for a second factor, if anybody is.
#[derive(Clone, Debug)]
pub struct Challenged(pub Option<ChallengeCaller>);

/// A browser that gave the first factor and is asked for the second.
#[derive(Clone, Debug)]
pub struct ChallengeCaller {
    /// The site.
    pub site: SiteId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// From where, for the audit log.
    pub place: Place,
    /// They sign in here: a right answer lets them in.
    pub signs_in: bool,
}

/// Where a right answer leaves who signed in by it, for the cookies of its answer.
#[derive(Clone, Debug, Default)]
pub struct LetIn(Arc<OnceLock<SignedIn>>);

impl LetIn {
    /// Who signed in, if somebody did.
    #[must_use]
    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.0.get()
    }
}

/// Where a step-up leaves the new bearer of the caller's session, for the cookie of the answer, whatever that will be.
#[derive(Clone, Debug, Default)]
pub struct Renewed(Arc<OnceLock<SessionToken>>);

impl Renewed {
    /// The bearer, if the session was given one.
    #[must_use]
    pub fn token(&self) -> Option<&SessionToken> {
        self.0.get()
    }

    /// Leaves the bearer.
    ///
    /// # Errors
    /// [`Fault::Broken`] if one was left before: a request steps up once.
    pub fn keep(&self, token: SessionToken) -> Result<(), Fault> {
        self.0.set(token).map_err(|_| Fault::Broken("a request that stepped up twice"))
    }
}

/// The id under which this request is logged.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The core, and who calls it with a session to change something.
pub(crate) fn signed() -> Result<(TwoFactor, Caller), WidgetError> {
    let (two_factor, caller) = proving()?;
    let MustSetUp(must_set_up) = given()?;
    if must_set_up { Err(WidgetError::Required) } else { Ok((two_factor, caller)) }
}

/// The core, and who calls it with a session to prove who they are. Setting up asks for that, too.
pub(crate) fn proving() -> Result<(TwoFactor, Caller), WidgetError> {
    let Signed(caller) = given()?;
    Ok((given()?, caller.ok_or(WidgetError::SignedOut)?))
}

/// The core, and who calls it with a challenge.
pub(crate) fn challenged() -> Result<(TwoFactor, ChallengeCaller), WidgetError> {
    let Challenged(caller) = given()?;
    Ok((given()?, caller.ok_or(WidgetError::ChallengeGone)?))
}

/// Has the answer carry the new bearer, if there is one.
pub(crate) fn renew(token: Option<SessionToken>) -> Result<(), WidgetError> {
    let renewed: Renewed = given()?;
    token.map_or(Ok(()), |token| renewed.keep(token)).map_err(|fault| {
        log(&fault);
        WidgetError::Fault
    })
}

/// Has the answer carry the bearer of a session that was opened by it, whatever becomes of the rest.
pub(crate) fn let_in(who: SignedIn) -> Result<(), WidgetError> {
    renew(Some(who.token.clone()))?;
    let LetIn(place) = given()?;
    place.set(who).map_err(|_| {
        log(&Fault::Broken("a request that signed in twice"));
        WidgetError::Fault
    })
}

/// Who enrolls.
pub(crate) struct Enroller {
    pub(crate) caller: Caller,
    /// The challenge that they pass with it, and for which alone they are let in.
    pub(crate) passes: Option<ChallengeId>,
}

/// The core, and who enrolls: somebody with a session, or with a challenge that asks for it.
pub(crate) async fn enroller() -> Result<(TwoFactor, Enroller), WidgetError> {
    let (two_factor, Signed(signed), Challenged(challenged)) = (given::<TwoFactor>()?, given()?, given()?);
    if let Some(caller) = signed {
        return Ok((two_factor, Enroller { caller, passes: None }));
    }
    let ChallengeCaller { site, challenge, place, .. } = challenged.ok_or(WidgetError::SignedOut)?;
    let caller = two_factor.enrolling(site, challenge, place).await?.ok_or(WidgetError::SignedOut)?;
    Ok((two_factor, Enroller { caller, passes: Some(challenge) }))
}

/// Marks the answer of a server function: never kept by anybody, and with the status of its error.
pub(crate) async fn answer<T>(work: impl Future<Output = Result<T, WidgetError>>) -> Result<T, WidgetError> {
    let options = use_context::<ResponseOptions>();
    let result = work.await;
    if let Some(options) = options {
        options.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Err(error) = &result {
            let status = status(*error);
            options.set_status(status);
            if status == StatusCode::SERVICE_UNAVAILABLE {
                options.insert_header(RETRY_AFTER, HeaderValue::from_static("1"));
            }
        }
    }
    result
}

/// Logs the operator's turn, once, where it leaves the core. Whoever is shed is counted where that is done, not here.
pub(crate) fn log(fault: &Fault) {
    if *fault == Fault::Busy {
        return;
    }
    let request = use_context::<RequestId>().map(|id| id.0).unwrap_or_default();
    tracing::error!(request.id = request, error = %fault, "a server function failed");
}

fn given<T: Clone + 'static>() -> Result<T, WidgetError> {
    use_context::<T>().ok_or_else(|| {
        log(&Fault::Broken("a server function was called without its context"));
        WidgetError::Fault
    })
}

fn status(error: WidgetError) -> StatusCode {
    match error {
        WidgetError::SignedOut => StatusCode::UNAUTHORIZED,
        WidgetError::StepUpRequired { .. } | WidgetError::NotAllowed | WidgetError::Required => {
            StatusCode::FORBIDDEN
        }
        WidgetError::EnrollmentGone | WidgetError::AuthenticatorGone | WidgetError::ChallengeGone => {
            StatusCode::NOT_FOUND
        }
        WidgetError::TooMany
        | WidgetError::Changed
        | WidgetError::LastAuthenticator
        | WidgetError::SomebodyElse => StatusCode::CONFLICT,
        WidgetError::NameEmpty
        | WidgetError::NameTooLong { .. }
        | WidgetError::NameForbidden
        | WidgetError::Malformed
        | WidgetError::RecoveryCodeHere
        | WidgetError::NoCodeMailed
        | WidgetError::NoAddress
        | WidgetError::Wrong { .. }
        | WidgetError::AlreadyUsed { .. }
        | WidgetError::ClockOff { .. }
        | WidgetError::PasswordWrong => StatusCode::UNPROCESSABLE_ENTITY,
        WidgetError::Wait { .. }
        | WidgetError::MailWait { .. }
        | WidgetError::Stopped { .. }
        | WidgetError::PasswordWait { .. } => StatusCode::TOO_MANY_REQUESTS,
        WidgetError::Unreachable | WidgetError::Fault => StatusCode::SERVICE_UNAVAILABLE,
    }
}
