//! What a site does with a widget, and a browser with a trusted device.

use super::Person;
use super::person::Phone;
use crate::audit::{EventKind, Place};
use crate::challenge::Remember;
use crate::error::{EnrollmentError, Refusal};
use crate::name::Label;
use crate::ports::Purpose;
use crate::session::Home;
use crate::site::{FactorKinds, SitePolicy, TrustedDays};
use crate::step_up::Caller;
use crate::ticket::{Admitted, Bearer, Trusted};
use std::time::Duration;

pub async fn a_widget_is_opened_by_a_ticket_once_within_a_minute(person: Person) {
    let (user, place) = (person.caller.user().clone(), Place::default());
    let label = Label::parse("alice@shop.example").unwrap();
    let issued = person.two_factor.issue_session_ticket(&user, &label).await.unwrap();
    let admitted = person.two_factor.tear_ticket(&issued.ticket, &place).await.unwrap();
    let Some(Admitted::Session { token, session }) = admitted else { panic!("no session") };
    assert_eq!((session.home, &session.user), (Home::Embedded, &user));
    assert!(person.two_factor.session(&token).await.unwrap().is_some());
    assert!(person.two_factor.tear_ticket(&issued.ticket, &place).await.unwrap().is_none(), "torn");
    let torn = person.two_factor.ticket(&issued.ticket).await.unwrap().unwrap();
    assert!(torn.torn && torn.user == user, "and yet it is known whose it was");
    assert!(person.two_factor.session(&issued.ticket).await.unwrap().is_none(), "a ticket is no session");
    let late = person.two_factor.issue_session_ticket(&user, &label).await.unwrap();
    person.advance(60);
    assert!(person.two_factor.tear_ticket(&late.ticket, &place).await.unwrap().is_none(), "too late");
}

pub async fn a_challenge_ticket_answers_its_challenge_and_nothing_else(person: Person) {
    let (phone, _) = person.set_up().await;
    let challenge = person.challenge().await;
    let issued = person.two_factor.issue_challenge_ticket(&challenge).await.unwrap();
    let admitted = person.two_factor.tear_ticket(&issued.ticket, &Place::default()).await.unwrap();
    let Some(Admitted::Challenge { token, challenge: id }) = admitted else { panic!("no challenge") };
    let access = person.two_factor.challenge_access(&token).await.unwrap().unwrap();
    assert_eq!((access.challenge, id), (challenge.id, challenge.id));
    assert!(person.two_factor.session(&token).await.unwrap().is_none(), "it is no session");
    assert!(person.answer(&challenge, &person.code(&phone)).await.is_ok());
    person.advance(15 * 60);
    assert_eq!(person.two_factor.challenge_access(&token).await.unwrap(), None);
}

/// A site that remembers devices for so many days.
fn remembering(days: u32) -> SitePolicy {
    SitePolicy { trusted_device_days: TrustedDays::new(days).unwrap(), ..SitePolicy::default() }
}

async fn trust(person: &Person, phone: &Phone) -> Option<Trusted> {
    let challenge = person.challenge().await;
    person.answer(&challenge, &person.code(phone)).await.unwrap();
    let (site, place) = (person.caller.user().site, Place::default());
    let redeemed =
        person.two_factor.redeem_challenge(site, challenge.id, Remember::Device, &place).await.unwrap();
    redeemed.device
}

async fn is_known(person: &Person, token: &Bearer) -> bool {
    person.two_factor.recognize_device(person.caller.user(), token, &Place::default()).await.unwrap()
}

pub async fn a_trusted_device_is_not_asked_until_a_factor_changes(person: Person) {
    let person = person.at_site(remembering(30)).await;
    let (phone, _) = person.set_up().await;
    assert!(!is_known(&person, &Bearer::parse(&"0".repeat(64)).unwrap()).await);
    let first = trust(&person, &phone).await.unwrap().token;
    assert!(is_known(&person, &first).await && is_known(&person, &first).await);
    assert_eq!(person.two_factor.trusted_devices(&person.caller).await.unwrap().len(), 1);
    person.two_factor.reset_recovery_codes(&person.caller).await.unwrap();
    assert!(!is_known(&person, &first).await, "a change of factors forgets it");
    person.advance(30);
    let second = trust(&person, &phone).await.unwrap().token;
    let id = person.two_factor.trusted_devices(&person.caller).await.unwrap()[0].id;
    assert!(person.two_factor.forget_device(&person.caller, id).await.unwrap());
    assert!(!person.two_factor.forget_device(&person.caller, id).await.unwrap());
    assert!(!is_known(&person, &second).await);
    person.advance(30);
    let third = trust(&person, &phone).await.unwrap();
    person.advance(30 * 24 * 3600 - 1);
    assert!(is_known(&person, &third.token).await);
    person.advance(1);
    assert!(!is_known(&person, &third.token).await, "thirty days later");
}

