//! Setting up, adding and replacing.

use super::Person;
use super::person::Phone;
use crate::error::{EnrollmentError, Refusal};
use crate::ports::{EnrollmentState, Purpose};
use std::time::Duration;

pub async fn a_person_sets_up_and_signs_in(person: Person) {
    assert!(!person.is_asked().await);
    let (phone, codes) = person.set_up().await;
    assert_eq!(codes.len(), 10);
    let overview = person.overview().await;
    assert!(overview.protected_since.is_some());
    assert_eq!(overview.recovery.map(|codes| (codes.left, codes.total)), Some((10, 10)));
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok());
}

pub async fn signing_in_does_not_ask_before_the_codes_are_saved(person: Person) {
    let (begun, phone) = person.begin(Purpose::First).await;
    assert!(!person.is_asked().await);
    let code = person.code(&phone);
    person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Pixel").await.unwrap();
    assert!(!person.is_asked().await, "confirmed is not on");
    person.advance(60 * 60 * 24);
    let late = person.two_factor.acknowledge_enrollment(&person.elsewhere().await, begun.id).await;
    assert_eq!(late, Err(EnrollmentError::NotFound), "a day later it is gone");
}

pub async fn a_wrong_code_keeps_the_same_secret_and_says_why(person: Person) {
    let (begun, phone) = person.begin(Purpose::First).await;
    let confirm = |code: String| {
        let (two_factor, caller) = (person.two_factor.clone(), person.caller.clone());
        async move { two_factor.confirm_enrollment(&caller, begun.id, &code, "Pixel").await.unwrap_err() }
    };
    let wrong = confirm(person.wrong_code(&phone)).await;
    let none = Duration::ZERO;
    assert_eq!(wrong, EnrollmentError::Refused(Refusal::Wrong { attempts_left: 4, wait: none }));
    let ahead = confirm(person.code_in(&phone, 120)).await;
    let expected = Refusal::ClockOff { steps: 4, attempts_left: 3, wait: none };
    assert_eq!(ahead, EnrollmentError::Refused(expected));
    let recovery_code = confirm("0123-4567-89AB-CDEF".into()).await;
    assert_eq!(recovery_code, EnrollmentError::Refused(Refusal::RecoveryCodeHere));
    assert_eq!(confirm("12345".into()).await, EnrollmentError::Refused(Refusal::Malformed));
    let (again, _) = person.begin(Purpose::First).await;
    assert_eq!(again.provisioning.uri, begun.provisioning.uri);
    let code = person.code(&phone);
    assert!(person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Pixel").await.is_ok());
}

pub async fn a_pending_set_up_survives_a_reload_and_ends_after_ten_minutes(person: Person) {
    let (begun, phone) = person.begin(Purpose::First).await;
    let open = person.overview().await.open.unwrap();
    assert_eq!((open.id, open.state, open.same_session), (begun.id, EnrollmentState::Pending, true));
    person.advance(4 * 60);
    let resumed = person.two_factor.resume_enrollment(&person.caller, begun.id).await.unwrap();
    assert_eq!(resumed.provisioning.uri, begun.provisioning.uri);
    person.advance(6 * 60);
    let code = person.code(&phone);
    let late = person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Pixel").await;
    assert_eq!(late.unwrap_err(), EnrollmentError::NotFound);
    assert_eq!(person.overview().await.open, None);
}

pub async fn another_session_is_not_shown_a_pending_secret(person: Person) {
    let (begun, phone) = person.begin(Purpose::First).await;
    let other = person.elsewhere().await;
    let resumed = person.two_factor.resume_enrollment(&other, begun.id).await;
    assert_eq!(resumed.unwrap_err(), EnrollmentError::NotFound);
    let own = person.two_factor.begin_enrollment(&other, Purpose::First).await.unwrap();
    assert_ne!(own.provisioning.uri, begun.provisioning.uri);
    let code = person.code(&phone);
    let confirmed = person.two_factor.confirm_enrollment(&other, begun.id, &code, "Pixel").await;
    assert_eq!(confirmed.unwrap_err(), EnrollmentError::NotFound);
    assert!(person.two_factor.begin_enrollment(&person.elsewhere().await, Purpose::First).await.is_ok());
    let fourth = person.two_factor.begin_enrollment(&person.elsewhere().await, Purpose::First).await;
    assert_eq!(fourth.unwrap_err(), EnrollmentError::TooMany, "three at once");
}

pub async fn the_next_session_of_a_page_goes_on_where_the_last_one_was(person: Person) {
    let (begun, phone) = person.begin(Purpose::First).await;
    let resumption = person.two_factor.resumption(&person.caller).unwrap();
    let next = person.elsewhere().await;
    for damaged in [vec![], resumption[1..].to_vec()] {
        person.two_factor.take_over(&next, damaged).await.unwrap();
    }
    let nothing = person.two_factor.resume_enrollment(&next, begun.id).await;
    assert_eq!(nothing.unwrap_err(), EnrollmentError::NotFound);
    person.two_factor.take_over(&next, resumption).await.unwrap();
    let resumed = person.two_factor.resume_enrollment(&next, begun.id).await.unwrap();
    assert_eq!(resumed.provisioning.uri, begun.provisioning.uri);
    let code = person.code(&phone);
    let before = person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Pixel").await;
    assert_eq!(before.unwrap_err(), EnrollmentError::NotFound, "it is moved, never shared");
    person.two_factor.confirm_enrollment(&next, begun.id, &code, "Pixel").await.unwrap();
}

pub async fn recovery_codes_are_shown_again_until_they_are_saved_and_never_after(person: Person) {
    let (begun, phone) = person.begin(Purpose::First).await;
    let code = person.code(&phone);
    let confirmed =
        person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Pixel").await.unwrap();
    let again = person.two_factor.recovery_codes_again(&person.caller, begun.id).await.unwrap();
    assert_eq!(Some(again), confirmed.recovery_codes);
    person.advance(5 * 60);
    let stale = person.two_factor.recovery_codes_again(&person.caller, begun.id).await;
    assert!(matches!(stale, Err(EnrollmentError::StepUpRequired(need)) if need.password && !need.code));
    person.two_factor.acknowledge_enrollment(&person.caller, begun.id).await.unwrap();
    let fresh = person.elsewhere().await;
    let after = person.two_factor.recovery_codes_again(&fresh, begun.id).await;
    assert_eq!(after.unwrap_err(), EnrollmentError::NotFound);
    let twice = person.two_factor.acknowledge_enrollment(&person.caller, begun.id).await;
    assert_eq!(twice.unwrap_err(), EnrollmentError::NotFound);
}

pub async fn what_one_browser_confirmed_another_one_finishes_with_a_code_of_it_only(person: Person) {
    let (begun, phone) = person.begin(Purpose::First).await;
    let (two_factor, code) = (&person.two_factor, person.code(&phone));
    let confirmed = two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Pixel").await.unwrap();
    let other = person.elsewhere().await;
    let waiting = two_factor.overview(&other).await.unwrap().open.unwrap();
    let since = waiting.confirmed.as_ref().map(|confirmed| confirmed.at);
    assert!(!waiting.same_session && waiting.id == begun.id && since == Some(person.clock_now()));
    let read = two_factor.recovery_codes_again(&other, begun.id).await;
    assert_eq!(read.unwrap_err(), EnrollmentError::NotFound, "the codes are who confirmed it's");
    let saved = two_factor.acknowledge_enrollment(&other, begun.id).await;
    assert_eq!(saved.unwrap_err(), EnrollmentError::NotFound);
    let used = two_factor.confirm_enrollment(&other, begun.id, &code, "").await;
    assert!(matches!(used, Err(EnrollmentError::Refused(Refusal::AlreadyUsed { .. }))), "{used:?}");
    let wrong = two_factor.confirm_enrollment(&other, begun.id, &person.wrong_code(&phone), "").await;
    assert!(matches!(wrong, Err(EnrollmentError::Refused(Refusal::Wrong { .. }))), "{wrong:?}");
    person.advance(30);
    let again = two_factor.confirm_enrollment(&other, begun.id, &person.code(&phone), "").await.unwrap();
    assert_ne!(again.recovery_codes, confirmed.recovery_codes, "new ones: the others were shown elsewhere");
    let first = two_factor.acknowledge_enrollment(&person.caller, begun.id).await;
    assert_eq!(first.unwrap_err(), EnrollmentError::NotFound, "it is the other browser's now");
    two_factor.acknowledge_enrollment(&other, begun.id).await.unwrap();
    let old = confirmed.recovery_codes.unwrap();
    assert!(person.sign_in_with(old[0].expose()).await.is_err(), "whoever read them has nothing");
    assert!(person.sign_in_with(again.recovery_codes.unwrap()[0].expose()).await.is_ok());
    assert_eq!(
        two_factor.overview(&other).await.unwrap().authenticators[0].name.as_str(),
        "Pixel",
        "it keeps its name"
    );
}

pub async fn whoever_finds_a_set_up_of_somebody_else_cancels_it(person: Person) {
    let thief = person.elsewhere().await;
    let theirs = person.two_factor.begin_enrollment(&thief, Purpose::First).await.unwrap();
    let code = person.code(&Phone::scan(&theirs));
    person.two_factor.confirm_enrollment(&thief, theirs.id, &code, "Theirs").await.unwrap();
    let found = person.overview().await.open.unwrap();
    assert!(found.id == theirs.id && !found.same_session);
    let (own, phone) = person.begin(Purpose::First).await;
    let shown = person.overview().await.open.unwrap();
    assert_eq!(shown.id, theirs.id, "what somebody else has confirmed hides behind nothing of one's own");
    person.two_factor.cancel_enrollment(&person.caller, theirs.id).await.unwrap();
    assert_eq!(person.overview().await.open.unwrap().id, own.id);
    let late = person.two_factor.acknowledge_enrollment(&thief, theirs.id).await;
    assert_eq!(late.unwrap_err(), EnrollmentError::NotFound);
    let code = person.code(&phone);
    person.two_factor.confirm_enrollment(&person.caller, own.id, &code, "Pixel").await.unwrap();
    person.two_factor.acknowledge_enrollment(&person.caller, own.id).await.unwrap();
    assert_eq!(person.overview().await.authenticators.len(), 1);
}

pub async fn starting_over_gives_another_secret(person: Person) {
    let (begun, _) = person.begin(Purpose::First).await;
    person.two_factor.cancel_enrollment(&person.caller, begun.id).await.unwrap();
    let (again, _) = person.begin(Purpose::First).await;
    assert_ne!(again.provisioning.uri, begun.provisioning.uri);
    let twice = person.two_factor.cancel_enrollment(&person.caller, begun.id).await;
    assert_eq!(twice.unwrap_err(), EnrollmentError::NotFound);
}

async fn enroll(person: &Person, purpose: Purpose, name: &str) -> Phone {
    let (begun, phone) = person.begin(purpose).await;
    let code = person.code(&phone);
    let confirmed =
        person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, name).await.unwrap();
    assert_eq!(confirmed.recovery_codes, None, "the recovery codes stay");
    person.advance(30);
    phone
}

