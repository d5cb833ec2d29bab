//! The words of setting up an authenticator app.

use crate::browser::Phone;
use crate::view::Purpose;

/// The steps, by what is done in each.
pub(crate) const STEPS: [&str; 3] = ["Add to app", "Verify", "Save codes"];
pub(crate) const STEPS_LABEL: &str = "Steps";

pub(crate) const NO_APP: &str = "No app yet?";
pub(crate) const GET_EXPLAINED: &str =
    "Install one of these on your phone. Any other app that supports time-based codes works, too.";
pub(crate) const GET_HERE: &str =
    "Install one of these first. Any other app that supports time-based codes works, too.";
pub(crate) const ADD_TITLE: &str = "Add this account to your app";
pub(crate) const ADD_EXPLAINED: &str =
    "Your authenticator app opens and adds the account. Then come back here.";
pub(crate) const ADD_TO_APP: &str = "Add to authenticator app";
pub(crate) const ELSEWHERE: &str = "On another device?";
pub(crate) const ELSEWHERE_EXPLAINED: &str =
    "Scan this QR code with the app on your other device, or type the key in.";
pub(crate) const GOOGLE: &str = "Google Authenticator";
pub(crate) const MICROSOFT: &str = "Microsoft Authenticator";
pub(crate) const ANDROID: &str = "Play Store";
pub(crate) const IOS: &str = "App Store";

pub(crate) const SCAN_TITLE: &str = "Scan the QR code";
pub(crate) const SCAN_STEPS: [&str; 3] = [
    "Open the authenticator app on your phone.",
    "Tap “+” or “Add”, then “Scan a QR code”.",
    "Point the camera at this code. The app then shows 6 digits.",
];
pub(crate) const CANNOT_SCAN: &str = "Can't scan QR code?";
pub(crate) const KEY_EXPLAINED: &str = "Choose “Enter a setup key” in the app and type this in:";
pub(crate) const KEY: &str = "Secret key";
pub(crate) const KIND: &str = "Type";
pub(crate) const TIME_BASED: &str = "Time-based";

pub(crate) const VERIFY_TITLE: &str = "Enter the 6-digit code";
pub(crate) const VERIFY_EXPLAINED: &str =
    "Your app now shows a code for this account. It changes every 30 seconds.";
pub(crate) const NAME_HINT: &str = "It tells your authenticators apart.";

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

/// What an authenticator is called before its owner says so: like the phone that it was set up on, where that is known. The
/// second one is `Authenticator app 2`.
pub(crate) fn default_name(purpose: &Purpose, phone: Option<Phone>, names: &[(&str, &str)]) -> String {
    if let Purpose::Replace(old) = purpose
        && let Some((_, name)) = names.iter().find(|(id, _)| id == old)
    {
        return (*name).to_owned();
    }
    let named = phone.map_or(super::AUTHENTICATOR_APP, Phone::name);
    let numbered = |n: usize| if n == 1 { named.to_owned() } else { [named, " ", &n.to_string()].concat() };
    let is_free = |name: &String| names.iter().all(|(_, taken)| taken != name);
    (1..=names.len() + 1).map(numbered).find(is_free).unwrap_or_default()
}

impl Phone {
    const fn name(self) -> &'static str {
        match self {
            Self::Android => "Android phone",
            Self::Iphone => "iPhone",
            Self::Ipad => "iPad",
        }
    }
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
        Purpose::First => "You can leave at any time. Nothing changes before the last step.",
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
        assert_eq!(default_name(&Purpose::First, None, &[]), "Authenticator app");
    }

    #[test]
    fn a_further_one_takes_the_first_free_number() {
        let names = [("1", "Authenticator app"), ("2", "Phone")];
        assert_eq!(default_name(&Purpose::Further, None, &names), "Authenticator app 2");
        assert_eq!(default_name(&Purpose::Further, None, &[("1", "Phone")]), "Authenticator app");
    }

    #[test]
    fn one_that_is_set_up_on_a_phone_is_called_like_it() {
        assert_eq!(default_name(&Purpose::First, Some(Phone::Iphone), &[]), "iPhone");
        let names = [("1", "Android phone")];
        assert_eq!(default_name(&Purpose::Further, Some(Phone::Android), &names), "Android phone 2");
    }

    #[test]
    fn one_that_replaces_another_keeps_its_name() {
        let purpose = Purpose::Replace("2".into());
        assert_eq!(default_name(&purpose, Some(Phone::Ipad), &[("1", "Tablet"), ("2", "Phone")]), "Phone");
    }
}
