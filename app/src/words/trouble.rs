//! What a refusal says: what is wrong, and what to do about it.

use super::span;
use crate::browser;
use crate::error::WidgetError;
use crate::text::Typed;

/// In a frame: there is no sign-in here to go back to.
pub(crate) const OVER: &str =
    "To keep your account safe, this closes after a while. Reload the page to go on.";

/// The sentence for an error, of the kind of code that was typed. The button beside it counts the wait down.
pub(crate) fn sentence(error: WidgetError, typed: Typed) -> String {
    match error {
        WidgetError::Wrong { attempts_left, wait } => with_rest(wrong(typed), attempts_left, wait),
        WidgetError::AlreadyUsed { wait: 0, attempts_left } => with_rest(used(typed), attempts_left, 0),
        WidgetError::AlreadyUsed { wait, .. } => {
            ["That code was used already. The app shows the next one in ", &span(wait), "."].concat()
        }
        WidgetError::ClockOff { ahead, attempts_left, wait } => with_rest(&clock(ahead), attempts_left, wait),
        WidgetError::Wait { wait: 0 }
        | WidgetError::PasswordWait { wait: 0 }
        | WidgetError::Stopped { wait: 0 } => "You can try again now.".to_owned(),
        WidgetError::Wait { wait } => {
            ["Too many tries. The next one is possible in ", &span(wait), "."].concat()
        }
        WidgetError::MailWait { wait } => {
            ["A code was mailed a moment ago. Another one can be sent in ", &span(wait), "."].concat()
        }
        WidgetError::Stopped { wait } => [
            "Too many wrong codes in the last 365 days. Use another way, ask your administrator, or wait ",
            &span(wait),
            ".",
        ]
        .concat(),
        WidgetError::PasswordWait { wait } => {
            ["Too many wrong passwords. The next try is possible in ", &span(wait), "."].concat()
        }
        WidgetError::SomebodyElse => signed_in_as(&browser::signed_in_as()),
        WidgetError::NameTooLong { limit } => {
            ["That name is too long; it may have ", &limit.to_string(), " characters."].concat()
        }
        WidgetError::SignedOut
        | WidgetError::StepUpRequired { .. }
        | WidgetError::EnrollmentGone
        | WidgetError::AuthenticatorGone
        | WidgetError::ChallengeGone
        | WidgetError::NotAllowed
        | WidgetError::TooMany
        | WidgetError::Changed
        | WidgetError::LastAuthenticator
        | WidgetError::Required
        | WidgetError::NameEmpty
        | WidgetError::NameForbidden
        | WidgetError::Malformed
        | WidgetError::RecoveryCodeHere
        | WidgetError::NoCodeMailed
        | WidgetError::NoAddress
        | WidgetError::PasswordWrong
        | WidgetError::Unreachable
        | WidgetError::Fault => fixed(error).to_owned(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only what `sentence` passes on; it names every error")]
fn fixed(error: WidgetError) -> &'static str {
    match error {
        WidgetError::SignedOut => "You were signed out.",
        WidgetError::StepUpRequired { .. } => "Confirm first that it is you.",
        WidgetError::EnrollmentGone => "That set-up has expired. Nothing was changed; start again.",
        WidgetError::AuthenticatorGone => "That authenticator was removed meanwhile.",
        WidgetError::ChallengeGone => "This sign-in has expired.",
        WidgetError::NotAllowed => "Your administrator does not allow that.",
        WidgetError::TooMany => {
            "Too many at once. Remove an authenticator, or wait ten minutes for an unfinished set-up to expire."
        }
        WidgetError::Changed => {
            "Something changed meanwhile. Nothing was done; here is how things stand now."
        }
        WidgetError::LastAuthenticator => {
            "The only authenticator cannot be removed. Replace it, or turn two-factor authentication off."
        }
        WidgetError::Required => super::REQUIRED,
        WidgetError::NameEmpty => "Give it a name.",
        WidgetError::NameForbidden => "That name has a character that is not allowed.",
        WidgetError::Malformed => {
            "That is not a complete code. The app shows 6 digits, a mailed code has 8; a recovery code has 16 letters \
             and digits."
        }
        WidgetError::RecoveryCodeHere => "That is a recovery code. Enter the 6 digits that your app shows.",
        WidgetError::NoCodeMailed => "That mailed code is no longer good. Send a new one.",
        WidgetError::NoAddress => "That is not an e-mail address.",
        WidgetError::PasswordWrong => "That password is not right.",
        WidgetError::Unreachable => "The server could not be reached. Check your connection and try again.",
        _ => "Something went wrong. Try again.",
    }
}

fn wrong(typed: Typed) -> &'static str {
    match typed {
        Typed::App => "That code is not right. Check that it is for this account and enter the current one.",
        Typed::Mailed => "That code is not right. Enter the 8 digits of the newest letter.",
        Typed::Recovery => "That code is not right. Compare it with your list: it has 16 letters and digits.",
    }
}

fn used(typed: Typed) -> &'static str {
    match typed {
        Typed::App | Typed::Mailed => "That code was used already; each code works once.",
        Typed::Recovery => {
            "That recovery code was used already; each works once. Take another one of your list."
        }
    }
}

