//! The words of an administrator's pages.

pub(crate) mod members;
pub(crate) mod requirement;
pub(crate) mod users;

use domain::time::{Date, Timestamp};

pub(crate) const ORGANIZATION: &str = "Organization";
pub(crate) const SITES: &str = "Sites";
pub(crate) const ALL_SITES: &str = "All sites";
pub(crate) const SITES_LEAD: &str = "The sites that use Twofold for their own users.";
pub(crate) const NO_SITES: &str =
    "No site yet. Add one, and make an API key with which its server speaks to Twofold.";
pub(crate) const ADD_SITE: &str = "Add a site";
pub(crate) const EDIT_SITE: &str = "Edit site";
pub(crate) const CANCEL: &str = "Cancel";
pub(crate) const SAVE: &str = "Save";
pub(crate) const SITE_ADDED: &str = "The site was added. Make an API key for its server next.";
pub(crate) const SITE_SAVED: &str = "Saved. The changes are in force.";
pub(crate) const NO_ORIGINS: &str = "No origins: nobody can show its widget.";
pub(crate) const ORIGINS_LIST: &str = "Origins";
pub(crate) const ID: &str = "Id";

pub(crate) const NAME: &str = "Name";
pub(crate) const NAME_HINT: &str = "What you call it.";
pub(crate) const ISSUER: &str = "Issuer";
pub(crate) const ISSUER_HINT: &str = "What authenticator apps show beside the account.";
pub(crate) const ORIGINS: &str = "Allowed origins";
pub(crate) const ORIGINS_HINT: &str =
    "Where its pages may show the widget, one a line: https://shop.example.com. May stay empty.";
pub(crate) const KINDS: &str = "What people can set up";
pub(crate) const APP: &str = "Authenticator app";
pub(crate) const EMAIL_CODES: &str = "E-mail codes";
pub(crate) const EMAIL_CODES_HINT: &str =
    "Less safe: whoever reads a person's mail has the code, too. Needs a mail server in the configuration.";
pub(crate) const DAYS: &str = "Days to remember a device";
pub(crate) const DAYS_HINT: &str = "0 to 30. With 0 every sign-in asks for a code.";
pub(crate) const TWO_FACTOR: &str = "Two-factor authentication";
pub(crate) const REQUIRED: &str = "Required";
pub(crate) const OPTIONAL: &str = "Optional";
pub(crate) const REQUIRE: &str = "Required";
pub(crate) const REQUIRE_HINT: &str =
    "Whoever has no authenticator sets one up before they are let in, and cannot turn it off.";
pub(crate) const REQUIRE_FROM: &str = "Required from (may stay empty)";
pub(crate) const REQUIRE_FROM_HINT: &str =
    "The day from which on they have to, at midnight UTC. Empty: at once.";
pub(crate) const REQUIRE_FROM_PAST: &str = "That day is not ahead. Choose a later one, or none.";
pub(crate) const SETTINGS: &str = "Settings";
pub(crate) const NEVER_REMEMBERED: &str = "Not remembered";
pub(crate) const DEVICES: &str = "Devices";

pub(crate) const NOT_SAVED: &str = "Nothing was saved yet. See what is marked below.";
pub(crate) const SITE_CHANGED: &str = "Nothing was saved yet: somebody else saved this site after you opened it. Open it in another tab to see how it is now. \
     If you save again, what you see below replaces it.";
pub(crate) const NOT_DONE: &str = "Nothing was done yet. See what is marked below.";
pub(crate) const EMPTY: &str = "Fill this in.";
pub(crate) const FORBIDDEN: &str = "It contains a character that is not allowed.";
pub(crate) const FORBIDDEN_ISSUER: &str = "It may not contain a colon or a percent sign.";
pub(crate) const CHOOSE_KIND: &str = "Choose at least one.";
pub(crate) const CHOOSE_SCOPE: &str = "Choose at least one.";
pub(crate) const DAYS_WRONG: &str = "Enter a whole number from 0 to 30.";

pub(crate) const PROVE: &str = "Confirm that it is you";
pub(crate) const PROVE_ASKED: &str = "Nothing was changed yet: confirm that it is you.";
pub(crate) const PASSWORD_WRONG: &str = "That password is not right.";
pub(crate) const CODE_WRONG: &str = "That code is not right. Enter a current one, or a recovery code.";

