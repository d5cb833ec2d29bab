//! Changes of what a user has.

use super::bench::{Bench, NOW, user};
use super::{RACERS, Racer};
use crate::audit::EventKind;
use crate::factor::FactorKind;
use crate::name::{AuthenticatorId, Name};
use crate::ports::{
    ChallengeState, Consume, EnrollmentState, OtherSessions, Purpose, RemovedAuthenticator,
    RenamedAuthenticator, ReplacedCodes, Standing, TurnedOff,
};
use std::sync::Arc;

pub async fn an_authenticator_is_renamed_by_its_owner_only(bench: Bench) {
    let id = bench.protected().await.authenticators[0].id;
    let name = "Old <b>phone</b>";
    let renamed = bench.renaming(id, "Pixel", name, None);
    let user = user("a stranger to that authenticator");
    let of_a_stranger = RenamedAuthenticator { user, ..renamed.clone() };
    assert!(!bench.store.rename_authenticator(of_a_stranger).await.unwrap());
    assert!(bench.store.rename_authenticator(renamed).await.unwrap());
    assert_eq!(bench.state().await.authenticators[0].name.as_str(), name);
}

pub async fn of_names_that_are_given_at_once_one_is_kept_and_the_others_are_told(bench: Bench) {
    let id = bench.protected().await.authenticators[0].id;
    let racers = (0..8).map(|n| {
        let (store, renamed) =
            (Arc::clone(&bench.store), bench.renaming(id, "Pixel", &format!("Phone {n}"), None));
        Box::pin(async move { store.rename_authenticator(renamed).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    assert!(bench.state().await.authenticators[0].name.as_str().starts_with("Phone "));
}

impl Bench {
    pub(super) fn renaming(
        &self,
        authenticator: AuthenticatorId,
        seen: &str,
        name: &str,
        by: Option<Standing>,
    ) -> RenamedAuthenticator {
        let event = self.event(EventKind::AuthenticatorRenamed);
        let (seen, name) = (Name::parse(seen).unwrap(), Name::parse(name).unwrap());
        RenamedAuthenticator { user: self.user.clone(), authenticator, seen, name, by, event }
    }
}

pub async fn two_removals_that_saw_the_same_state_do_not_both_happen(bench: Bench) {
    bench.protected().await;
    let enrollment = bench.begun(Purpose::Further).await;
    assert!(bench.store.confirm_further(bench.further(&enrollment).await).await.unwrap());
    let state = bench.state().await;
    let racers = (0..RACERS).map(|n| {
        let store = Arc::clone(&bench.store);
        let removed = RemovedAuthenticator {
            user: bench.user.clone(),
            authenticator: state.authenticators[n % 2].id,
            revision: state.revision,
            by: None,
            others: OtherSessions::End { but: None },
            at: NOW,
            event: bench.event(EventKind::AuthenticatorRemoved),
        };
        Box::pin(async move { store.remove_authenticator(removed).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    assert_eq!(bench.state().await.authenticators.len(), 1);
}

pub async fn a_new_set_of_codes_invalidates_the_old_one(bench: Bench) {
    bench.remembered().await;
    let replacing = |revision| ReplacedCodes {
        user: bench.user.clone(),
        code_set: bench.code_set(),
        revision,
        by: None,
        others: OtherSessions::End { but: None },
        at: NOW,
        event: bench.event(EventKind::RecoveryCodesReplaced),
    };
    assert!(!bench.store.replace_recovery_codes(replacing(0)).await.unwrap(), "while it is off");
    let seen = bench.protected().await;
    let old = seen.code_set.unwrap();
    let mut racers: Vec<Racer> = Vec::new();
    for _ in 0..8 {
        let (store, replaced) = (Arc::clone(&bench.store), replacing(seen.revision));
        racers.push(Box::pin(async move { store.replace_recovery_codes(replaced).await.unwrap() }));
    }
    assert_eq!(bench.race(racers).await, 1, "whoever saw the set before holds one that works, or none");
    let new = bench.state().await.code_set.unwrap();
    assert!(new.id != old.id && new.codes.len() == 10);
    let spent = bench.spent(FactorKind::RecoveryCode, Consume::Code(old.codes[0].id)).await;
    assert!(
        !bench.store.test_authenticator(spent, bench.event(EventKind::AuthenticatorTested)).await.unwrap()
    );
    let spent = bench.spent(FactorKind::RecoveryCode, Consume::Code(new.codes[0].id)).await;
    assert!(
        bench.store.test_authenticator(spent, bench.event(EventKind::AuthenticatorTested)).await.unwrap()
    );
}

async fn turning_off(bench: &Bench, consume: Consume) -> TurnedOff {
    TurnedOff {
        spent: bench.spent(FactorKind::Totp, consume).await,
        by: None,
        others: OtherSessions::End { but: None },
        event: bench.event(EventKind::TurnedOff),
    }
}

pub async fn switching_off_leaves_nothing_that_answers(bench: Bench) {
    let state = bench.protected().await;
    let pending = bench.begun(Purpose::Further).await;
    let challenge = bench.challenge().await;
    assert!(
        !bench.store.turn_off(turning_off(&bench, Bench::step(&state, 100)).await).await.unwrap(),
        "a used step"
    );
    assert!(bench.store.turn_off(turning_off(&bench, Bench::step(&state, 101)).await).await.unwrap());
    let after = bench.state().await;
    assert_eq!((after.protected_since, after.authenticators, after.code_set), (None, vec![], None));
    assert!(after.revision > state.revision);
    assert_eq!(bench.store.live_enrollments(&bench.user, NOW).await.unwrap(), []);
    let pending = bench.store.enrollment(&bench.user, pending.id).await.unwrap().unwrap();
    assert_eq!((pending.state, pending.credential.bytes()), (EnrollmentState::Cancelled, &[] as &[u8]));
    let challenge = bench.store.challenge(bench.user.site, challenge.id).await.unwrap().unwrap();
    assert_eq!(challenge.state, ChallengeState::Cancelled);
    for (kind, consume) in [
        (FactorKind::Totp, Bench::step(&state, 300)),
        (FactorKind::RecoveryCode, Consume::Code(state.code_set.unwrap().codes[0].id)),
    ] {
        let spent = bench.spent(kind, consume).await;
        assert!(
            !bench
                .store
                .test_authenticator(spent, bench.event(EventKind::AuthenticatorTested))
                .await
                .unwrap()
        );
    }
    // And on again, as if it had never been.
    let again = bench.protected().await;
    assert_eq!((again.authenticators.len(), again.code_set.unwrap().codes.len()), (1, 10));
}

pub async fn switching_off_happens_once_however_many_race(bench: Bench) {
    let state = bench.protected().await;
    let mut racers: Vec<Racer> = Vec::new();
    for n in 0..8 {
        let (store, off) =
            (Arc::clone(&bench.store), turning_off(&bench, Bench::step(&state, 101 + n)).await);
        racers.push(Box::pin(async move { store.turn_off(off).await.unwrap() }));
    }
    assert_eq!(bench.race(racers).await, 1);
}
