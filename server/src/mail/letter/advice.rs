//! What a letter says is to be done.

use super::Told;
use domain::notice::Notice;

/// What to do if it was you, and if it was not.
pub(super) fn advice(told: Told<'_>) -> (&'static str, &'static str) {
    if told.leads_to.is_none() {
        return advice_elsewhere(told.notice);
    }
    let nothing = "If it was you, there is nothing to do.";
    let change = "If it was not you, change your password now, and look at your authenticators. If you cannot sign in, ask \
                  your administrator for help. Your Security tab:";
    match told.notice {
        Notice::PasswordLink => (
            "If you did not ask for it, do nothing: your password stays as it is.",
            "The link works once, for 30 minutes. Whoever has it chooses your password: give it to nobody. Every browser is \
             signed out then, and your second factor is asked for as ever. To choose one, open it:",
        ),
        Notice::PasswordChanged | Notice::PasswordReset => (
            nothing,
            "If it was not you, somebody else has your account: ask your administrator for help now. If you can still \
             sign in, look at your Security tab:",
        ),
        Notice::Invited => (
            "If you know nothing of it, do nothing: nobody can use the account without this link.",
            "The link works once. Whoever has it chooses the password: give it to nobody else. To choose yours, open it:",
        ),
        Notice::Reset
        | Notice::Unlocked
        | Notice::BypassCodeIssued
        | Notice::PasswordLinkMade
        | Notice::EmailChanged
        | Notice::EmailLeft
        | Notice::RoleChanged
        | Notice::RequirementChanged => (
            "If you asked for it, there is nothing else to do.",
            "If you did not ask for it, tell your administrator now: somebody may have asked in your name. Your Security \
             tab:",
        ),
        Notice::ManyWrongCodes => {
            ("If it was you, look at the clock of your phone, or use a recovery code.", change)
        }
        Notice::RequirementAnnounced | Notice::RequirementReminded => (
            "You need an authenticator app on your phone, and about a minute. If you have not set it up by that day, you \
             will be asked to when you next sign in.",
            "Set it up in your Security tab:",
        ),
        Notice::TurnedOn
        | Notice::TurnedOff
        | Notice::AuthenticatorAdded
        | Notice::AuthenticatorReplaced
        | Notice::AuthenticatorRemoved
        | Notice::RecoveryCodesReplaced
        | Notice::RecoveryCodeUsed
        | Notice::BypassCodeUsed
        | Notice::DeviceTrusted
        | Notice::DeviceForgotten
        | Notice::AuthenticatorRenamed => (nothing, change),
    }
}

/// The same for a user of another site, whose help is its own.
fn advice_elsewhere(notice: Notice) -> (&'static str, &'static str) {
    let nothing = "If it was you, there is nothing to do.";
    let change = "If it was not you, change your password there now, and look at your authenticators. If you cannot sign in, \
                  ask for help there.";
    match notice {
        Notice::Reset
        | Notice::Unlocked
        | Notice::BypassCodeIssued
        | Notice::RequirementChanged
        | Notice::RequirementAnnounced
        | Notice::RequirementReminded
        | Notice::Invited
        | Notice::PasswordLink
        | Notice::PasswordLinkMade
        | Notice::EmailChanged
        | Notice::EmailLeft
        | Notice::RoleChanged => (
            "If you asked for it, there is nothing else to do.",
            "If you did not ask for it, say so there now: somebody may have asked in your name.",
        ),
        Notice::ManyWrongCodes => {
            ("If it was you, look at the clock of your phone, or use a recovery code.", change)
        }
        Notice::TurnedOn
        | Notice::TurnedOff
        | Notice::AuthenticatorAdded
        | Notice::AuthenticatorReplaced
        | Notice::AuthenticatorRemoved
        | Notice::RecoveryCodesReplaced
        | Notice::RecoveryCodeUsed
        | Notice::PasswordChanged
        | Notice::PasswordReset
        | Notice::BypassCodeUsed
        | Notice::DeviceTrusted
        | Notice::DeviceForgotten
        | Notice::AuthenticatorRenamed => (nothing, change),
    }
}
