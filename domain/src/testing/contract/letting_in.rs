//! Whoever is let in is let in by the transaction that looked at what lets them in (docs/ARCHITECTURE.md, rule 11): a device, a passed
//! challenge, a right answer, or that nothing is required.
#![expect(clippy::print_stdout, reason = "a race says what it came to: those figures are published")]

use super::Racer;
use super::bench::{Bench, NOW};
use super::embedding::trusted;
use crate::audit::{Event, EventKind};
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::name::{Issuer, SiteId};
use crate::ports::{
    ChallengeState, EventPage, NewSession, OtherSessions, PassedChallenge, RecognizedDevice,
    RedeemedChallenge, ReplacedCodes, SetRequirement, Site, TrustedDevice, TurnedOff, UserState,
};
use crate::requirement::Demand;
use crate::site::SitePolicy;
use crate::time::MAX_AHEAD;
use std::sync::Arc;
use std::time::Duration;

/// Rounds of each race.
const ROUNDS: usize = 16;

impl Bench {
    fn letting_in(&self, token: u8, revision: i64) -> Box<NewSession> {
        Box::new(self.to_open(token, revision))
    }

    pub(super) fn recognizing(&self, device: &TrustedDevice, token: u8, revision: i64) -> RecognizedDevice {
        RecognizedDevice {
            device: device.clone(),
            trusted_after: NOW - Duration::from_hours(24),
            revision,
            opens: Some(self.letting_in(token, revision)),
            event: self.event(EventKind::DeviceRecognized),
        }
    }

    async fn right_answer(&self, state: &UserState, step: i64) -> PassedChallenge {
        let challenge = self.challenge().await.id;
        let spent = self.spent(FactorKind::Totp, Self::step(state, step)).await;
        let event = self.event(EventKind::ChallengePassed);
        PassedChallenge { challenge, spent, remember: Remember::No, redeems: None, event }
    }

    fn redeeming(&self, of: &PassedChallenge, token: u8, revision: i64) -> RedeemedChallenge {
        RedeemedChallenge {
            user: self.user.clone(),
            challenge: of.challenge,
            passed_after: NOW - Duration::from_mins(10),
            revision,
            device: None,
            opens: Some(self.letting_in(token, revision)),
            event: self.event(EventKind::ChallengeRedeemed),
        }
    }

    async fn opened(&self, token: u8) -> bool {
        self.store.session(self.token(token)).await.unwrap().is_some()
    }
}

pub async fn a_device_lets_in_with_its_recognition_and_not_once_it_is_over(bench: Bench) {
    bench.protected().await;
    let device = trusted(&bench, 1, 101).await;
    let revision = bench.state().await.revision;
    let recognize = |change: &dyn Fn(&mut RecognizedDevice), token| {
        let mut recognized = bench.recognizing(&device, token, revision);
        change(&mut recognized);
        let store = Arc::clone(&bench.store);
        async move { store.recognize_device(recognized).await.unwrap() }
    };
    assert!(
        !recognize(&|one| one.revision -= 1, 2).await,
        "the password was judged before something changed"
    );
    assert!(!recognize(&|one| one.trusted_after = NOW, 3).await, "the site allows fewer days");
    assert!(!recognize(&|one| one.event.at = device.expires_at, 4).await, "it is over");
    assert!(recognize(&|_| {}, 6).await && bench.opened(6).await);
    let forgotten = bench.event(EventKind::DeviceForgotten);
    assert!(bench.store.forget_device(&bench.user, device.id, None, forgotten).await.unwrap());
    assert!(!recognize(&|_| {}, 7).await, "it was forgotten");
    for token in [2, 3, 4, 7] {
        assert!(!bench.opened(token).await, "{token}");
    }
}

