//! The words of the pages on which an administrator looks after people.

use crate::words::{quoted, span};

pub(crate) const USERS: &str = "Users";
pub(crate) const USERS_LEAD: &str = "Everybody who signs in here, and how they are protected.";
pub(crate) const ALL_USERS: &str = "All users";
pub(crate) const SEARCH: &str = "Search by name or e-mail";
pub(crate) const SHOWN: &str = "Show";
pub(crate) const FIND: &str = "Search";
pub(crate) const SHOW_ALL: &str = "All users";
pub(crate) const SHOW_PROTECTED: &str = "Protected";
pub(crate) const SHOW_UNPROTECTED: &str = "Not protected";
pub(crate) const SHOW_LOCKED: &str = "Locked";
pub(crate) const SHOW_LOW: &str = "Few recovery codes left";
pub(crate) const SHOW_INVITED: &str = "Invited";
pub(crate) const SHOW_DEACTIVATED: &str = "Deactivated";
pub(crate) const NOBODY: &str = "Nobody here matches that.";
pub(crate) const CLEAR: &str = "Show everybody";
pub(crate) const NEXT_PAGE: &str = "Next page";
pub(crate) const FIRST_PAGE: &str = "First page";

pub(crate) const PROTECTED: &str = "Protected";
pub(crate) const UNPROTECTED: &str = "Not protected";
pub(crate) const LOCKED: &str = "Locked";
pub(crate) const ADMIN: &str = "Admin";
pub(crate) const MEMBER: &str = "Member";
pub(crate) const YOU: &str = "You";

pub(crate) const ROLE: &str = "Role";
pub(crate) const PROTECTION: &str = "Two-factor authentication";
pub(crate) const STATE: &str = "State";
pub(crate) const SINCE: &str = "On since ";
pub(crate) const OFF: &str = "Off";
pub(crate) const CREATED: &str = "Account created";
pub(crate) const NO_AUTHENTICATORS: &str = "No authenticator: signing in asks for the password only.";
pub(crate) const EMAIL_LOCKED: &str = "Too many wrong codes by mail. The next one is judged from ";
pub(crate) const APP_LOCKED: &str = "Too many wrong codes of an app. The next one is judged from ";
pub(crate) const RECOVERY_LOCKED: &str = "Too many wrong recovery codes. The next one is judged from ";
pub(crate) const BYPASS_LOCKED: &str = "Too many wrong bypass codes. The next one is judged from ";
pub(crate) const PASSWORD_LOCKED: &str =
    "Too many wrong passwords. A browser that is not known is let in again from ";
pub(crate) const DONE_BY: &str = "By ";
pub(crate) const DONE_BY_OTHER: &str = "By an administrator";
pub(crate) const REASON_GIVEN: &str = "Reason: ";

pub(crate) const RESET: &str = "Reset two-factor authentication";
pub(crate) const RESET_EXPLAINED: &str = "For somebody who has lost every authenticator and every recovery code. Make sure that it is they who ask: call them, or meet them.";
pub(crate) const RESET_DOES: [&str; 3] = [
    "Their authenticators and recovery codes stop working for good.",
    "They are signed out everywhere, and no device is remembered.",
    "The next sign-in asks for the password only, until they set two-factor authentication up again.",
];
pub(crate) const BYPASS: &str = "Bypass code";
pub(crate) const BYPASS_ISSUE: &str = "Issue bypass code";
pub(crate) const BYPASS_EXPLAINED: &str = "For somebody who is without the phone. Make sure that it is they who ask, and tell them the code yourself: call them, or meet them.";
pub(crate) const BYPASS_DOES: [&str; 3] = [
    "It signs in once, after the password, in place of a code of the app.",
    "Who signs in with it can replace a lost authenticator in the five minutes after.",
    "A newer code, and every change of their factors, ends it. They are told by mail.",
];
pub(crate) const MINUTES: &str = "Minutes until it expires";
pub(crate) const MINUTES_HINT: &str = "1 to 60.";
pub(crate) const MINUTES_WRONG: &str = "Enter a whole number from 1 to 60.";
pub(crate) const BYPASS_ISSUED: &str = "The bypass code is shown only now. It signs in once, until ";
pub(crate) const UNLOCK: &str = "Unlock";
pub(crate) const UNLOCK_EXPLAINED: &str = "Their wrong codes and wrong passwords are forgiven, and the next one is judged at once. Their authenticators and recovery codes stay as they are.";
pub(crate) const REASON: &str = "Reason";
pub(crate) const REASON_HINT: &str = "For the log. Whoever it is about can read it.";
pub(crate) const REASON_MAYBE: &str = "Reason (may stay empty)";

pub(crate) const WAS_RESET: &str =
    "Two-factor authentication was reset. They sign in with their password, and can set it up again.";
pub(crate) const WAS_UNLOCKED: &str = "Unlocked. The next code or password is judged at once.";

/// Over the page that resets somebody.
pub(crate) fn reset_title(email: &str) -> String {
    quoted("Reset two-factor authentication of ", email, "?")
}

/// Over the page that issues a bypass code.
pub(crate) fn bypass_title(email: &str) -> String {
    quoted("Bypass code for ", email, "")
}

/// Over the page that unlocks somebody.
pub(crate) fn unlock_title(email: &str) -> String {
    quoted("Unlock ", email, "?")
}

/// How many recovery codes somebody has.
pub(crate) fn codes_left(left: u32) -> String {
    match left {
        0 => "No recovery code left".to_owned(),
        1 => "1 recovery code left".to_owned(),
        _ => format!("{left} recovery codes left"),
    }
}

/// How long somebody is locked still.
pub(crate) fn locked_for(seconds: u32) -> String {
    ["Locked for ", &span(seconds)].concat()
}
