//! Dangerous changes, and what they ask for.

use super::Person;
use super::person::PASSWORD;
use crate::audit::EventKind;
use crate::budget::FREE;
use crate::error::{ChangeError, EnrollmentError, Refusal, StepUpError};
use crate::ports::Purpose;
use crate::session::Home;
use crate::step_up::{Caller, StepUpNeed};

/// The caller as the next request finds them.
async fn again(person: &Person) -> Caller {
    let (token, _) = person
        .two_factor
        .open_session(
            person.caller.user(),
            person.revision().await,
            Home::Standalone,
            false,
            &person.caller.place,
        )
        .await
        .unwrap()
        .unwrap();
    let session = person.two_factor.session(&token).await.unwrap().unwrap();
    Caller { session, ..person.caller.clone() }
}

pub async fn a_stale_session_proves_everything_again_before_a_change(person: Person) {
    let (phone, _) = person.set_up().await;
    person.advance(5 * 60);
    let both = StepUpNeed { password: true, code: true };
    let begun = person.two_factor.begin_enrollment(&person.caller, Purpose::Further).await;
    assert_eq!(begun.unwrap_err(), EnrollmentError::StepUpRequired(both));
    let id = person.authenticator("Pixel").await;
    let removed = person.two_factor.remove_authenticator(&person.caller, id).await;
    assert_eq!(removed.unwrap_err(), ChangeError::StepUpRequired(both));
    let reset = person.two_factor.reset_recovery_codes(&person.caller).await;
    assert_eq!(reset.unwrap_err(), ChangeError::StepUpRequired(both));
    let half = person.two_factor.step_up(&person.caller, Some(PASSWORD), None).await;
    assert_eq!(
        half.unwrap_err(),
        StepUpError::Incomplete(both),
        "a password alone never yields recovery codes"
    );
    let code = person.code(&phone);
    person.two_factor.step_up(&person.caller, Some(PASSWORD), Some(&code)).await.unwrap();
    assert!(person.overview().await.step_up.code, "the old copy of the session knows nothing of it");
    let fresh = Caller {
        session: crate::session::Session {
            stepped_up_at: Some(crate::ports::Clock::now(person.clock.as_ref())),
            sign_in: None,
            ..person.caller.session.clone()
        },
        ..person.caller.clone()
    };
    assert!(person.two_factor.reset_recovery_codes(&fresh).await.is_ok());
}

pub async fn a_step_up_renews_the_bearer_of_a_browser_and_not_of_a_widget(person: Person) {
    let (two_factor, user) = (&person.two_factor, person.caller.user());
    for (home, renewed) in [(Home::Standalone, true), (Home::Embedded, false)] {
        let (old, session) = two_factor
            .open_session(user, person.revision().await, home, false, &person.caller.place)
            .await
            .unwrap()
            .unwrap();
        let caller = Caller { session, ..person.caller.clone() };
        let new = two_factor.step_up(&caller, Some(PASSWORD), None).await.unwrap();
        assert_eq!(new.is_some(), renewed);
        assert_eq!(two_factor.session(&old).await.unwrap().is_some(), !renewed);
        let found = two_factor.session(&new.unwrap_or(old)).await.unwrap().unwrap();
        assert_eq!((found.id, found.stepped_up_at.is_some()), (caller.session.id, true));
    }
}

pub async fn a_wrong_password_is_refused_before_the_code_is_looked_at(person: Person) {
    let (phone, _) = person.set_up().await;
    let code = person.code(&phone);
    let refused = person.two_factor.step_up(&person.caller, Some("wrong"), Some(&code)).await;
    assert_eq!(refused.unwrap_err(), StepUpError::PasswordWrong);
    assert!(person.sign_in_with(&code).await.is_ok(), "the code was not spent");
}

pub async fn switching_off_asks_for_password_and_code_however_fresh_the_session(person: Person) {
    let (phone, _) = person.set_up().await;
    let off = |password: Option<&'static str>, code: String| {
        let (two_factor, caller) = (person.two_factor.clone(), person.caller.clone());
        async move { two_factor.turn_off(&caller, password, &code).await }
    };
    let need = StepUpNeed { password: true, code: true };
    let no_password = off(None, person.code(&phone)).await.unwrap_err();
    assert_eq!(no_password, ChangeError::StepUp(StepUpError::Incomplete(need)));
    let wrong_password = off(Some("wrong"), person.code(&phone)).await.unwrap_err();
    assert_eq!(wrong_password, ChangeError::StepUp(StepUpError::PasswordWrong));
    let wrong_code = off(Some(PASSWORD), person.wrong_code(&phone)).await.unwrap_err();
    assert!(matches!(wrong_code, ChangeError::Refused(Refusal::Wrong { .. })));
    assert!(person.is_asked().await);
    off(Some(PASSWORD), person.code(&phone)).await.unwrap();
    assert!(!person.is_asked().await);
    person.advance(30);
    assert_eq!(off(Some(PASSWORD), person.code(&phone)).await.unwrap_err(), ChangeError::NotOn);
}

pub async fn the_only_authenticator_is_not_removed(person: Person) {
    person.set_up().await;
    let id = person.authenticator("Pixel").await;
    let removed = person.two_factor.remove_authenticator(&person.caller, id).await;
    assert_eq!(removed.unwrap_err(), ChangeError::LastAuthenticator);
}

