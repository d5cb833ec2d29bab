//! Bypass codes.

use super::bench::{Bench, NOW};
use super::{RACERS, Racer};
use crate::audit::EventKind;
use crate::budget::{Allowance, Budget};
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::factor::bypass_code::BypassDigest;
use crate::name::BypassCodeId;
use crate::policy;
use crate::ports::{
    ConfirmedFurther, Consume, Grounds, IssuedBypassCode, OtherSessions, PassedChallenge, Purpose,
    RefusedAnswer, RemovedAuthenticator, ReplacedCodes, ResetUser, Spent, Standing, StoredBypassCode,
    UserState,
};
use crate::seal::KeyId;
use std::sync::Arc;
use std::time::Duration;

fn code(bench: &Bench) -> IssuedBypassCode {
    let (id, digest) = (BypassCodeId::new(NOW, &bench.entropy), [6; 32]);
    let digest = BypassDigest { key: KeyId(1), digest };
    let expires_at = NOW + Duration::from_mins(15);
    let code = StoredBypassCode { id, digest, expires_at, used_at: None, passed: None };
    IssuedBypassCode { user: bench.user.clone(), code, event: bench.event(EventKind::BypassCodeIssued) }
}

pub(super) async fn issued(bench: &Bench) -> BypassCodeId {
    let new = code(bench);
    let id = new.code.id;
    assert!(bench.store.issue_bypass_code(new).await.unwrap(), "it is issued");
    id
}

async fn alive(bench: &Bench) -> Option<BypassCodeId> {
    bench.store.bypass_code(&bench.user).await.unwrap().filter(|code| code.is_good(NOW)).map(|code| code.id)
}

/// A code of this kind that is wrong.
async fn wrong(bench: &Bench, kind: FactorKind) {
    let refused = RefusedAnswer {
        user: bench.user.clone(),
        challenge: None,
        email_code: None,
        budget: bench.budget(kind, false).await,
        at: NOW,
        events: vec![bench.event(EventKind::ChallengeRefused)],
    };
    assert!(bench.store.refuse_answer(refused).await.unwrap());
}

async fn passing(bench: &Bench, id: BypassCodeId) -> PassedChallenge {
    let spent = bench.spent(FactorKind::BypassCode, Consume::BypassCode(id)).await;
    let (challenge, event) = (bench.challenge().await.id, bench.event(EventKind::ChallengePassed));
    PassedChallenge { challenge, spent, remember: Remember::No, redeems: None, event }
}

pub async fn a_bypass_code_is_accepted_once_over_all_challenges_however_many_race(bench: Bench) {
    bench.protected().await;
    let id = issued(&bench).await;
    let mut racers: Vec<Racer> = Vec::new();
    for _ in 0..RACERS {
        let (store, passed) = (Arc::clone(&bench.store), passing(&bench, id).await);
        racers.push(Box::pin(async move { store.pass_challenge(passed).await.unwrap() }));
    }
    assert_eq!(bench.race(racers).await, 1);
    let used = bench.store.bypass_code(&bench.user).await.unwrap().unwrap();
    assert_eq!((used.id, used.used_at), (id, Some(NOW)));
    assert!(!bench.store.pass_challenge(passing(&bench, id).await).await.unwrap(), "and never again");
}

pub async fn a_bypass_code_passes_nothing_for_anybody_else_or_after_its_time(bench: Bench) {
    bench.protected().await;
    let stranger = bench.stranger("somebody without a bypass code");
    stranger.protected().await;
    let id = issued(&bench).await;
    assert!(!stranger.store.pass_challenge(passing(&stranger, id).await).await.unwrap());
    let mut late = passing(&bench, id).await;
    late.spent.at = NOW + Duration::from_mins(15);
    assert!(!bench.store.pass_challenge(late).await.unwrap(), "the challenge is over too");
    assert_eq!(alive(&bench).await, Some(id));
    let expired = code(&bench);
    let (id, of_now) = (expired.code.id, StoredBypassCode { expires_at: NOW, ..expired.code.clone() });
    assert!(bench.store.issue_bypass_code(IssuedBypassCode { code: of_now, ..expired }).await.unwrap());
    assert!(!bench.store.pass_challenge(passing(&bench, id).await).await.unwrap());
}

pub async fn a_newer_bypass_code_ends_the_older_however_many_race(bench: Bench) {
    bench.remembered().await;
    assert!(!bench.store.issue_bypass_code(code(&bench)).await.unwrap(), "a password is enough for them");
    bench.protected().await;
    let old = issued(&bench).await;
    let mut racers: Vec<Racer> = Vec::new();
    for _ in 0..RACERS {
        let (store, new) = (Arc::clone(&bench.store), code(&bench));
        racers.push(Box::pin(async move { store.issue_bypass_code(new).await.unwrap() }));
    }
    assert_eq!(bench.race(racers).await, RACERS);
    let newest = alive(&bench).await.unwrap();
    assert!(newest != old && !bench.store.pass_challenge(passing(&bench, old).await).await.unwrap());
    assert!(bench.store.pass_challenge(passing(&bench, newest).await).await.unwrap());
}

pub async fn every_change_of_factors_ends_the_bypass_code(bench: Bench) {
    bench.protected().await;
    let others = OtherSessions::AskAgain { but: None };
    issued(&bench).await;
    let enrollment = bench.begun(Purpose::Further).await;
    assert!(alive(&bench).await.is_some(), "nothing has changed yet");
    let further = ConfirmedFurther { others, ..bench.further(&enrollment).await };
    assert!(bench.store.confirm_further(further).await.unwrap());
    assert_eq!(alive(&bench).await, None);
    issued(&bench).await;
    let event = bench.event(EventKind::RecoveryCodesReplaced);
    let (user, code_set) = (bench.user.clone(), bench.code_set());
    let replaced = ReplacedCodes {
        user,
        code_set,
        revision: bench.state().await.revision,
        by: None,
        others,
        at: NOW,
        event,
    };
    assert!(bench.store.replace_recovery_codes(replaced).await.unwrap());
    assert_eq!(alive(&bench).await, None);
    issued(&bench).await;
    let events = vec![bench.event(EventKind::UserReset)];
    let reset = ResetUser { user: bench.user.clone(), revision: None, at: NOW, events };
    assert!(bench.store.reset_user(reset).await.unwrap());
    assert_eq!(alive(&bench).await, None);
}

