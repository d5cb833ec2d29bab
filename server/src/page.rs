//! The pages of `app`, with what the server knows of them: assets, the site's name, who is signed in, the status.

use crate::assets;
use crate::mail;
use crate::problem::Problem;
use crate::standalone::PasswordRefusal;
use crate::state::Server;
use app::page::{
    self, Assets, BadLink, Bundle, Frame, Password, PasswordError, SignIn, SignInError, Welcome, WelcomeError,
};
use app::view::{ChallengeView, security_view};
use axum::response::{Html, IntoResponse, Response};
use domain::name::User;
use domain::overview::Overview;
use http::StatusCode;
use http::header::RETRY_AFTER;
use std::time::Duration;
use storage::account::{Account, Role};

/// What the sign-in page says before anything is typed, or after it was refused.
#[derive(Clone, Copy)]
pub(crate) enum SignInNotice {
    SignedOut,
    Expired,
    Changed,
    Empty,
    Wrong,
    Wait(Duration),
}

/// Why no account was created.
#[derive(Clone, Copy)]
pub(crate) enum WelcomeNotice {
    Link(BadLink),
    BadEmail,
    OtherEmail,
    EmailTaken,
    Password(PasswordRefusal),
}

/// What the password page says.
#[derive(Clone, Copy)]
pub(crate) enum PasswordNotice {
    Changed,
    CurrentWrong,
    CodeWrong,
    Wait(Duration),
    New(PasswordRefusal),
}

pub(crate) fn sign_in(
    server: &Server,
    notice: Option<SignInNotice>,
    email: &str,
    next: Option<&str>,
) -> Response {
    let (error, wait) = match notice {
        None | Some(SignInNotice::SignedOut) => (None, None),
        Some(SignInNotice::Expired) => (Some(SignInError::Expired), None),
        Some(SignInNotice::Changed) => (Some(SignInError::Changed), None),
        Some(SignInNotice::Empty) => (Some(SignInError::Empty), None),
        Some(SignInNotice::Wrong) => (Some(SignInError::Wrong), None),
        Some(SignInNotice::Wait(wait)) => (Some(SignInError::Wait { seconds: seconds(wait) }), Some(wait)),
    };
    let signed_out = matches!(notice, Some(SignInNotice::SignedOut));
    let notice = signed_out.then_some(page::SignInNotice::SignedOut);
    let (email, next) = (email.to_owned(), next.unwrap_or_default().to_owned());
    let by_mail = mail::is_sent_or_shown(server.settings());
    let shown = SignIn { email, next, error, notice, by_mail };
    answer(status(error.is_some(), wait), wait, page::sign_in(&frame(server, None), &shown))
}

pub(crate) fn challenge(server: &Server, of: &User, view: ChallengeView) -> Response {
    answer(StatusCode::OK, None, page::challenge(&asked(server, of), view))
}

/// For somebody who passes the challenge by setting a first authenticator up.
pub(crate) fn required_enrollment(server: &Server, of: &User, overview: &Overview) -> Response {
    let view = security_view(overview).to_enroll();
    answer(StatusCode::OK, None, page::required_enrollment(&asked(server, of), view))
}

pub(crate) fn security(server: &Server, account: &Account, overview: &Overview) -> Response {
    answer(StatusCode::OK, None, page::security(&frame(server, Some(account)), security_view(overview)))
}

pub(crate) fn reference(server: &Server, of: &page::Reference) -> String {
    page::reference(&frame(server, None), of)
}

/// `secret` goes back to whoever posted it, and to nobody else.
pub(crate) fn welcome(server: &Server, notice: Option<WelcomeNotice>, email: &str, secret: &str) -> Response {
    let error = notice.map(|notice| match notice {
        WelcomeNotice::Link(why) => WelcomeError::Link(why),
        WelcomeNotice::BadEmail => WelcomeError::Email,
        WelcomeNotice::OtherEmail => WelcomeError::OtherEmail,
        WelcomeNotice::EmailTaken => WelcomeError::EmailTaken,
        WelcomeNotice::Password(refusal) => WelcomeError::Password(new_password(refusal)),
    });
    let shown = Welcome { secret: secret.to_owned(), email: email.to_owned(), error };
    answer(status(error.is_some(), None), None, page::welcome(&frame(server, None), &shown))
}

pub(crate) fn invitation(server: &Server, shown: &page::Invitation) -> Response {
    let refused = match shown {
        page::Invitation::Closed => false,
        page::Invitation::Gone(_) => true,
        page::Invitation::Open(joining) => joining.error.is_some(),
    };
    answer(status(refused, None), None, page::invitation(&frame(server, None), shown))
}

pub(crate) fn forgotten(server: &Server, shown: &page::Forgotten) -> Response {
    let refused = match shown {
        page::Forgotten::Ask { wrong, .. } => *wrong,
        page::Forgotten::Asked | page::Forgotten::NoMail => false,
    };
    answer(status(refused, None), None, page::forgotten(&frame(server, None), shown))
}

/// The page of a link for a new password.
pub(crate) fn new_password_page(server: &Server, shown: &page::NewPassword) -> Response {
    let refused = match shown {
        page::NewPassword::Closed => false,
        page::NewPassword::Gone(_) => true,
        page::NewPassword::Open(choosing) => choosing.error.is_some(),
    };
    answer(status(refused, None), None, page::new_password(&frame(server, None), shown))
}

