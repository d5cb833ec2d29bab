//! The words of the pages on which an administrator adds people, edits them and lets them go.

use crate::words::quoted;

pub(crate) const ADD: &str = "Add user";
pub(crate) const ADD_LEAD: &str =
    "They get a link with which they choose a password. It is good once, for 7 days.";
pub(crate) const INVITE: &str = "Invite";
pub(crate) const EMAIL_HINT: &str = "They sign in with it.";
pub(crate) const NAME: &str = "Name (may stay empty)";
pub(crate) const ROLE_HINT: &str = "An admin looks after people and sites, a member after their own account.";
pub(crate) const REQUIRE: &str = "Require two-factor authentication";
pub(crate) const REQUIRE_HINT: &str =
    "They set it up when they first sign in, before anything else, and cannot turn it off.";
pub(crate) const EMAIL_BAD: &str = "That is not an e-mail address.";
pub(crate) const EMAIL_TAKEN: &str = "Somebody here has that e-mail address already.";

pub(crate) const INVITED_TITLE: &str = "Invitation";
pub(crate) const LINK: &str = "Link";
pub(crate) const LINK_ONCE: &str = "The link is shown only now. Whoever has it chooses the password of this account: give it to nobody else.";
pub(crate) const MAILED: &str = "It is on its way by mail, too.";
pub(crate) const NOT_MAILED: &str = "This server sends no mail: hand the link over yourself.";
pub(crate) const GOOD_UNTIL: &str = "Good once, until ";
pub(crate) const ANOTHER: &str = "Add another user";

pub(crate) const ACCOUNT: &str = "Account";
pub(crate) const STATE: &str = "Sign-in";
pub(crate) const ACTIVE: &str = "Active";
pub(crate) const INVITED: &str = "Invited";
pub(crate) const INVITED_UNTIL: &str = "Invited, until ";
pub(crate) const EXPIRED: &str = "Invitation expired";
pub(crate) const DEACTIVATED: &str = "Deactivated";
pub(crate) const DEACTIVATED_AT: &str = "Deactivated on ";

pub(crate) const NOTHING_SET_UP: &str = "No authenticator is set up.";

pub(crate) const EDIT: &str = "Edit";
pub(crate) const EDIT_TITLE: &str = "Edit user";
pub(crate) const EDIT_HINT: &str =
    "Another one is told to both addresses, and they sign in with it from then on.";
pub(crate) const EDIT_HINT_INVITED: &str =
    "With another one the invitation from before is void: send it again.";
pub(crate) const SAVED: &str = "Saved.";

pub(crate) const MAKE_ADMIN: &str = "Make admin";
pub(crate) const MAKE_MEMBER: &str = "Make member";
pub(crate) const ROLE_DOES: [&str; 2] = [
    "They are signed out everywhere, and no device is remembered.",
    "From the next sign-in on they have the new role.",
];
pub(crate) const ADMIN_EXPLAINED: &str =
    "An admin adds and removes people, resets their two-factor authentication, and makes API keys of sites.";
pub(crate) const MEMBER_EXPLAINED: &str = "A member looks after their own account, and nothing else.";
pub(crate) const ROLE_CHANGED: &str = "The role was changed. They sign in again.";

pub(crate) const DEACTIVATE: &str = "Deactivate";
pub(crate) const DEACTIVATE_EXPLAINED: &str = "For somebody who has left, or who must not get in for now.";
pub(crate) const DEACTIVATE_DOES: [&str; 3] = [
    "They are signed out everywhere at once, and cannot sign in.",
    "Their authenticators, recovery codes and history stay, and so does their address.",
    "You can reactivate them at any time.",
];
pub(crate) const WAS_DEACTIVATED: &str = "Deactivated. They are signed out everywhere.";
pub(crate) const REACTIVATE: &str = "Reactivate";
pub(crate) const REACTIVATE_EXPLAINED: &str =
    "They sign in again with the password and the factors that they had.";
pub(crate) const WAS_REACTIVATED: &str = "Reactivated. They can sign in again.";

pub(crate) const INVITE_AGAIN: &str = "Send invitation again";
pub(crate) const INVITE_AGAIN_EXPLAINED: &str =
    "They get a new link, good once, for 7 days. The link from before stops working.";
pub(crate) const WITHDRAW: &str = "Withdraw invitation";
pub(crate) const WITHDRAW_EXPLAINED: &str =
    "The link stops working, and the account, which nobody has used, is removed. Its address is free again.";
pub(crate) const WAS_WITHDRAWN: &str = "The invitation was withdrawn.";

pub(crate) const SIGN_OUT: &str = "Sign out everywhere";
pub(crate) const SIGN_OUT_EXPLAINED: &str = "For a browser or a phone that is in the wrong hands.";
pub(crate) const SIGN_OUT_DOES: [&str; 2] = [
    "They are signed out everywhere at once, and no device is remembered.",
    "They can sign in again with their password and their second factor.",
];
pub(crate) const WAS_SIGNED_OUT: &str = "Signed out everywhere.";

pub(crate) const PASSWORD_LINK: &str = "Password link";
pub(crate) const PASSWORD_LINK_EXPLAINED: &str = "For somebody who has forgotten their password. Make sure that it is they who ask, and hand the link over yourself.";
pub(crate) const PASSWORD_LINK_DOES: [&str; 3] = [
    "It is good once, for 30 minutes. The link from before stops working.",
    "Their password stays as it is until they choose another one with it. Then they are signed out everywhere.",
    "Their second factor is asked for still. They are told by mail.",
];
pub(crate) const HAND_OVER: &str = "Hand it over yourself: it is not mailed.";

pub(crate) const LAST_ADMIN: &str =
    "Nothing was done: this is the last active admin. Make somebody else admin first.";
pub(crate) const ALREADY: &str = "Nothing was done: somebody was quicker. Look at the account again.";
pub(crate) const YOURSELF: &str = "This is your own account: you are signed out as well.";

/// Over the page that edits somebody's role.
pub(crate) fn role_title(email: &str, admin: bool) -> String {
    quoted("Make ", email, if admin { " an admin?" } else { " a member?" })
}

/// Over the page that deactivates somebody.
pub(crate) fn deactivate_title(email: &str) -> String {
    quoted("Deactivate ", email, "?")
}

/// Over the page that reactivates somebody.
pub(crate) fn reactivate_title(email: &str) -> String {
    quoted("Reactivate ", email, "?")
}

/// Over the page that invites somebody again.
pub(crate) fn again_title(email: &str) -> String {
    quoted("Send the invitation of ", email, " again?")
}

/// Over the page that withdraws an invitation.
pub(crate) fn withdraw_title(email: &str) -> String {
    quoted("Withdraw the invitation of ", email, "?")
}

/// Over the page that signs somebody out.
pub(crate) fn sign_out_title(email: &str) -> String {
    quoted("Sign out ", email, " everywhere?")
}

/// Over the page that makes a link for a new password.
pub(crate) fn password_link_title(email: &str) -> String {
    quoted("Link for a new password of ", email, "")
}

/// Whom a link is for.
pub(crate) fn link_for(email: &str) -> String {
    quoted("For ", email, ".")
}