/// Whoever has the password stops this kind by typing what looks like such a code. Support lets the user in all the same.
pub async fn a_new_bypass_code_forgives_wrong_ones_and_nothing_else(bench: Bench) {
    bench.protected().await;
    issued(&bench).await;
    for kind in [FactorKind::BypassCode; 50].into_iter().chain([FactorKind::Totp]) {
        wrong(&bench, kind).await;
    }
    let stale = bench.budget(FactorKind::BypassCode, true).await;
    let of = async |kind| {
        let budgets = bench.store.budgets(&bench.user).await.unwrap();
        budgets.into_iter().find(|(of, _)| *of == kind).unwrap().1
    };
    assert!(matches!(of(FactorKind::BypassCode).await.allowance(NOW), Allowance::Stopped(_)));
    let others = of(FactorKind::Totp).await;
    let id = issued(&bench).await;
    assert_eq!(of(FactorKind::BypassCode).await, Budget { version: 51, ..Budget::default() });
    assert_eq!(of(FactorKind::Totp).await, others, "the app is not unlocked by it");
    let passed = passing(&bench, id).await;
    let late = PassedChallenge { spent: Spent { budget: stale, ..passed.spent.clone() }, ..passed.clone() };
    assert!(
        !bench.store.pass_challenge(late).await.unwrap(),
        "what was seen before the forgiving changes nothing"
    );
    assert!(bench.store.pass_challenge(passed).await.unwrap());
}

/// Sessions of one sign-in, and one of another, that confirm a replacing phone or remove the lost one at once.
pub async fn of_sessions_that_a_bypass_code_let_past_one_makes_one_change(bench: Bench) {
    let mut winners = Vec::new();
    for round in 0..12 {
        let bench = bench.stranger(&format!("let past {round}"));
        bench.protected().await;
        let further = bench.begun(Purpose::Further).await;
        assert!(bench.store.confirm_further(bench.further(&further).await).await.unwrap());
        let state = bench.state().await;
        let passed = passing(&bench, issued(&bench).await).await;
        let sign_in = passed.challenge;
        assert!(bench.store.pass_challenge(passed).await.unwrap());
        let code = bench.store.bypass_code(&bench.user).await.unwrap().unwrap();
        assert_eq!(code.passed, Some(sign_in));
        let mut racers: Vec<Racer> = Vec::new();
        for token in 0..3 {
            let by = bench.session_of(token, None, Some(sign_in)).await;
            let grounds = Grounds::LetPast { sign_in, after: NOW - policy::STEP_UP };
            let by = Some(Standing { session: by.id, grounds });
            racers.push(replacing_or_removing(&bench, &state, usize::from(token), by).await);
        }
        let other = bench.session_of(3, None, Some(bench.challenge().await.id)).await;
        let grounds = Grounds::LetPast { sign_in, after: NOW - policy::STEP_UP };
        let by = Some(Standing { session: other.id, grounds });
        let stranger = replacing_or_removing(&bench, &state, 0, by).await;
        assert!(!stranger.await, "its session is of another sign-in");
        racers.rotate_left(round % 3);
        winners.push(bench.race(racers).await);
        assert_eq!(bench.store.bypass_code(&bench.user).await.unwrap(), None, "it is used up");
    }
    assert!(winners.iter().all(|won| *won == 1), "once: {winners:?}");
}

async fn replacing_or_removing(bench: &Bench, state: &UserState, n: usize, by: Option<Standing>) -> Racer {
    let (store, others) = (Arc::clone(&bench.store), OtherSessions::AskAgain { but: None });
    if n < 2 {
        let enrollment = bench.begun(Purpose::Replace(state.authenticators[n].id)).await;
        let confirmed = ConfirmedFurther { by, others, ..bench.further(&enrollment).await };
        return Box::pin(async move { store.confirm_further(confirmed).await.unwrap() });
    }
    let removed = RemovedAuthenticator {
        user: bench.user.clone(),
        authenticator: state.authenticators[0].id,
        revision: state.revision,
        by,
        others,
        at: NOW,
        event: bench.event(EventKind::AuthenticatorRemoved),
    };
    Box::pin(async move { store.remove_authenticator(removed).await.unwrap() })
}

pub async fn a_bypass_code_allows_no_change_once_an_authenticator_has_answered(bench: Bench) {
    let state = bench.protected().await;
    let passed = passing(&bench, issued(&bench).await).await;
    let sign_in = passed.challenge;
    assert!(bench.store.pass_challenge(passed).await.unwrap());
    let by = bench.session_of(1, None, Some(sign_in)).await;
    let grounds = |after| Grounds::LetPast { sign_in, after };
    let by = |after| Some(Standing { session: by.id, grounds: grounds(after) });
    assert!(!replacing_or_removing(&bench, &state, 0, by(NOW)).await.await, "too long ago");
    let found = bench.spent(FactorKind::Totp, Bench::step(&state, 900)).await;
    let tested = bench.event(EventKind::AuthenticatorTested);
    assert!(bench.store.test_authenticator(found, tested).await.unwrap());
    assert!(!replacing_or_removing(&bench, &state, 0, by(NOW - policy::STEP_UP)).await.await);
}