pub(crate) const KEYS: &str = "API keys";
pub(crate) const KEYS_LEAD: &str = "The site's server speaks to Twofold with one of them.";
pub(crate) const NO_KEYS: &str = "No API key yet: the site's server cannot speak to Twofold.";
pub(crate) const NEW_KEY: &str = "New API key";
pub(crate) const MAKE_KEY: &str = "Make API key";
pub(crate) const SCOPES: &str = "What it may do";
pub(crate) const VERIFY_HINT: &str = "Ask for second factors, open the Security tab.";
pub(crate) const ENROLL_HINT: &str = "Set up authenticators without the widget.";
pub(crate) const ADMIN_HINT: &str = "See users and the audit log, reset, unlock and erase users.";
pub(crate) const READ_HINT: &str = "See whether a user is protected, and nothing else.";
pub(crate) const KEY_MADE: &str =
    "The API key is shown only now. Keep it where the site's server reads its secrets.";
pub(crate) const KEY: &str = "API key";
pub(crate) const COPY: &str = "Copy";
pub(crate) const COPIED: &str = "Copied.";
pub(crate) const DONE: &str = "Done";
pub(crate) const MADE_AT: &str = "Made ";
pub(crate) const USED_AT: &str = "Last used ";
pub(crate) const NEVER_USED: &str = "Not used yet";
pub(crate) const REVOKED_AT: &str = "Revoked ";
pub(crate) const REVOKED: &str = "Revoked";
pub(crate) const REVOKE: &str = "Revoke";
pub(crate) const REVOKE_EXPLAINED: &str =
    "Whatever speaks with it is refused from the next request on. This cannot be undone.";
pub(crate) const KEY_REVOKED: &str = "The API key was revoked. It is refused from now on.";

pub(crate) const AUDIT: &str = "Audit log";
pub(crate) const AUDIT_LEAD: &str = "What happened to the accounts of this sign-in, newest first.";
pub(crate) const AUDIT_PERSON: &str = "E-mail of the person";
pub(crate) const AUDIT_KIND: &str = "What happened";
pub(crate) const AUDIT_FROM: &str = "From (day in UTC)";
pub(crate) const AUDIT_TO: &str = "To (with that day)";
pub(crate) const AUDIT_ANYTHING: &str = "Anything";
pub(crate) const AUDIT_SHOW: &str = "Show";
pub(crate) const AUDIT_ALL: &str = "Show everything";
pub(crate) const AUDIT_NONE: &str = "Nothing has happened yet.";
pub(crate) const AUDIT_NONE_SUCH: &str = "Nothing of that kind has happened.";
pub(crate) const AUDIT_UNKNOWN: &str =
    "Nobody here has that e-mail address, nothing is called so, or that is no day. Look at the filter.";
pub(crate) const AUDIT_GONE: &str = "An account that is gone";
pub(crate) const AUDIT_OPERATOR: &str = "Whoever runs this server";
pub(crate) const AUDIT_OLDER: &str = "Older";
pub(crate) const AUDIT_CSV: &str = "Export as CSV";
pub(crate) const AUDIT_JSONL: &str = "Export as JSON lines";

/// Where the list ends because there is no more of it.
pub(crate) fn audit_deleted(at: Timestamp) -> String {
    format!("Older events were deleted on {}, as the settings say.", Date::of(at).in_words())
}

/// What an administrator gave as the reason.
pub(crate) fn because(reason: &str) -> String {
    super::quoted("Reason: ", reason, "")
}

pub(crate) const MAIL: &str = "Mailbox";
pub(crate) const MAIL_LEAD: &str =
    "What this server would send. No mail leaves it until smtp_url names a mail server.";
pub(crate) const NO_MAIL: &str = "No letter yet. Set up two-factor authentication, and one appears here.";

/// Whom a letter is for.
pub(crate) fn mail_to(address: &str) -> String {
    ["To ", address].concat()
}

/// Over the page that revokes one.
pub(crate) fn revoke_title(key: &str) -> String {
    ["Revoke the API key ", key, "?"].concat()
}

/// A text that is too long.
pub(crate) fn too_long(limit: usize) -> String {
    format!("It may have at most {limit} characters.")
}

/// A line that is no origin.
pub(crate) fn no_origin(line: &str) -> String {
    let line = super::quoted("", line, "");
    format!(
        "{line} is not an origin. Write https://host or https://host:port, in small letters, without a path."
    )
}

pub(crate) const LETTERS: &str = "Letters";
pub(crate) const TOLD: &str = "Users are told of changes by mail, where you give their address";
pub(crate) const NOT_TOLD: &str = "Off. The command twofold site update --tell-users yes turns them on.";

/// For how long devices are remembered.
pub(crate) fn days(days: u8) -> String {
    match days {
        0 => NEVER_REMEMBERED.to_owned(),
        1 => "Remembered for 1 day".to_owned(),
        _ => format!("Remembered for {days} days"),
    }
}
