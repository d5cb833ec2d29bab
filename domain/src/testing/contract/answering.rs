//! Answers, budgets and challenges.

use super::bench::{Bench, NOW};
use super::{RACERS, Racer};
use crate::audit::EventKind;
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::name::SiteId;
use crate::ports::{Challenge, ChallengeState, Consume, PassedChallenge, RedeemedChallenge, RefusedAnswer};
use crate::time::TimeStep;
use std::sync::Arc;
use std::time::Duration;

async fn passing(bench: &Bench, kind: FactorKind, consume: Consume) -> PassedChallenge {
    let challenge = bench.challenge().await.id;
    let event = bench.event(EventKind::ChallengePassed);
    PassedChallenge {
        challenge,
        spent: bench.spent(kind, consume).await,
        remember: Remember::No,
        redeems: None,
        event,
    }
}

async fn race_to_pass(bench: &Bench, kind: FactorKind, consume: Consume) -> usize {
    let mut racers: Vec<Racer> = Vec::new();
    for _ in 0..RACERS {
        let (store, passed) = (Arc::clone(&bench.store), passing(bench, kind, consume).await);
        racers.push(Box::pin(async move { store.pass_challenge(passed).await.unwrap() }));
    }
    bench.race(racers).await
}

pub async fn a_step_is_accepted_once_over_all_challenges_however_many_race(bench: Bench) {
    let state = bench.protected().await;
    assert_eq!(race_to_pass(&bench, FactorKind::Totp, Bench::step(&state, 101)).await, 1);
    for old in [101, 100, 3] {
        let passed = passing(&bench, FactorKind::Totp, Bench::step(&state, old)).await;
        assert!(!bench.store.pass_challenge(passed).await.unwrap(), "step {old}");
    }
    let passed = passing(&bench, FactorKind::Totp, Bench::step(&state, 102)).await;
    assert!(bench.store.pass_challenge(passed.clone()).await.unwrap());
    let challenge = bench.store.challenge(bench.user.site, passed.challenge).await.unwrap().unwrap();
    assert_eq!((challenge.state, challenge.passed), (ChallengeState::Passed, Some((FactorKind::Totp, NOW))));
    let authenticator = bench.state().await.authenticators.remove(0);
    assert_eq!((authenticator.watermark, authenticator.used_at), (TimeStep::from_number(102), Some(NOW)));
}

pub async fn a_recovery_code_is_accepted_once_over_all_challenges_however_many_race(bench: Bench) {
    let codes = bench.protected().await.code_set.unwrap().codes;
    assert_eq!(race_to_pass(&bench, FactorKind::RecoveryCode, Consume::Code(codes[3].id)).await, 1);
    let again = passing(&bench, FactorKind::RecoveryCode, Consume::Code(codes[3].id)).await;
    assert!(!bench.store.pass_challenge(again).await.unwrap());
    let used: Vec<_> = bench.state().await.code_set.unwrap().codes.iter().map(|code| code.used_at).collect();
    assert_eq!(used.iter().filter(|at| **at == Some(NOW)).count(), 1);
}

pub(super) async fn refusal(bench: &Bench, challenge: Option<&Challenge>) -> RefusedAnswer {
    RefusedAnswer {
        user: bench.user.clone(),
        challenge: challenge.map(|challenge| challenge.id),
        email_code: None,
        budget: bench.budget(FactorKind::Totp, false).await,
        at: NOW,
        events: vec![bench.event(EventKind::ChallengeRefused)],
    }
}

pub async fn a_failure_is_counted_once_for_each_budget_read_however_many_race(bench: Bench) {
    bench.protected().await;
    let challenge = bench.challenge().await;
    for expected in 1..=3 {
        let mut racers: Vec<Racer> = Vec::new();
        for _ in 0..RACERS {
            let (store, refused) = (Arc::clone(&bench.store), refusal(&bench, Some(&challenge)).await);
            racers.push(Box::pin(async move { store.refuse_answer(refused).await.unwrap() }));
        }
        assert_eq!(bench.race(racers).await, 1);
        let credentials = bench.store.credentials(&bench.user, FactorKind::Totp).await.unwrap();
        assert_eq!(
            (credentials.budget.consecutive, credentials.budget.failures.len()),
            (expected, expected as usize)
        );
        let challenge = bench.store.challenge(bench.user.site, challenge.id).await.unwrap().unwrap();
        assert_eq!(challenge.failures, expected);
    }
    let other_kind = bench.store.credentials(&bench.user, FactorKind::RecoveryCode).await.unwrap();
    assert_eq!(other_kind.budget.consecutive, 0, "kinds are counted apart");
}