pub async fn what_guessing_stopped_starts_again_once_its_owner_comes_with_a_trusted_device(person: Person) {
    let person = person.at_site(remembering(30)).await;
    let (phone, _) = person.set_up().await;
    let device = trust(&person, &phone).await.unwrap().token;
    for (round, guesses) in [30, 10, 10].into_iter().enumerate() {
        for _ in 0..guesses {
            person.refusal(&person.wrong_code(&phone)).await;
            person.advance(15 * 60);
        }
        assert!(matches!(person.refusal(&person.code(&phone)).await, Refusal::Stopped { .. }), "{round}");
        let stranger = Bearer::parse(&"0".repeat(64)).unwrap();
        assert!(!is_known(&person, &stranger).await);
        assert!(matches!(person.refusal(&person.code(&phone)).await, Refusal::Stopped { .. }), "{round}");
        assert!(is_known(&person, &device).await, "however many have guessed");
        // Fifty a year are the end of it, here as in every other way.
        assert_eq!(person.sign_in_with(&person.code(&phone)).await.is_ok(), round < 2, "{round}");
        person.advance(60);
    }
}

pub async fn who_ticked_the_box_is_remembered_with_the_browser_of_the_answer(person: Person) {
    let person = person.at_site(remembering(14)).await;
    let (phone, _) = person.set_up().await;
    let (challenge, site) = (person.challenge().await, person.caller.user().site);
    let browser = Place { address: None, browser: Some("Chrome on Windows".into()) };
    let code = person.code(&phone);
    let answer = person.two_factor.answer_challenge(site, challenge.id, &code, Remember::Device, &browser);
    answer.await.unwrap();
    let of_the_server = Place::default();
    let redeemed =
        person.two_factor.redeem_challenge(site, challenge.id, Remember::No, &of_the_server).await.unwrap();
    assert!(is_known(&person, &redeemed.device.unwrap().token).await);
    let devices = person.overview().await.devices;
    assert_eq!(devices[0].browser, browser.browser);
    assert_eq!(devices[0].expires_at, devices[0].trusted_at + Duration::from_hours(14 * 24));
    person.advance(1);
    assert!(person.two_factor.forget_devices(&person.caller).await.unwrap());
    assert!(!person.two_factor.forget_devices(&person.caller).await.unwrap());
    let seen = person.overview().await;
    assert_eq!((seen.devices, seen.events[0].kind), (vec![], EventKind::DevicesForgotten));
}

pub async fn a_site_that_remembers_no_device_remembers_none(person: Person) {
    let (phone, _) = person.set_up().await;
    assert!(trust(&person, &phone).await.is_none());
    assert!(person.two_factor.trusted_devices(&person.caller).await.unwrap().is_empty());
}

pub async fn a_site_that_remembers_for_fewer_days_is_obeyed_at_once(person: Person) {
    let person = person.at_site(remembering(30)).await;
    let (phone, _) = person.set_up().await;
    let device = trust(&person, &phone).await.unwrap().token;
    person.advance(2 * 24 * 3600);
    person.changes_policy(|policy| policy.trusted_device_days = TrustedDays::new(3).unwrap()).await;
    assert!(is_known(&person, &device).await);
    person.changes_policy(|policy| policy.trusted_device_days = TrustedDays::new(2).unwrap()).await;
    assert!(!is_known(&person, &device).await);
    let seen = person.elsewhere().await;
    assert!(person.two_factor.trusted_devices(&seen).await.unwrap().is_empty(), "it is not listed either");
}

pub async fn what_a_site_does_not_allow_is_not_set_up(person: Person) {
    let person = person.at_site(SitePolicy::default()).await;
    let (phone, _) = person.set_up().await;
    person.changes_policy(|policy| policy.factor_kinds = FactorKinds::of(&[]).unwrap()).await;
    let further = person.two_factor.begin_enrollment(&person.caller, Purpose::Further).await;
    assert_eq!(further.map(|_| ()), Err(EnrollmentError::NotAllowed));
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok(), "what there is stays");
}

pub async fn a_site_enrolls_for_an_unprotected_user_and_for_nobody_else(person: Person) {
    let now = crate::ports::Clock::now(person.clock.as_ref());
    let site = Caller::site(person.caller.user().clone(), Place::default(), now);
    let begun = person.two_factor.begin_enrollment(&site, Purpose::First).await.unwrap();
    let phone = Phone::scan(&begun);
    let code = person.code(&phone);
    let confirmed = person.two_factor.confirm_enrollment(&site, begun.id, &code, "Phone").await.unwrap();
    assert_eq!(confirmed.recovery_codes.map(|codes| codes.len()), Some(10));
    person.two_factor.acknowledge_enrollment(&site, begun.id).await.unwrap();
    person.advance(30);
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok());
    let further = person.two_factor.begin_enrollment(&site, Purpose::Further).await;
    assert!(matches!(further, Err(EnrollmentError::StepUpRequired(need)) if need.code && !need.password));
}
