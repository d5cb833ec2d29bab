//! Users and enrollments.

use super::bench::{Bench, NOW, user};
use super::{RACERS, Racer};
use crate::audit::EventKind;
use crate::name::{EmailAddress, Label, Name, SessionId, User};
use crate::ports::{
    Acknowledged, ConfirmedFirst, Enrollment, EnrollmentState, EventPage, NewEnrollment, Purpose, UserState,
};
use crate::seal::Sealed;
use crate::time::TimeStep;
use std::sync::Arc;
use std::time::Duration;

pub async fn a_user_is_known_by_the_exact_id_and_relabelled(bench: Bench) {
    let label = |text| Label::parse(text).unwrap();
    let (alice, other) = (user("Alice é"), user("alice é"));
    bench.store.remember_user(&alice, &label("alice@example.com"), NOW).await.unwrap();
    bench.store.remember_user(&alice, &label("alice@example.org"), NOW).await.unwrap();
    let state = bench.store.user_state(&alice).await.unwrap();
    assert_eq!(state, UserState { label: Some(label("alice@example.org")), ..UserState::default() });
    assert_eq!(bench.store.user_state(&other).await.unwrap(), UserState::default());
}

pub async fn an_address_is_remembered_of_a_known_user_only(bench: Bench) {
    let email = |text| EmailAddress::parse(text).unwrap();
    let moves = async |text| {
        let moved = bench.event(EventKind::AccountMoved);
        bench.store.remember_email(&bench.user, &email(text), moved).await.unwrap()
    };
    assert!(!moves("a@example.com").await);
    assert_eq!(bench.state().await, UserState::default());
    bench.remembered().await;
    for text in ["Ä@example.com", "Ä@example.com", "b@example.com"] {
        assert!(moves(text).await);
        bench.remembered().await;
        assert_eq!(bench.state().await.email, Some(email(text)), "a label said again leaves it");
    }
}

pub async fn whoever_is_protected_is_told_at_the_address_that_they_had(bench: Bench) {
    let moves = async |text| {
        let moved = bench.event(EventKind::AccountMoved);
        bench.store.remember_email(&bench.user, &EmailAddress::parse(text).unwrap(), moved).await.unwrap()
    };
    let told = async || {
        let events = bench.store.events(EventPage::newest_of(&bench.user, 100)).await.unwrap();
        let moved = events.into_iter().filter(|event| event.kind == EventKind::AccountMoved);
        let mut left: Vec<String> = moved.map(|event| event.subject.unwrap()).collect();
        left.sort();
        left
    };
    bench.remembered().await;
    assert!(moves("a@example.com").await && moves("b@example.com").await);
    assert!(told().await.is_empty(), "there is nothing yet to be told of");
    bench.protected().await;
    for text in ["b@example.com", "B@Example.com", "b@bücher.test", "b@xn--bcher-kva.test", "c@example.com"]
    {
        assert!(moves(text).await);
    }
    assert_eq!(told().await, ["B@Example.com", "b@xn--bcher-kva.test"], "and not of another spelling");
}

