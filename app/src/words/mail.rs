//! The words of codes by mail.

use super::seconds;

pub(crate) const TITLE: &str = "E-mail";
pub(crate) const LESS_SAFE: &str = "Less safe than an app";
pub(crate) const SET_UP: &str = "Set up e-mail codes";
pub(crate) const ADD: &str = "Add e-mail codes";
pub(crate) const ADDRESS: &str = "E-mail address";
pub(crate) const ADDRESS_HINT: &str = "The codes go there from now on. You confirm it with the first one.";
pub(crate) const ADDRESS_TITLE: &str = "Where should the codes go?";
pub(crate) const SEND: &str = "Send a code by e-mail";
pub(crate) const HELD: &str =
    "Another code was mailed to you a moment ago, which is good only where you asked for it.";
pub(crate) const SEND_AGAIN: &str = "Send a new code";
pub(crate) const SEND_TASK: &str = "Get a code by e-mail";
#[cfg(feature = "ssr")]
pub(crate) const SEND_LEAD: &str = "A code can be mailed to the address that you confirmed.";
pub(crate) const CODE: &str = "8-digit code";
pub(crate) const CODE_HINT: &str = "The letter can take a minute. Look among your spam, too.";
pub(crate) const TASK: &str = "Enter the code from your e-mail";
pub(crate) const VERIFY_TITLE: &str = "Enter the 8-digit code";
pub(crate) const ANY_CODE: &str = "Code from your app or your mail, or a recovery code";
pub(crate) const ANY_MAILED: &str = "Code from your mail, or a recovery code";
pub(crate) const ON_LEAD: &str = "Signing in asks for your password and a code that is mailed to you.";
pub(crate) const RESUME_TITLE: &str = "You have begun to set up codes by e-mail";
pub(crate) const RESUME_EXPLAINED: &str = "The code that was mailed to you may be good still.";
pub(crate) const FINISH_EXPLAINED: &str = "Your address is confirmed. Two-factor authentication is still off; it is switched on when you have saved your recovery codes.";
pub(crate) const ADDED: &str = "Codes by e-mail are set up. They work from now on.";

/// What the way by mail is, and where to, as far as that is known.
pub(crate) fn explained(to: &str) -> String {
    let whither = if to.is_empty() { "to you" } else { to };
    [
        "A code is mailed ",
        if to.is_empty() { "" } else { "to " },
        whither,
        " each time. Whoever reads your mail has it, too: choose the app if you can.",
    ]
    .concat()
}

/// `We sent a code to a•••@example.com.`
pub(crate) fn sent_to(to: &str) -> String {
    ["We sent a code to ", to, "."].concat()
}

/// `Send a new code in 42 s`.
pub(crate) fn in_a_while(label: &str, left: usize) -> String {
    [label, " in ", &seconds(left)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_by_mail_says_where_to() {
        assert!(explained("a•••@example.com").starts_with("A code is mailed to a•••@example.com each time."));
        assert!(explained("").starts_with("A code is mailed to you each time."));
        assert_eq!(in_a_while(SEND_AGAIN, 42), "Send a new code in 42 s");
    }
}
