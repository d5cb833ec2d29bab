//! Requests that are sent twice.

use super::bench::{Bench, NOW};
use super::{RACERS, Racer};
use crate::audit::EventKind;
use crate::idempotency::KeyHash;
use crate::name::{ChallengeId, ClaimId, SiteId, User};
use crate::policy::{CLAIM_ABANDONED, CLAIM_FORGOTTEN};
use crate::ports::{
    Challenge, ClaimState, ClaimedKey, Fingerprint, KeptAnswer, NewChallenge, NewClaim, SettledClaim,
};
use crate::seal::{KeyId, Sealed};
use crate::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

fn claiming(bench: &Bench, number: u8, at: Timestamp) -> NewClaim {
    NewClaim {
        user: bench.user.clone(),
        key: KeyHash(bench.token(number).0),
        claim: ClaimId::new(at, &bench.entropy),
        fingerprint: Fingerprint { key: KeyId(1), digest: [number; 32] },
        at,
        abandoned: at - CLAIM_ABANDONED,
        forgotten: at - CLAIM_FORGOTTEN,
        answered: None,
    }
}

fn settling(of: &NewClaim, until: Timestamp) -> SettledClaim {
    let answer = Sealed::from_bytes(vec![7; 300]);
    SettledClaim { site: of.user.site, key: of.key, claim: of.claim, answer, until }
}

async fn state(bench: &Bench, of: &NewClaim, at: Timestamp) -> Option<ClaimState> {
    bench.store.claimed_key(of.user.site, of.key, at).await.unwrap().map(|held| held.state)
}

async fn race_to_claim(bench: &Bench, number: u8, at: Timestamp) -> usize {
    let racers = (0..RACERS).map(|_| {
        let (store, new) = (Arc::clone(&bench.store), claiming(bench, number, at));
        Box::pin(async move { store.claim_key(new).await.unwrap() }) as Racer
    });
    bench.race(racers.collect()).await
}

pub async fn a_key_is_claimed_once_however_many_race(bench: Bench) {
    assert_eq!(race_to_claim(&bench, 1, NOW).await, 1);
    // Once is not enough: of a database with two unique keys, now and then another one is the first to refuse.
    for number in 2..=40 {
        assert_eq!(race_to_claim(&bench, number, NOW).await, 1, "round {number}");
    }
    assert_eq!(race_to_claim(&bench, 1, NOW + CLAIM_ABANDONED).await, 0, "it is being answered still");
    let later = NOW + CLAIM_ABANDONED + Duration::from_millis(1);
    assert_eq!(race_to_claim(&bench, 1, later).await, 1, "whoever had it is gone");
    let other = SiteId::new(NOW, &bench.entropy);
    let foreign = claiming(&bench, 1, later);
    let foreign = NewClaim { user: User { site: other, ..foreign.user.clone() }, ..foreign };
    assert!(bench.store.claim_key(foreign).await.unwrap(), "another site's keys are its own");
}

pub async fn an_answer_is_kept_for_its_claim_and_no_longer_than_it_is_good(bench: Bench) {
    let first = claiming(&bench, 1, NOW);
    assert_eq!(state(&bench, &first, NOW).await, None);
    assert!(bench.store.claim_key(first.clone()).await.unwrap());
    let held = bench.store.claimed_key(first.user.site, first.key, NOW).await.unwrap();
    let expected =
        ClaimedKey { claim: first.claim, fingerprint: first.fingerprint, state: ClaimState::InFlight };
    assert_eq!(held, Some(expected));
    let until = NOW + Duration::from_mins(1);
    assert!(bench.store.settle_claim(settling(&first, until)).await.unwrap());
    assert!(!bench.store.settle_claim(settling(&first, until)).await.unwrap(), "once");
    assert!(!bench.store.release_claim(first.user.site, first.key, first.claim).await.unwrap());
    let answer = settling(&first, until).answer;
    assert_eq!(
        state(&bench, &first, until - Duration::from_millis(1)).await,
        Some(ClaimState::Answered(answer))
    );
    assert_eq!(state(&bench, &first, until).await, Some(ClaimState::Spent));
    assert_eq!(race_to_claim(&bench, 1, NOW + CLAIM_FORGOTTEN).await, 0, "it was used");
    let forgotten = NOW + CLAIM_FORGOTTEN + Duration::from_millis(1);
    assert_eq!(race_to_claim(&bench, 1, forgotten).await, 1);
    assert_eq!(state(&bench, &first, forgotten).await, Some(ClaimState::InFlight));
    assert!(!bench.store.settle_claim(settling(&first, forgotten)).await.unwrap(), "it is another's by now");
}

