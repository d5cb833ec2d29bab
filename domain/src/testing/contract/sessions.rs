//! Sessions, the audit log, and tidying.

use super::bench::{Bench, NOW, user};
use crate::audit::{Cause, Event, EventKind, Place};
use crate::factor::FactorKind;
use crate::ports::{ConfirmedFurther, EventPage, OtherSessions, Purpose, ReplacedCodes, SteppedUp};
use crate::session::Session;
use std::time::Duration;

pub async fn a_step_up_spends_its_code_and_none_after_the_session_ended(bench: Bench) {
    let state = bench.protected().await;
    let session = bench.session(1).await;
    let at = NOW + Duration::from_mins(1);
    let mut stepped_up = SteppedUp {
        session: session.id,
        token: None,
        spent: Some(bench.spent(FactorKind::Totp, Bench::step(&state, 101)).await),
        revision: state.revision,
        at,
        event: bench.event(EventKind::StepUpPassed),
    };
    assert!(bench.store.step_up(stepped_up.clone()).await.unwrap());
    assert!(!bench.store.step_up(stepped_up.clone()).await.unwrap(), "the step is spent");
    let found = bench.store.session(bench.token(1)).await.unwrap().unwrap();
    assert_eq!(found.stepped_up_at, Some(at));
    assert!(bench.store.end_session(session.id, bench.event(EventKind::SessionEnded)).await.unwrap());
    stepped_up.spent = Some(bench.spent(FactorKind::Totp, Bench::step(&state, 102)).await);
    assert!(!bench.store.step_up(stepped_up).await.unwrap());
    assert_eq!(bench.state().await.authenticators[0].watermark.number(), 101, "nothing was spent");
}

pub async fn a_step_up_gives_a_session_its_new_bearer_and_nobody_the_old_one(bench: Bench) {
    let session = bench.session(1).await;
    let stepped_up = SteppedUp {
        session: session.id,
        token: Some(bench.token(2)),
        spent: None,
        revision: bench.state().await.revision,
        at: NOW,
        event: bench.event(EventKind::StepUpPassed),
    };
    assert!(bench.store.step_up(stepped_up).await.unwrap());
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), None);
    let found = bench.store.session(bench.token(2)).await.unwrap();
    assert_eq!(found, Some(Session { stepped_up_at: Some(NOW), ..session }), "in all else the same");
}

pub async fn a_session_is_found_by_its_bearer_until_it_ends(bench: Bench) {
    let session = bench.session(1).await;
    assert_eq!(bench.store.session(bench.token(2)).await.unwrap(), None);
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), Some(session.clone()));
    let later = NOW + Duration::from_secs(90);
    assert!(bench.store.touch_session(&session, later).await.unwrap());
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap().unwrap().seen_at, later);
    let end = || bench.store.end_session(session.id, bench.event(EventKind::SessionEnded));
    assert!(end().await.unwrap());
    assert!(!end().await.unwrap());
    assert!(!bench.store.touch_session(&session, later).await.unwrap());
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), None);
}

pub async fn a_change_of_factors_reaches_the_other_sessions(bench: Bench) {
    bench.protected().await;
    let (mine, other) = (bench.session(1).await, bench.session(2).await);
    let enrollment = bench.begun(Purpose::Further).await;
    let ask_again = OtherSessions::AskAgain { but: Some(mine.id) };
    let further = ConfirmedFurther { others: ask_again, ..bench.further(&enrollment).await };
    assert!(bench.store.confirm_further(further).await.unwrap());
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), Some(mine.clone()));
    let asked = bench.store.session(bench.token(2)).await.unwrap().unwrap();
    assert_eq!((asked.id, asked.stepped_up_at), (other.id, None));
    let replaced = ReplacedCodes {
        user: bench.user.clone(),
        code_set: bench.code_set(),
        revision: bench.state().await.revision,
        by: None,
        others: OtherSessions::End { but: Some(mine.id) },
        at: NOW,
        event: bench.event(EventKind::RecoveryCodesReplaced),
    };
    assert!(bench.store.replace_recovery_codes(replaced).await.unwrap());
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), Some(mine));
    assert_eq!(bench.store.session(bench.token(2)).await.unwrap(), None);
    bench.store.end_sessions(&bench.user, None, bench.event(EventKind::SessionEnded)).await.unwrap();
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), None);
}

pub async fn events_come_newest_first_and_only_to_their_user(bench: Bench) {
    let place = Place { address: Some("192.0.2.7".into()), browser: Some("Firefox on Linux".into()) };
    let event = |seconds, who: &_| {
        let at = NOW + Duration::from_secs(seconds);
        let event = Event::new(EventKind::ChallengeRefused, who, &place, at, &bench.entropy);
        event.of_factor(FactorKind::Totp).because(Cause::ClockOff).about("Pixel ✨")
    };
    let events: Vec<Event> = (0..5).map(|n| event(n, &bench.user)).collect();
    for one in events.iter().rev() {
        bench.store.record(one.clone()).await.unwrap();
    }
    bench.store.record(event(9, &user("somebody else's event"))).await.unwrap();
    let expected: Vec<Event> = events.into_iter().rev().take(3).collect();
    assert_eq!(bench.store.events(EventPage::newest_of(&bench.user, 3)).await.unwrap(), expected);
}

pub async fn tidying_deletes_only_what_ended(bench: Bench) {
    let state = bench.protected().await;
    let (session, challenge) = (bench.session(1).await, bench.challenge().await);
    let pending = bench.begun(Purpose::Further).await;
    bench.store.tidy(NOW).await.unwrap();
    assert_eq!(bench.store.session(bench.token(1)).await.unwrap(), Some(session));
    assert_eq!(bench.store.challenge(bench.user.site, challenge.id).await.unwrap(), Some(challenge));
    assert_eq!(bench.store.enrollment(&bench.user, pending.id).await.unwrap(), Some(pending));
    assert_eq!(bench.state().await, state);
}
