//! A challenge that is passed by setting a first authenticator up.

use super::bench::{Bench, NOW};
use super::{RACERS, Racer};
use crate::audit::{Event, EventKind};
use crate::factor::FactorKind;
use crate::name::ChallengeId;
use crate::ports::{
    Acknowledged, ChallengeState, EnrollmentState, EventPage, PassedChallenge, Purpose, RedeemedChallenge,
    RefusedAnswer,
};
use std::sync::Arc;
use std::time::Duration;

/// Says that the codes are saved, and passes this challenge with it.
fn passing(bench: &Bench, acknowledged: Acknowledged, challenge: ChallengeId) -> Acknowledged {
    let mut passed = bench.event(EventKind::ChallengePassed).of_factor(FactorKind::Totp);
    passed.place.browser = Some("Firefox on Linux".into());
    let events: Vec<Event> = acknowledged.events.into_iter().chain([passed]).collect();
    Acknowledged { passes: Some(challenge), events, ..acknowledged }
}

pub async fn an_acknowledgement_passes_its_challenge_once_however_many_race(bench: Bench) {
    bench.remembered().await;
    let (challenge, other) = (
        bench.challenge_in(ChallengeState::Enrolling).await.id,
        bench.challenge_in(ChallengeState::Enrolling).await.id,
    );
    let enrollment = bench.begun(Purpose::First).await;
    assert!(bench.store.confirm_first(bench.confirmation(&enrollment).await).await.unwrap());
    // Half of them for the one challenge, half for the other: two-factor authentication is switched on once.
    let racers = (0..RACERS).map(|n| {
        let passes = if n % 2 == 0 { challenge } else { other };
        let (store, new) =
            (Arc::clone(&bench.store), passing(&bench, bench.acknowledgement(&enrollment), passes));
        Box::pin(async move { store.acknowledge_enrollment(new).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    assert_eq!(bench.state().await.protected_since, Some(NOW));
    let found = |id| {
        let (store, site) = (Arc::clone(&bench.store), bench.user.site);
        async move { store.challenge(site, id).await.unwrap().unwrap() }
    };
    let (one, another) = (found(challenge).await, found(other).await);
    let (passed, waiting) = if one.state == ChallengeState::Passed { (one, another) } else { (another, one) };
    assert_eq!((passed.state, passed.passed), (ChallengeState::Passed, Some((FactorKind::Totp, NOW))));
    assert_eq!(passed.browser.as_deref(), Some("Firefox on Linux"));
    assert_eq!((waiting.state, waiting.passed), (ChallengeState::Cancelled, None), "it was opened before");
    let events = bench.store.events(EventPage::newest_of(&bench.user, 50)).await.unwrap();
    let told = events.iter().filter(|event| event.kind == EventKind::ChallengePassed).count();
    assert_eq!(told, 1, "one consumed code, one passed challenge, one event");
    let redeemed = || RedeemedChallenge {
        user: bench.user.clone(),
        challenge: passed.id,
        revision: passed.revision,
        opens: None,
        passed_after: NOW - Duration::from_mins(10),
        device: None,
        event: bench.event(EventKind::ChallengeRedeemed),
    };
    assert!(bench.store.redeem_challenge(redeemed()).await.unwrap());
    assert!(!bench.store.redeem_challenge(redeemed()).await.unwrap());
}

pub async fn a_challenge_that_waits_for_an_enrollment_is_passed_by_nothing_else(bench: Bench) {
    bench.remembered().await;
    let waiting = bench.challenge_in(ChallengeState::Enrolling).await;
    let enrollment = bench.begun(Purpose::First).await;
    let right = |passes| passing(&bench, bench.acknowledgement(&enrollment), passes);
    assert!(!bench.store.acknowledge_enrollment(right(waiting.id)).await.unwrap(), "not confirmed");
    assert!(bench.store.confirm_first(bench.confirmation(&enrollment).await).await.unwrap());
    let late = Acknowledged { at: waiting.expires_at, ..right(waiting.id) };
    assert!(!bench.store.acknowledge_enrollment(late).await.unwrap(), "the challenge is over");
    let open = bench.challenge().await;
    assert!(!bench.store.acknowledge_enrollment(right(open.id)).await.unwrap(), "that one asks for a code");
    let stranger = bench.stranger("a stranger to that enrollment");
    stranger.remembered().await;
    let theirs = stranger.challenge_in(ChallengeState::Enrolling).await;
    assert!(!bench.store.acknowledge_enrollment(right(theirs.id)).await.unwrap(), "another user's");
    let kept = bench.store.enrollment(&bench.user, enrollment.id).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.codes.is_some()), (EnrollmentState::Confirmed, true), "nothing was changed");
    assert_eq!(bench.state().await.protected_since, None);
    let mut refused = RefusedAnswer {
        user: bench.user.clone(),
        challenge: Some(waiting.id),
        email_code: None,
        budget: bench.budget(FactorKind::Totp, false).await,
        at: NOW,
        events: vec![bench.event(EventKind::ChallengeRefused)],
    };
    assert!(!bench.store.refuse_answer(refused.clone()).await.unwrap(), "no answer is counted");
    assert!(bench.store.acknowledge_enrollment(bench.acknowledgement(&enrollment)).await.unwrap());
    let spent = bench.spent(FactorKind::Totp, Bench::step(&bench.state().await, 101)).await;
    let event = bench.event(EventKind::ChallengePassed);
    let answered = PassedChallenge {
        challenge: waiting.id,
        spent,
        remember: crate::challenge::Remember::No,
        redeems: None,
        event,
    };
    assert!(!bench.store.pass_challenge(answered).await.unwrap(), "nor does one pass it");
    refused.challenge = Some(open.id);
    assert!(
        !bench.store.refuse_answer(refused).await.unwrap(),
        "it was opened before the first factor was there"
    );
}
