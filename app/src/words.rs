//! Every word on every screen, in one place, so that a translation has one place to reach. Nothing here is HTML.

pub(crate) mod challenge;
#[cfg(feature = "ssr")]
pub(crate) mod happening;
pub(crate) mod mail;
#[cfg(feature = "ssr")]
pub(crate) mod organization;
#[cfg(feature = "ssr")]
pub(crate) mod pages;
#[cfg(feature = "ssr")]
pub(crate) mod password;
#[cfg(feature = "ssr")]
pub(crate) mod reference;
pub(crate) mod set_up;
mod span;
pub(crate) mod trouble;

pub(crate) use span::{seconds, span};

pub(crate) const SHOW_PASSWORD: &str = "Show password";
pub(crate) const RELOAD: &str = "Reload";
pub(crate) const TWO_FACTOR: &str = "Two-factor authentication";
pub(crate) const ON: &str = "On";
pub(crate) const OFF: &str = "Off";
pub(crate) const OFF_LEAD: &str =
    "Add a second step to your sign-in. Whoever learns your password still cannot get in without your phone.";
pub(crate) const ON_LEAD: &str = "Signing in asks for your password and a code from your authenticator app.";
pub(crate) const BYPASSED: &str = "You signed in with a bypass code, which works once. If your phone is lost, replace its authenticator now: for five minutes after signing in you are not asked for its code.";
pub(crate) const REQUIRED: &str = "Your administrator requires two-factor authentication.";
pub(crate) const REQUIRED_FROM: &str = "Your administrator requires two-factor authentication from ";
pub(crate) const REQUIRED_LEAD: &str = "Set it up now to go on. It takes about a minute and a phone.";
pub(crate) const DONE_TITLE: &str = "Two-factor authentication is on";
pub(crate) const NEXT_TIME: &str =
    "The next time you sign in, enter your password, then the code from your authenticator app.";
pub(crate) const NEXT_TIME_BY_MAIL: &str =
    "The next time you sign in, enter your password, then the code that is mailed to you.";
pub(crate) const ADD_SECOND: &str = "Add a second device";
pub(crate) const SECOND_EXPLAINED: &str =
    "A second device keeps you signing in as usual when the first one is lost or broken.";
pub(crate) const PROTECTED_SINCE: &str = "On since ";

pub(crate) const AUTHENTICATOR_APP: &str = "Authenticator app";
pub(crate) const RECOMMENDED: &str = "Recommended";
pub(crate) const APP_EXPLAINED: &str = "An app on your phone or computer shows a new 6-digit code every 30 seconds. It works without a network, and setting it up takes about a minute.";
pub(crate) const SET_UP: &str = "Set up";
pub(crate) const AUTHENTICATORS: &str = "Authenticators";
pub(crate) const ADD: &str = "Add authenticator app";
pub(crate) const ADDED_AT: &str = "Added ";
pub(crate) const USED_AT: &str = "Last used ";
pub(crate) const NEVER_USED: &str = "Not used yet";

pub(crate) const UNUSED_TITLE: &str = "Does your authenticator still work?";
pub(crate) const UNUSED_ADVICE: &str =
    ". Try a code of it now. If you do not have it any more, replace it below.";
pub(crate) const TRY_IT: &str = "Try it now";
pub(crate) const RENAME: &str = "Rename";
pub(crate) const TEST: &str = "Test";
pub(crate) const REPLACE: &str = "Replace";
pub(crate) const REMOVE: &str = "Remove";
pub(crate) const CANCEL: &str = "Cancel";
pub(crate) const CONTINUE: &str = "Continue";
pub(crate) const SAVE: &str = "Save";
pub(crate) const NEXT: &str = "Next";
pub(crate) const BACK: &str = "Back";
pub(crate) const VERIFY: &str = "Verify";
pub(crate) const COPY: &str = "Copy";
pub(crate) const COPIED: &str = "Copied";
pub(crate) const SELECTED: &str = "Selected. Copy it with Ctrl+C, or ⌘C.";
pub(crate) const NAME: &str = "Name";
pub(crate) const PASSWORD: &str = "Password";

pub(crate) const RECOVERY_CODES: &str = "Recovery codes";
pub(crate) const RECOVERY_EXPLAINED: &str =
    "Each code signs you in once when you do not have your authenticator app.";
pub(crate) const RECOVERY_LOW: &str =
    "Get a new set before they run out, so that a lost phone cannot lock you out.";
pub(crate) const RECOVERY_VOIDED: &str = "These codes no longer work, because this service was restored from a backup. Get a new set now: without one, a lost phone locks you out.";
pub(crate) const RESET_CODES: &str = "Reset recovery codes";
pub(crate) const RESET_EXPLAINED: &str = "New recovery codes replace and invalidate all existing codes.";
pub(crate) const MADE_ON: &str = "Made on";
pub(crate) const ACCOUNT: &str = "Account";
pub(crate) const ISSUER: &str = "Issuer";

pub(crate) const DEVICES: &str = "Trusted browsers";
pub(crate) const DEVICES_EXPLAINED: &str = "Signing in with these asks for your password only.";
#[cfg(feature = "ssr")]
pub(crate) const SOME_DEVICE: &str = "A browser";
pub(crate) const REMEMBERED_AT: &str = "Trusted since ";
pub(crate) const ENDS_AT: &str = "Ends ";
pub(crate) const FORGET: &str = "Forget";
pub(crate) const FORGET_ALL: &str = "Forget all browsers";
pub(crate) const FORGOTTEN: &str = "Forgotten. The next sign-in there asks for a code.";

