//! Signing in without the phone.

use super::Person;
use crate::challenge::Passed;
use crate::error::Refusal;
use crate::factor::FactorKind;
use std::time::Duration;

pub async fn a_recovery_code_signs_in_once_in_any_spelling(person: Person) {
    let (_, codes) = person.set_up().await;
    let spelled = codes[4].expose().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    let passed = person.sign_in_with(&spelled).await.unwrap();
    assert_eq!(passed, Passed { kind: FactorKind::RecoveryCode, recovery_left: Some(9) });
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
