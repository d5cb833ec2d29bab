//! Tickets and trusted devices.

use super::bench::{Bench, NOW, user};
use super::{RACERS, Racer};
use crate::audit::{Event, EventKind, Place};
use crate::challenge::Remember;
use crate::factor::FactorKind;
use crate::name::{ChallengeId, DeviceId, SessionId, User};
use crate::ports::{
    ChallengeAccess, ChallengeState, NewDevice, NewSession, OpenedBy, OtherSessions, PassedChallenge,
    Purpose, RecognizedDevice, RedeemedChallenge, RemovedAuthenticator, ReplacedCodes, Ticket, TicketFor,
    TornTicket, TrustedDevice, TurnedOff,
};
use crate::session::{Home, Session};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn issue(bench: &Bench, number: u8, opens: TicketFor) -> Ticket {
    let ticket = ticket_of(bench, number, opens);
    bench.store.issue_ticket(ticket.clone()).await.unwrap();
    ticket
}

pub(super) fn ticket_of(bench: &Bench, number: u8, opens: TicketFor) -> Ticket {
    let expires_at = NOW + Duration::from_mins(1);
    let (hash, user) = (bench.token(number), bench.user.clone());
    Ticket { hash, user, opens, expires_at, torn: false }
}

fn opening(bench: &Bench, ticket: &Ticket, number: u8) -> TornTicket {
    let session = Session {
        id: SessionId::new(NOW, &bench.entropy),
        user: bench.user.clone(),
        home: Home::Embedded,
        opened_at: NOW,
        seen_at: NOW,
        stepped_up_at: None,
        sign_in: None,
    };
    let event = bench.event(EventKind::SessionOpened);
    let opened = OpenedBy::Session(Box::new(NewSession {
        session,
        token: bench.token(number),
        revision: 0,
        unasked_at: None,
        event,
    }));
    TornTicket { hash: ticket.hash, at: NOW, opened }
}

