//! Whole documents. Each function answers one as text, at once: no streaming, no script or style in the page.
//!
//! The island pages are painted with their content before any script arrives; the other pages are plain forms that
//! need none.

mod challenge;
mod error;
mod forgotten;
mod form;
mod frame;
mod invitation;
mod link;
mod mailed_code;
mod new_password;
pub mod organization;
mod password;
mod reference;
mod security;
mod sessions;
mod sign_in;
mod welcome;
mod whole;
pub mod widget;

pub use challenge::{challenge, required_enrollment};
pub use error::error;
pub use forgotten::{Forgotten, forgotten};
pub use frame::{Account, Assets, Bundle, Frame, Tab};
pub use invitation::{Invitation, Joining, invitation};
pub use link::BadLink;
pub use mailed_code::{MailedCode, mailed_code};
pub use new_password::{Choosing, NewPassword, new_password};
pub use password::{Password, PasswordError, password};
pub use reference::{Answer, Field, Group, Operation, Reference, reference};
pub use security::security;
pub use sessions::{SessionShown, Sessions, SessionsNotice, UNKNOWN_BROWSER, sessions};
pub use sign_in::{SignIn, SignInError, SignInNotice, sign_in};
pub use welcome::{Welcome, WelcomeError, welcome};

#[cfg(test)]
mod tests;
