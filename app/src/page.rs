//! Whole documents. Each function answers one as text, at once: no streaming, no script or style in the page.
//!
//! The island pages are painted with their content before any script arrives; the other pages are plain forms that
//! need none.

mod challenge;
mod error;
mod form;
mod frame;
mod invitation;
mod mailed_code;
pub mod organization;
mod password;
mod reference;
mod security;
mod sign_in;
mod welcome;
pub mod widget;

pub use challenge::{challenge, required_enrollment};
pub use error::error;
pub use frame::{Account, Assets, Bundle, Frame, Tab};
pub use invitation::{Invitation, Joining, invitation};
pub use mailed_code::{MailedCode, mailed_code};
pub use password::{Password, PasswordError, password};
pub use reference::{Answer, Field, Group, Operation, Reference, reference};
pub use security::security;
pub use sign_in::{SignIn, SignInError, SignInNotice, sign_in};
pub use welcome::{Welcome, WelcomeError, welcome};

#[cfg(test)]
mod tests;
