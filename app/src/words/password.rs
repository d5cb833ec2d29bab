//! The words around a forgotten password, and of the browsers in which somebody is signed in.

pub(crate) const FORGOTTEN: &str = "Forgot your password?";
pub(crate) const FORGOTTEN_NO_MAIL: &str = "Forgot your password? Ask your administrator for a link.";
pub(crate) const FORGOTTEN_TITLE: &str = "Forgotten password";
pub(crate) const FORGOTTEN_LEAD: &str = "We send a link to your e-mail address. With it you choose a new password; your second factor is asked for as ever.";
pub(crate) const FORGOTTEN_ACTION: &str = "Send link";
pub(crate) const ASKED: &str =
    "If there is an account with that e-mail address, a link is on its way. It works once, for 30 minutes.";
pub(crate) const ASKED_NOTHING_CAME: &str = "Nothing came? Look among the unwanted mail, and at the address that you typed. Otherwise ask your administrator for a link.";
pub(crate) const ASK_AGAIN: &str = "Send another link";
pub(crate) const NO_MAIL: &str = "This server sends no mail. Ask your administrator: they make a link with which you choose a new password.";
pub(crate) const BACK_TO_SIGN_IN: &str = "Back to sign-in";

pub(crate) const NEW_TITLE: &str = "Choose a new password";
pub(crate) const NEW_LEAD: &str = "Open your link. It works once, for 30 minutes.";
pub(crate) const NEW_OPEN: &str = "Open link";
pub(crate) const NEW_EXPLAINED: &str =
    "Every browser is signed out with it, and no device is remembered. Then you are signed in here.";
pub(crate) const NEW_ACTION: &str = "Set password and sign in";
pub(crate) const NEW_OVER: &str = "That link was used already or replaced by a newer one, or it has expired.";
pub(crate) const ANOTHER_LINK: &str = "Get another link";

pub(crate) const LINK_CUT: &str = "That link is not whole: the part after the # sign is missing or was cut off. Copy all of it, or open it from the letter.";
pub(crate) const LINK_OF_INVITATION: &str = "That is the link of an invitation. Open it here: ";
pub(crate) const LINK_OF_PASSWORD: &str = "That is a link for a new password. Open it here: ";
pub(crate) const LINK_OF_WELCOME: &str = "That is a link that creates an account. Open it here: ";

pub(crate) const NO_COOKIES: &str = "This browser keeps no cookies of this site. Signing in needs one: allow cookies for this site, then load the page again.";

pub(crate) const SESSIONS: &str = "Sessions";
pub(crate) const SESSIONS_LEAD: &str =
    "Where you are signed in. Sign out whatever you do not recognize, and change your password.";
pub(crate) const BROWSERS: &str = "Signed-in browsers";
pub(crate) const UNKNOWN: &str = "Unknown browser";
pub(crate) const THIS: &str = "This browser";
pub(crate) const SIGNED_IN_AT: &str = "Signed in ";
pub(crate) const SIGN_OUT_ONE: &str = "Sign out";
pub(crate) const SIGN_OUT_OTHERS: &str = "Sign out everywhere else";
pub(crate) const OTHERS_EXPLAINED: &str = "Trusted browsers stay trusted: you find them under Security.";
pub(crate) const NO_OTHERS: &str = "You are signed in nowhere else.";
pub(crate) const ONE_ENDED: &str = "Signed out there.";
pub(crate) const OTHERS_ENDED: &str = "Signed out everywhere else.";
pub(crate) const SESSION_GONE: &str = "That browser is not signed in any more.";

/// What a button that signs one browser out says to whoever listens.
pub(crate) fn sign_out_of(browser: &str) -> String {
    ["Sign out: ", browser].concat()
}
