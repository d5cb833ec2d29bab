//! What is read of several tables at once is what each of them says, and of one moment.

use super::administering::resetting;
use super::answering::refusal;
use super::bench::{Bench, NOW};
use super::bypassing::issued;
use super::embedding::ticket_of;
use super::{RACERS, Racer};
use crate::audit::EventKind;
use crate::factor::FactorKind;
use crate::name::{ChallengeId, SiteId};
use crate::ports::{
    Challenge, ChallengeAccess, Consume, NewChallenge, OpenedBy, Purpose, RefusedAnswer, TicketFor,
    TornTicket,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Times that two-factor authentication is switched on and off again while others look.
const ROUNDS: usize = 8;

pub async fn what_an_answer_is_judged_against_is_seen_with_its_challenge(bench: Bench) {
    bench.protected().await;
    let further = bench.begun(Purpose::Further).await;
    assert!(bench.store.confirm_further(bench.further(&further).await).await.unwrap());
    let codes = bench.state().await.code_set.unwrap().codes;
    issued(&bench).await;
    let challenge = bench.challenge().await;
    for kind in [FactorKind::Totp, FactorKind::RecoveryCode] {
        let refused = refusal(&bench, Some(&challenge)).await;
        let refused = RefusedAnswer { budget: bench.budget(kind, false).await, ..refused };
        assert!(bench.store.refuse_answer(refused).await.unwrap(), "{kind:?}");
    }
    let spent = bench.spent(FactorKind::RecoveryCode, Consume::Code(codes[2].id)).await;
    let tested = bench.event(EventKind::AuthenticatorTested);
    assert!(bench.store.test_authenticator(spent, tested).await.unwrap());
    let site = bench.user.site;
    let alone = bench.store.challenge(site, challenge.id).await.unwrap().unwrap();
    assert_eq!(alone.failures, 2);
    for kind in FactorKind::ALL {
        let judged = bench.store.credentials(&bench.user, kind).await.unwrap();
        let others = [FactorKind::RecoveryCode, FactorKind::Totp].into_iter().filter(|other| *other != kind);
        assert_eq!(
            judged.others.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(),
            others.collect::<Vec<_>>()
        );
        let apps = if kind == FactorKind::Totp { 2 } else { 0 };
        assert_eq!(judged.authenticators.len(), apps, "{kind:?}");
        let seen = bench.store.answering(site, challenge.id, kind).await.unwrap();
        assert_eq!(seen, Some((alone.clone(), judged)), "{kind:?}");
    }
    let another = ChallengeId::new(NOW, &bench.entropy);
    for (site, id) in [(site, another), (SiteId::new(NOW, &bench.entropy), challenge.id)] {
        assert_eq!(bench.store.answering(site, id, FactorKind::Totp).await.unwrap(), None);
    }
    let state = bench.state().await;
    assert_eq!(state.bypass_code, bench.store.bypass_code(&bench.user).await.unwrap());
    assert!(state.bypass_code.is_some());
    assert_eq!(state.code_set.unwrap().codes.iter().filter(|code| code.used_at.is_some()).count(), 1);
    assert_eq!(state.authenticators.iter().map(|one| one.id).collect::<Vec<_>>(), {
        let judged = bench.store.credentials(&bench.user, FactorKind::Totp).await.unwrap();
        judged.authenticators.iter().map(|one| one.id).collect::<Vec<_>>()
    });
}

pub async fn a_challenge_is_opened_with_its_ticket_which_is_torn_once(bench: Bench) {
    bench.protected().await;
    let challenge = bench.challenge().await;
    let challenge = Challenge { id: ChallengeId::new(NOW, &bench.entropy), ..challenge };
    let ticket = ticket_of(&bench, 1, TicketFor::Challenge(challenge.id));
    let event = bench.event(EventKind::ChallengeOpened);
    let new = NewChallenge { challenge: challenge.clone(), ticket: Some(ticket.clone()), under: None, event };
    assert!(bench.store.open_challenge(new).await.unwrap());
    let found = bench.store.challenge(bench.user.site, challenge.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&challenge));
    assert_eq!(bench.store.ticket(ticket.hash).await.unwrap().as_ref(), Some(&ticket));
    let racers = (0..RACERS).map(|n| {
        let access = ChallengeAccess {
            token: bench.token(100 + u8::try_from(n).unwrap()),
            user: bench.user.clone(),
            challenge: challenge.id,
            expires_at: NOW + Duration::from_mins(1),
        };
        let torn = TornTicket { hash: ticket.hash, at: NOW, opened: OpenedBy::Challenge(access) };
        let store = Arc::clone(&bench.store);
        Box::pin(async move { store.tear_ticket(torn).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
}

pub async fn a_users_state_is_of_one_moment_however_it_changes_meanwhile(bench: Bench) {
    bench.remembered().await;
    let (bench, is_over) = (Arc::new(bench), Arc::new(AtomicBool::new(false)));
    let (changing, told) = (Arc::clone(&bench), Arc::clone(&is_over));
    let mut racers: Vec<Racer> = vec![Box::pin(async move {
        for _ in 0..ROUNDS {
            changing.protected().await;
            issued(&changing).await;
            let reset = resetting(&changing, &changing.user, None);
            assert!(changing.store.reset_user(reset).await.unwrap());
        }
        told.store(true, Ordering::SeqCst);
        true
    })];
    for _ in 0..3 {
        let (bench, is_over) = (Arc::clone(&bench), Arc::clone(&is_over));
        racers.push(Box::pin(async move {
            let mut coherent = true;
            while !is_over.load(Ordering::SeqCst) {
                let state = bench.state().await;
                let on = state.protected_since.is_some();
                // On and off change the revision by one each.
                let counted = state.revision % 2 == i64::from(on);
                let goes_together = state.contradiction().is_none() && state.code_set.is_some() == on;
                coherent &= counted && goes_together && (on || state.bypass_code.is_none());
            }
            coherent
        }));
    }
    assert_eq!(bench.race(racers).await, 4, "everybody saw what goes together");
}
