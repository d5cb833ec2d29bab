//! The audit log as its owner reads it.

use domain::audit::{Cause, EventKind};
use domain::factor::FactorKind;

/// What happened. The authenticator's name stands behind it, where there is one.
pub(crate) fn sentence(kind: EventKind, factor: Option<FactorKind>, cause: Option<Cause>) -> &'static str {
    let by_recovery_code = factor == Some(FactorKind::RecoveryCode);
    match kind {
        EventKind::EnrollmentBegun => "Began to set up an authenticator app",
        EventKind::EnrollmentConfirmed => "Confirmed an authenticator app",
        EventKind::EnrollmentRefused => refused("Wrong code while setting up", cause),
        EventKind::EnrollmentAcknowledged => "Saved the recovery codes",
        EventKind::EnrollmentCancelled => "Gave up setting up an authenticator app",
        EventKind::TurnedOn => "Two-factor authentication turned on",
        EventKind::TurnedOff => "Two-factor authentication turned off",
        EventKind::AuthenticatorReplaced => "Authenticator replaced",
        EventKind::AuthenticatorAdded => "Authenticator added",
        EventKind::AuthenticatorRenamed => "Authenticator renamed",
        EventKind::AuthenticatorTested => "Authenticator tested",
        EventKind::AuthenticatorRemoved => "Authenticator removed",
        EventKind::RecoveryCodesReplaced => "New recovery codes made",
        EventKind::ChallengeOpened => "Asked for a code at sign-in",
        EventKind::ChallengePassed if by_recovery_code => "A recovery code was used",
        EventKind::ChallengePassed => "The code at sign-in was right",
        EventKind::ChallengeRefused => refused("Wrong code at sign-in", cause),
        EventKind::ChallengeRedeemed => "Signed in with a second factor",
        EventKind::StepUpPassed => "Confirmed before a change",
        EventKind::StepUpRefused => refused("Wrong code before a change", cause),
        EventKind::DeviceTrusted => "Trusted a device",
        EventKind::DeviceRecognized => "Not asked in a trusted device",
        EventKind::DeviceForgotten => "Stopped trusting a device",
        EventKind::UserReset => "Two-factor authentication reset by your administrator",
        EventKind::UserUnlocked => "Wrong codes forgiven by your administrator",
        EventKind::UserErased => "Data erased by your administrator",
        EventKind::SessionOpened => "Signed in",
        EventKind::SessionEnded => "Signed out",
        EventKind::PasswordRefused => "Wrong password",
        EventKind::AccountCreated => "Account created",
        EventKind::PasswordChanged => "Password changed",
    }
}

fn refused(wrong: &'static str, cause: Option<Cause>) -> &'static str {
    match cause {
        Some(Cause::AlreadyUsed) => "A code was entered a second time",
        Some(Cause::ClockOff) => "A code of another time: the phone's clock is off",
        Some(Cause::Wrong) | None => wrong,
    }
}
