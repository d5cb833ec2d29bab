//! Codes by mail, from the confirmed address to the sign-in.

use super::Person;
use crate::audit::{EventKind, Place};
use crate::error::{ChallengeError, EnrollmentError, MailCodeError, Refusal};
use crate::factor::FactorKind;
use crate::name::EmailAddress;
use crate::overview::EmailOffer;
use crate::ports::Purpose;
use crate::site::{FactorKinds, SitePolicy};
use std::time::Duration;

/// Somebody at a site that allows codes by mail, who knows their address.
async fn reachable(person: Person) -> Person {
    let factor_kinds = FactorKinds::of(&FactorKinds::ALL).unwrap();
    let person = person.at_site(SitePolicy { factor_kinds, ..SitePolicy::default() }).await;
    let address = address_of(&person);
    person.two_factor.remember_email(person.caller.user(), &address, &Place::default()).await.unwrap();
    person
}

/// An address of their own: letters to one are counted.
fn address_of(person: &Person) -> EmailAddress {
    EmailAddress::parse(&format!("a{}@example.com", person.caller.session.id.uuid().simple())).unwrap()
}

async fn set_up(person: &Person, purpose: Purpose) {
    let begun = person.two_factor.begin_email_enrollment(&person.caller, purpose, "").await.unwrap();
    let code = person.mailed(begun.id.into()).await;
    person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "").await.unwrap();
    if purpose == Purpose::First {
        person.two_factor.acknowledge_enrollment(&person.caller, begun.id).await.unwrap();
    }
    person.advance(60);
}

pub async fn a_mailed_code_sets_up_and_signs_in(person: Person) {
    let person = reachable(person).await;
    assert_eq!(person.overview().await.email, EmailOffer::Known("a•••@example.com".to_owned()));
    let begun = person.two_factor.begin_email_enrollment(&person.caller, Purpose::First, "").await.unwrap();
    assert_eq!(begun.letter.to, "a•••@example.com");
    let wrong = person.two_factor.confirm_enrollment(&person.caller, begun.id, "00000000", "").await;
    assert!(
        matches!(wrong, Err(EnrollmentError::Refused(Refusal::Wrong { attempts_left: 4, .. }))),
        "{wrong:?}"
    );
    let code = person.mailed(begun.id.into()).await;
    let confirmed = person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "").await.unwrap();
    assert_eq!(confirmed.recovery_codes.unwrap().len(), 10);
    person.two_factor.acknowledge_enrollment(&person.caller, begun.id).await.unwrap();
    let overview = person.overview().await;
    assert_eq!((overview.email, overview.authenticators[0].kind), (EmailOffer::No, FactorKind::Email));
    assert_eq!(overview.authenticators[0].name.as_str(), "a•••@example.com");
    person.advance(60);
    let challenge = person.challenge().await;
    let site = person.caller.user().site;
    person.two_factor.mail_challenge_code(site, challenge.id, &Place::default()).await.unwrap();
    let code = person.mailed(challenge.id.into()).await;
    let passed = person.answer(&challenge, &code).await.unwrap();
    assert_eq!((passed.kind, passed.recovery_left), (FactorKind::Email, None));
    let again = person.sign_in_with(&code).await;
    assert_eq!(again, Err(ChallengeError::Refused(Refusal::NoCodeMailed)), "it was used up");
}