pub(crate) const TURN_OFF: &str = "Turn off two-factor authentication";
pub(crate) const TURN_OFF_LEAD: &str = "Signing in will ask for your password only.";
pub(crate) const TURN_OFF_EXPLAINED: &str = "Signing in will ask for your password only. Your authenticators and recovery codes stop working for good; to use two-factor authentication again you set it up anew.";
pub(crate) const TURN_OFF_ACTION: &str = "Turn off";

pub(crate) const ACTIVITY: &str = "Recent activity";
pub(crate) const ACTIVITY_NONE: &str = "Nothing has happened yet.";
pub(crate) const SHOW_ALL: &str = "Show all";
pub(crate) const JUST_NOW: &str = "Just now";
pub(crate) const AGO: &str = " ago";
pub(crate) const NOT_ME: &str = "This was not me";
pub(crate) const NOT_ME_HERE: &str = "Change your password first, which signs you out everywhere else. Then reset your recovery codes below, and remove what you do not know among authenticators and trusted browsers.";
pub(crate) const NOT_ME_EMBEDDED: &str = "Change your password on this site first. Then reset your recovery codes, and remove what you do not know among authenticators and trusted browsers.";
pub(crate) const TO_PASSWORD: &str = "Change password";

pub(crate) const RENAME_TITLE: &str = "Rename authenticator";
pub(crate) const TEST_EXPLAINED: &str = "Enter the code that this authenticator shows now.";
pub(crate) const REMOVE_EXPLAINED: &str =
    "Its codes stop working at once. Your other authenticators and your recovery codes stay as they are.";
pub(crate) const STEP_UP_TITLE: &str = "Confirm that it is you";
pub(crate) const STEP_UP_EXPLAINED: &str = "You are about to change how your account is protected.";
pub(crate) const CODE: &str = "6-digit code";
pub(crate) const ANY_CODE: &str = "Code from your app, or a recovery code";

pub(crate) const FINISH_TITLE: &str = "Finish setting up: save your recovery codes";
pub(crate) const FINISH_EXPLAINED: &str = "Your authenticator app is confirmed. Two-factor authentication is still off; it is switched on when you have saved your recovery codes.";
pub(crate) const SHOW_CODES: &str = "Show recovery codes";
pub(crate) const WAITING_TITLE: &str = "A set-up waits to be finished";
pub(crate) const WAITING_SINCE: &str = "It was confirmed in another session on ";
pub(crate) const WAITING_EXPLAINED: &str = "If that was you, go on with a code of that authenticator: you get new recovery codes, and those that were shown there stop working. If it was not you, cancel it and change your password.";
pub(crate) const GO_ON: &str = "Go on with it";
pub(crate) const CANCEL_IT: &str = "Cancel it";
pub(crate) const TAKE_UP_TITLE: &str = "Enter a code of the authenticator that was set up";
pub(crate) const START_OVER: &str = "Start over";
pub(crate) const RESUME_TITLE: &str = "You have begun to set up an authenticator app";
pub(crate) const RESUME_EXPLAINED: &str = "The QR code that you were shown is still good.";

pub(crate) const TURNED_ON: &str = "Two-factor authentication is on. The next sign-in asks for a code.";
pub(crate) const TURNED_OFF: &str = "Two-factor authentication is off.";
pub(crate) const ADDED: &str = "The authenticator was added. Its codes work from now on.";
pub(crate) const REPLACED: &str = "The authenticator was replaced. The old one no longer works.";
pub(crate) const RENAMED: &str = "The authenticator was renamed.";
pub(crate) const REMOVED: &str = "The authenticator was removed. Its codes no longer work.";
pub(crate) const TESTED: &str = "It works: the code was right.";
pub(crate) const CODES_RESET: &str = "You have new recovery codes. The old ones no longer work.";
pub(crate) const SIGN_IN_AGAIN: &str = "Sign in again";

pub(crate) const SHEET_EXPLAINED: &str =
    "Each code signs you in once when you do not have your authenticator app. Keep them secret.";
pub(crate) const SHEET_FILE: &str = "twofold-recovery-codes.txt";

/// `8 of 10 left`.
pub(crate) fn codes_left(left: u32, total: u32) -> String {
    format!("{left} of {total} left")
}

/// Up to the day.
pub(crate) fn unused(name: &str) -> String {
    quoted("You have not used ", name, " since ")
}

/// The title of the dialog that tests one authenticator.
pub(crate) fn test_title(name: &str) -> String {
    quoted("Test ", name, "")
}

/// The title of the dialog that removes one authenticator.
pub(crate) fn remove_title(name: &str) -> String {
    quoted("Remove ", name, "?")
}

/// The first line of the file of recovery codes.
pub(crate) fn sheet_heading(issuer: &str) -> String {
    [issuer, " recovery codes"].concat()
}

/// `Account: alice@example.com`.
pub(crate) fn field_line(field: &str, value: &str) -> String {
    [field, ": ", value].concat()
}

/// A person's own words are marked off from ours.
pub(crate) fn quoted(before: &str, name: &str, after: &str) -> String {
    [before, "“", name, "”", after].concat()
}

/// What a button says while it may not be pressed.
pub(crate) fn wait(left: usize) -> String {
    ["Wait ", &seconds(left)].concat()
}