/// Nothing was done: it would have been done for somebody else.
pub(crate) fn signed_in_as(who: &str) -> String {
    ["You are signed in as ", who, " now. Nothing was done."].concat()
}

fn clock(ahead: i32) -> String {
    let direction = if ahead > 0 { " ahead" } else { " behind" };
    let off = span(ahead.unsigned_abs());
    [
        "The clock of your phone is about ",
        &off,
        direction,
        ". Set its date and time to automatic, then enter a new code.",
    ]
    .concat()
}

/// How many tries are left, or how long to wait for the next.
fn with_rest(what: &str, attempts_left: u32, wait: u32) -> String {
    if wait > 0 {
        return [what, " The next try is possible in ", &span(wait), "."].concat();
    }
    // What was waited for is over.
    if attempts_left == 0 {
        return what.to_owned();
    }
    let tries = if attempts_left == 1 { " try left." } else { " tries left." };
    [what, " ", &attempts_left.to_string(), tries].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_code_says_how_many_tries_are_left() {
        let said = sentence(WidgetError::Wrong { attempts_left: 4, wait: 0 }, Typed::App);
        assert!(said.starts_with("That code is not right.") && said.ends_with("4 tries left."), "{said}");
        assert!(
            sentence(WidgetError::Wrong { attempts_left: 1, wait: 0 }, Typed::App).ends_with("1 try left.")
        );
    }

    #[test]
    fn a_wrong_code_is_told_as_one_of_its_kind() {
        let said = |typed| sentence(WidgetError::Wrong { attempts_left: 4, wait: 0 }, typed);
        assert!(
            said(Typed::Recovery).contains("your list") && !said(Typed::Recovery).contains("current one")
        );
        assert!(said(Typed::Mailed).contains("newest letter"));
    }

    #[test]
    fn a_wrong_code_says_how_long_to_wait() {
        assert!(
            sentence(WidgetError::Wrong { attempts_left: 1, wait: 4 }, Typed::App).ends_with("in 4 seconds.")
        );
        assert_eq!(
            sentence(WidgetError::Wait { wait: 120 }, Typed::App),
            "Too many tries. The next one is possible in 2 minutes."
        );
    }

    #[test]
    fn a_code_of_another_time_says_which_way_the_clock_is_off() {
        let ahead = sentence(WidgetError::ClockOff { ahead: 120, attempts_left: 4, wait: 0 }, Typed::App);
        assert!(ahead.starts_with("The clock of your phone is about 2 minutes ahead."), "{ahead}");
        let behind = sentence(WidgetError::ClockOff { ahead: -60, attempts_left: 4, wait: 0 }, Typed::App);
        assert!(behind.starts_with("The clock of your phone is about 60 seconds behind."), "{behind}");
    }

    #[test]
    fn a_used_code_says_when_the_next_one_comes_and_holds_no_other_code_back() {
        let used = WidgetError::AlreadyUsed { attempts_left: 4, wait: 18 };
        assert_eq!(used.wait(), 0);
        let said = sentence(used, Typed::App);
        assert_eq!(said, "That code was used already. The app shows the next one in 18 seconds.");
    }

    #[test]
    fn a_fault_says_nothing_of_its_cause() {
        assert_eq!(sentence(WidgetError::Fault, Typed::App), "Something went wrong. Try again.");
    }
}