pub async fn a_further_authenticator_works_beside_the_first(person: Person) {
    let (first, _) = person.set_up().await;
    let second = enroll(&person, Purpose::Further, "Tablet").await;
    assert!(person.sign_in_with(&person.code(&first)).await.is_ok());
    assert!(person.sign_in_with(&person.code(&second)).await.is_ok());
    assert_eq!(person.overview().await.authenticators.len(), 2);
}

pub async fn a_replaced_phone_works_until_the_new_one_is_confirmed(person: Person) {
    let (old, _) = person.set_up().await;
    let id = person.authenticator("Pixel").await;
    let (begun, new) = person.begin(Purpose::Replace(id)).await;
    assert!(person.sign_in_with(&person.code(&old)).await.is_ok());
    let elsewhere = person.elsewhere().await;
    let code = person.code(&new);
    person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "New Pixel").await.unwrap();
    person.advance(30);
    assert!(matches!(person.refusal(&person.code(&old)).await, Refusal::Wrong { .. }));
    assert!(person.sign_in_with(&person.code(&new)).await.is_ok());
    let overview = person.overview().await;
    assert_eq!(overview.recovery.map(|codes| codes.left), Some(10));
    let again = person.two_factor.rename_authenticator(&elsewhere, id, None, "x").await;
    assert!(again.is_err(), "the old one is gone");
}
