//! What a site's administrator does with a user.

use super::bench::{Bench, NOW, user};
use super::embedding::{issue, trusted};
use super::{RACERS, Racer};
use crate::audit::{Event, EventKind, Place};
use crate::budget::Budget;
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::name::{Reason, User, UserId};
use crate::ports::{
    ChallengeState, Consume, EnrollmentState, EventPage, PassedChallenge, Purpose, RefusedAnswer, ResetUser,
    TicketFor,
};
use std::sync::Arc;

pub(super) fn resetting(bench: &Bench, who: &User, revision: Option<i64>) -> ResetUser {
    let reason = Reason::parse("Lost the phone, ticket 4711").unwrap();
    let event = Event::new(EventKind::UserReset, who, &Place::default(), NOW, &bench.entropy);
    ResetUser { user: who.clone(), revision, at: NOW, events: vec![event.for_reason(Some(reason))] }
}

async fn guess(bench: &Bench) {
    let refused = RefusedAnswer {
        user: bench.user.clone(),
        challenge: None,
        email_code: None,
        budget: bench.budget(FactorKind::Totp, false).await,
        at: NOW,
        events: vec![bench.event(EventKind::ChallengeRefused)],
    };
    assert!(bench.store.refuse_answer(refused).await.unwrap());
}

pub async fn a_reset_takes_every_factor_and_ends_everything_that_is_open(bench: Bench) {
    bench.protected().await;
    trusted(&bench, 5, 101).await;
    let state = bench.state().await;
    let (challenge, pending) = (bench.challenge().await.id, bench.begun(Purpose::Further).await);
    bench.session(1).await;
    issue(&bench, 2, TicketFor::Session { sign_in: None }).await;
    issue(&bench, 3, TicketFor::Challenge(challenge)).await;
    guess(&bench).await;
    let stranger = resetting(&bench, &user("nobody ever named this one"), None);
    assert!(!bench.store.reset_user(stranger).await.unwrap());
    let late = resetting(&bench, &bench.user, Some(state.revision - 1));
    assert!(!bench.store.reset_user(late).await.unwrap(), "decided on another state");
    assert_eq!(bench.state().await, state);
    assert!(bench.store.reset_user(resetting(&bench, &bench.user, Some(state.revision))).await.unwrap());
    let after = bench.state().await;
    assert_eq!((after.protected_since, after.authenticators, after.code_set), (None, vec![], None));
    assert_eq!((after.label, after.revision), (state.label, state.revision + 1));
    let enrollment = bench.store.enrollment(&bench.user, pending.id).await.unwrap().unwrap();
    assert_eq!((enrollment.state, enrollment.credential.bytes()), (EnrollmentState::Cancelled, &[] as &[u8]));
    let challenge = bench.store.challenge(bench.user.site, challenge).await.unwrap().unwrap();
    assert_eq!(challenge.state, ChallengeState::Cancelled);
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), None);
    assert_eq!(bench.store.ticket(bench.token(2)).await.unwrap(), None);
    assert_eq!(bench.store.ticket(bench.token(3)).await.unwrap(), None);
    assert_eq!(bench.store.devices(&bench.user).await.unwrap(), []);
    let budget = bench.store.credentials(&bench.user, FactorKind::Totp).await.unwrap().budget;
    assert_eq!((budget.consecutive, budget.failures.len()), (0, 0), "nothing is left to be guessed");
    let events = bench.store.events(EventPage::newest_of(&bench.user, 50)).await.unwrap();
    let reasons: Vec<_> = events.iter().filter_map(|one| one.reason.as_ref().map(Reason::as_str)).collect();
    assert_eq!(reasons, ["Lost the phone, ticket 4711"]);
    // And on again, as if it had never been.
    assert_eq!(bench.protected().await.authenticators.len(), 1);
}