pub async fn no_more_than_three_enrollments_are_pending_however_many_race(bench: Bench) {
    bench.remembered().await;
    let racers = (0..RACERS).map(|_| {
        let (store, enrollment) = (Arc::clone(&bench.store), bench.enrollment(Purpose::First));
        let event = bench.event(EventKind::EnrollmentBegun);
        let new = NewEnrollment { enrollment, at_once: 3, event };
        Box::pin(async move { store.begin_enrollment(new).await.unwrap() }) as super::Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 3);
    assert_eq!(bench.store.live_enrollments(&bench.user, NOW).await.unwrap().len(), 3);
    // Expired ones do not count.
    let late = NOW + Duration::from_mins(10);
    assert_eq!(bench.store.live_enrollments(&bench.user, late).await.unwrap(), []);
    let enrollment = Enrollment {
        begun_at: late,
        expires_at: late + Duration::from_mins(10),
        ..bench.enrollment(Purpose::First)
    };
    let event = bench.event(EventKind::EnrollmentBegun);
    let new = NewEnrollment { enrollment: enrollment.clone(), at_once: 3, event };
    assert!(bench.store.begin_enrollment(new).await.unwrap());
    let found = bench.store.enrollment(&bench.user, enrollment.id).await.unwrap();
    assert_eq!(found, Some(enrollment));
}

pub async fn an_enrollment_is_confirmed_once_however_many_race(bench: Bench) {
    bench.remembered().await;
    let enrollment = bench.begun(Purpose::First).await;
    let mut racers: Vec<super::Racer> = Vec::new();
    for _ in 0..RACERS {
        let (store, new) = (Arc::clone(&bench.store), bench.confirmation(&enrollment).await);
        racers.push(Box::pin(async move { store.confirm_first(new).await.unwrap() }));
    }
    assert_eq!(bench.race(racers).await, 1);
    let found = bench.store.enrollment(&bench.user, enrollment.id).await.unwrap().unwrap();
    assert_eq!((found.state, found.watermark), (EnrollmentState::Confirmed, TimeStep::from_number(100)));
    assert_eq!(found.name, Name::parse("Pixel").unwrap());
    let state = bench.state().await;
    assert_eq!((state.protected_since, state.authenticators.len(), state.code_set), (None, 0, None));
}

pub async fn an_expired_or_foreign_enrollment_is_not_confirmed(bench: Bench) {
    bench.remembered().await;
    let enrollment = bench.begun(Purpose::First).await;
    let late = ConfirmedFirst { at: enrollment.expires_at, ..bench.confirmation(&enrollment).await };
    assert!(!bench.store.confirm_first(late).await.unwrap());
    let stranger = user("a stranger to that enrollment");
    bench.store.remember_user(&stranger, &Label::parse("mallory").unwrap(), NOW).await.unwrap();
    let foreign = ConfirmedFirst { user: stranger.clone(), ..bench.confirmation(&enrollment).await };
    assert!(!bench.store.confirm_first(foreign).await.unwrap());
    assert_eq!(bench.store.enrollment(&stranger, enrollment.id).await.unwrap(), None);
    assert!(
        !bench
            .store
            .cancel_enrollment(&stranger, enrollment.id, bench.event(EventKind::EnrollmentCancelled))
            .await
            .unwrap()
    );
    let untouched = bench.store.enrollment(&bench.user, enrollment.id).await.unwrap();
    assert_eq!(untouched, Some(enrollment), "nothing of it changed");
}

pub async fn a_second_confirmed_enrollment_takes_the_place_of_the_first(bench: Bench) {
    bench.remembered().await;
    let (first, second) = (bench.begun(Purpose::First).await, bench.begun(Purpose::First).await);
    assert!(bench.store.confirm_first(bench.confirmation(&first).await).await.unwrap());
    assert!(bench.store.confirm_first(bench.confirmation(&second).await).await.unwrap());
    assert!(!bench.store.acknowledge_enrollment(bench.acknowledgement(&first)).await.unwrap());
    let live = bench.store.live_enrollments(&bench.user, NOW).await.unwrap();
    assert_eq!(live.iter().map(|one| one.id).collect::<Vec<_>>(), [second.id]);
    assert!(bench.store.acknowledge_enrollment(bench.acknowledgement(&second)).await.unwrap());
    assert_eq!(bench.state().await.authenticators[0].id, second.authenticator);
}

pub async fn an_acknowledged_enrollment_switches_on_once_however_many_race(bench: Bench) {
    bench.remembered().await;
    let enrollment = bench.begun(Purpose::First).await;
    let other = bench.begun(Purpose::First).await;
    assert!(
        !bench.store.acknowledge_enrollment(bench.acknowledgement(&enrollment)).await.unwrap(),
        "not confirmed"
    );
    assert!(bench.store.confirm_first(bench.confirmation(&enrollment).await).await.unwrap());
    let late = Acknowledged { at: NOW + Duration::from_hours(24), ..bench.acknowledgement(&enrollment) };
    assert!(!bench.store.acknowledge_enrollment(late).await.unwrap(), "too late");
    let racers = (0..RACERS).map(|_| {
        let (store, new) = (Arc::clone(&bench.store), bench.acknowledgement(&enrollment));
        Box::pin(async move { store.acknowledge_enrollment(new).await.unwrap() }) as super::Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    let state = bench.state().await;
    assert_eq!((state.protected_since, state.revision), (Some(NOW), 1));
    let authenticator = &state.authenticators[0];
    assert_eq!(
        (authenticator.id, authenticator.watermark),
        (enrollment.authenticator, TimeStep::from_number(100))
    );
    assert_eq!((&authenticator.credential, authenticator.used_at), (&enrollment.credential, None));
    let codes = state.code_set.unwrap().codes;
    assert!(codes.len() == 10 && codes.iter().all(|code| code.used_at.is_none()));
    let done = bench.store.enrollment(&bench.user, enrollment.id).await.unwrap().unwrap();
    assert_eq!(
        (done.state, done.codes, done.credential.bytes()),
        (EnrollmentState::Acknowledged, None, &[] as &[u8])
    );
    let cancelled = bench.store.enrollment(&bench.user, other.id).await.unwrap().unwrap();
    assert_eq!((cancelled.state, cancelled.credential.bytes()), (EnrollmentState::Cancelled, &[] as &[u8]));
}

pub async fn a_further_authenticator_is_active_at_once_and_only_once(bench: Bench) {
    bench.remembered().await;
    let early = bench.begun(Purpose::Further).await;
    assert!(!bench.store.confirm_further(bench.further(&early).await).await.unwrap(), "while it is off");
    bench.protected().await;
    let enrollment = bench.begun(Purpose::Further).await;
    let mut racers: Vec<super::Racer> = Vec::new();
    for _ in 0..RACERS {
        let (store, new) = (Arc::clone(&bench.store), bench.further(&enrollment).await);
        racers.push(Box::pin(async move { store.confirm_further(new).await.unwrap() }));
    }
    assert_eq!(bench.race(racers).await, 1);
    let state = bench.state().await;
    let mut watermarks: Vec<(&str, TimeStep)> =
        state.authenticators.iter().map(|one| (one.name.as_str(), one.watermark)).collect();
    // Both were added in the same moment: their order is nobody's promise.
    watermarks.sort_unstable();
    let expected = [("Pixel", TimeStep::from_number(100)), ("Tablet", TimeStep::from_number(200))];
    assert_eq!((watermarks.as_slice(), state.revision), (expected.as_slice(), 2));
}

pub async fn a_replacing_authenticator_takes_the_old_ones_place_in_one_step(bench: Bench) {
    let old = bench.protected().await.authenticators.remove(0);
    let (first, second) =
        (bench.begun(Purpose::Replace(old.id)).await, bench.begun(Purpose::Replace(old.id)).await);
    assert_eq!(
        bench.state().await.authenticators,
        std::slice::from_ref(&old),
        "the old one works until then"
    );
    assert!(bench.store.confirm_further(bench.further(&first).await).await.unwrap());
    assert!(!bench.store.confirm_further(bench.further(&second).await).await.unwrap(), "the old one is gone");
    let state = bench.state().await;
    assert_eq!(state.authenticators.iter().map(|one| one.id).collect::<Vec<_>>(), [first.authenticator]);
    assert!(state.code_set.unwrap().codes.iter().all(|code| code.used_at.is_none()), "the codes stay");
}

pub async fn a_pending_enrollment_is_taken_over_by_one_session_however_many_race(bench: Bench) {
    bench.remembered().await;
    let session = || SessionId::new(NOW, &bench.entropy);
    let (first, later, stranger) =
        (session(), NOW + Duration::from_mins(11), user("a stranger to that session"));
    let enrollment = Enrollment { session: Some(first), ..bench.enrollment(Purpose::First) };
    let event = bench.event(EventKind::EnrollmentBegun);
    let new = NewEnrollment { enrollment: enrollment.clone(), at_once: 3, event };
    assert!(bench.store.begin_enrollment(new).await.unwrap());
    let held_by = async || bench.store.enrollment(&bench.user, enrollment.id).await.unwrap().unwrap().session;
    let take = async |user: &User, from, now| {
        bench.store.take_over_enrollments(user, from, session(), now).await.unwrap();
    };
    take(&bench.user, session(), NOW).await;
    take(&bench.user, first, later).await;
    take(&stranger, first, NOW).await;
    assert_eq!(held_by().await, Some(first), "another session's, an expired one, another user's");
    let next: Vec<SessionId> = (0..RACERS).map(|_| session()).collect();
    let racers = next.iter().map(|to| {
        let (store, user, to) = (Arc::clone(&bench.store), bench.user.clone(), *to);
        Box::pin(async move { store.take_over_enrollments(&user, first, to, NOW).await.is_ok() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, RACERS);
    let winner = held_by().await.unwrap();
    assert!(next.contains(&winner));
    take(&bench.user, first, NOW).await;
    assert_eq!(held_by().await, Some(winner), "it is moved, never shared");
}

/// Confirmed from `place` by this session.
async fn confirmed_in(bench: &Bench, session: SessionId, browser: &str) -> Enrollment {
    let enrollment = Enrollment { session: Some(session), ..bench.enrollment(Purpose::First) };
    let event = bench.event(EventKind::EnrollmentBegun);
    let new = NewEnrollment { enrollment: enrollment.clone(), at_once: 3, event };
    assert!(bench.store.begin_enrollment(new).await.unwrap());
    let mut confirmation = bench.confirmation(&enrollment).await;
    confirmation.event.place.browser = Some(browser.to_owned());
    assert!(bench.store.confirm_first(confirmation).await.unwrap());
    bench.store.enrollment(&bench.user, enrollment.id).await.unwrap().unwrap()
}

/// With a code of this step, and recovery codes of its own.
async fn taken_up(bench: &Bench, of: &Enrollment, session: SessionId, step: i64) -> ConfirmedFirst {
    ConfirmedFirst {
        session: Some(session),
        consume: Bench::first_step(of, step),
        codes: Sealed::from_bytes(vec![7; 300]),
        ..bench.confirmation(of).await
    }
}

pub async fn what_one_session_confirmed_no_other_acknowledges_or_takes_up_without_a_code(bench: Bench) {
    bench.remembered().await;
    let session = || SessionId::new(NOW, &bench.entropy);
    let (owner, other) = (session(), session());
    let waiting = confirmed_in(&bench, owner, "Firefox on Linux").await;
    let confirmed = waiting.confirmed.clone().unwrap();
    assert_eq!((confirmed.at, confirmed.place.browser.as_deref()), (NOW, Some("Firefox on Linux")));
    let by = |session| Acknowledged { session: Some(session), ..bench.acknowledgement(&waiting) };
    assert!(!bench.store.acknowledge_enrollment(by(other)).await.unwrap(), "it was shown no codes");
    for (who, step) in [(other, 99), (other, 100), (owner, 101)] {
        let again = taken_up(&bench, &waiting, who, step).await;
        assert!(!bench.store.confirm_first(again).await.unwrap(), "a used step, or the owner again: {step}");
    }
    let set = taken_up(&bench, &waiting, other, 101).await;
    let mut expected: Vec<_> = set.code_set.codes.iter().map(|(id, _)| id.uuid()).collect();
    expected.sort();
    assert!(bench.store.confirm_first(set).await.unwrap(), "a code of the new authenticator goes on with it");
    assert!(!bench.store.acknowledge_enrollment(by(owner)).await.unwrap(), "the codes before are dead");
    let moved = bench.store.enrollment(&bench.user, waiting.id).await.unwrap().unwrap();
    assert_eq!(moved.codes.unwrap().bytes(), &[7; 300]);
    assert!(bench.store.acknowledge_enrollment(by(other)).await.unwrap());
    let state = bench.state().await;
    assert_eq!(state.authenticators[0].watermark, TimeStep::from_number(101), "that code counts as used");
    let mut active: Vec<_> = state.code_set.unwrap().codes.iter().map(|code| code.id.uuid()).collect();
    active.sort();
    assert_eq!(active, expected, "the codes of the session that acknowledged");
}

#[expect(clippy::print_stdout, reason = "a race says what it came to: those figures are published")]
pub async fn of_an_acknowledgement_and_takings_up_one_session_holds_codes_that_work(bench: Bench) {
    const ROUNDS: usize = 20;
    let (mut acknowledged, mut winners) = (0, Vec::new());
    for round in 0..ROUNDS {
        let bench = bench.stranger(&format!("taking up {round}"));
        bench.remembered().await;
        let session = || SessionId::new(NOW, &bench.entropy);
        let owner = session();
        let waiting = confirmed_in(&bench, owner, "Firefox on Linux").await;
        let mut racers: Vec<Racer> = Vec::new();
        for racer in 0..4 {
            let (store, new) =
                (Arc::clone(&bench.store), taken_up(&bench, &waiting, session(), 101 + racer).await);
            racers.push(Box::pin(async move { store.confirm_first(new).await.unwrap() }));
        }
        let cancelled =
            (Arc::clone(&bench.store), bench.user.clone(), bench.event(EventKind::EnrollmentCancelled));
        let (store, user, event) = cancelled;
        racers
            .push(Box::pin(async move { store.cancel_enrollment(&user, waiting.id, event).await.unwrap() }));
        let by = Acknowledged { session: Some(owner), ..bench.acknowledgement(&waiting) };
        let store = Arc::clone(&bench.store);
        racers.insert(round % 6, Box::pin(async move { store.acknowledge_enrollment(by).await.unwrap() }));
        winners.push(bench.race(racers).await);
        let found = bench.store.enrollment(&bench.user, waiting.id).await.unwrap().unwrap();
        match found.state {
            EnrollmentState::Acknowledged => {
                acknowledged += 1;
                assert_eq!(found.session, Some(owner), "nobody saves what another one was shown");
                assert_eq!(bench.state().await.code_set.unwrap().codes.len(), 10);
            }
            EnrollmentState::Confirmed | EnrollmentState::Cancelled => {
                assert_eq!(bench.state().await.protected_since, None);
            }
            EnrollmentState::Pending => panic!("it was confirmed"),
        }
    }
    println!(
        "acknowledge / take up ×4 / cancel: {ROUNDS} rounds, 6 racers, {acknowledged} acknowledged by their owner, verbs that held {winners:?}"
    );
}

pub async fn a_cancelled_enrollment_leaves_nothing_behind(bench: Bench) {
    bench.remembered().await;
    let enrollment = bench.begun(Purpose::First).await;
    assert!(bench.store.confirm_first(bench.confirmation(&enrollment).await).await.unwrap());
    let cancel = || {
        bench.store.cancel_enrollment(&bench.user, enrollment.id, bench.event(EventKind::EnrollmentCancelled))
    };
    assert!(cancel().await.unwrap());
    assert!(!cancel().await.unwrap());
    assert!(!bench.store.acknowledge_enrollment(bench.acknowledgement(&enrollment)).await.unwrap());
    let found = bench.store.enrollment(&bench.user, enrollment.id).await.unwrap().unwrap();
    assert_eq!((found.codes, found.credential.bytes()), (None, &[] as &[u8]));
}