pub async fn racing_guesses_are_counted_exactly(bench: Bench) {
    bench.protected().await;
    let bench = Arc::new(bench);
    // As many as a pool has connections: these racers come back at once, and more of them would only wait in line
    // for a connection until a slow machine gives up on them.
    let racers = (0..RACERS / 4).map(|_| {
        let bench = Arc::clone(&bench);
        Box::pin(async move {
            // Whoever loses reads again, as the service does, until it was counted.
            loop {
                let refused = refusal(&bench, None).await;
                if refused.budget.next.failures.len() > 12 {
                    return false;
                }
                if bench.store.refuse_answer(refused).await.unwrap() {
                    return true;
                }
            }
        }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 12);
    let credentials = bench.store.credentials(&bench.user, FactorKind::Totp).await.unwrap();
    assert_eq!(credentials.budget.failures.len(), 12);
}

pub async fn a_right_answer_does_not_pass_under_a_budget_that_changed(bench: Bench) {
    let state = bench.protected().await;
    let passed = passing(&bench, FactorKind::Totp, Bench::step(&state, 101)).await;
    assert!(bench.store.refuse_answer(refusal(&bench, None).await).await.unwrap());
    assert!(!bench.store.pass_challenge(passed.clone()).await.unwrap());
    assert_eq!(
        bench.state().await.authenticators[0].watermark,
        TimeStep::from_number(100),
        "nothing was spent"
    );
    let challenge = bench.store.challenge(bench.user.site, passed.challenge).await.unwrap().unwrap();
    assert_eq!(challenge.state, ChallengeState::Open);
}

pub async fn an_expired_challenge_passes_nothing_and_spends_nothing(bench: Bench) {
    let state = bench.protected().await;
    let mut passed = passing(&bench, FactorKind::Totp, Bench::step(&state, 101)).await;
    passed.spent.at = NOW + Duration::from_mins(5);
    assert!(!bench.store.pass_challenge(passed.clone()).await.unwrap());
    let credentials = bench.store.credentials(&bench.user, FactorKind::Totp).await.unwrap();
    assert_eq!(credentials.authenticators, state.authenticators);
    assert_eq!(credentials.budget.version + 1, passed.spent.budget.next.version, "the budget is as it was");
    let challenge = Challenge { id: passed.challenge, ..bench.challenge().await };
    let late = RefusedAnswer { at: NOW + Duration::from_mins(5), ..refusal(&bench, Some(&challenge)).await };
    assert!(!bench.store.refuse_answer(late).await.unwrap());
}

pub async fn a_challenge_is_redeemed_once_however_many_race(bench: Bench) {
    let state = bench.protected().await;
    let passed = passing(&bench, FactorKind::Totp, Bench::step(&state, 101)).await;
    let redeeming = || RedeemedChallenge {
        user: bench.user.clone(),
        challenge: passed.challenge,
        revision: state.revision,
        opens: None,
        passed_after: NOW - Duration::from_mins(10),
        device: None,
        event: bench.event(EventKind::ChallengeRedeemed),
    };
    assert!(!bench.store.redeem_challenge(redeeming()).await.unwrap(), "not passed yet");
    assert!(bench.store.pass_challenge(passed.clone()).await.unwrap());
    let late = RedeemedChallenge { passed_after: NOW, ..redeeming() };
    assert!(!bench.store.redeem_challenge(late).await.unwrap(), "passed too long ago");
    let racers = (0..RACERS).map(|_| {
        let (store, redeemed) = (Arc::clone(&bench.store), redeeming());
        Box::pin(async move { store.redeem_challenge(redeemed).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
}

pub async fn a_challenge_of_another_site_does_not_exist(bench: Bench) {
    bench.protected().await;
    let challenge = bench.challenge().await;
    let other = SiteId::from_uuid(uuid::Uuid::from_u128(999));
    assert_eq!(bench.store.challenge(other, challenge.id).await.unwrap(), None);
    assert_eq!(bench.store.challenge(bench.user.site, challenge.id).await.unwrap(), Some(challenge));
}
