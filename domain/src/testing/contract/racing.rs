//! Authority is decided where it is made (docs/ARCHITECTURE.md, rule 11): races of different verbs from different sessions, many rounds.
#![expect(clippy::print_stdout, reason = "a race says what it came to: those figures are published")]

use super::Racer;
use super::bench::{Bench, NOW};
use crate::audit::EventKind;
use crate::factor::FactorKind;
use crate::name::SessionId;
use crate::ports::{
    ChallengeState, ConfirmedFurther, Enrollment, EnrollmentState, Grounds, NewEnrollment, NewSession,
    OtherSessions, PassedChallenge, Purpose, RedeemedChallenge, RemovedAuthenticator, ReplacedCodes,
    Standing, TurnedOff,
};
use crate::session::{Home, Session};
use crate::{challenge::Remember, policy};
use std::sync::Arc;
use std::time::Duration;

/// Rounds of each race.
const ROUNDS: usize = 20;
/// Sign-ins that are under way in each.
const SIGN_INS: u8 = 7;

impl Bench {
    /// A session that was justified by what was seen under this revision.
    pub(super) fn to_open(&self, token: u8, revision: i64) -> NewSession {
        let session = Session {
            id: SessionId::new(NOW, &self.entropy),
            user: self.user.clone(),
            home: Home::Standalone,
            opened_at: NOW,
            seen_at: NOW,
            stepped_up_at: Some(NOW),
            sign_in: None,
        };
        NewSession {
            session,
            token: self.token(token),
            revision,
            unasked_at: None,
            event: self.event(EventKind::SessionOpened),
        }
    }

    async fn alive(&self, tokens: std::ops::Range<u8>) -> usize {
        let mut alive = 0;
        for token in tokens {
            alive += usize::from(self.store.session(self.token(token)).await.unwrap().is_some());
        }
        alive
    }

    fn replacing(&self, by: &Session, revision: i64) -> ReplacedCodes {
        ReplacedCodes {
            user: self.user.clone(),
            code_set: self.code_set(),
            revision,
            by: Some(proved(by)),
            others: OtherSessions::End { but: Some(by.id) },
            at: NOW,
            event: self.event(EventKind::RecoveryCodesReplaced),
        }
    }
}

/// As a dangerous change has it.
fn proved(by: &Session) -> Standing {
    Standing { session: by.id, grounds: Grounds::Proved { after: NOW - policy::STEP_UP } }
}

pub async fn no_session_opens_on_what_was_seen_before_an_acknowledgement(bench: Bench) {
    let (mut opened, mut survived) = (0, 0);
    for round in 0..ROUNDS {
        let bench = bench.stranger(&format!("acknowledgement {round}"));
        bench.remembered().await;
        let enrollment = bench.begun(Purpose::First).await;
        assert!(bench.store.confirm_first(bench.confirmation(&enrollment).await).await.unwrap());
        let revision = bench.state().await.revision;
        let mut racers: Vec<Racer> = Vec::new();
        for token in 0..SIGN_INS {
            let (store, new) = (Arc::clone(&bench.store), bench.to_open(token, revision));
            racers.push(Box::pin(async move { store.open_session(new).await.unwrap() }));
        }
        let (store, acknowledged) = (Arc::clone(&bench.store), bench.acknowledgement(&enrollment));
        let acknowledging = async move { !store.acknowledge_enrollment(acknowledged).await.unwrap() };
        racers.insert(round % racers.len(), Box::pin(acknowledging));
        opened += bench.race(racers).await;
        survived += bench.alive(0..SIGN_INS).await;
        assert!(bench.state().await.protected_since.is_some());
    }
    println!(
        "sign-in / acknowledgement: {ROUNDS} rounds, {SIGN_INS} sign-ins, {opened} opened before it, {survived} survived it"
    );
    assert_eq!(survived, 0, "whoever signs in meanwhile is asked for a code");
}

