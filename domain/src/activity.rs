//! What a person reads of the audit log: a story, in which a sign-in is one row, and so is a set-up. The log itself keeps every
//! event; what is left out here was a step on the way to what is told.

use crate::audit::{Event, EventKind};
use crate::factor::FactorKind;

/// What is told of these events, in their order: newest first.
#[must_use]
pub fn story(newest_first: &[Event]) -> Vec<&Event> {
    let mut told: Vec<&Event> = Vec::new();
    // A code was asked for, and none was given yet; what lets in was told, and the session that followed is no row more.
    let (mut asked, mut let_in) = (None, false);
    for event in newest_first.iter().rev() {
        match Part::of(event) {
            Part::Step => {}
            Part::Question => {
                asked = Some(told.len());
                told.push(event);
            }
            Part::Answer => {
                if let Some(at) = asked.take() {
                    told.remove(at);
                }
                let_in |= event.kind == EventKind::ChallengePassed;
                told.push(event);
            }
            Part::WayIn => {
                let_in = true;
                told.push(event);
            }
            Part::Session if let_in => let_in = false,
            Part::Session | Part::Row => told.push(event),
        }
    }
    told.reverse();
    told
}

/// What an event is in the story.
enum Part {
    /// It says by itself what happened.
    Row,
    /// A step on the way to what is told, or nothing that a person did.
    Step,
    /// A code was asked for: told if none was given.
    Question,
    /// It was given, right or wrong.
    Answer,
    /// Somebody was let in without being asked.
    WayIn,
    /// They are in: told if nothing else says so.
    Session,
}

impl Part {
    fn of(event: &Event) -> Self {
        match event.kind {
            EventKind::ChallengeOpened => Self::Question,
            EventKind::ChallengePassed | EventKind::ChallengeRefused => Self::Answer,
            EventKind::DeviceRecognized | EventKind::AccountCreated => Self::WayIn,
            EventKind::SessionOpened => Self::Session,
            EventKind::StepUpPassed if event.factor == Some(FactorKind::RecoveryCode) => Self::Row,
            EventKind::StepUpPassed
            | EventKind::WidgetOpened
            | EventKind::SessionEnded
            | EventKind::ChallengeRedeemed
            | EventKind::EmailCodeMailed
            | EventKind::EnrollmentBegun
            | EventKind::EnrollmentConfirmed
            | EventKind::EnrollmentAcknowledged
            | EventKind::EnrollmentCancelled => Self::Step,
            EventKind::EnrollmentRefused
            | EventKind::TurnedOn
            | EventKind::TurnedOff
            | EventKind::AuthenticatorReplaced
            | EventKind::AuthenticatorAdded
            | EventKind::AuthenticatorRenamed
            | EventKind::AuthenticatorTested
            | EventKind::AuthenticatorRemoved
            | EventKind::RecoveryCodesReplaced
            | EventKind::ChallengeGuessed
            | EventKind::StepUpRefused
            | EventKind::DeviceTrusted
            | EventKind::DeviceForgotten
            | EventKind::DevicesForgotten
            | EventKind::UserReset
            | EventKind::UserUnlocked
            | EventKind::BypassCodeIssued
            | EventKind::UserErased
            | EventKind::RequirementSet
            | EventKind::RequirementLifted
            | EventKind::RequirementExempted
            | EventKind::ExemptionEnded
            | EventKind::RequirementAnnounced
            | EventKind::RequirementReminded
            | EventKind::RoleRequired
            | EventKind::RoleReleased
            | EventKind::PasswordRefused
            | EventKind::AccountInvited
            | EventKind::AccountWithdrawn
            | EventKind::AccountEdited
            | EventKind::AccountMoved
            | EventKind::AccountRoleChanged
            | EventKind::AccountDeactivated
            | EventKind::AccountReactivated
            | EventKind::SessionsEnded
            | EventKind::PasswordChanged
            | EventKind::PasswordLinkMade
            | EventKind::PasswordReset
            | EventKind::SiteAdded
            | EventKind::SiteEdited
            | EventKind::KeyMade
            | EventKind::KeyRevoked
            | EventKind::AuditCut
            | EventKind::DatabaseFenced => Self::Row,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Place;
    use crate::name::{SiteId, User, UserId};
    use crate::testing::SeededEntropy;
    use crate::time::Timestamp;

    /// What is told of these, oldest first.
    fn told(kinds: &[EventKind]) -> Vec<EventKind> {
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse("ada").unwrap() };
        let entropy = SeededEntropy::new(1);
        let event = |(at, kind): (usize, &EventKind)| {
            let at = Timestamp::from_millis(i64::try_from(at).unwrap() * 1000);
            Event::new(*kind, &user, &Place::default(), at, &entropy)
        };
        let mut events: Vec<Event> = kinds.iter().enumerate().map(event).collect();
        events.reverse();
        let mut kinds: Vec<EventKind> = story(&events).iter().map(|event| event.kind).collect();
        kinds.reverse();
        kinds
    }

    #[test]
    fn a_sign_in_is_one_row_however_one_is_let_in() {
        use EventKind as E;
        let asked =
            [E::ChallengeOpened, E::ChallengePassed, E::ChallengeRedeemed, E::SessionOpened, E::SessionEnded];
        assert_eq!(told(&asked), [E::ChallengePassed]);
        assert_eq!(told(&[E::SessionOpened, E::SessionEnded, E::SessionOpened]), [E::SessionOpened; 2]);
        assert_eq!(told(&[E::DeviceRecognized, E::SessionOpened]), [E::DeviceRecognized]);
        let wrong = [E::ChallengeOpened, E::ChallengeRefused, E::ChallengePassed, E::SessionOpened];
        assert_eq!(told(&wrong), [E::ChallengeRefused, E::ChallengePassed]);
    }

    #[test]
    fn a_code_that_nobody_gave_is_told() {
        use EventKind as E;
        let twice = [E::ChallengeOpened, E::ChallengeOpened, E::ChallengePassed, E::SessionOpened];
        assert_eq!(told(&twice), [E::ChallengeOpened, E::ChallengePassed]);
    }

    #[test]
    fn a_set_up_is_one_row_and_looking_at_the_tab_is_none() {
        use EventKind as E;
        let set_up = [E::EnrollmentBegun, E::EnrollmentConfirmed, E::EnrollmentAcknowledged, E::TurnedOn];
        assert_eq!(told(&set_up), [E::TurnedOn]);
        assert_eq!(told(&[E::PasswordRefused, E::WidgetOpened, E::WidgetOpened]), [E::PasswordRefused]);
    }
}
