//! Signing in with a code that an administrator issued.

use super::Person;
use super::person::PASSWORD;
use crate::Issuing;
use crate::audit::{EventKind, Place};
use crate::challenge::Passed;
use crate::error::{AdminError, Refusal, StepUpError};
use crate::factor::FactorKind;
use crate::factor::bypass_code::{BypassCode, BypassMinutes};
use crate::name::{Label, Reason, UserId};
use crate::policy;
use crate::ports::{EventPage, Purpose};
use crate::ticket::Admitted;
use std::time::Duration;

async fn issue(person: &Person) -> Result<BypassCode, AdminError> {
    let issuing =
        Issuing { reason: Reason::parse("Forgot the phone").unwrap(), minutes: BypassMinutes::default() };
    let (user, by) = (person.caller.user(), UserId::parse("boss").unwrap());
    let (code, expires_at) =
        person.two_factor.issue_bypass_code(user, Some(&by), issuing, &Place::default()).await?;
    assert_eq!(expires_at.since(person.clock_now()), Duration::from_mins(15));
    Ok(code)
}

pub async fn a_bypass_code_signs_in_once_in_any_spelling(person: Person) {
    assert_eq!(issue(&person).await, Err(AdminError::NotOn));
    person.set_up().await;
    let code = issue(&person).await.unwrap();
    let wrong = if code.expose().starts_with('0') { "1111-1111-1111" } else { "0000-0000-0000" };
    assert_eq!(person.refusal(wrong).await, Refusal::Wrong { attempts_left: 4, wait: Duration::ZERO });
    let spelled = code.expose().to_lowercase().replace('-', " ");
    let passed = person.sign_in_with(&spelled).await.unwrap();
    assert_eq!(passed, Passed { kind: FactorKind::BypassCode, recovery_left: None });
    let again = person.refusal(code.expose()).await;
    assert!(matches!(again, Refusal::AlreadyUsed { wait: Duration::ZERO, .. }), "{again:?}");
    let page = EventPage::newest_of(person.caller.user(), 50);
    let events = person.two_factor.events(page).await.unwrap().items;
    let issued = events.iter().find(|event| event.kind == EventKind::BypassCodeIssued).unwrap();
    assert_eq!(issued.by.as_ref().map(UserId::as_str), Some("boss"));
    assert_eq!(issued.reason.as_ref().map(Reason::as_str), Some("Forgot the phone"));
    let used = |event: &&crate::audit::Event| event.factor == Some(FactorKind::BypassCode);
    let used: Vec<_> = events.iter().filter(used).map(|event| event.kind).collect();
    assert_eq!(used.iter().filter(|kind| **kind == EventKind::ChallengePassed).count(), 1);
}

pub async fn a_bypass_code_passes_nothing_but_a_challenge(person: Person) {
    person.set_up().await;
    let (code, phone) = (issue(&person).await.unwrap(), person.authenticator("Pixel").await);
    let (two_factor, caller) = (&person.two_factor, &person.caller);
    let stepped_up = two_factor.step_up(caller, Some(PASSWORD), Some(code.expose())).await;
    assert!(matches!(stepped_up, Err(StepUpError::Refused(Refusal::Malformed))));
    assert!(two_factor.turn_off(caller, Some(PASSWORD), code.expose()).await.is_err());
    assert!(two_factor.test_authenticator(caller, phone, code.expose()).await.is_err());
    assert!(person.overview().await.protected_since.is_some());
    assert!(person.sign_in_with(code.expose()).await.is_ok(), "none of it used it up");
}

pub async fn a_bypass_code_is_good_for_minutes_and_the_newest_only(person: Person) {
    person.set_up().await;
    let old = issue(&person).await.unwrap();
    let new = issue(&person).await.unwrap();
    assert!(matches!(person.refusal(old.expose()).await, Refusal::Wrong { .. }));
    person.advance(15 * 60);
    assert!(matches!(person.refusal(new.expose()).await, Refusal::Wrong { .. }));
}

pub async fn after_a_bypass_code_the_lost_phone_is_replaced(person: Person) {
    let (old, _) = person.set_up().await;
    let code = issue(&person).await.unwrap();
    person.sign_in_with(code.expose()).await.unwrap();
    // The session that a sign-in opens has proved its factors for some minutes.
    let came_in = person.in_another_browser().await;
    let lost = came_in.authenticator("Pixel").await;
    let (begun, phone) = came_in.begin(Purpose::Replace(lost)).await;
    let first = came_in.code(&phone);
    came_in.two_factor.confirm_enrollment(&came_in.caller, begun.id, &first, "New").await.unwrap();
    came_in.advance(30);
    assert!(matches!(came_in.refusal(&came_in.code(&old)).await, Refusal::Wrong { .. }));
    assert!(came_in.sign_in_with(&came_in.code(&phone)).await.is_ok());
}

pub async fn what_a_bypass_code_allows_a_widget_ends_with_the_phone_and_not_with_a_long_log(person: Person) {
    let (phone, _) = person.set_up().await;
    let stepped_up = async || {
        let (user, label) = (person.caller.user(), Label::parse("alice").unwrap());
        let issued = person.two_factor.issue_session_ticket(user, &label).await.unwrap();
        let admitted = person.two_factor.tear_ticket(&issued.ticket, &Place::default()).await.unwrap();
        let Some(Admitted::Session { session, .. }) = admitted else { panic!("the ticket is good") };
        session.stepped_up_at
    };
    assert_eq!(stepped_up().await, None);
    let code = issue(&person).await.unwrap();
    assert_eq!(stepped_up().await, None, "it was only issued");
    let passed_at = person.clock_now();
    person.sign_in_with(code.expose()).await.unwrap();
    for _ in 0..policy::STORY_EVENTS {
        person.challenge().await;
    }
    assert_eq!(stepped_up().await, Some(passed_at));
    assert!(person.overview().await.bypassed);
    person.advance(30);
    person.sign_in_with(&person.code(&phone)).await.unwrap();
    assert_eq!(stepped_up().await, None, "the phone was found");
    assert!(!person.overview().await.bypassed);
}
