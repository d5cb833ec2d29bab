//! Codes by mail.

use super::bench::{Bench, NOW};
use super::{RACERS, Racer};
use crate::audit::EventKind;
use crate::factor::FactorKind;
use crate::factor::email_code::CodeDigest;
use crate::letter_limit::{DAY, LetterCounts, PER_ADDRESS, Weight};
use crate::name::{EmailCodeId, Label, SessionId, User, UserId};
use crate::notice::Notice;
use crate::ports::{
    ChallengeState, CodeFor, ConfirmedFirst, ConfirmedFurther, Consume, Enrollment, MailedCode, NewEmailCode,
    NewEnrollment, OtherSessions, PassedChallenge, Purpose, RefusedAnswer, RemovedAuthenticator, ResetUser,
};
use crate::seal::{KeyId, Sealed};
use crate::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// A code made at that moment, for nothing in particular.
fn code(bench: &Bench, about: CodeFor, at: Timestamp) -> NewEmailCode {
    let id = EmailCodeId::new(at, &bench.entropy);
    let digest = CodeDigest { key: KeyId(1), digest: [5; 32] };
    let expires_at = at + Duration::from_mins(10);
    let code = MailedCode { id, about, digest, wrong: 0, alive: true, made_at: at, expires_at };
    let event = bench.event(EventKind::EmailCodeMailed).under(id.event());
    let letter = Sealed::from_bytes(vec![4; 80]);
    NewEmailCode { user: bench.user.clone(), code, letter, counts: counts(bench), event }
}

/// Those of an address, and a site, of the case's own.
pub(super) fn counts(bench: &Bench) -> LetterCounts {
    let mut address = [0; 32];
    for (byte, n) in bench.user.id.as_str().bytes().zip(0_u8..) {
        address[usize::from(n % 32)] ^= byte.wrapping_add(n);
    }
    LetterCounts { address, weight: Weight::Light, site: bench.user.site, in_all: 100_000 }
}

async fn mailed(bench: &Bench, about: CodeFor, at: Timestamp) -> EmailCodeId {
    let new = code(bench, about, at);
    let id = new.code.id;
    assert!(bench.store.mail_code(new).await.unwrap(), "the code is mailed");
    id
}

async fn alive(bench: &Bench) -> Vec<EmailCodeId> {
    let codes = bench.store.mailed_codes(&bench.user, NOW - Duration::from_hours(24)).await.unwrap();
    codes.into_iter().filter(|code| code.alive).map(|code| code.id).collect()
}

fn anything(bench: &Bench) -> CodeFor {
    SessionId::new(NOW, &bench.entropy).into()
}

/// A user whose only authenticator is an address.
async fn reachable(bench: &Bench) {
    bench.remembered().await;
    let enrollment = begun(bench, Purpose::First).await;
    let id = mailed(bench, enrollment.id.into(), NOW - Duration::from_mins(2)).await;
    let confirmed = confirmed(bench, &enrollment, id).await;
    assert!(bench.store.confirm_first(confirmed).await.unwrap(), "the address is confirmed");
    assert!(bench.store.acknowledge_enrollment(bench.acknowledgement(&enrollment)).await.unwrap());
}

async fn begun(bench: &Bench, purpose: Purpose) -> Enrollment {
    let enrollment = Enrollment { kind: FactorKind::Email, ..bench.enrollment(purpose) };
    let event = bench.event(EventKind::EnrollmentBegun);
    let new = NewEnrollment { enrollment: enrollment.clone(), at_once: 3, event };
    assert!(bench.store.begin_enrollment(new).await.unwrap(), "the enrollment begins");
    enrollment
}

async fn confirmed(bench: &Bench, of: &Enrollment, id: EmailCodeId) -> ConfirmedFirst {
    let budget = bench.budget(FactorKind::Email, true).await;
    ConfirmedFirst { budget, consume: Consume::EmailCode(id), ..bench.confirmation(of).await }
}

async fn passing(bench: &Bench, id: EmailCodeId, at: Timestamp) -> PassedChallenge {
    let challenge = bench.challenge().await.id;
    let spent = bench.spent(FactorKind::Email, Consume::EmailCode(id)).await;
    let event = bench.event(EventKind::ChallengePassed);
    let spent = crate::ports::Spent { at, ..spent };
    PassedChallenge { challenge, spent, remember: crate::challenge::Remember::No, redeems: None, event }
}

