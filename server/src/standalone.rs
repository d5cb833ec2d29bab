//! The built-in sign-in: accounts with a password, in front of the same core that embedding sites use.

mod browsers;
mod challenge;
mod code;
mod cookie;
pub(crate) mod field;
mod first_factor;
mod forgotten;
mod home;
mod invitation;
mod known_browser;
mod let_in;
pub mod link;
mod new_password;
mod next;
mod organization;
mod password;
mod password_rule;
mod passwords;
mod proof;
mod security;
mod session;
mod sign_in;
mod sign_out;
mod visitor;
mod welcome;

use crate::route::Route;
pub use cookie::Cookie;
pub use first_factor::FirstFactor;
pub(crate) use invitation::inviter;
pub(crate) use let_in::let_in;
pub use link::first_link;
pub use password_rule::PasswordRefusal;
pub use passwords::{Judged, Passwords, Who};
pub(crate) use visitor::must_set_up;
pub use visitor::{Signed, Waiting};

/// Every page and form of the built-in sign-in.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::page("/", home::page),
        Route::page("/sign-in", sign_in::page),
        Route::form("/sign-in", sign_in::sign_in),
        Route::page("/sign-in/challenge", challenge::page),
        Route::form("/sign-in/complete", challenge::complete),
        Route::form("/sign-out", sign_out::sign_out),
        Route::page("/welcome", welcome::page),
        Route::form("/welcome", welcome::create),
        Route::page("/invitation", invitation::page),
        Route::form("/invitation", invitation::open),
        Route::form("/invitation/join", invitation::join),
        Route::page("/forgotten-password", forgotten::page),
        Route::form("/forgotten-password", forgotten::ask),
        Route::page("/new-password", new_password::page),
        Route::form("/new-password", new_password::open),
        Route::form("/new-password/choose", new_password::choose),
        Route::page("/account/security", security::page),
        Route::page("/account/sessions", browsers::page),
        Route::form("/account/sessions", browsers::sign_out),
        Route::page("/account/code", code::page),
        Route::form("/account/code", code::send),
        Route::page("/account/password", password::page),
        Route::form("/account/password", password::change),
    ];
    routes.extend(organization::routes());
    routes
}

/// Where who is signed in belongs.
const SECURITY: &str = "/account/security";
/// Where who is not belongs.
const SIGN_IN: &str = "/sign-in";
/// Where who is asked for a second factor belongs.
const CHALLENGE: &str = "/sign-in/challenge";
