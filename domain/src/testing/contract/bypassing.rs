//! Bypass codes.

use super::bench::{Bench, NOW};
use super::{RACERS, Racer};
use crate::audit::EventKind;
use crate::budget::{Allowance, Budget};
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::factor::bypass_code::BypassDigest;
use crate::name::BypassCodeId;
use crate::ports::{
    ConfirmedFurther, Consume, IssuedBypassCode, OtherSessions, PassedChallenge, Purpose, RefusedAnswer,
    ReplacedCodes, ResetUser, Spent, StoredBypassCode,
};
use crate::seal::KeyId;
use std::sync::Arc;
use std::time::Duration;

fn code(bench: &Bench) -> IssuedBypassCode {
    let (id, digest) = (BypassCodeId::new(NOW, &bench.entropy), [6; 32]);
    let digest = BypassDigest { key: KeyId(1), digest };
    let code = StoredBypassCode { id, digest, expires_at: NOW + Duration::from_mins(15), used_at: None };
    IssuedBypassCode { user: bench.user.clone(), code, event: bench.event(EventKind::BypassCodeIssued) }
}

async fn issued(bench: &Bench) -> BypassCodeId {
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
    PassedChallenge { challenge, spent, remember: Remember::No, event }
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
