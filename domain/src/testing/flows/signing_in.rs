//! Signing in with codes of the app.

use super::Person;
use crate::audit::Place;
use crate::challenge::Remember;
use crate::error::{ChallengeError, Refusal};
use crate::ports::Purpose;
use crate::testing::contract::Racer;
use std::sync::Arc;
use std::time::Duration;

pub async fn the_confirming_code_does_not_sign_in(person: Person) {
    let (begun, phone) = person.begin(Purpose::First).await;
    let code = person.code(&phone);
    person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Pixel").await.unwrap();
    person.two_factor.acknowledge_enrollment(&person.caller, begun.id).await.unwrap();
    let wait = Duration::from_secs(15);
    assert_eq!(person.refusal(&code).await, Refusal::AlreadyUsed { attempts_left: 4, wait });
    person.advance(15);
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok());
}

pub async fn a_code_signs_in_once_over_all_challenges(person: Person) {
    let (phone, _) = person.set_up().await;
    let code = person.code(&phone);
    let (first, second) = (person.challenge().await, person.challenge().await);
    assert!(person.answer(&first, &code).await.is_ok());
    let refused = person.answer(&second, &code).await.unwrap_err();
    assert!(matches!(refused, ChallengeError::Refused(Refusal::AlreadyUsed { .. })));
    let again = person.answer(&first, &code).await.unwrap_err();
    assert_eq!(again, ChallengeError::AlreadyAnswered);
    person.advance(30);
    assert!(matches!(person.refusal(&code).await, Refusal::AlreadyUsed { .. }), "still inside the window");
}

pub async fn a_clock_moved_back_brings_no_code_back(person: Person) {
    let (phone, _) = person.set_up().await;
    let (before, code) = (person.code_in(&phone, -30), person.code(&phone));
    assert!(person.sign_in_with(&code).await.is_ok());
    let now = crate::ports::Clock::now(person.clock.as_ref());
    person.clock.set(now - Duration::from_secs(30));
    for code in [code, before] {
        assert!(matches!(person.refusal(&code).await, Refusal::AlreadyUsed { .. }));
    }
}

pub async fn a_challenge_ends_after_five_minutes(person: Person) {
    let (phone, _) = person.set_up().await;
    let challenge = person.challenge().await;
    person.advance(5 * 60);
    let late = person.answer(&challenge, &person.code(&phone)).await;
    assert_eq!(late.unwrap_err(), ChallengeError::Expired);
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok(), "the code was not spent");
}

pub async fn a_result_is_given_out_once(person: Person) {
    let (phone, _) = person.set_up().await;
    let challenge = person.challenge().await;
    let (two_factor, site, place) = (&person.two_factor, person.caller.user().site, Place::default());
    let early = two_factor.redeem_challenge(site, challenge.id, Remember::No, &place).await;
    assert_eq!(early.unwrap_err(), ChallengeError::NotPassed);
    person.answer(&challenge, &person.code(&phone)).await.unwrap();
    let redeemed = two_factor.redeem_challenge(site, challenge.id, Remember::No, &place).await.unwrap();
    assert_eq!((&redeemed.user, redeemed.action.0.as_str()), (person.caller.user(), "sign_in"));
    let twice = two_factor.redeem_challenge(site, challenge.id, Remember::No, &place).await;
    assert_eq!(twice.unwrap_err(), ChallengeError::AlreadyAnswered);
    person.advance(30);
    let unredeemed = person.challenge().await;
    person.answer(&unredeemed, &person.code(&phone)).await.unwrap();
    person.advance(10 * 60);
    let late = two_factor.redeem_challenge(site, unredeemed.id, Remember::No, &place).await;
    assert_eq!(late.unwrap_err(), ChallengeError::Expired);
}

pub async fn one_code_typed_many_times_at_once_passes_once(person: Person) {
    let (phone, _) = person.set_up().await;
    let code = person.code(&phone);
    let person = Arc::new(person);
    let mut racers: Vec<Racer> = Vec::new();
    for _ in 0..64 {
        let (person, challenge, code) = (Arc::clone(&person), person.challenge().await, code.clone());
        racers.push(Box::pin(async move { person.answer(&challenge, &code).await.is_ok() }));
    }
    assert_eq!(person.race(racers).await, 1);
}