pub async fn a_removed_authenticator_answers_nothing(person: Person) {
    let (first, _) = person.set_up().await;
    let (begun, second) = person.begin(Purpose::Further).await;
    let code = person.code(&second);
    person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Tablet").await.unwrap();
    let id = person.authenticator("Pixel").await;
    person.two_factor.remove_authenticator(&person.caller, id).await.unwrap();
    person.advance(30);
    assert!(matches!(person.refusal(&person.code(&first)).await, Refusal::Wrong { .. }));
    assert!(person.sign_in_with(&person.code(&second)).await.is_ok());
}

pub async fn a_test_tells_whether_this_very_authenticator_works(person: Person) {
    let (first, codes) = person.set_up().await;
    let (begun, second) = person.begin(Purpose::Further).await;
    let code = person.code(&second);
    person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Tablet").await.unwrap();
    person.advance(30);
    let id = person.authenticator("Tablet").await;
    let test = |code: String| {
        let (two_factor, caller) = (person.two_factor.clone(), person.caller.clone());
        async move { two_factor.test_authenticator(&caller, id, &code).await }
    };
    let other = test(person.code(&first)).await.unwrap_err();
    assert!(matches!(other, ChangeError::Refused(Refusal::Wrong { .. })));
    let recovery_code = test(codes[0].expose().to_owned()).await.unwrap_err();
    assert_eq!(recovery_code, ChangeError::Refused(Refusal::RecoveryCodeHere));
    test(person.code(&second)).await.unwrap();
    let used = test(person.code(&second)).await.unwrap_err();
    assert!(matches!(used, ChangeError::Refused(Refusal::AlreadyUsed { .. })));
    let tested = person.overview().await.authenticators.into_iter().find(|one| one.id == id).unwrap();
    assert!(tested.used_at.is_some());
}

pub async fn an_idle_session_is_over(person: Person) {
    let (token, _) = person
        .two_factor
        .open_session(
            person.caller.user(),
            person.revision().await,
            Home::Embedded,
            true,
            &person.caller.place,
        )
        .await
        .unwrap()
        .unwrap();
    for _ in 0..3 {
        person.advance(9 * 60);
        assert!(person.two_factor.session(&token).await.unwrap().is_some());
    }
    person.advance(9 * 60);
    assert_eq!(person.two_factor.session(&token).await.unwrap(), None, "thirty minutes in all");
    let caller = again(&person).await;
    person.two_factor.end_session(&caller).await.unwrap();
    let ended = person.two_factor.step_up(&caller, Some(PASSWORD), None).await;
    assert_eq!(ended.unwrap_err(), StepUpError::SessionEnded);
}

pub async fn many_wrong_codes_at_sign_in_are_told_of_once(person: Person) {
    let (phone, _) = person.set_up().await;
    let told = async || {
        let events = person.overview().await.events;
        events.iter().filter(|event| event.kind == EventKind::ChallengeGuessed).count()
    };
    for _ in 1..FREE {
        person.refusal(&person.wrong_code(&phone)).await;
    }
    assert_eq!(told().await, 0);
    for _ in 0..2 {
        person.refusal(&person.wrong_code(&phone)).await;
        assert_eq!(told().await, 1);
        person.advance(60);
    }
}

pub async fn everything_that_happened_is_in_the_log(person: Person) {
    let (phone, _) = person.set_up().await;
    person.refusal(&person.wrong_code(&phone)).await;
    person.sign_in_with(&person.code(&phone)).await.unwrap();
    let events = person.overview().await.events;
    let at = |kind| events.iter().position(|event| event.kind == kind);
    assert!(
        at(EventKind::TurnedOn) < at(EventKind::EnrollmentAcknowledged),
        "newest first, within one change too"
    );
    let mut kinds: Vec<EventKind> = events.iter().rev().map(|event| event.kind).collect();
    let expected = [
        EventKind::SessionOpened,
        EventKind::EnrollmentBegun,
        EventKind::EnrollmentConfirmed,
        EventKind::EnrollmentAcknowledged,
        EventKind::TurnedOn,
        EventKind::ChallengeOpened,
        EventKind::ChallengeRefused,
        EventKind::ChallengeOpened,
        EventKind::ChallengePassed,
    ];
    // Events of one moment have no order among them.
    let mut expected = expected.to_vec();
    expected.sort_by_key(|kind| kind.as_str());
    kinds.sort_by_key(|kind| kind.as_str());
    assert_eq!(kinds, expected);
    assert!(events.iter().any(|event| event.place.browser.as_deref() == Some("Firefox on Linux")));
}

pub async fn an_app_that_answered_nothing_for_four_weeks_is_asked_after(person: Person) {
    let (phone, _) = person.set_up().await;
    let id = person.authenticator("Pixel").await;
    person.advance(27 * 86_400);
    let fresh = person.elsewhere().await;
    assert_eq!(person.two_factor.overview(&fresh).await.unwrap().unused, None);
    person.advance(86_400);
    let fresh = person.elsewhere().await;
    assert_eq!(person.two_factor.overview(&fresh).await.unwrap().unused, Some(id));
    person.two_factor.test_authenticator(&fresh, id, &person.code(&phone)).await.unwrap();
    assert_eq!(person.two_factor.overview(&fresh).await.unwrap().unused, None, "it works");
}