pub async fn resets_that_saw_the_same_state_happen_once_however_many_race(bench: Bench) {
    let revision = bench.protected().await.revision;
    let racers = (0..RACERS).map(|_| {
        let (store, reset) = (Arc::clone(&bench.store), resetting(&bench, &bench.user, Some(revision)));
        Box::pin(async move { store.reset_user(reset).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
}

pub async fn a_reset_leaves_nothing_to_be_redeemed_however_answers_race_with_it(bench: Bench) {
    for step in 101..105 {
        let state = bench.protected().await;
        let challenge = bench.challenge().await.id;
        let mut racers: Vec<Racer> = Vec::new();
        for _ in 0..8 {
            let store = Arc::clone(&bench.store);
            let spent = bench.spent(FactorKind::Totp, Bench::step(&state, step)).await;
            let event = bench.event(EventKind::ChallengePassed);
            let passed = PassedChallenge { challenge, spent, remember: Remember::No, redeems: None, event };
            racers.push(Box::pin(async move { store.pass_challenge(passed).await.unwrap() }));
        }
        let (store, reset) = (Arc::clone(&bench.store), resetting(&bench, &bench.user, None));
        racers.insert(4, Box::pin(async move { !store.reset_user(reset).await.unwrap() }));
        assert!(bench.race(racers).await <= 1, "one answer at most, and the reset itself always happens");
        let challenge = bench.store.challenge(bench.user.site, challenge).await.unwrap().unwrap();
        assert_eq!(challenge.state, ChallengeState::Cancelled);
        assert_eq!(bench.state().await.protected_since, None);
    }
}

pub async fn an_unlock_forgives_and_a_budget_read_before_it_changes_nothing(bench: Bench) {
    let administrator = UserId::parse("an administrator").unwrap();
    let unlock = |who: &User| {
        let event = Event::new(EventKind::UserUnlocked, who, &Place::default(), NOW, &bench.entropy);
        let event = event.done_by(Some(&administrator));
        let (store, who) = (Arc::clone(&bench.store), who.clone());
        async move { store.unlock_user(&who, event).await.unwrap() }
    };
    assert!(!unlock(&bench.user).await, "nobody knows this user");
    bench.protected().await;
    assert!(unlock(&bench.user).await, "there is nothing to forgive, and nothing wrong with that");
    for _ in 0..6 {
        guess(&bench).await;
    }
    let budgets = bench.store.budgets(&bench.user).await.unwrap();
    assert_eq!((budgets.len(), budgets[0].0, budgets[0].1.consecutive), (1, FactorKind::Totp, 6));
    let seen = bench.budget(FactorKind::Totp, false).await;
    assert!(unlock(&bench.user).await);
    let refused = RefusedAnswer {
        user: bench.user.clone(),
        challenge: None,
        email_code: None,
        budget: seen.clone(),
        at: NOW,
        events: vec![bench.event(EventKind::ChallengeRefused)],
    };
    assert!(!bench.store.refuse_answer(refused).await.unwrap());
    let expected = Budget { version: seen.next.version, ..Budget::default() };
    assert_eq!(bench.store.budgets(&bench.user).await.unwrap(), [(FactorKind::Totp, expected)]);
    let events = bench.store.events(EventPage::newest_of(&bench.user, 50)).await.unwrap();
    let unlocked = events.iter().filter(|event| event.by.as_ref() == Some(&administrator));
    assert!(unlocked.clone().all(|event| event.kind == EventKind::UserUnlocked), "{events:?}");
    assert_eq!(unlocked.count(), 2, "who did it is kept, and of the user's own deeds nobody else is named");
}

pub async fn an_erased_user_leaves_nothing_personal_and_is_erased_once_however_many_race(bench: Bench) {
    let state = bench.protected().await;
    let (challenge, pending) = (bench.challenge().await.id, bench.begun(Purpose::Further).await);
    bench.session(1).await;
    issue(&bench, 2, TicketFor::Session { sign_in: None }).await;
    guess(&bench).await;
    let place = Place { address: Some("192.0.2.7".into()), browser: Some("Firefox on Linux".into()) };
    let named = Event::new(EventKind::AuthenticatorRenamed, &bench.user, &place, NOW, &bench.entropy);
    let named = named.about("Ada's Pixel").for_reason(Some(Reason::parse("Ada asked for it").unwrap()));
    bench.store.record(named.clone()).await.unwrap();
    let before = bench.store.events(EventPage::newest_of(&bench.user, 50)).await.unwrap().len();
    let racers = (0..RACERS / 4).map(|_| {
        let (store, owner) = (Arc::clone(&bench.store), bench.user.clone());
        let event = bench.event(EventKind::UserErased);
        Box::pin(async move { store.erase_user(&owner, event).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    assert_eq!(bench.state().await, crate::ports::UserState::default());
    assert_eq!(bench.store.budgets(&bench.user).await.unwrap(), []);
    assert_eq!(bench.store.enrollment(&bench.user, pending.id).await.unwrap(), None);
    assert_eq!(bench.store.challenge(bench.user.site, challenge).await.unwrap(), None);
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), None);
    assert_eq!(bench.store.ticket(bench.token(2)).await.unwrap(), None);
    let events = bench.store.events(EventPage::newest_of(&bench.user, 50)).await.unwrap();
    assert_eq!(events.len(), before + 1, "what happened stays, and the erasure itself");
    assert!(
        events
            .iter()
            .all(|one| { one.place == Place::default() && one.subject.is_none() && one.reason.is_none() })
    );
    assert!(events.iter().any(|one| one.id == named.id && one.kind == named.kind && one.at == named.at));
    let consume = Consume::Code(state.code_set.unwrap().codes[0].id);
    let spent = bench.spent(FactorKind::RecoveryCode, consume).await;
    let tested = bench.event(EventKind::AuthenticatorTested);
    assert!(!bench.store.test_authenticator(spent, tested).await.unwrap(), "nothing answers");
}
