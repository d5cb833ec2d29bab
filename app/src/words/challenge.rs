//! The words of the challenge.

pub(crate) const TASK: &str = "Enter the code from your app";
pub(crate) const RECOVERY_TASK: &str = "Enter a recovery code";
pub(crate) const OTHER_WAYS: &str = "Other ways to confirm that it is you";
pub(crate) const SIGNING_IN_AS: &str = "Signing in as ";
pub(crate) const CODE: &str = "6-digit code";
pub(crate) const CODE_HINT: &str = "A recovery code or a bypass code works here too.";
pub(crate) const RECOVERY_CODE: &str = "Recovery code";
pub(crate) const RECOVERY_HINT: &str =
    "16 letters and digits, or the 12 of a bypass code; case, spaces and dashes do not matter.";
pub(crate) const USE_RECOVERY: &str = "Use a recovery code";
pub(crate) const USE_MAIL: &str = "Send a code by e-mail";
pub(crate) const USE_APP: &str = "Use your authenticator app";
pub(crate) const REMEMBER_HINT: &str = "Only if nobody else uses it. It will not ask you for a code.";
pub(crate) const LOST: &str = "Lost your device?";
pub(crate) const LOST_CODES: &str = "Use one of the recovery codes that you saved when you set up two-factor authentication. Look in your password manager, among your downloads for twofold-recovery-codes.txt, and among your papers.";
pub(crate) const LOST_ALL: &str = "Without a recovery code, ask the administrator of this site, who can issue a bypass code for you. It works in the field above.";
pub(crate) const PASSED_TITLE: &str = "That code was right";
pub(crate) const PASSED_EXPLAINED: &str = "You are being signed in.";
pub(crate) const PASSED_EMBEDDED: &str = "You can go on.";
pub(crate) const IN_TITLE: &str = "You are in";
pub(crate) const LOST_PHONE: &str = "Lost your phone? Set up a new one";
pub(crate) const NEW_CODES: &str = "Get new recovery codes";
pub(crate) const LOW: &str = "Get a new set now, so that you are never locked out.";
pub(crate) const USED_UP: &str =
    "That was your last recovery code. Get a new set now: without one, a lost phone locks you out.";

/// Beside the box that has the browser trusted.
pub(crate) fn remember(days: u32) -> String {
    match days {
        1 => "Trust this browser for 1 day".to_owned(),
        _ => ["Trust this browser for ", &days.to_string(), " days"].concat(),
    }
}

/// What a used recovery code leaves.
pub(crate) fn recovery_left(left: u32) -> String {
    match left {
        0 => USED_UP.to_owned(),
        1 => ["You used a recovery code. 1 is left. ", LOW].concat(),
        2..=3 => ["You used a recovery code. ", &left.to_string(), " are left. ", LOW].concat(),
        4.. => ["You used a recovery code, and it will not work again. ", &left.to_string(), " are left."]
            .concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::{recovery_left, remember};

    #[test]
    fn a_browser_is_trusted_for_days() {
        assert_eq!(remember(1), "Trust this browser for 1 day");
        assert_eq!(remember(30), "Trust this browser for 30 days");
    }

    #[test]
    fn the_last_recovery_code_is_a_warning() {
        assert!(recovery_left(0).starts_with("That was your last recovery code."));
        assert!(recovery_left(1).contains("1 is left. Get a new set now"));
        assert!(recovery_left(3).contains("3 are left. Get a new set now"));
        assert_eq!(recovery_left(7), "You used a recovery code, and it will not work again. 7 are left.");
    }
}
