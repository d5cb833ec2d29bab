//! The words of the plain pages around the islands.

use crate::page::widget::Closed;

pub(crate) const SECURITY: &str = "Security";
pub(crate) const CHANGE_PASSWORD: &str = "Password";
pub(crate) const ACCOUNT_NAV: &str = "Account";
pub(crate) const SIGN_OUT: &str = "Sign out";
pub(crate) const SIGN_IN: &str = "Sign in";
pub(crate) const SOMEBODY_ELSE: &str = "Sign in as somebody else";
pub(crate) const SKIP: &str = "Skip to content";
pub(crate) const EMAIL: &str = "E-mail";
pub(crate) const NEEDS_SCRIPT: &str = "This page needs JavaScript and WebAssembly. Switch them on for this site, or open it in a current browser.";
pub(crate) const NOT_LOADED: &str =
    "A part of it did not arrive. Check your connection, then load the page again.";
pub(crate) const CRASHED: &str =
    "Something went wrong in your browser. What was saved is safe: load the page again.";
pub(crate) const NEEDS_SCRIPT_TITLE: &str = "This page could not start";

pub(crate) const SIGN_IN_EMPTY: &str = "Enter your e-mail and your password.";
pub(crate) const SIGN_IN_WRONG: &str = "The e-mail or the password is not right.";
pub(crate) const SIGN_IN_EXPIRED: &str = "That sign-in has expired. Start again.";
pub(crate) const SIGN_IN_CHANGED: &str = "Your account was changed while you were signing in. Sign in again.";
pub(crate) const SIGNED_OUT: &str = "You are signed out.";

pub(crate) const WELCOME_TITLE: &str = "Welcome to Twofold";
pub(crate) const WELCOME_LEAD: &str = "Create your account. The link that brought you here works once.";
pub(crate) const WELCOME_ACTION: &str = "Create account";
pub(crate) const SECRET: &str = "Code from the link";
pub(crate) const SECRET_HINT: &str = "The link as a whole, or the part after the # sign.";
pub(crate) const LINK_USED: &str = "That link was used already, or it has expired. Ask for a new one. (For the very first account, restart the server: it prints one.)";
pub(crate) const EMAIL_BAD: &str = "That is not an e-mail address.";
pub(crate) const EMAIL_OTHER: &str =
    "That link is for another e-mail address. Enter the one to which it was given.";
pub(crate) const EMAIL_TAKEN: &str = "There is an account with that e-mail address already. Sign in instead.";

pub(crate) const INVITATION_TITLE: &str = "You are invited";
pub(crate) const INVITATION_LEAD: &str = "Open your invitation. The link that brought you here works once.";
pub(crate) const INVITATION_OPEN: &str = "Open invitation";
pub(crate) const INVITATION_CHOOSE: &str = "Choose a password, with which you sign in from now on.";
pub(crate) const INVITATION_ACTION: &str = "Set password and sign in";
pub(crate) const INVITATION_GONE: &str = "That invitation was used or replaced, or it has expired. If you have chosen a password already, sign in. Otherwise ask whoever invited you to send it again.";
pub(crate) const INVITATION_FOR: &str = "Your account";
pub(crate) const INVITATION_BY: &str = "Invited by";
pub(crate) const INVITATION_BY_NOBODY: &str = "An administrator";
pub(crate) const INVITATION_UNTIL: &str = "Good until";

pub(crate) const PASSWORD_TITLE: &str = "Change password";
pub(crate) const PASSWORD_LEAD: &str = "Changing it signs you out everywhere else.";
pub(crate) const CURRENT: &str = "Current password";
pub(crate) const NEW: &str = "New password";
pub(crate) const PASSWORD_HINT: &str =
    "8 to 128 characters. A few words in a row are easy to remember and hard to guess.";
pub(crate) const PASSWORD_CHANGED: &str = "Your password was changed.";
pub(crate) const CURRENT_WRONG: &str = "The current password is not right.";
pub(crate) const CODE_WRONG: &str =
    "The password is right, but that code is not. Enter a current one, or a recovery code.";
pub(crate) const TOO_SHORT: &str = "That password is too short: at least 8 characters.";
pub(crate) const TOO_LONG: &str = "That password is too long: at most 128 characters.";
pub(crate) const TOO_COMMON: &str =
    "That password is among the most common ones, and so among the first to be guessed. Choose another.";
pub(crate) const MAIL_TITLE: &str = "A code by e-mail";
pub(crate) const MAIL_LINK: &str = "Send a code by e-mail (in another tab)";
pub(crate) const MAIL_NOT_SET_UP: &str = "You have not set codes by e-mail up.";
pub(crate) const HOME: &str = "Back to the start";

/// The title and the sentence of a frame without its widget.
pub(crate) const fn closed(why: Closed) -> (&'static str, &'static str) {
    match why {
        Closed::Over => ("This has expired", super::trouble::OVER),
        Closed::WrongTicket => {
            ("This cannot be shown here", "The ticket that this page was given is for another widget.")
        }
        Closed::WrongOrigin => {
            ("This cannot be shown here", "The page that shows this is not at an origin of this site.")
        }
    }
}

/// Where the code went, and what to do with it.
pub(crate) fn mail_sent(to: &str) -> String {
    format!("{} Enter it in the form that you came from.", super::mail::sent_to(to))
}

/// Too soon for another code.
pub(crate) fn mail_wait(seconds: u32) -> String {
    format!("A code was mailed a moment ago. Another one can be sent in {}.", super::span(seconds))
}

/// Too many wrong passwords at the sign-in, of an address with or without an account.
pub(crate) fn sign_in_wait(seconds: u32) -> String {
    format!("{} A browser in which you signed in before waits for nobody else.", wait(seconds))
}

/// Too many wrong passwords.
pub(crate) fn wait(seconds: u32) -> String {
    format!("Too many tries. The next one is possible in {}.", super::span(seconds))
}
