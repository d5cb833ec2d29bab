//! A site that requires two-factor authentication lets nobody in without it.

use super::Person;
use super::person::{PASSWORD, Phone};
use crate::audit::{EventKind, Place};
use crate::challenge::Remember;
use crate::error::{ChallengeError, ChangeError, EnrollmentError};
use crate::factor::FactorKind;
use crate::name::{AuthenticatorId, ChallengeId};
use crate::ports::Purpose;
use crate::site::SitePolicy;
use crate::step_up::Caller;

async fn required(person: Person) -> Person {
    person.at_site(SitePolicy { requires_two_factor: true, ..SitePolicy::default() }).await
}

/// Whom the challenge lets enroll.
async fn enrolling(person: &Person, id: ChallengeId) -> Option<Caller> {
    person.two_factor.enrolling(person.caller.user().site, id, Place::default()).await.unwrap()
}

async fn redeem(person: &Person, id: ChallengeId) -> Result<FactorKind, ChallengeError> {
    let (site, place) = (person.caller.user().site, Place::default());
    let redeemed = person.two_factor.redeem_challenge(site, id, Remember::No, &place).await?;
    assert_eq!((&redeemed.user, redeemed.challenge), (person.caller.user(), id));
    Ok(redeemed.kind)
}

pub async fn who_has_to_sets_up_and_has_passed_with_that(person: Person) {
    let person = required(person).await;
    let challenge = person.forced().await;
    let who = enrolling(&person, challenge.id).await.unwrap();
    let begun = person.two_factor.begin_enrollment(&who, Purpose::First).await.unwrap();
    let again = person.two_factor.begin_enrollment(&who, Purpose::First).await.unwrap();
    assert_eq!(begun.id, again.id, "the same QR code for the whole time");
    let phone = Phone::scan(&begun);
    let code = person.code(&phone);
    assert_eq!(person.answer(&challenge, &code).await, Err(ChallengeError::EnrollmentRequired));
    let confirmed = person.two_factor.confirm_enrollment(&who, begun.id, &code, "Pixel").await.unwrap();
    assert_eq!(confirmed.recovery_codes.map(|codes| codes.len()), Some(10));
    assert_eq!(
        redeem(&person, challenge.id).await,
        Err(ChallengeError::NotPassed),
        "the codes are not saved"
    );
    person.two_factor.acknowledge_for_challenge(&who, begun.id, challenge.id).await.unwrap();
    assert!(enrolling(&person, challenge.id).await.is_none(), "that was all it was good for");
    let late = person.two_factor.acknowledge_for_challenge(&who, begun.id, challenge.id).await;
    assert_eq!(late, Err(EnrollmentError::NotFound));
    assert_eq!(redeem(&person, challenge.id).await, Ok(FactorKind::Totp));
    assert_eq!(redeem(&person, challenge.id).await, Err(ChallengeError::AlreadyAnswered));
    assert_eq!(person.answer(&challenge, &code).await, Err(ChallengeError::AlreadyAnswered));
    person.advance(30);
    assert!(person.sign_in_with(&code).await.is_err(), "the confirming code counts as used");
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok(), "from now on a code is asked for");
    let events = person.overview().await.events;
    let passed = events.iter().filter(|event| event.kind == EventKind::ChallengePassed).count();
    assert_eq!(passed, 2);
}