pub async fn a_ticket_is_torn_once_however_many_race(bench: Bench) {
    bench.remembered().await;
    let ticket = issue(&bench, 1, TicketFor::Session { sign_in: None }).await;
    let racers = (0..RACERS).map(|n| {
        let (store, torn) =
            (Arc::clone(&bench.store), opening(&bench, &ticket, 100 + u8::try_from(n).unwrap()));
        Box::pin(async move { store.tear_ticket(torn).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    let torn = Ticket { torn: true, ..ticket };
    assert_eq!(bench.store.ticket(torn.hash).await.unwrap(), Some(torn), "whose it was is still known");
    let mut sessions = 0;
    for n in 0..RACERS {
        let token = bench.token(100 + u8::try_from(n).unwrap());
        sessions += usize::from(bench.store.session(token).await.unwrap().is_some());
    }
    assert_eq!(sessions, 1, "one ticket, one session");
}

pub async fn a_ticket_opens_what_it_was_issued_for_and_not_after_its_time(bench: Bench) {
    bench.protected().await;
    let challenge = bench.challenge().await.id;
    let ticket = issue(&bench, 1, TicketFor::Challenge(challenge)).await;
    assert_eq!(bench.store.ticket(bench.token(2)).await.unwrap(), None);
    assert_eq!(bench.store.ticket(ticket.hash).await.unwrap(), Some(ticket.clone()));
    let (user, expires_at) = (bench.user.clone(), NOW + Duration::from_mins(10));
    let access = ChallengeAccess { token: bench.token(3), user, challenge, expires_at };
    let opened = OpenedBy::Challenge(access.clone());
    let late = TornTicket { hash: ticket.hash, at: ticket.expires_at, opened: opened.clone() };
    assert!(!bench.store.tear_ticket(late).await.unwrap());
    assert_eq!(bench.store.challenge_access(access.token).await.unwrap(), None);
    let torn = TornTicket { hash: ticket.hash, at: NOW, opened };
    assert!(bench.store.tear_ticket(torn).await.unwrap());
    assert_eq!(bench.store.challenge_access(access.token).await.unwrap(), Some(access.clone()));
    assert_eq!(bench.store.session(access.token).await.unwrap(), None, "it is no session");
    assert_eq!(bench.store.challenge_access(ticket.hash).await.unwrap(), None, "the ticket is no bearer");
}

/// A challenge that was passed with this step, in a browser that is to be remembered.
async fn passed(bench: &Bench, step: i64) -> ChallengeId {
    let state = bench.state().await;
    let challenge = bench.challenge().await.id;
    let spent = bench.spent(FactorKind::Totp, Bench::step(&state, step)).await;
    let place = Place { address: None, browser: Some("Firefox on Linux".into()) };
    let event = Event { place, ..bench.event(EventKind::ChallengePassed) };
    let passed = PassedChallenge { challenge, spent, remember: Remember::Device, redeems: None, event };
    assert!(bench.store.pass_challenge(passed).await.unwrap());
    challenge
}

/// A device that is trusted by redeeming such a challenge.
pub(super) async fn trusted(bench: &Bench, number: u8, step: i64) -> TrustedDevice {
    let challenge = passed(bench, step).await;
    let device = TrustedDevice {
        id: DeviceId::new(NOW, &bench.entropy),
        user: bench.user.clone(),
        browser: Some("Firefox on Linux".into()),
        trusted_at: NOW,
        used_at: None,
        expires_at: NOW + Duration::from_hours(24),
    };
    let event = bench.event(EventKind::DeviceTrusted);
    let redeemed = RedeemedChallenge {
        user: bench.user.clone(),
        challenge,
        passed_after: NOW - Duration::from_mins(10),
        revision: bench.state().await.revision,
        opens: None,
        device: Some(NewDevice { device: device.clone(), token: bench.token(number), event }),
        event: bench.event(EventKind::ChallengeRedeemed),
    };
    assert!(bench.store.redeem_challenge(redeemed.clone()).await.unwrap());
    assert!(!bench.store.redeem_challenge(redeemed).await.unwrap());
    device
}

pub async fn a_device_is_trusted_with_the_redeeming_and_found_by_its_bearer(bench: Bench) {
    bench.protected().await;
    let device = trusted(&bench, 1, 101).await;
    assert_eq!(bench.store.devices(&bench.user).await.unwrap(), std::slice::from_ref(&device));
    assert_eq!(bench.store.device(&bench.user, bench.token(1)).await.unwrap(), Some(device.clone()));
    let (stranger, revision) = (user("a stranger to that device"), bench.state().await.revision);
    assert_eq!(bench.store.device(&stranger, bench.token(1)).await.unwrap(), None);
    let recognized = RecognizedDevice { opens: None, ..bench.recognizing(&device, 9, revision) };
    assert!(bench.store.recognize_device(recognized.clone()).await.unwrap());
    let used = bench.store.device(&bench.user, bench.token(1)).await.unwrap().unwrap();
    assert_eq!(used.used_at, Some(NOW));
    let forget =
        |who| bench.store.forget_device(who, device.id, None, bench.event(EventKind::DeviceForgotten));
    assert!(!forget(&stranger).await.unwrap());
    assert!(forget(&bench.user).await.unwrap());
    assert!(!forget(&bench.user).await.unwrap());
    assert!(!bench.store.recognize_device(recognized).await.unwrap());
}

pub async fn every_device_is_forgotten_once_however_many_race(bench: Bench) {
    bench.protected().await;
    for number in [1, 2] {
        trusted(&bench, number, 100 + i64::from(number)).await;
    }
    let forget =
        |user: &User| (Arc::clone(&bench.store), user.clone(), bench.event(EventKind::DevicesForgotten));
    let (store, stranger, event) = forget(&user("a stranger to these devices"));
    assert!(!store.forget_devices(&stranger, None, event).await.unwrap());
    assert_eq!(bench.store.devices(&bench.user).await.unwrap().len(), 2);
    let racers = (0..8).map(|_| {
        let (store, user, event) = forget(&bench.user);
        Box::pin(async move { store.forget_devices(&user, None, event).await.unwrap() }) as Racer
    });
    assert_eq!(bench.race(racers.collect()).await, 1);
    assert_eq!(bench.store.devices(&bench.user).await.unwrap(), []);
}

pub async fn a_passed_challenge_keeps_that_its_browser_is_to_be_remembered(bench: Bench) {
    bench.protected().await;
    let id = passed(&bench, 101).await;
    let read = || async { bench.store.challenge(bench.user.site, id).await.unwrap().unwrap() };
    let kept = read().await;
    assert_eq!((kept.remember, kept.browser.as_deref()), (Remember::Device, Some("Firefox on Linux")));
    assert!(bench.store.replace_recovery_codes(replacement(&bench).await).await.unwrap());
    let kept = read().await;
    assert_eq!((kept.remember, kept.state), (Remember::No, ChallengeState::Cancelled), "a change of factors");
}

pub async fn every_change_of_factors_forgets_every_device(bench: Bench) {
    bench.protected().await;
    trusted(&bench, 1, 101).await;
    let enrollment = bench.begun(Purpose::Further).await;
    assert!(bench.store.confirm_further(bench.further(&enrollment).await).await.unwrap());
    assert_eq!(bench.store.devices(&bench.user).await.unwrap(), []);
    trusted(&bench, 2, 300).await;
    assert!(bench.store.replace_recovery_codes(replacement(&bench).await).await.unwrap());
    assert_eq!(bench.store.device(&bench.user, bench.token(2)).await.unwrap(), None);
    trusted(&bench, 3, 301).await;
    let state = bench.state().await;
    let removed = RemovedAuthenticator {
        user: bench.user.clone(),
        authenticator: state.authenticators[1].id,
        revision: state.revision,
        by: None,
        others: OtherSessions::End { but: None },
        at: NOW,
        event: bench.event(EventKind::AuthenticatorRemoved),
    };
    assert!(bench.store.remove_authenticator(removed).await.unwrap());
    assert_eq!(bench.store.devices(&bench.user).await.unwrap(), []);
    trusted(&bench, 4, 302).await;
    let turned_off = TurnedOff {
        spent: bench.spent(FactorKind::Totp, Bench::step(&state, 303)).await,
        by: None,
        others: OtherSessions::End { but: None },
        event: bench.event(EventKind::TurnedOff),
    };
    assert!(bench.store.turn_off(turned_off).await.unwrap());
    assert_eq!(bench.store.devices(&bench.user).await.unwrap(), []);
}

async fn replacement(bench: &Bench) -> ReplacedCodes {
    ReplacedCodes {
        revision: bench.state().await.revision,
        by: None,
        user: bench.user.clone(),
        code_set: bench.code_set(),
        others: OtherSessions::End { but: None },
        at: NOW,
        event: bench.event(EventKind::RecoveryCodesReplaced),
    }
}