pub async fn one_code_is_mailed_a_minute_however_many_ask_and_five_an_hour(bench: Bench) {
    let about = anything(&bench);
    assert!(!bench.store.mail_code(code(&bench, about, NOW)).await.unwrap(), "nobody knows the user yet");
    bench.remembered().await;
    let racers = (0..RACERS).map(|_| {
        let (store, new) = (Arc::clone(&bench.store), code(&bench, about, NOW));
        Box::pin(async move { store.mail_code(new).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    let second = |n: u64| NOW + Duration::from_secs(n);
    assert!(!bench.store.mail_code(code(&bench, about, second(59))).await.unwrap());
    for n in 1..5 {
        mailed(&bench, about, second(n * 60)).await;
    }
    assert!(!bench.store.mail_code(code(&bench, about, second(3599))).await.unwrap(), "five were mailed");
    let last = mailed(&bench, about, second(3600)).await;
    assert_eq!(alive(&bench).await, [last], "each ended the one before");
    let page = crate::ports::EventPage::newest_of(&bench.user, 50);
    let told = bench.store.events(page).await.unwrap();
    assert_eq!(told.iter().filter(|event| event.kind == EventKind::EmailCodeMailed).count(), 6);
    assert!(told.iter().any(|event| event.id == last.event()));
}

pub async fn a_mailed_code_is_used_once_however_many_race(bench: Bench) {
    reachable(&bench).await;
    let id = mailed(&bench, anything(&bench), NOW).await;
    let mut racers: Vec<Racer> = Vec::new();
    for _ in 0..RACERS {
        let (store, passed) = (Arc::clone(&bench.store), passing(&bench, id, NOW).await);
        racers.push(Box::pin(async move { store.pass_challenge(passed).await.unwrap() }));
    }
    assert_eq!(bench.race(racers).await, 1);
    let again = passing(&bench, id, NOW).await;
    let challenge = again.challenge;
    assert!(!bench.store.pass_challenge(again).await.unwrap(), "and never again");
    let found = bench.store.challenge(bench.user.site, challenge).await.unwrap().unwrap();
    assert_eq!(found.state, ChallengeState::Open);
    assert_eq!(bench.state().await.authenticators[0].used_at, Some(NOW));
    // Whoever used it and has to sign in again does not wait for the minute to pass.
    let next = mailed(&bench, anything(&bench), NOW + Duration::from_secs(1)).await;
    assert_eq!(alive(&bench).await, [next]);
}

pub async fn a_mailed_code_is_its_users_and_ends_with_its_time(bench: Bench) {
    reachable(&bench).await;
    let id = mailed(&bench, anything(&bench), NOW).await;
    let late = passing(&bench, id, NOW + Duration::from_mins(10)).await;
    assert!(!bench.store.pass_challenge(late).await.unwrap());
    let other = bench.stranger("a stranger to that code");
    other.protected().await;
    assert!(!bench.store.pass_challenge(passing(&other, id, NOW).await).await.unwrap());
    assert!(bench.store.pass_challenge(passing(&bench, id, NOW).await).await.unwrap());
}

pub async fn the_fifth_wrong_answer_ends_a_mailed_code_however_many_race(bench: Bench) {
    reachable(&bench).await;
    let id = mailed(&bench, anything(&bench), NOW).await;
    let refused = async |at| RefusedAnswer {
        user: bench.user.clone(),
        challenge: None,
        email_code: Some(id),
        budget: bench.budget(FactorKind::Email, false).await,
        at,
        events: vec![bench.event(EventKind::StepUpRefused)],
    };
    for n in 1..=5 {
        assert_eq!(alive(&bench).await, [id], "{n}");
        let mut racers: Vec<Racer> = Vec::new();
        for _ in 0..8 {
            let (store, refused) = (Arc::clone(&bench.store), refused(NOW).await);
            racers.push(Box::pin(async move { store.refuse_answer(refused).await.unwrap() }));
        }
        assert_eq!(bench.race(racers).await, 1, "each is counted once");
    }
    assert_eq!(alive(&bench).await, []);
    let before = bench.budget(FactorKind::Email, false).await;
    assert!(!bench.store.refuse_answer(refused(NOW).await).await.unwrap());
    assert_eq!(bench.budget(FactorKind::Email, false).await, before, "nothing was counted");
    assert!(!bench.store.pass_challenge(passing(&bench, id, NOW).await).await.unwrap());
}

pub async fn an_address_is_confirmed_by_its_code_and_is_the_only_one(bench: Bench) {
    reachable(&bench).await;
    let further = begun(&bench, Purpose::Further).await;
    let id = mailed(&bench, further.id.into(), NOW).await;
    let new = ConfirmedFurther {
        budget: bench.budget(FactorKind::Email, true).await,
        consume: Consume::EmailCode(id),
        ..bench.further(&further).await
    };
    assert!(!bench.store.confirm_further(new).await.unwrap());
    assert_eq!(bench.state().await.authenticators.len(), 1);
    assert_eq!(alive(&bench).await, [id], "nothing was used up");
    let app = bench.begun(Purpose::Further).await;
    assert!(bench.store.confirm_further(bench.further(&app).await).await.unwrap(), "an app beside it is");
    let kinds: Vec<FactorKind> = bench.state().await.authenticators.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [FactorKind::Email, FactorKind::Totp]);
}

pub async fn a_change_of_factors_ends_a_mailed_code(bench: Bench) {
    reachable(&bench).await;
    let app = bench.begun(Purpose::Further).await;
    assert!(bench.store.confirm_further(bench.further(&app).await).await.unwrap());
    mailed(&bench, anything(&bench), NOW).await;
    let state = bench.state().await;
    let removed = RemovedAuthenticator {
        user: bench.user.clone(),
        authenticator: state.authenticators[0].id,
        revision: state.revision,
        by: None,
        others: OtherSessions::End { but: None },
        at: NOW,
        event: bench.event(EventKind::AuthenticatorRemoved),
    };
    assert!(bench.store.remove_authenticator(removed).await.unwrap());
    assert_eq!(alive(&bench).await, []);
    mailed(&bench, anything(&bench), NOW + Duration::from_mins(1)).await;
    let reset = ResetUser {
        user: bench.user.clone(),
        revision: None,
        at: NOW,
        events: vec![bench.event(EventKind::UserReset)],
    };
    assert!(bench.store.reset_user(reset).await.unwrap());
    assert_eq!(alive(&bench).await, []);
    assert!(bench.store.erase_user(&bench.user, bench.event(EventKind::UserErased)).await.unwrap());
    let left = bench.store.mailed_codes(&bench.user, NOW - Duration::from_hours(1)).await.unwrap();
    assert_eq!(left, []);
}

pub async fn a_letter_is_taken_once_however_many_race_and_wiped_when_it_is_settled(bench: Bench) {
    bench.remembered().await;
    let id = mailed(&bench, anything(&bench), NOW).await;
    let waiting = async |at: Timestamp| {
        let due = bench.store.letters_due(at, 10_000).await.unwrap();
        due.into_iter().find(|one| one.id == id)
    };
    assert_eq!(waiting(NOW - Duration::from_millis(1)).await, None, "not before its time");
    let seen = waiting(NOW).await.unwrap();
    assert_eq!((seen.attempts, seen.letter.bytes()), (0, [4; 80].as_slice()));
    let next = NOW + Duration::from_secs(10);
    let racers = (0..RACERS).map(|_| {
        let (store, seen) = (Arc::clone(&bench.store), seen.clone());
        Box::pin(async move { store.take_letter(&seen, next).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    assert_eq!(waiting(NOW).await, None, "it is being sent");
    let again = waiting(next).await.unwrap();
    assert_eq!(again.attempts, 1);
    bench.store.settle_letter(&again).await.unwrap();
    assert_eq!(waiting(next).await, None);
    assert!(!bench.store.take_letter(&again, next).await.unwrap(), "what is settled is not sent");
    assert_eq!(alive(&bench).await, [id], "its code is good still");
    let newer = mailed(&bench, anything(&bench), NOW + Duration::from_mins(1)).await;
    mailed(&bench, anything(&bench), NOW + Duration::from_mins(2)).await;
    let due = bench.store.letters_due(NOW + Duration::from_mins(2), 10_000).await.unwrap();
    assert!(due.iter().all(|one| one.id != newer), "the letter of an ended code is gone");
}

pub async fn an_address_is_sent_ten_letters_a_day_however_many_users_have_it(bench: Bench) {
    bench.remembered().await;
    let (about, counts) = (anything(&bench), counts(&bench));
    let mut racers: Vec<Racer> = Vec::new();
    for n in 0..30 {
        let id = UserId::parse(&format!("{}-{n}", bench.user.id.as_str())).unwrap();
        let user = User { site: bench.user.site, id };
        bench.store.remember_user(&user, &Label::parse("shared").unwrap(), NOW).await.unwrap();
        let new = code(&bench, about, NOW);
        let new = NewEmailCode {
            event: crate::audit::Event { user: user.clone(), ..new.event.clone() },
            user,
            ..new
        };
        let store = Arc::clone(&bench.store);
        racers.push(Box::pin(async move { store.mail_code(new).await.unwrap() }));
    }
    let mailed = bench.race(racers).await;
    assert_eq!(mailed, PER_ADDRESS as usize, "30 users with one address at once");
    assert_eq!(bench.store.letter_wait(&counts, NOW).await.unwrap(), DAY);
    let grave = LetterCounts { weight: Weight::Grave(Notice::TurnedOff), ..counts.clone() };
    assert_eq!(
        bench.store.letter_wait(&grave, NOW).await.unwrap(),
        Duration::ZERO,
        "what tells of a change is held back by none of them"
    );
    let later = NOW + DAY - Duration::from_millis(1);
    assert!(!bench.store.mail_code(code(&bench, about, later)).await.unwrap());
    assert_eq!(bench.store.letter_wait(&counts, NOW + DAY).await.unwrap(), Duration::ZERO);
    assert!(
        bench.store.mail_code(code(&bench, about, NOW + DAY)).await.unwrap(),
        "a day later it begins anew"
    );
}