pub async fn a_right_answer_lets_in_with_its_result_or_nothing_happens(bench: Bench) {
    let state = bench.protected().await;
    let passed = bench.right_answer(&state, 101).await;
    let (another, whole) = (bench.challenge().await.id, bench.redeeming(&passed, 1, state.revision));
    let earlier = |by| Event { at: NOW - by, ..whole.event.clone() };
    for (guard, redeemed) in [
        ("the revision", bench.redeeming(&passed, 1, state.revision - 1)),
        ("passed after", RedeemedChallenge { passed_after: NOW, ..whole.clone() }),
        ("no moment ahead", RedeemedChallenge { event: earlier(MAX_AHEAD * 2), ..whole.clone() }),
        ("the challenge that was passed", RedeemedChallenge { challenge: another, ..whole.clone() }),
    ] {
        let stale = PassedChallenge { redeems: Some(Box::new(redeemed)), ..passed.clone() };
        assert!(!bench.store.pass_challenge(stale).await.unwrap(), "{guard}");
        assert_eq!(bench.state().await, state, "{guard}: nothing was spent");
        let found = bench.store.challenge(bench.user.site, passed.challenge).await.unwrap().unwrap();
        assert_eq!((found.state, found.passed), (ChallengeState::Open, None), "{guard}");
        let events = bench.store.events(EventPage::newest_of(&bench.user, 9)).await.unwrap();
        assert!(events.iter().all(|one| one.kind != EventKind::ChallengePassed), "{guard}");
    }
    let redeems = Some(Box::new(bench.redeeming(&passed, 2, state.revision)));
    let whole = PassedChallenge { redeems, ..passed };
    assert!(bench.store.pass_challenge(whole.clone()).await.unwrap());
    assert!(bench.opened(2).await && !bench.opened(1).await);
    let found = bench.store.challenge(bench.user.site, whole.challenge).await.unwrap().unwrap();
    assert_eq!((found.state, found.passed), (ChallengeState::Redeemed, Some((FactorKind::Totp, NOW))));
    assert!(!bench.store.pass_challenge(whole).await.unwrap(), "once");
    let events = bench.store.events(EventPage::newest_of(&bench.user, 9)).await.unwrap();
    for kind in [EventKind::ChallengePassed, EventKind::SessionOpened, EventKind::ChallengeRedeemed] {
        assert_eq!(events.iter().filter(|one| one.kind == kind).count(), 1, "{kind:?}");
    }
}

/// What ends every session that was opened before it, and everything by which another one would be opened.
async fn ending(bench: &Bench, state: &UserState, round: usize) -> Racer {
    let (store, user) = (Arc::clone(&bench.store), bench.user.clone());
    let others = OtherSessions::End { but: None };
    match round % 3 {
        0 => {
            let spent = bench.spent(FactorKind::Email, Bench::step(state, 900)).await;
            let event = bench.event(EventKind::TurnedOff);
            let off = TurnedOff { spent, by: None, others, event };
            Box::pin(async move { !store.turn_off(off).await.unwrap() })
        }
        1 => {
            let (code_set, revision) = (bench.code_set(), state.revision);
            let event = bench.event(EventKind::RecoveryCodesReplaced);
            let new = ReplacedCodes { user, code_set, revision, by: None, others, at: NOW, event };
            Box::pin(async move { !store.replace_recovery_codes(new).await.unwrap() })
        }
        // As another password does.
        _ => {
            let event = bench.event(EventKind::PasswordChanged);
            Box::pin(async move {
                store.end_sessions(&user, None, event).await.unwrap();
                false
            })
        }
    }
}

pub async fn nobody_is_let_in_by_what_was_ended_meanwhile(bench: Bench) {
    let (mut let_in, mut survived) = (0, 0);
    for round in 0..ROUNDS {
        let bench = bench.stranger(&format!("letting in {round}"));
        bench.protected().await;
        let device = trusted(&bench, 1, 101).await;
        let state = bench.state().await;
        let (revision, redeemed) = (state.revision, bench.right_answer(&state, 102).await);
        assert!(bench.store.pass_challenge(redeemed.clone()).await.unwrap());
        let answer = bench.right_answer(&state, 103).await;
        let redeems = Some(Box::new(bench.redeeming(&answer, 14, revision)));
        let answer = PassedChallenge { redeems, ..answer };
        let mut racers: Vec<Racer> = Vec::new();
        for token in 10..13 {
            let (store, new) = (Arc::clone(&bench.store), bench.recognizing(&device, token, revision));
            racers.push(Box::pin(async move { store.recognize_device(new).await.unwrap() }));
        }
        let (store, redeemed) = (Arc::clone(&bench.store), bench.redeeming(&redeemed, 13, revision));
        racers.push(Box::pin(async move { store.redeem_challenge(redeemed).await.unwrap() }));
        let store = Arc::clone(&bench.store);
        racers.push(Box::pin(async move { store.pass_challenge(answer).await.unwrap() }));
        racers.insert(round % 5, ending(&bench, &state, round).await);
        let_in += bench.race(racers).await;
        for token in 10..15 {
            survived += usize::from(bench.opened(token).await);
        }
    }
    println!(
        "recognize / redeem / answer / (turn off, new codes, password): {ROUNDS} rounds, 6 racers, {let_in} let in before it, {survived} survived it"
    );
    assert_eq!(survived, 0);
}