pub async fn of_changes_that_end_the_other_sessions_one_happens(bench: Bench) {
    let mut winners = Vec::new();
    for round in 0..ROUNDS {
        let bench = bench.stranger(&format!("changes {round}"));
        bench.protected().await;
        let further = bench.begun(Purpose::Further).await;
        assert!(bench.store.confirm_further(bench.further(&further).await).await.unwrap());
        let state = bench.state().await;
        let mut sessions = Vec::new();
        for token in 0..5 {
            sessions.push(bench.session(token).await);
        }
        let mut racers: Vec<Racer> = Vec::new();
        for (n, by) in sessions.iter().enumerate() {
            let store = Arc::clone(&bench.store);
            racers.push(match n {
                0 | 1 => {
                    let removed = RemovedAuthenticator {
                        user: bench.user.clone(),
                        authenticator: state.authenticators[n].id,
                        revision: state.revision,
                        by: Some(proved(by)),
                        others: OtherSessions::End { but: Some(by.id) },
                        at: NOW,
                        event: bench.event(EventKind::AuthenticatorRemoved),
                    };
                    Box::pin(async move { store.remove_authenticator(removed).await.unwrap() })
                }
                2 => {
                    let off = TurnedOff {
                        spent: bench.spent(FactorKind::Totp, Bench::step(&state, 900)).await,
                        by: Some(Standing { session: by.id, grounds: Grounds::Alive }),
                        others: OtherSessions::End { but: Some(by.id) },
                        event: bench.event(EventKind::TurnedOff),
                    };
                    Box::pin(async move { store.turn_off(off).await.unwrap() })
                }
                _ => {
                    let replaced = bench.replacing(by, state.revision);
                    Box::pin(async move { store.replace_recovery_codes(replaced).await.unwrap() })
                }
            });
        }
        racers.rotate_left(round % 5);
        winners.push(bench.race(racers).await);
        assert_eq!(bench.alive(0..5).await, 1, "the session that made it");
    }
    println!(
        "remove / remove / turn off / new codes / new codes: {ROUNDS} rounds, 5 sessions, winners {winners:?}"
    );
    assert!(winners.iter().all(|won| *won == 1), "whoever is second is signed out: {winners:?}");
}

/// Adding one asks every other session for its proof again, and replacing one ends it: nobody is second without a word.
pub async fn of_confirmations_from_different_sessions_one_happens_and_the_others_are_asked_again(
    bench: Bench,
) {
    let mut winners = Vec::new();
    for round in 0..ROUNDS {
        let bench = bench.stranger(&format!("confirmations {round}"));
        let old = bench.protected().await.authenticators[0].id;
        let mut racers: Vec<Racer> = Vec::new();
        for token in 0..3 {
            let by = bench.session(token).await;
            let purpose = if token == 0 { Purpose::Replace(old) } else { Purpose::Further };
            let enrollment = Enrollment { session: Some(by.id), ..bench.enrollment(purpose) };
            let event = bench.event(EventKind::EnrollmentBegun);
            let new = NewEnrollment { enrollment: enrollment.clone(), at_once: 3, event };
            assert!(bench.store.begin_enrollment(new).await.unwrap());
            let but = Some(by.id);
            let others =
                if token == 0 { OtherSessions::End { but } } else { OtherSessions::AskAgain { but } };
            // Each counts its own budget: what decides is not who typed first.
            let kind =
                [FactorKind::Totp, FactorKind::RecoveryCode, FactorKind::BypassCode][usize::from(token)];
            let budget = bench.budget(kind, true).await;
            let new = ConfirmedFurther {
                by: Some(proved(&by)),
                others,
                budget,
                ..bench.further(&enrollment).await
            };
            let store = Arc::clone(&bench.store);
            racers.push(Box::pin(async move { store.confirm_further(new).await.unwrap() }));
        }
        racers.rotate_left(round % 3);
        winners.push(bench.race(racers).await);
    }
    println!("replace / add / add: {ROUNDS} rounds, 3 sessions, winners {winners:?}");
    assert!(winners.iter().all(|won| *won == 1), "{winners:?}");
}

pub async fn a_session_that_ended_or_was_asked_again_changes_nothing(bench: Bench) {
    let state = bench.protected().await;
    let (mine, other) = (bench.session(1).await, bench.session(2).await);
    let id = state.authenticators[0].id;
    let rename = |by: &Session| {
        let by = Some(Standing { session: by.id, grounds: Grounds::Alive });
        let (store, renamed) = (Arc::clone(&bench.store), bench.renaming(id, "Pixel", "Pixel", by));
        async move { store.rename_authenticator(renamed).await.unwrap() }
    };
    let further = bench.begun(Purpose::Further).await;
    let others = OtherSessions::AskAgain { but: Some(mine.id) };
    let new = ConfirmedFurther { others, by: Some(proved(&mine)), ..bench.further(&further).await };
    assert!(bench.store.confirm_further(new).await.unwrap());
    let revision = bench.state().await.revision;
    assert!(
        !bench.store.replace_recovery_codes(bench.replacing(&other, revision)).await.unwrap(),
        "asked again"
    );
    assert!(rename(&other).await, "which needs no proof");
    assert!(
        !bench.store.replace_recovery_codes(bench.replacing(&mine, revision - 1)).await.unwrap(),
        "an old look"
    );
    assert!(bench.store.replace_recovery_codes(bench.replacing(&mine, revision)).await.unwrap());
    assert!(!rename(&other).await, "it was signed out");
    let revision = bench.state().await.revision;
    assert!(!bench.store.replace_recovery_codes(bench.replacing(&other, revision)).await.unwrap());
}

