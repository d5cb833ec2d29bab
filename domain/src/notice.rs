//! Notices: what a user is told by mail after it happened, so that whoever did not do it can act (ASVS 5.0, 6.3.7;
//! NIST SP 800-63B-4, 4.1.2.1 and 4.6).

use crate::audit::{Event, EventKind};
use crate::factor::FactorKind;
use crate::factor::email_code::EmailCode;
use crate::letter_limit::Weight;
use crate::name::{EmailAddress, EventId, Issuer, SiteId};
use crate::time::Timestamp;
use std::time::Duration;

/// A notice that nobody took for this long is not sent any more: it would say of today what was days ago.
const GOOD_FOR: Duration = Duration::from_hours(72);
/// The first pause after a mail server did not take a notice; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_mins(1);
/// The longest pause.
pub const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// Two-factor authentication was switched on.
    TurnedOn,
    /// Two-factor authentication was switched off.
    TurnedOff,
    /// A further authenticator was added.
    AuthenticatorAdded,
    /// An authenticator took another one's place.
    AuthenticatorReplaced,
    /// An authenticator was removed.
    AuthenticatorRemoved,
    /// A new set of recovery codes took the old one's place.
    RecoveryCodesReplaced,
    /// A recovery code passed a challenge.
    RecoveryCodeUsed,
    /// The password was changed.
    PasswordChanged,
    /// Somebody asked for a new password; the letter carries the link.
    PasswordLink,
    /// An administrator made a link for a new password.
    PasswordLinkMade,
    /// A new password was chosen with such a link.
    PasswordReset,
    /// Somebody who had the password gave many wrong codes.
    ManyWrongCodes,
    /// An administrator took every factor away.
    Reset,
    /// An administrator forgave the wrong codes that had locked the user.
    Unlocked,
    /// An administrator issued a bypass code.
    BypassCodeIssued,
    /// A bypass code passed a challenge.
    BypassCodeUsed,
    /// An administrator requires two-factor authentication from a day on that is ahead.
    RequirementAnnounced,
    /// That day is near, and nothing is set up still.
    RequirementReminded,
    /// An administrator invites; the letter carries the link.
    Invited,
    /// The account has another address, and this is it.
    EmailChanged,
    /// The account has another address, and this was the old one.
    EmailLeft,
    /// The account has another role.
    RoleChanged,
    /// An administrator requires two-factor authentication, or does not any more, or exempts.
    RequirementChanged,
    /// A browser is remembered from now on.
    DeviceTrusted,
    /// A browser, or every one, is remembered no more.
    DeviceForgotten,
    /// An authenticator was given another name.
    AuthenticatorRenamed,
}

impl Notice {
    /// What this event is told as; `None` if it is not told.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        match event.kind {
            EventKind::TurnedOn => Some(Self::TurnedOn),
            EventKind::TurnedOff => Some(Self::TurnedOff),
            EventKind::AuthenticatorAdded => Some(Self::AuthenticatorAdded),
            EventKind::AuthenticatorReplaced => Some(Self::AuthenticatorReplaced),
            EventKind::AuthenticatorRemoved => Some(Self::AuthenticatorRemoved),
            EventKind::RecoveryCodesReplaced => Some(Self::RecoveryCodesReplaced),
            EventKind::PasswordChanged => Some(Self::PasswordChanged),
            EventKind::PasswordLinkMade if event.by.is_none() => Some(Self::PasswordLink),
            EventKind::PasswordLinkMade => Some(Self::PasswordLinkMade),
            EventKind::PasswordReset => Some(Self::PasswordReset),
            EventKind::ChallengeGuessed => Some(Self::ManyWrongCodes),
            EventKind::UserReset => Some(Self::Reset),
            EventKind::UserUnlocked => Some(Self::Unlocked),
            EventKind::RequirementAnnounced => Some(Self::RequirementAnnounced),
            EventKind::RequirementReminded => Some(Self::RequirementReminded),
            EventKind::AccountInvited => Some(Self::Invited),
            EventKind::AccountEdited => event.subject.as_ref().map(|_| Self::EmailChanged),
            EventKind::AccountMoved => Some(Self::EmailLeft),
            EventKind::BypassCodeIssued => Some(Self::BypassCodeIssued),
            EventKind::AccountRoleChanged => Some(Self::RoleChanged),
            EventKind::DeviceTrusted => Some(Self::DeviceTrusted),
            EventKind::DeviceForgotten | EventKind::DevicesForgotten => Some(Self::DeviceForgotten),
            EventKind::AuthenticatorRenamed => Some(Self::AuthenticatorRenamed),
            // Of a day that is ahead the accounts of the built-in site are told by an announcement, and reminded.
            EventKind::RequirementSet if event.user.site == SiteId::BUILT_IN && event.subject.is_some() => {
                None
            }
            EventKind::RequirementSet
            | EventKind::RequirementLifted
            | EventKind::RequirementExempted
            | EventKind::ExemptionEnded => Some(Self::RequirementChanged),
            EventKind::ChallengePassed | EventKind::StepUpPassed => match event.factor? {
                FactorKind::RecoveryCode => Some(Self::RecoveryCodeUsed),
                FactorKind::BypassCode => Some(Self::BypassCodeUsed),
                FactorKind::Totp | FactorKind::Email => None,
            },
            EventKind::EnrollmentBegun
            | EventKind::EnrollmentConfirmed
            | EventKind::EnrollmentRefused
            | EventKind::EnrollmentAcknowledged
            | EventKind::EnrollmentCancelled
            | EventKind::AuthenticatorTested
            | EventKind::ChallengeOpened
            | EventKind::ChallengeRefused
            | EventKind::ChallengeRedeemed
            | EventKind::StepUpRefused
            | EventKind::EmailCodeMailed
            | EventKind::DeviceRecognized
            | EventKind::UserErased
            | EventKind::RoleRequired
            | EventKind::RoleReleased
            | EventKind::SessionOpened
            | EventKind::WidgetOpened
            | EventKind::SessionEnded
            | EventKind::SessionsEnded
            | EventKind::PasswordRefused
            | EventKind::AccountCreated
            | EventKind::AccountWithdrawn
            | EventKind::AccountDeactivated
            | EventKind::AccountReactivated
            | EventKind::SiteAdded
            | EventKind::SiteEdited
            | EventKind::KeyMade
            | EventKind::KeyRevoked
            | EventKind::AuditCut
            | EventKind::DatabaseFenced => None,
        }
    }

    /// Which allowance of its address it uses up. Grave is what nobody causes who was not let in or administers, and by which
    /// they may take the account over; a stranger's doing is never among it, and so never holds it back.
    #[must_use]
    pub const fn weight(self) -> Weight {
        match self {
            Self::TurnedOn
            | Self::TurnedOff
            | Self::AuthenticatorAdded
            | Self::AuthenticatorReplaced
            | Self::AuthenticatorRemoved
            | Self::RecoveryCodesReplaced
            | Self::RecoveryCodeUsed
            | Self::PasswordChanged
            | Self::PasswordLinkMade
            | Self::PasswordReset
            | Self::Reset
            | Self::BypassCodeIssued
            | Self::BypassCodeUsed
            | Self::EmailChanged
            | Self::EmailLeft
            | Self::RoleChanged => Weight::Grave(self),
            Self::PasswordLink => Weight::Link,
            Self::ManyWrongCodes
            | Self::Unlocked
            | Self::RequirementAnnounced
            | Self::RequirementReminded
            | Self::Invited
            | Self::RequirementChanged
            | Self::DeviceTrusted
            | Self::DeviceForgotten
            | Self::AuthenticatorRenamed => Weight::Light,
        }
    }
}