pub async fn devices_that_are_forgotten_while_they_let_in_let_nobody_in_afterwards(bench: Bench) {
    let mut let_in = 0;
    for round in 0..ROUNDS {
        let bench = bench.stranger(&format!("forgetting {round}"));
        bench.protected().await;
        let device = trusted(&bench, 1, 101).await;
        let revision = bench.state().await.revision;
        let mut racers: Vec<Racer> = Vec::new();
        for token in 10..16 {
            let (store, new) = (Arc::clone(&bench.store), bench.recognizing(&device, token, revision));
            racers.push(Box::pin(async move { store.recognize_device(new).await.unwrap() }));
        }
        let (store, user) = (Arc::clone(&bench.store), bench.user.clone());
        let event = bench.event(EventKind::DevicesForgotten);
        let forget = async move { !store.forget_devices(&user, None, event).await.unwrap() };
        racers.insert(round % 6, Box::pin(forget));
        let recognized = bench.race(racers).await;
        let mut sessions = 0;
        for token in 10..16 {
            sessions += usize::from(bench.opened(token).await);
        }
        assert_eq!(sessions, recognized, "each recognition has its session, and none is without");
        let late = bench.recognizing(&device, 16, revision);
        assert!(!bench.store.recognize_device(late).await.unwrap() && !bench.opened(16).await);
        let_in += recognized;
    }
    println!("recognize / forget: {ROUNDS} rounds, 7 racers, {let_in} let in before it, 0 after");
}

pub async fn nobody_is_let_in_unasked_of_whom_it_is_required_by_then(bench: Bench) {
    let unasked = |of: &Bench, token, revision| {
        let new = NewSession { unasked_at: Some(NOW), ..of.to_open(token, revision) };
        let store = Arc::clone(&of.store);
        async move { store.open_session(new).await.unwrap() }
    };
    let mut let_in = 0;
    for round in 0..ROUNDS {
        let bench = bench.stranger(&format!("requiring {round}"));
        bench.remembered().await;
        let revision = bench.state().await.revision;
        let mut racers: Vec<Racer> = Vec::new();
        for token in 0..5 {
            racers.push(Box::pin(unasked(&bench, token, revision)));
        }
        let (user, event) = (bench.user.clone(), bench.event(EventKind::RequirementSet));
        let next = Demand { of_user: Some(NOW), ..Demand::default() };
        let set = SetRequirement { user, seen: Demand::default(), next, event };
        let store = Arc::clone(&bench.store);
        racers.insert(round % 5, Box::pin(async move { !store.set_requirement(set).await.unwrap() }));
        let_in += bench.race(racers).await;
        assert!(!unasked(&bench, 6, revision).await, "and afterwards nobody");
        assert!(bench.store.open_session(bench.to_open(7, revision)).await.unwrap(), "who set up meanwhile");
    }
    println!("unasked / required now: {ROUNDS} rounds, 6 racers, {let_in} let in before it, 0 after");
    let (site, policy) =
        (SiteId::from_uuid(bench.event(EventKind::SiteAdded).id.uuid()), SitePolicy::default());
    let issuer = Issuer::parse("Shop").unwrap();
    let bench = bench.at_site(site);
    for (required, requires_two_factor, required_from) in [
        (false, false, None),
        (false, true, Some(NOW + Duration::from_millis(1))),
        (true, true, Some(NOW)),
        (true, true, None),
    ] {
        let policy = SitePolicy { requires_two_factor, required_from, ..policy.clone() };
        bench.store.remember_site(&Site { id: site, issuer: issuer.clone(), policy }, NOW).await.unwrap();
        bench.remembered().await;
        let token = u8::from(requires_two_factor) * 2 + u8::from(required_from.is_some());
        let opened = unasked(&bench, token + 10 * u8::from(required), 0).await;
        assert_eq!(opened, !required, "{requires_two_factor} {required_from:?}");
    }
}