pub async fn what_a_session_has_pending_ends_with_it(bench: Bench) {
    let state = bench.protected().await;
    let (mine, other, third) = (bench.session(1).await, bench.session(2).await, bench.session(3).await);
    let begin = |by: &Session| {
        let enrollment = Enrollment { session: Some(by.id), ..bench.enrollment(Purpose::Further) };
        let new = NewEnrollment {
            enrollment: enrollment.clone(),
            at_once: 3,
            event: bench.event(EventKind::EnrollmentBegun),
        };
        let store = Arc::clone(&bench.store);
        async move {
            assert!(store.begin_enrollment(new).await.unwrap());
            enrollment
        }
    };
    let (kept, ended, left) = (begin(&mine).await, begin(&other).await, begin(&third).await);
    assert!(bench.store.end_session(third.id, bench.event(EventKind::SessionEnded)).await.unwrap());
    let found = |of: &Enrollment| {
        let (store, user, id) = (Arc::clone(&bench.store), bench.user.clone(), of.id);
        async move { store.enrollment(&user, id).await.unwrap().unwrap() }
    };
    assert_eq!(found(&left).await.state, EnrollmentState::Cancelled, "signed out");
    assert_eq!(found(&ended).await.state, EnrollmentState::Pending);
    assert!(bench.store.replace_recovery_codes(bench.replacing(&mine, state.revision)).await.unwrap());
    let gone = found(&ended).await;
    assert_eq!((gone.state, gone.credential.bytes()), (EnrollmentState::Cancelled, &[] as &[u8]));
    assert!(!bench.store.confirm_further(bench.further(&ended).await).await.unwrap(), "from whatever tab");
    assert_eq!(found(&kept).await.state, EnrollmentState::Pending);
    let new = ConfirmedFurther { by: Some(proved(&mine)), ..bench.further(&kept).await };
    assert!(bench.store.confirm_further(new).await.unwrap());
}

pub async fn a_challenge_is_over_with_the_factors_it_was_opened_under(bench: Bench) {
    let (mut redeemed, mut survived) = (0, 0);
    for round in 0..ROUNDS {
        let bench = bench.stranger(&format!("redeeming {round}"));
        let state = bench.protected().await;
        let mine = bench.session(1).await;
        let challenge = bench.challenge().await;
        let spent = bench.spent(FactorKind::Totp, Bench::step(&state, 101)).await;
        let (remember, event) = (Remember::No, bench.event(EventKind::ChallengePassed));
        let passed = PassedChallenge { challenge: challenge.id, spent, remember, redeems: None, event };
        assert!(bench.store.pass_challenge(passed).await.unwrap());
        let redeeming = RedeemedChallenge {
            user: bench.user.clone(),
            challenge: challenge.id,
            passed_after: NOW - Duration::from_mins(10),
            revision: challenge.revision,
            device: None,
            opens: Some(Box::new(bench.to_open(7, challenge.revision))),
            event: bench.event(EventKind::ChallengeRedeemed),
        };
        let (store, again) = (Arc::clone(&bench.store), redeeming.clone());
        let mut racers: Vec<Racer> =
            vec![Box::pin(async move { store.redeem_challenge(again).await.unwrap() })];
        let (store, replaced) = (Arc::clone(&bench.store), bench.replacing(&mine, state.revision));
        let replacing = async move { !store.replace_recovery_codes(replaced).await.unwrap() };
        racers.insert(round % 2, Box::pin(replacing));
        redeemed += bench.race(racers).await;
        survived += bench.alive(7..8).await;
        assert!(!bench.store.redeem_challenge(redeeming).await.unwrap(), "once, and not afterwards");
        let found = bench.store.challenge(bench.user.site, challenge.id).await.unwrap().unwrap();
        assert!(
            matches!(found.state, ChallengeState::Cancelled | ChallengeState::Redeemed),
            "{:?}",
            found.state
        );
    }
    println!(
        "redeem / new codes: {ROUNDS} rounds, 2 racers, {redeemed} redeemed before them, {survived} sessions survived"
    );
    assert_eq!(survived, 0, "the new codes end every session that was opened before them");
}