pub async fn what_is_opened_under_a_key_is_opened_once_with_its_answer_however_many_race(bench: Bench) {
    let open = bench.challenge().await;
    let answer = Sealed::from_bytes(vec![9; 300]);
    let until = NOW + Duration::from_mins(1);
    let opened: Vec<_> = (0..RACERS)
        .map(|_| {
            let claim = claiming(&bench, 1, NOW);
            let answered = Some(KeptAnswer { answer: answer.clone(), until });
            let challenge = Challenge { id: ChallengeId::new(NOW, &bench.entropy), ..open.clone() };
            let under = Some(Box::new(NewClaim { answered, ..claim }));
            NewChallenge { challenge, ticket: None, under, event: bench.event(EventKind::ChallengeOpened) }
        })
        .collect();
    let racers = opened.iter().map(|new| {
        let (store, new) = (Arc::clone(&bench.store), new.clone());
        Box::pin(async move { store.open_challenge(new).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    let mut stored = Vec::new();
    for new in &opened {
        let found = bench.store.challenge(bench.user.site, new.challenge.id).await.unwrap();
        let told = bench.store.event(bench.user.site, new.event.at, new.event.id).await.unwrap();
        assert_eq!(found.is_some(), told.is_some());
        stored.extend(found);
    }
    assert_eq!(stored.len(), 1, "of the others nothing is left");
    let under = claiming(&bench, 1, NOW);
    assert_eq!(state(&bench, &under, NOW).await, Some(ClaimState::Answered(answer)));
    assert!(!bench.store.claim_key(under.clone()).await.unwrap());
    assert_eq!(state(&bench, &under, until).await, Some(ClaimState::Spent));
    // What was claimed and abandoned is taken over, and settled as it is taken.
    let abandoned = claiming(&bench, 2, NOW);
    assert!(bench.store.claim_key(abandoned.clone()).await.unwrap());
    let later = NOW + CLAIM_ABANDONED + Duration::from_millis(1);
    let kept = KeptAnswer { answer: Sealed::from_bytes(vec![8]), until: later + Duration::from_mins(1) };
    let taken = NewClaim { answered: Some(kept.clone()), ..claiming(&bench, 2, later) };
    assert!(bench.store.claim_key(taken).await.unwrap());
    assert_eq!(state(&bench, &abandoned, later).await, Some(ClaimState::Answered(kept.answer)));
    assert!(!bench.store.settle_claim(settling(&abandoned, later)).await.unwrap());
}

pub async fn an_abandoned_claim_neither_settles_nor_releases_the_one_that_took_it_over(bench: Bench) {
    let (slow, later) = (claiming(&bench, 1, NOW), NOW + Duration::from_mins(1));
    assert!(bench.store.claim_key(slow.clone()).await.unwrap());
    let quick = claiming(&bench, 1, later);
    assert!(bench.store.claim_key(quick.clone()).await.unwrap());
    assert!(!bench.store.settle_claim(settling(&slow, later)).await.unwrap());
    assert!(!bench.store.release_claim(slow.user.site, slow.key, slow.claim).await.unwrap());
    assert_eq!(state(&bench, &quick, later).await, Some(ClaimState::InFlight));
    assert!(bench.store.release_claim(quick.user.site, quick.key, quick.claim).await.unwrap());
    assert_eq!(state(&bench, &quick, later).await, None);
    assert_eq!(race_to_claim(&bench, 1, later).await, 1);
}

pub async fn answers_are_wiped_when_their_time_is_over_and_with_their_user(bench: Bench) {
    bench.remembered().await;
    let (short, long) = (claiming(&bench, 1, NOW), claiming(&bench, 2, NOW));
    for (claim, until) in [(&short, NOW + Duration::from_secs(1)), (&long, NOW + Duration::from_hours(1))] {
        assert!(bench.store.claim_key(claim.clone()).await.unwrap());
        assert!(bench.store.settle_claim(settling(claim, until)).await.unwrap());
    }
    // No later than that: the store is not this case's alone.
    let later = NOW + Duration::from_secs(1);
    assert!(bench.store.forget_answers(later).await.unwrap() >= 1);
    assert_eq!(state(&bench, &short, NOW).await, Some(ClaimState::Spent), "gone, whatever the clock says");
    assert!(matches!(state(&bench, &long, later).await, Some(ClaimState::Answered(_))));
    let erased = bench.event(EventKind::UserErased);
    assert!(bench.store.erase_user(&bench.user, erased).await.unwrap());
    assert_eq!(state(&bench, &long, later).await, None);
}
