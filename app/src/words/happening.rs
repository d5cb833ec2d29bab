//! The audit log as its owner reads it.

use super::quoted;
use domain::audit::{Cause, Event, EventKind};
use domain::chain::Deleted;
use domain::factor::FactorKind;
use domain::time::{Date, Timestamp};
use std::time::Duration;

const REQUIRED_FROM: &str = "Two-factor authentication required by your administrator from ";
const EXEMPT_UNTIL: &str = "Exempted from two-factor authentication by your administrator until ";
const TOLD_FROM: &str = "Told that two-factor authentication is required from ";
const REMINDED_FROM: &str = "Reminded that two-factor authentication is required from ";
const ROLE_REQUIRED: &str = "Two-factor authentication required of ";
const ROLE_RELEASED: &str = "Two-factor authentication not required any more of ";

/// A kind of event, whatever was involved.
pub(crate) fn kind(kind: EventKind) -> String {
    of(kind, None, None, None)
}

/// What happened, with the name of what was involved where there is one.
pub(crate) fn sentence(event: &Event) -> String {
    if event.kind == EventKind::SessionsEnded && event.by.is_some() {
        return "Signed out everywhere by an administrator".to_owned();
    }
    if event.kind == EventKind::PasswordLinkMade && event.by.is_none() {
        return "Asked for a link for a new password".to_owned();
    }
    of(event.kind, event.cause, event.subject.as_deref(), event.factor)
}

/// The same, as the person is told of whom it happened to: of a sign-in as one.
pub(crate) fn told(event: &Event) -> String {
    let by = |before, without: &str| match event.subject.as_deref() {
        Some(name) => quoted(before, name, ""),
        None => without.to_owned(),
    };
    let with = "Signed in with a code of ";
    match (event.kind, event.factor) {
        (EventKind::ChallengePassed, Some(FactorKind::RecoveryCode)) => {
            "Signed in with a recovery code".to_owned()
        }
        (EventKind::ChallengePassed, Some(FactorKind::BypassCode)) => {
            "Signed in with a bypass code".to_owned()
        }
        (EventKind::ChallengePassed, Some(FactorKind::Email)) => {
            by("Signed in with a code mailed to ", "Signed in with a mailed code")
        }
        (EventKind::ChallengePassed, _) => by(with, "Signed in with a code"),
        (EventKind::DeviceRecognized, _) => {
            by("Signed in from a trusted browser: ", "Signed in from a trusted browser")
        }
        (EventKind::ChallengeOpened, _) => "Asked for a code at sign-in; none was entered".to_owned(),
        (_, _) => sentence(event),
    }
}

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
        EventKind::BypassCodeIssued => plain("Bypass code issued by your administrator"),
        EventKind::ChallengePassed if factor == Some(FactorKind::BypassCode) => {
            plain("A bypass code was used")
        }
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
        EventKind::DeviceRecognized => {
            of("Not asked for a code in a trusted browser: ", "Not asked for a code in a trusted browser", "")
        }
        EventKind::DeviceForgotten => of("Device forgotten: ", "Device forgotten", ""),
        EventKind::DevicesForgotten => plain("All trusted browsers forgotten"),
        EventKind::UserReset => plain("Two-factor authentication reset by your administrator"),
        EventKind::UserUnlocked => plain("Wrong codes and passwords forgiven by your administrator"),
        EventKind::UserErased => plain("Data erased by your administrator"),
        EventKind::RequirementSet => {
            of(REQUIRED_FROM, "Two-factor authentication required by your administrator", "")
        }
        EventKind::RequirementLifted => {
            plain("Two-factor authentication not required by your administrator any more")
        }
        EventKind::RequirementExempted => of(EXEMPT_UNTIL, "Exempted by your administrator", ""),
        EventKind::ExemptionEnded => plain("Exemption from two-factor authentication ended"),
        EventKind::RequirementAnnounced => {
            of(TOLD_FROM, "Told that two-factor authentication is required", "")
        }
        EventKind::RequirementReminded => of(REMINDED_FROM, "Reminded of two-factor authentication", ""),
        EventKind::RoleRequired => of(ROLE_REQUIRED, "Two-factor authentication required of a role", ""),
        EventKind::RoleReleased => of(ROLE_RELEASED, "Two-factor authentication not required of a role", ""),
        EventKind::SessionOpened => plain("Signed in"),
        EventKind::WidgetOpened => plain("Security tab opened"),
        EventKind::SessionEnded => plain("Signed out"),
        EventKind::SessionsEnded => of("Signed out from another browser: ", "Signed out everywhere else", ""),
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
        EventKind::PasswordLinkMade => plain("Link for a new password made"),
        EventKind::PasswordReset => plain("New password chosen with a link"),
        EventKind::SiteAdded => of("Site ", "Site added", " added"),
        EventKind::SiteEdited => of("Site ", "Site edited", " edited"),
        EventKind::KeyMade => of("API key made for the site ", "API key made", ""),
        EventKind::KeyRevoked => of("API key of the site ", "API key revoked", " revoked"),
        EventKind::AuditCut => deleted(subject),
        EventKind::DatabaseFenced => {
            plain("A backup was restored: everybody was signed out, and recovery codes stopped working")
        }
    }
}

/// What was deleted by age, with how much and until when.
fn deleted(subject: Option<&str>) -> String {
    match subject.and_then(Deleted::parse) {
        Some(Deleted { events: 1, until, .. }) => {
            format!("One event of this log from before {} was deleted, as the settings say", words_of(until))
        }
        Some(Deleted { events, until, .. }) => {
            format!(
                "{events} events of this log from before {} were deleted, as the settings say",
                words_of(until)
            )
        }
        None => "Old events of this log were deleted, as the settings say".to_owned(),
    }
}

/// The first moment after it, as a day: nothing that was deleted is of it.
fn words_of(until: Timestamp) -> String {
    (Date::of(until + Duration::from_hours(24))).in_words()
}

fn refused(wrong: &str, cause: Option<Cause>) -> String {
    let words = match cause {
        Some(Cause::AlreadyUsed) => "A code was entered a second time",
        Some(Cause::ClockOff) => "A code of another time: the phone's clock is off",
        Some(Cause::Wrong) | None => wrong,
    };
    words.to_owned()
}