/// A notice that waits to be sent: one row of the outbox, written in the transaction of the change it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedNotice {
    /// The site of the user whom it tells.
    pub site: SiteId,
    /// The event it tells of, whose id is its own.
    pub event: EventId,
    /// When the event happened.
    pub at: Timestamp,
    /// Since when, or from when on, it is to be sent.
    pub due_at: Timestamp,
    /// How often a sender took it.
    pub attempts: u32,
}

impl QueuedNotice {
    /// Whether it still says something: after three days it is given up.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        now < self.at + GOOD_FOR
    }

    /// When it is to be tried again, if whoever takes it now does not come to an end: after 1, 2, 4 … minutes, at most
    /// an hour.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Timestamp {
        now + FIRST_PAUSE.saturating_mul(1 << self.attempts.min(6)).min(LONGEST_PAUSE)
    }
}

/// A code on its way to its reader: the only place where it is readable beside the sealed row.
#[derive(Clone, Debug)]
pub struct CodeLetter {
    /// To whom.
    pub address: EmailAddress,
    /// The code.
    pub code: EmailCode,
    /// What the site is called.
    pub issuer: Issuer,
    /// When it was asked for, and from where.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Place;
    use crate::name::{User, UserId};
    use crate::testing::SeededEntropy;
    use uuid::Uuid;

    fn taken(attempts: u32) -> QueuedNotice {
        let start = Timestamp::from_millis(0);
        let (site, event) = (SiteId::BUILT_IN, EventId::from_uuid(Uuid::nil()));
        QueuedNotice { site, event, at: start, due_at: start, attempts }
    }

    #[test]
    fn the_pauses_grow_to_an_hour_and_no_further() {
        let minutes = |attempts| taken(attempts).next(Timestamp::from_millis(0)).millis() / 60_000;
        assert_eq!([0, 1, 2, 5, 6, 40].map(minutes), [1, 2, 4, 32, 60, 60]);
    }

    #[test]
    fn a_day_that_is_ahead_is_told_once_at_the_built_in_site_and_at_others_too() {
        let of = |site, subject: Option<&str>| {
            let user = User { site, id: UserId::parse("ada").unwrap() };
            let at = Timestamp::from_millis(0);
            let event =
                Event::new(EventKind::RequirementSet, &user, &Place::default(), at, &SeededEntropy::new(1));
            Notice::of(&Event { subject: subject.map(str::to_owned), ..event })
        };
        let other = SiteId::from_uuid(Uuid::from_u128(2));
        assert_eq!(of(SiteId::BUILT_IN, Some("2027-02-01")), None, "it is announced");
        assert_eq!(of(SiteId::BUILT_IN, None), Some(Notice::RequirementChanged));
        assert_eq!(of(other, Some("2027-02-01")), Some(Notice::RequirementChanged));
    }

    #[test]
    fn a_notice_is_given_up_after_three_days() {
        let after = |hours: i64| taken(0).is_good(Timestamp::from_millis(hours * 3_600_000));
        assert!(after(71) && !after(72));
    }
}
