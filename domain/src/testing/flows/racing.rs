//! Races of different verbs from different sessions (docs/ARCHITECTURE.md, rule 11): whoever is second is told so, and holds nothing.
#![expect(clippy::print_stdout, reason = "a race says what it came to: those figures are published")]

use super::Person;
use super::person::PASSWORD;
use crate::audit::Place;
use crate::challenge::Opened;
use crate::factor::recovery_code::PlainCode;
use crate::name::{Name, User};
use crate::ports::{Action, Purpose};
use crate::session::{Home, SessionToken};
use crate::testing::contract::Racer;
use crate::{TwoFactor, error::ChangeError};
use std::sync::{Arc, Mutex};

/// Rounds of each race.
const ROUNDS: usize = 12;
/// Sign-ins, or sessions, in each round.
const RACERS: usize = 8;

/// What racers leave for whoever looks at it afterwards.
type Left<T> = Arc<Mutex<Vec<T>>>;

/// A sign-in as the built-in one goes on after a right password. `None`: it starts over.
async fn goes_on(two_factor: &TwoFactor, user: &User, revision: i64) -> Option<SessionToken> {
    let (action, place) = (Action(Name::parse("sign_in").unwrap()), Place::default());
    match two_factor.open_challenge_since(user, revision, action, &place).await.unwrap() {
        Opened::NotEnrolled => {
            let opened = two_factor.open_session(user, revision, Home::Standalone, true, &place).await;
            opened.unwrap().map(|(token, _)| token)
        }
        Opened::Open(_) | Opened::EnrollmentRequired(_) => None,
    }
}

pub async fn no_sign_in_under_way_outlives_an_acknowledgement(person: Person) {
    let (mut survived, mut rounds) = (0, 0);
    for round in 0..ROUNDS {
        let person = person.somebody_else(round).await;
        let (begun, phone) = person.begin(Purpose::First).await;
        let code = person.code(&phone);
        person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Pixel").await.unwrap();
        let left: Left<SessionToken> = Left::default();
        let revision = person.revision().await;
        let mut racers: Vec<Racer> = (0..RACERS)
            .map(|_| {
                let (two_factor, user) = (person.two_factor.clone(), person.caller.user().clone());
                let left = Arc::clone(&left);
                Box::pin(async move {
                    let token = goes_on(&two_factor, &user, revision).await;
                    left.lock().unwrap().extend(token);
                    true
                }) as Racer
            })
            .collect();
        let (two_factor, caller, id) = (person.two_factor.clone(), person.caller.clone(), begun.id);
        racers.insert(
            round % RACERS,
            Box::pin(async move {
                two_factor.acknowledge_enrollment(&caller, id).await.unwrap();
                true
            }),
        );
        person.race(racers).await;
        let alive = person.alive(&left).await;
        survived += alive;
        rounds += usize::from(alive > 0);
    }
    println!(
        "sign-in / acknowledgement: {ROUNDS} rounds, {RACERS} racers, {survived} sessions survived in {rounds} rounds"
    );
    assert_eq!(survived, 0, "a session that was begun before two-factor authentication was on");
}

pub async fn of_sessions_that_ask_for_new_codes_at_once_one_holds_some(person: Person) {
    let (mut answered, mut dead) = (0, 0);
    for round in 0..ROUNDS / 6 {
        let person = person.somebody_else(round).await;
        person.set_up().await;
        let left: Left<Vec<PlainCode>> = Left::default();
        let mut racers: Vec<Racer> = Vec::new();
        for _ in 0..2 {
            let (two_factor, caller) = (person.two_factor.clone(), person.elsewhere().await);
            let left = Arc::clone(&left);
            racers.push(Box::pin(async move {
                match two_factor.reset_recovery_codes(&caller).await {
                    Ok(codes) => left.lock().unwrap().push(codes),
                    Err(error) => assert_eq!(error, ChangeError::Changed, "whoever is second looks again"),
                }
                true
            }));
        }
        person.race(racers).await;
        let sets = std::mem::take(&mut *left.lock().unwrap());
        answered += sets.len();
        for set in &sets {
            dead += usize::from(person.sign_in_with(set[0].expose()).await.is_err());
        }
    }
    let (rounds, racers) = (ROUNDS / 6, 2);
    println!(
        "new codes / new codes: {rounds} rounds, {racers} racers, {answered} answered with codes, {dead} dead sets"
    );
    assert_eq!(
        (answered, dead),
        (rounds, 0),
        "one winner a round, and nobody holds a set that does not work"
    );
}

pub async fn of_tabs_that_rename_what_they_saw_one_does_and_the_others_are_told(person: Person) {
    person.set_up().await;
    let id = person.authenticator("Pixel").await;
    let mut told = Vec::new();
    for name in ["Mine", "Work", "Old"] {
        let tab = person.elsewhere().await;
        told.push(person.two_factor.rename_authenticator(&tab, id, Some("Pixel"), name).await);
    }
    assert_eq!(
        told,
        [Ok(()), Err(ChangeError::Changed), Err(ChangeError::Changed)],
        "one after the other, too"
    );
    assert_eq!(person.overview().await.authenticators[0].name.as_str(), "Mine");
}

pub async fn of_different_changes_from_different_sessions_one_happens(person: Person) {
    let mut won = Vec::new();
    for round in 0..ROUNDS / 6 {
        let person = person.somebody_else(round).await;
        person.set_up().await;
        let (begun, phone) = person.begin(Purpose::Further).await;
        let code = person.code(&phone);
        person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Tablet").await.unwrap();
        let (pixel, tablet) = (person.authenticator("Pixel").await, person.authenticator("Tablet").await);
        let callers = [person.elsewhere().await, person.elsewhere().await, person.elsewhere().await];
        let mut racers: Vec<Racer> = Vec::new();
        for (n, caller) in callers.into_iter().enumerate() {
            let two_factor = person.two_factor.clone();
            racers.push(Box::pin(async move {
                match n {
                    0 => two_factor.remove_authenticator(&caller, pixel).await.is_ok(),
                    1 => two_factor.remove_authenticator(&caller, tablet).await.is_ok(),
                    _ => two_factor.reset_recovery_codes(&caller).await.is_ok(),
                }
            }));
        }
        racers.rotate_left(round % 3);
        won.push(person.race(racers).await);
    }
    println!("remove / remove / new codes: {} rounds, 3 sessions, winners {won:?}", won.len());
    assert!(won.iter().all(|winners| *winners == 1), "each ends the sessions of the others: {won:?}");
}

/// Whoever asked is looked up before the other one's change, and what they ask for comes after it.
pub async fn whoever_turns_off_what_somebody_else_has_changed_is_told_to_look_again(person: Person) {
    let (phone, _) = person.set_up().await;
    person.advance(30);
    let elsewhere = person.elsewhere().await;
    person.two_factor.reset_recovery_codes(&person.caller).await.unwrap();
    let code = person.code(&phone);
    let refused = person.two_factor.turn_off(&elsewhere, Some(PASSWORD), &code).await.unwrap_err();
    assert_eq!(refused, ChangeError::Changed);
    assert!(person.sign_in_with(&code).await.is_ok(), "and the code was not spent on it");
}

impl Person {
    /// How many of these sessions are alive.
    async fn alive(&self, left: &Left<SessionToken>) -> usize {
        let tokens = std::mem::take(&mut *left.lock().unwrap());
        let mut alive = 0;
        for token in tokens {
            alive += usize::from(self.two_factor.session(&token).await.unwrap().is_some());
        }
        alive
    }
}
