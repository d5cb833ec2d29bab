//! Signing in with a code that an administrator issued.

use super::Person;
use super::person::PASSWORD;
use crate::Issuing;
use crate::audit::{EventKind, Place};
use crate::challenge::{Opened, Remember};
use crate::error::{AdminError, ChangeError, Refusal, StepUpError};
use crate::factor::FactorKind;
use crate::factor::bypass_code::{BypassCode, BypassMinutes};
use crate::name::{AuthenticatorId, ChallengeId, Label, Name, Reason, UserId};
use crate::policy;
use crate::ports::{Action, EventPage, Purpose};
use crate::step_up::Caller;
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
    assert_eq!((passed.kind, passed.recovery_left), (FactorKind::BypassCode, None));
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

/// Who signs in with this code, here.
async fn signs_in(person: &Person, code: &str) -> Caller {
    let (site, place) = (person.caller.user().site, Place::default());
    let challenge = person.challenge().await;
    person.answer(&challenge, code).await.unwrap();
    let signed_in = person.two_factor.redeem_for_session(site, challenge.id, &place).await.unwrap();
    Caller { session: person.two_factor.session(&signed_in.token).await.unwrap().unwrap(), place }
}

/// What a session may do without another proof: add, make new codes, remove, replace.
async fn may(person: &Person, caller: &Caller, lost: AuthenticatorId) -> [bool; 4] {
    let two_factor = &person.two_factor;
    let asked = |error: &ChangeError| matches!(error, ChangeError::StepUpRequired(_));
    [
        two_factor.begin_enrollment(caller, Purpose::Further).await.is_ok(),
        two_factor.reset_recovery_codes(caller).await.is_ok(),
        !two_factor.remove_authenticator(caller, lost).await.as_ref().is_err_and(asked),
        two_factor.begin_enrollment(caller, Purpose::Replace(lost)).await.is_ok(),
    ]
}

pub async fn after_a_bypass_code_the_lost_phone_is_replaced_once_and_nothing_else_is_changed(person: Person) {
    let (old, _) = person.set_up().await;
    let (lost, before) = (person.authenticator("Pixel").await, person.elsewhere().await);
    person.advance(5 * 60);
    let code = issue(&person).await.unwrap();
    let came_in = signs_in(&person, code.expose()).await;
    // The only one is not removed, whoever asks, but for another reason.
    assert_eq!(may(&person, &came_in, lost).await, [false, false, true, true]);
    assert_eq!(may(&person, &before, lost).await, [false; 4], "it was another sign-in");
    let person = person.going_on_as(came_in);
    assert!(person.overview().await.bypassed && !person.overview().await.step_up.is_met());
    let (begun, phone) = person.begin(Purpose::Replace(lost)).await;
    assert!(person.two_factor.resume_enrollment(&person.caller, begun.id).await.is_ok(), "loaded again");
    person.advance(5 * 60);
    let late = person.two_factor.begin_enrollment(&person.caller, Purpose::Replace(lost)).await;
    assert!(late.is_err(), "it is to be begun within five minutes");
    let first = person.code(&phone);
    person.two_factor.confirm_enrollment(&person.caller, begun.id, &first, "New").await.unwrap();
    let new = person.authenticator("New").await;
    assert_eq!(may(&person, &person.caller, new).await, [false; 4], "once");
    person.advance(30);
    assert!(matches!(person.refusal(&person.code(&old)).await, Refusal::Wrong { .. }));
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok());
}

pub async fn what_a_bypass_code_allows_a_widget_is_its_sign_ins_and_ends_with_the_phone(person: Person) {
    let (phone, _) = person.set_up().await;
    let (user, lost) = (person.caller.user().clone(), person.authenticator("Pixel").await);
    let (site, place, label) = (user.site, Place::default(), Label::parse("alice").unwrap());
    let two_factor = &person.two_factor;
    let opened = async |sign_in: Option<ChallengeId>| {
        let issued = match sign_in {
            Some(id) => two_factor.issue_session_ticket_after(&user, &label, id).await.unwrap()?,
            None => two_factor.issue_session_ticket(&user, &label).await.unwrap(),
        };
        let admitted = two_factor.tear_ticket(&issued.ticket, &Place::default()).await.unwrap();
        let Some(Admitted::Session { session, .. }) = admitted else { panic!("the ticket is good") };
        Some(Caller { session, place: Place::default() })
    };
    let replaces =
        async |caller: &Caller| two_factor.begin_enrollment(caller, Purpose::Replace(lost)).await.is_ok();
    let code = issue(&person).await.unwrap();
    let challenge = person.challenge().await;
    person.answer(&challenge, code.expose()).await.unwrap();
    assert!(opened(Some(challenge.id)).await.is_none(), "the site has not let them in with it");
    let redeemed = two_factor.redeem_challenge(site, challenge.id, Remember::Device, &place).await.unwrap();
    assert_eq!((redeemed.kind, redeemed.device.is_some()), (FactorKind::BypassCode, false));
    for _ in 0..policy::STORY_EVENTS {
        person.challenge().await;
    }
    let unnamed = opened(None).await.unwrap();
    assert_eq!(may(&person, &unnamed, lost).await, [false; 4], "no sign-in was named");
    let named = opened(Some(challenge.id)).await.unwrap();
    assert_eq!(may(&person, &named, lost).await, [false, false, true, true]);
    let gone = ChallengeId::new(person.clock_now(), &crate::testing::SeededEntropy::new(5));
    assert!(!replaces(&opened(Some(gone)).await.unwrap()).await, "of which nothing is known");
    person.advance(30);
    person.sign_in_with(&person.code(&phone)).await.unwrap();
    assert!(!replaces(&named).await, "the phone was found");
}

pub async fn a_bypass_code_that_passed_something_else_allows_nothing(person: Person) {
    person.set_up().await;
    let (user, lost) = (person.caller.user().clone(), person.authenticator("Pixel").await);
    let (place, label) = (Place::default(), Label::parse("alice").unwrap());
    let before = person.elsewhere().await;
    person.advance(5 * 60);
    let action = Action(Name::parse("payment").unwrap());
    let Opened::Open(payment) = person.two_factor.open_challenge(&user, action, &place).await.unwrap() else {
        panic!("two-factor authentication is on")
    };
    let code = issue(&person).await.unwrap();
    person.answer(&payment, code.expose()).await.unwrap();
    person.two_factor.redeem_challenge(user.site, payment.id, Remember::No, &place).await.unwrap();
    let issued = person.two_factor.issue_session_ticket_after(&user, &label, payment.id).await.unwrap();
    assert!(issued.is_none(), "it was no sign-in");
    for caller in [&person.caller, &before] {
        assert_eq!(may(&person, caller, lost).await, [false; 4]);
    }
}