pub async fn guesses_that_race_are_judged_no_more_often_than_the_budget_allows(person: Person) {
    let (phone, _) = person.set_up().await;
    let wrong = person.wrong_code(&phone);
    let person = Arc::new(person);
    let racers = (0..64).map(|_| {
        let (person, code) = (Arc::clone(&person), wrong.clone());
        Box::pin(async move {
            let refusal = person.refusal(&code).await;
            matches!(refusal, Refusal::Wrong { .. })
        }) as Racer
    });
    assert_eq!(person.race(racers.collect()).await, 5, "no more were told that they are wrong");
    assert!(matches!(person.refusal(&person.code(&phone)).await, Refusal::Wait { .. }));
}

pub async fn after_five_wrong_codes_even_the_right_one_waits(person: Person) {
    let (phone, _) = person.set_up().await;
    let challenge = person.challenge().await;
    for attempts_left in [4, 3, 2, 1] {
        let refused = person.answer(&challenge, &person.wrong_code(&phone)).await.unwrap_err();
        assert_eq!(refused, ChallengeError::Refused(Refusal::Wrong { attempts_left, wait: Duration::ZERO }));
    }
    let refused = person.answer(&challenge, &person.wrong_code(&phone)).await.unwrap_err();
    let wait = Duration::from_secs(1);
    assert_eq!(refused, ChallengeError::Refused(Refusal::Wrong { attempts_left: 1, wait }));
    let right = person.answer(&challenge, &person.code(&phone)).await.unwrap_err();
    assert_eq!(right, ChallengeError::Refused(Refusal::Wait { wait }));
    person.advance(1);
    assert!(person.answer(&challenge, &person.code(&phone)).await.is_ok());
    person.advance(30);
    assert_eq!(
        person.refusal(&person.wrong_code(&phone)).await,
        Refusal::Wrong { attempts_left: 4, wait: Duration::ZERO },
        "a success begins anew"
    );
}

pub async fn a_new_challenge_brings_no_new_tries(person: Person) {
    let (phone, _) = person.set_up().await;
    for _ in 0..5 {
        person.refusal(&person.wrong_code(&phone)).await;
    }
    assert!(matches!(person.refusal(&person.code(&phone)).await, Refusal::Wait { .. }));
    let step_up =
        person.two_factor.step_up(&person.caller, Some(super::person::PASSWORD), Some("000000")).await;
    assert!(
        matches!(step_up, Err(crate::error::StepUpError::Refused(Refusal::Wait { .. }))),
        "nor a step-up"
    );
}

pub async fn what_guessing_stopped_its_owner_starts_again_by_passing_in_another_way(person: Person) {
    let (phone, codes) = person.set_up().await;
    for (round, (guesses, code)) in [30, 10, 10].into_iter().zip(&codes).enumerate() {
        for _ in 0..guesses {
            person.refusal(&person.wrong_code(&phone)).await;
            person.advance(15 * 60);
        }
        assert!(matches!(person.refusal(&person.code(&phone)).await, Refusal::Stopped { .. }), "{round}");
        assert!(person.sign_in_with(code.expose()).await.is_ok(), "another way is open");
        // Fifty a year are the end of it: twice it is started again, and the bound holds.
        assert_eq!(person.sign_in_with(&person.code(&phone)).await.is_ok(), round < 2, "{round}");
        person.advance(60);
    }
    person.two_factor.unlock_user(person.caller.user(), None, None, &person.caller.place).await.unwrap();
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok(), "an administrator starts it again, too");
}

pub async fn nothing_but_six_digits_or_a_recovery_code_is_judged(person: Person) {
    let (phone, _) = person.set_up().await;
    let right = person.code(&phone);
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    let padded =
        [format!(" {right}"), format!("{right}\n"), format!("0{right}"), format!("+{right}"), spaced];
    for text in padded.iter().map(String::as_str).chain(["", "null", "12345", "１２３４５６"]) {
        assert_eq!(person.refusal(text).await, Refusal::Malformed, "{text:?}");
    }
    assert!(person.sign_in_with(&right).await.is_ok(), "and none of it was counted or spent the code");
}
