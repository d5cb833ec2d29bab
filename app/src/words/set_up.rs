//! The words of setting up an authenticator app.

use crate::view::Purpose;

pub(crate) const STEPS: [&str; 4] = ["Get the app", "Scan", "Verify", "Save codes"];
pub(crate) const STEPS_LABEL: &str = "Steps";

pub(crate) const GET_TITLE: &str = "Get an authenticator app";
pub(crate) const GET_EXPLAINED: &str = "Install one of these on your phone, or use the one you have: any app that supports time-based codes works.";
pub(crate) const OPEN_IN_APP: &str = "Open in authenticator app";
pub(crate) const OPEN_EXPLAINED: &str = "If the app is on this very device, no scanning is needed.";
pub(crate) const GOOGLE: &str = "Google Authenticator";
pub(crate) const MICROSOFT: &str = "Microsoft Authenticator";
pub(crate) const ANDROID: &str = "Play Store";
pub(crate) const IOS: &str = "App Store";

pub(crate) const SCAN_TITLE: &str = "Scan the QR code";
pub(crate) const SCAN_EXPLAINED: &str = "In your authenticator app choose “Add” or “+”, then scan this code.";
pub(crate) const CANNOT_SCAN: &str = "Can't scan QR code?";
pub(crate) const KEY_EXPLAINED: &str = "Choose “Enter a setup key” in the app and type this in:";
pub(crate) const KEY: &str = "Secret key";
pub(crate) const KIND: &str = "Type";
pub(crate) const TIME_BASED: &str = "Time-based";

pub(crate) const VERIFY_TITLE: &str = "Enter the 6-digit code";
pub(crate) const VERIFY_EXPLAINED: &str =
    "Your app now shows a code for this account. It changes every 30 seconds.";
pub(crate) const NAME_HINT: &str = "It tells your authenticators apart. You can change it later.";

pub(crate) const SAVE_TITLE: &str = "Save your recovery codes";
pub(crate) const SAVE_EXPLAINED: &str = "If you lose your phone, these codes are the way back into your account. Keep them in a password manager or print them. Each code works once.";
pub(crate) const NOT_YET: &str =
    "Two-factor authentication is not on yet: it is switched on when you confirm that you have saved them.";
pub(crate) const OLD_CODES_GONE: &str = "The codes you had before no longer work.";
pub(crate) const DOWNLOAD: &str = "Download";
pub(crate) const PRINT: &str = "Print";
pub(crate) const SAVED: &str = "I have saved my recovery codes";

/// The name of the QR code's image.
pub(crate) fn qr_code(issuer: &str, label: &str) -> String {
    ["QR code for ", issuer, " (", label, ")"].concat()
}

/// What an authenticator is called before its owner says so; the second one is `Authenticator app 2`.
pub(crate) fn default_name(purpose: &Purpose, names: &[(&str, &str)]) -> String {
    if let Purpose::Replace(old) = purpose
        && let Some((_, name)) = names.iter().find(|(id, _)| id == old)
    {
        return (*name).to_owned();
    }
    let numbered = |n: usize| {
        if n == 1 { super::AUTHENTICATOR_APP.to_owned() } else { format!("{} {n}", super::AUTHENTICATOR_APP) }
    };
    let is_free = |name: &String| names.iter().all(|(_, taken)| taken != name);
    (1..=names.len() + 1).map(numbered).find(is_free).unwrap_or_default()
}

/// What the steps lead to.
pub(crate) fn goal(purpose: &Purpose) -> &'static str {
    match purpose {
        Purpose::First => "Set up an authenticator app",
        Purpose::Further => super::ADD,
        Purpose::Replace(_) => "Replace authenticator app",
    }
}

/// What it means for what works already.
pub(crate) fn promise(purpose: &Purpose, forced: bool) -> &'static str {
    match purpose {
        Purpose::First if forced => "Nothing changes before the last step. After it you are signed in.",
        Purpose::First => {
            "You can leave at any time. Nothing changes about your sign-in before the last step."
        }
        Purpose::Further => "What you have goes on working.",
        Purpose::Replace(_) => {
            "The old one works until the new one is confirmed. Your recovery codes stay as they are."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_authenticator_has_no_number() {
        assert_eq!(default_name(&Purpose::First, &[]), "Authenticator app");
    }

    #[test]
    fn a_further_one_takes_the_first_free_number() {
        let names = [("1", "Authenticator app"), ("2", "Phone")];
        assert_eq!(default_name(&Purpose::Further, &names), "Authenticator app 2");
        assert_eq!(default_name(&Purpose::Further, &[("1", "Phone")]), "Authenticator app");
    }

    #[test]
    fn one_that_replaces_another_keeps_its_name() {
        let purpose = Purpose::Replace("2".into());
        assert_eq!(default_name(&purpose, &[("1", "Tablet"), ("2", "Phone")]), "Phone");
    }
}
