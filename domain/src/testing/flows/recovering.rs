//! Signing in without the phone.

use super::Person;
use crate::budget::FREE;
use crate::challenge::Remember;
use crate::error::{ChallengeError, Fault, Refusal};
use crate::factor::FactorKind;
use crate::testing::contract::{RACERS, Racer};
use std::time::Duration;

pub async fn a_recovery_code_signs_in_once_in_any_spelling(person: Person) {
    let (_, codes) = person.set_up().await;
    let spelled = codes[4].expose().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    let passed = person.sign_in_with(&spelled).await.unwrap();
    assert_eq!((passed.kind, passed.recovery_left), (FactorKind::RecoveryCode, Some(9)));
    let again = person.refusal(codes[4].expose()).await;
    assert_eq!(again, Refusal::AlreadyUsed { attempts_left: 4, wait: Duration::ZERO });
    let unknown = person.refusal("0000-0000-0000-0000").await;
    assert_eq!(unknown, Refusal::Wrong { attempts_left: 3, wait: Duration::ZERO });
    assert_eq!(person.overview().await.recovery.map(|codes| codes.left), Some(9));
}

pub async fn a_new_set_of_recovery_codes_ends_the_old_one(person: Person) {
    let (_, old) = person.set_up().await;
    let elsewhere = person.elsewhere().await;
    let new = person.two_factor.reset_recovery_codes(&person.caller).await.unwrap();
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
    assert!(matches!(person.refusal(old[0].expose()).await, Refusal::Wrong { .. }));
    assert!(person.sign_in_with(new[0].expose()).await.is_ok());
    let other =
        person.two_factor.step_up(&elsewhere, Some(super::person::PASSWORD), Some(new[1].expose())).await;
    assert!(other.is_err(), "the other browser was signed out");
}

/// Five wrong ones are free. An hour later one is, for that they came in a row; should it be the right code, the row is over,
/// and five more are free for whoever comes with the code that is used by now.
pub async fn recovery_codes_that_race_are_hashed_no_more_often_than_the_budget_allows(person: Person) {
    let (_, codes) = person.set_up().await;
    let (wrong, right) = ("0000-0000-0000-0000".to_owned(), codes[0].expose().to_owned());
    let free = u64::from(FREE);
    for (code, passing, most) in [(wrong, 0, free), (right, 1, 1 + free)] {
        person.advance(60 * 60);
        let (before, mut racers) = (person.hasher.runs(), Vec::new());
        for _ in 0..RACERS {
            let (two_factor, id) = (person.two_factor.clone(), person.challenge().await.id);
            let (site, code, place) = (person.caller.user().site, code.clone(), person.caller.place.clone());
            racers.push(Box::pin(async move {
                two_factor.answer_challenge(site, id, &code, Remember::No, &place).await.is_ok()
            }) as Racer);
        }
        let passed = person.race(racers).await;
        let hashed = person.hasher.runs() - before;
        assert_eq!(passed, passing);
        assert!((1..=most).contains(&hashed), "{hashed} hashed");
    }
}

pub async fn what_was_not_hashed_was_not_tried(person: Person) {
    let (_, codes) = person.set_up().await;
    person.hasher.refuse(true);
    for _ in 0..20 {
        let id = person.challenge().await.id;
        let site = person.caller.user().site;
        let answer = person.two_factor.answer_challenge(
            site,
            id,
            codes[0].expose(),
            Remember::No,
            &person.caller.place,
        );
        assert_eq!(answer.await.unwrap_err(), ChallengeError::Fault(Fault::Busy));
    }
    person.hasher.refuse(false);
    let wrong = person.refusal("0000-0000-0000-0000").await;
    assert_eq!(
        wrong,
        Refusal::Wrong { attempts_left: 4, wait: Duration::ZERO },
        "nothing was counted before"
    );
    assert!(person.sign_in_with(codes[0].expose()).await.is_ok());
}
