//! The audit log as its owner reads it.

use super::quoted;
use domain::audit::{Cause, Event, EventKind};
use domain::factor::FactorKind;

/// A kind of event, whatever was involved.
pub(crate) fn kind(kind: EventKind) -> String {
    of(kind, None, None, None)
}

/// What happened, with the name of what was involved where there is one.
pub(crate) fn sentence(event: &Event) -> String {
    of(event.kind, event.cause, event.subject.as_deref(), event.factor)
}

#[expect(clippy::too_many_lines, reason = "a table: a row for each kind of event")]
fn of(kind: EventKind, cause: Option<Cause>, subject: Option<&str>, factor: Option<FactorKind>) -> String {
    let (by_recovery_code, by_mail) =
        (factor == Some(FactorKind::RecoveryCode), factor == Some(FactorKind::Email));
    let of = |before, without: &str, after| match subject {
        Some(name) => quoted(before, name, after),
        None => without.to_owned(),
    };
    let plain = |words: &str| words.to_owned();
    match kind {
        EventKind::EnrollmentBegun if by_mail => plain("Began to set up codes by e-mail"),
        EventKind::EnrollmentConfirmed if by_mail => of("Confirmed the address ", "Confirmed an address", ""),
        EventKind::EnrollmentCancelled if by_mail => plain("Gave up setting up codes by e-mail"),
        EventKind::AuthenticatorAdded if by_mail => of("Codes by e-mail to ", "Codes by e-mail", " added"),
        EventKind::ChallengePassed if by_mail => of("The code mailed to ", "The mailed code", " was right"),
        EventKind::EmailCodeMailed => of("A code was mailed to ", "A code was mailed", ""),
        EventKind::EnrollmentBegun => plain("Began to set up an authenticator app"),
        EventKind::EnrollmentConfirmed => {
            of("Confirmed the authenticator app ", "Confirmed an authenticator app", "")
        }
        EventKind::EnrollmentRefused => refused("Wrong code while setting up", cause),
        EventKind::EnrollmentAcknowledged => {
            of("Saved the recovery codes and finished setting up ", "Saved the recovery codes", "")
        }
        EventKind::EnrollmentCancelled => plain("Gave up setting up an authenticator app"),
        EventKind::TurnedOn => plain("Two-factor authentication turned on"),
        EventKind::TurnedOff => plain("Two-factor authentication turned off"),
        EventKind::AuthenticatorReplaced => of("Authenticator ", "Authenticator replaced", " replaced"),
        EventKind::AuthenticatorAdded => of("Authenticator ", "Authenticator added", " added"),
        EventKind::AuthenticatorRenamed => of("Authenticator renamed to ", "Authenticator renamed", ""),
        EventKind::AuthenticatorTested => of("Authenticator ", "Authenticator tested", " tested"),
        EventKind::AuthenticatorRemoved => of("Authenticator ", "Authenticator removed", " removed"),
        EventKind::RecoveryCodesReplaced => plain("New recovery codes made"),
        EventKind::ChallengeOpened => plain("Asked for a code at sign-in"),
        EventKind::ChallengePassed if by_recovery_code => plain("A recovery code was used"),
        EventKind::ChallengePassed => {
            of("The code of ", "The code at sign-in was right", " at sign-in was right")
        }
        EventKind::ChallengeGuessed => plain("Many wrong codes at sign-in"),
        EventKind::ChallengeRefused => refused("Wrong code at sign-in", cause),
        EventKind::ChallengeRedeemed => plain("Signed in with a second factor"),
        EventKind::StepUpPassed => of("Confirmed before a change with ", "Confirmed before a change", ""),
        EventKind::StepUpRefused => refused("Wrong code before a change", cause),
        EventKind::DeviceTrusted => of("Device remembered: ", "Device remembered", ""),
        EventKind::DeviceRecognized => of(
            "Not asked for a code on a remembered device: ",
            "Not asked for a code on a remembered device",
            "",
        ),
        EventKind::DeviceForgotten => of("Device forgotten: ", "Device forgotten", ""),
        EventKind::DevicesForgotten => plain("All remembered devices forgotten"),
        EventKind::UserReset => plain("Two-factor authentication reset by your administrator"),
        EventKind::UserUnlocked => plain("Wrong codes forgiven by your administrator"),
        EventKind::UserErased => plain("Data erased by your administrator"),
        EventKind::RequirementSet => of(
            "Two-factor authentication required by your administrator from ",
            "Two-factor authentication required by your administrator",
            "",
        ),
        EventKind::RequirementLifted => {
            plain("Two-factor authentication not required by your administrator any more")
        }
        EventKind::RequirementExempted => of(
            "Exempted from two-factor authentication by your administrator until ",
            "Exempted from two-factor authentication by your administrator",
            "",
        ),
        EventKind::ExemptionEnded => plain("Exemption from two-factor authentication ended"),
        EventKind::RequirementAnnounced => of(
            "Told that two-factor authentication is required from ",
            "Told that two-factor authentication will be required",
            "",
        ),
        EventKind::RequirementReminded => of(
            "Reminded that two-factor authentication is required from ",
            "Reminded that two-factor authentication will be required",
            "",
        ),
        EventKind::RoleRequired => {
            of("Two-factor authentication required of ", "Two-factor authentication required of a role", "")
        }
        EventKind::RoleReleased => of(
            "Two-factor authentication not required any more of ",
            "Two-factor authentication not required of a role any more",
            "",
        ),
        EventKind::SessionOpened => plain("Signed in"),
        EventKind::SessionEnded => plain("Signed out"),
        EventKind::PasswordRefused => plain("Wrong password"),
        EventKind::AccountCreated => plain("Account created"),
        EventKind::AccountInvited => plain("Invited by an administrator"),
        EventKind::AccountWithdrawn => of("Invitation of ", "Invitation taken back", " taken back"),
        EventKind::AccountEdited => {
            of("Account edited: signs in as ", "Account edited by an administrator", "")
        }
        EventKind::AccountMoved => of("E-mail address changed: it was ", "E-mail address changed", ""),
        EventKind::AccountRoleChanged => of("Role changed to ", "Role changed", ""),
        EventKind::AccountDeactivated => plain("Account deactivated by an administrator"),
        EventKind::AccountReactivated => plain("Account reactivated by an administrator"),
        EventKind::PasswordChanged => plain("Password changed"),
        EventKind::SiteAdded => of("Site ", "Site added", " added"),
        EventKind::SiteEdited => of("Site ", "Site edited", " edited"),
        EventKind::KeyMade => of("API key made for the site ", "API key made", ""),
        EventKind::KeyRevoked => of("API key of the site ", "API key revoked", " revoked"),
    }
}

fn refused(wrong: &str, cause: Option<Cause>) -> String {
    let words = match cause {
        Some(Cause::AlreadyUsed) => "A code was entered a second time",
        Some(Cause::ClockOff) => "A code of another time: the phone's clock is off",
        Some(Cause::Wrong) | None => wrong,
    };
    words.to_owned()
}