pub(crate) fn sessions(server: &Server, account: &Account, shown: &page::Sessions) -> Response {
    let refused = shown.notice == Some(page::SessionsNotice::Gone);
    answer(status(refused, None), None, page::sessions(&frame(server, Some(account)), shown))
}

/// Whether a code is asked for, and whether it can be one that is mailed.
#[derive(Clone, Copy)]
pub(crate) struct CodeAsked {
    pub(crate) asked: bool,
    pub(crate) by_mail: bool,
}

pub(crate) fn password(
    server: &Server,
    account: &Account,
    asks: CodeAsked,
    notice: Option<PasswordNotice>,
) -> Response {
    let (error, wait) = match notice {
        None | Some(PasswordNotice::Changed) => (None, None),
        Some(PasswordNotice::CurrentWrong) => (Some(PasswordError::CurrentWrong), None),
        Some(PasswordNotice::CodeWrong) => (Some(PasswordError::CodeWrong), None),
        Some(PasswordNotice::Wait(wait)) => {
            (Some(PasswordError::Wait { seconds: seconds(wait) }), Some(wait))
        }
        Some(PasswordNotice::New(refusal)) => (Some(new_password(refusal)), None),
    };
    let changed = matches!(notice, Some(PasswordNotice::Changed));
    let shown = Password { asks_for_code: asks.asked, by_mail: asks.by_mail, error, changed };
    answer(status(error.is_some(), wait), wait, page::password(&frame(server, Some(account)), shown))
}

pub(crate) fn mailed_code(
    server: &Server,
    account: &Account,
    shown: &page::MailedCode,
    wait: Option<Duration>,
) -> Response {
    let refused = *shown == page::MailedCode::NotSetUp;
    let html = page::mailed_code(&frame(server, Some(account)), shown);
    answer(status(refused, wait), wait, html)
}

/// A problem as a browser is told of it. Whoever asks for help can name the request.
pub(crate) fn problem(server: &Server, problem: Problem, request: &str) -> String {
    let title = problem.status().canonical_reason().unwrap_or("Error");
    let text = match problem {
        Problem::ForeignHost => format!("{} It is {}.", problem.detail(), server.settings().public_url),
        Problem::Unavailable | Problem::Timeout | Problem::Defect => {
            format!("{} Should it go on, tell your administrator this number: {request}.", problem.detail())
        }
        Problem::NotFound
        | Problem::DatabaseLost
        | Problem::DatabaseFull
        | Problem::DatabaseReadOnly
        | Problem::DatabaseLocked
        | Problem::Draining
        | Problem::NotStored
        | Problem::MethodNotAllowed
        | Problem::ForeignOrigin
        | Problem::SomebodyElse
        | Problem::TooLarge
        | Problem::UnsupportedMediaType
        | Problem::ChangedMeanwhile
        | Problem::Malformed => problem.detail().to_owned(),
    };
    page::error(&frame(server, None), title, &text)
}

/// The page that asked shows somebody else than is signed in by now.
pub(crate) fn somebody_else(server: &Server, who: &str) -> String {
    page::error(&frame(server, None), "Nothing was done", &app::error::signed_in_as(who))
}

pub(crate) fn frame(server: &Server, account: Option<&Account>) -> Frame {
    Frame {
        assets: assets(),
        site: server.settings().issuer.as_str().to_owned(),
        account: account.map(|account| page::Account {
            email: account.email.as_str().to_owned(),
            admin: account.role == Role::Admin,
            mailbox: account.role == Role::Admin && mail::is_a_mailbox(server.settings()),
        }),
        whom: account.map(|account| account.user.id.as_str().to_owned()).unwrap_or_default(),
    }
}

/// Around a page for somebody who is not signed in yet.
fn asked(server: &Server, of: &User) -> Frame {
    Frame { whom: of.id.as_str().to_owned(), ..frame(server, None) }
}

/// Where the pages find what they load.
pub(crate) fn assets() -> Assets {
    // A binary without its pages does not serve; tests of routes do without.
    let url = |logical| assets::url(logical).unwrap_or("/assets/missing");
    Assets {
        css: url("twofold.css"),
        security: Bundle { js: url("twofold.js"), wasm: url("twofold.wasm") },
        challenge: Bundle { js: url("challenge.js"), wasm: url("challenge.wasm") },
        frame: url("frame.js"),
        reference: url("reference.css"),
        form: url("form.js"),
        welcome: url("welcome.js"),
        copy: url("copy.js"),
        icon: url("favicon.svg"),
    }
}

pub(crate) fn answer(status: StatusCode, wait: Option<Duration>, html: String) -> Response {
    let mut response = (status, Html(html)).into_response();
    if let Some(wait) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds(wait).into());
    }
    response
}

pub(crate) fn status(refused: bool, wait: Option<Duration>) -> StatusCode {
    match (refused, wait) {
        (_, Some(_)) => StatusCode::TOO_MANY_REQUESTS,
        (true, None) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, None) => StatusCode::OK,
    }
}

pub(crate) fn new_password(refusal: PasswordRefusal) -> PasswordError {
    match refusal {
        PasswordRefusal::TooShort => PasswordError::TooShort,
        PasswordRefusal::TooLong => PasswordError::TooLong,
        PasswordRefusal::TooCommon => PasswordError::Common,
    }
}

/// Rounded up: whoever waits that long has waited enough.
pub(crate) fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}