pub async fn a_challenge_that_asks_to_set_up_ends_after_a_quarter_of_an_hour(person: Person) {
    let person = required(person).await;
    let challenge = person.forced().await;
    let who = enrolling(&person, challenge.id).await.unwrap();
    person.advance(10 * 60);
    let begun = person.two_factor.begin_enrollment(&who, Purpose::First).await.unwrap();
    let phone = Phone::scan(&begun);
    let code = person.code(&phone);
    person.two_factor.confirm_enrollment(&who, begun.id, &code, "Pixel").await.unwrap();
    person.advance(5 * 60);
    assert!(enrolling(&person, challenge.id).await.is_none());
    let late = person.two_factor.acknowledge_for_challenge(&who, begun.id, challenge.id).await;
    assert_eq!(late, Err(EnrollmentError::Changed));
    assert_eq!(person.answer(&challenge, &code).await, Err(ChallengeError::Expired));
    assert_eq!(redeem(&person, challenge.id).await, Err(ChallengeError::NotPassed));
    // Nothing is lost: the next sign-in goes on where this one ended, with a code of the app that was set up.
    let next = person.forced().await;
    let who = enrolling(&person, next.id).await.unwrap();
    let open = person.two_factor.overview(&who).await.unwrap().open.unwrap();
    assert_eq!(open.id, begun.id);
    assert!(!open.same_session);
    let shown = person.two_factor.recovery_codes_again(&who, begun.id).await;
    assert_eq!(shown, Err(EnrollmentError::NotFound), "they were shown to another one");
    let again = person.two_factor.confirm_enrollment(&who, begun.id, &person.code(&phone), "").await.unwrap();
    assert_eq!(again.recovery_codes.map(|codes| codes.len()), Some(10));
    person.two_factor.acknowledge_for_challenge(&who, begun.id, next.id).await.unwrap();
    assert_eq!(redeem(&person, next.id).await, Ok(FactorKind::Totp));
}

pub async fn who_set_up_elsewhere_meanwhile_is_asked_for_a_code(person: Person) {
    let person = required(person).await;
    let (first, second) = (person.forced().await, person.forced().await);
    let (one, other) =
        (enrolling(&person, first.id).await.unwrap(), enrolling(&person, second.id).await.unwrap());
    let begun = person.two_factor.begin_enrollment(&one, Purpose::First).await.unwrap();
    let theirs = person.two_factor.begin_enrollment(&other, Purpose::First).await.unwrap();
    assert_ne!(begun.id, theirs.id, "another frame is not shown a pending secret");
    let resumed = person.two_factor.resume_enrollment(&other, begun.id).await;
    assert!(matches!(resumed, Err(EnrollmentError::NotFound)));
    let code = person.code(&Phone::scan(&begun));
    person.two_factor.confirm_enrollment(&one, begun.id, &code, "Pixel").await.unwrap();
    person.two_factor.acknowledge_for_challenge(&one, begun.id, first.id).await.unwrap();
    assert!(enrolling(&person, second.id).await.is_none(), "there is a factor to answer with now");
    let late = person.two_factor.acknowledge_for_challenge(&other, theirs.id, second.id).await;
    assert_eq!(late, Err(EnrollmentError::NotFound));
    assert_eq!(redeem(&person, second.id).await, Err(ChallengeError::Expired), "it is over");
    assert!(
        person.challenge().await.is_open(crate::ports::Clock::now(person.clock.as_ref())),
        "the next challenge asks for a code"
    );
}

pub async fn who_has_to_set_up_may_do_nothing_else(person: Person) {
    let person = required(person).await;
    let challenge = person.forced().await;
    let who = enrolling(&person, challenge.id).await.unwrap();
    for purpose in [Purpose::Further, Purpose::Replace(AuthenticatorId::from_uuid(challenge.id.uuid()))] {
        assert!(person.two_factor.begin_enrollment(&who, purpose).await.is_err(), "{purpose:?}");
    }
    assert!(person.two_factor.step_up(&who, None, Some("123456")).await.is_err());
    assert!(person.two_factor.reset_recovery_codes(&who).await.is_err());
    person.changes_policy(|policy| policy.requires_two_factor = false).await;
    assert!(!person.is_asked().await, "where it is not required any more, nothing is asked");
}

pub async fn what_is_required_is_not_turned_off(person: Person) {
    let person = required(person).await;
    let (phone, _) = person.set_up().await;
    let code = person.code(&phone);
    assert!(person.overview().await.requirement.is_required());
    let off = person.two_factor.turn_off(&person.caller, Some(PASSWORD), &code).await;
    assert_eq!(off, Err(ChangeError::Required));
    let id = person.authenticator("Pixel").await;
    let removed = person.two_factor.remove_authenticator(&person.caller, id).await;
    assert_eq!(removed, Err(ChangeError::Required));
    assert!(person.sign_in_with(&code).await.is_ok(), "nothing was spent, and it is still asked for");
    person.changes_policy(|policy| policy.requires_two_factor = false).await;
    assert!(!person.overview().await.requirement.is_required());
    person.advance(30);
    person.two_factor.turn_off(&person.caller, Some(PASSWORD), &person.code(&phone)).await.unwrap();
}