pub async fn a_mailed_code_answers_the_ceremony_it_was_asked_for_and_no_other(person: Person) {
    let person = reachable(person).await;
    set_up(&person, Purpose::First).await;
    let (one, other) = (person.challenge().await, person.challenge().await);
    let site = person.caller.user().site;
    let sent = person.two_factor.mail_challenge_code(site, one.id, &Place::default()).await.unwrap();
    let soon = person.two_factor.mail_challenge_code(site, other.id, &Place::default()).await;
    assert_eq!(soon, Err(MailCodeError::TooSoon { wait: Duration::from_mins(1) }));
    assert_eq!(sent.again_at, person.clock_now() + Duration::from_mins(1));
    let code = person.mailed(one.id.into()).await;
    assert_eq!(person.answer(&other, &code).await, Err(ChallengeError::Refused(Refusal::NoCodeMailed)));
    let stepped = person.two_factor.step_up(&person.caller, Some(super::person::PASSWORD), Some(&code)).await;
    assert!(stepped.is_err(), "nor a step-up");
    person.advance(60);
    person.two_factor.mail_challenge_code(site, other.id, &Place::default()).await.unwrap();
    assert_eq!(
        person.answer(&one, &code).await,
        Err(ChallengeError::Refused(Refusal::NoCodeMailed)),
        "the newer one ended it"
    );
    let newer = person.mailed(other.id.into()).await;
    assert!(person.answer(&other, &newer).await.is_ok());
}

pub async fn a_mailed_code_survives_four_wrong_answers_and_ten_minutes(person: Person) {
    let person = reachable(person).await;
    set_up(&person, Purpose::First).await;
    let site = person.caller.user().site;
    let challenge = person.challenge().await;
    person.two_factor.mail_challenge_code(site, challenge.id, &Place::default()).await.unwrap();
    let code = person.mailed(challenge.id.into()).await;
    let wrong = if code == "11111111" { "22222222" } else { "11111111" };
    for _ in 0..5 {
        assert!(matches!(
            person.answer(&challenge, wrong).await,
            Err(ChallengeError::Refused(Refusal::Wrong { .. }))
        ));
        person.advance(2);
    }
    let dead = person.answer(&challenge, &code).await;
    assert_eq!(dead, Err(ChallengeError::Refused(Refusal::NoCodeMailed)), "the right one comes too late");
    person.advance(60);
    person.two_factor.mail_step_up_code(&person.caller).await.unwrap();
    let code = person.mailed(person.caller.session.id.into()).await;
    person.advance(600);
    let late = person.two_factor.step_up(&person.caller, Some(super::person::PASSWORD), Some(&code)).await;
    assert_eq!(late, Err(crate::error::StepUpError::Refused(Refusal::NoCodeMailed)));
}

pub async fn where_mail_is_not_allowed_no_code_is_mailed(person: Person) {
    let here =
        person.two_factor.begin_email_enrollment(&person.caller, Purpose::First, "a@example.com").await;
    assert!(matches!(here, Err(EnrollmentError::NotAllowed)), "{here:?}");
    person.set_up().await;
    let step_up = person.two_factor.mail_step_up_code(&person.caller).await;
    assert_eq!(step_up, Err(MailCodeError::NotSetUp));
    assert_eq!(person.refusal("12345678").await, Refusal::NoCodeMailed);
}

pub async fn an_address_that_nobody_knows_is_asked_for(person: Person) {
    let factor_kinds = FactorKinds::of(&FactorKinds::ALL).unwrap();
    let person = person.at_site(SitePolicy { factor_kinds, ..SitePolicy::default() }).await;
    assert_eq!(person.overview().await.email, EmailOffer::Asked);
    let begin =
        async |typed| person.two_factor.begin_email_enrollment(&person.caller, Purpose::First, typed).await;
    assert!(matches!(begin("alice").await, Err(EnrollmentError::Address(_))));
    let begun = begin("alice@example.org").await.unwrap();
    assert_eq!(begun.letter.to, "a•••@example.org");
    assert_eq!(begin("alice@example.org").await.unwrap().id, begun.id, "the same one goes on");
    let other = begin("bob@example.org").await;
    assert!(matches!(other, Err(EnrollmentError::TooSoon { .. })), "{other:?}");
    let letter = person.letter(begun.id.into()).await;
    assert_eq!(letter.address.as_str(), "alice@example.org");
    person.advance(60);
    let again = person.two_factor.mail_enrollment_code(&person.caller, begun.id).await.unwrap();
    assert_eq!(again.to, "a•••@example.org");
    let events = person.overview().await.events;
    assert_eq!(events.iter().filter(|event| event.kind == EventKind::EmailCodeMailed).count(), 2);
}
