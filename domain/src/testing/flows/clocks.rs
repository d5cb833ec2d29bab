//! A clock that jumps: nobody waits afterwards, and nothing lives longer.

use super::Person;
use super::person::{PASSWORD, Phone};
use crate::Issuing;
use crate::audit::{EventKind, Place};
use crate::challenge::Remember;
use crate::error::{ChallengeError, EnrollmentError, Fault, Refusal, StepUpError};
use crate::factor::bypass_code::BypassMinutes;
use crate::name::{Label, Reason};
use crate::ports::{EventPage, Purpose};
use crate::session::Home;
use crate::site::{SitePolicy, TrustedDays};
use crate::step_up::Caller;
use std::time::Duration;

/// From 2027 to 2106.
const FAR: Duration = Duration::from_hours(79 * 365 * 24);
const HOUR: Duration = Duration::from_hours(1);

fn wrong_times(error: &ChallengeError) -> bool {
    matches!(error, ChallengeError::Refused(Refusal::Wrong { .. } | Refusal::Wait { .. }))
}

/// What a person does while the clock is ahead.
struct Jump {
    widget: Caller,
    token: crate::session::SessionToken,
    ticket: crate::ticket::Bearer,
    device: crate::ticket::Bearer,
    challenge: crate::ports::Challenge,
    bypass: String,
}

async fn live_ahead(person: &Person, phone: &Phone, span: Duration) -> Jump {
    let (two_factor, user, place) = (&person.two_factor, person.caller.user().clone(), Place::default());
    let now = person.clock_now();
    person.clock.set(now + span);
    let revision = person.revision().await;
    let opened = two_factor.open_session(&user, revision, Home::Embedded, true, &place).await.unwrap();
    let (token, session) = opened.unwrap();
    let label = Label::parse("alice@shop.example").unwrap();
    let ticket = two_factor.issue_session_ticket(&user, &label).await.unwrap().ticket;
    let challenge = person.challenge().await;
    person.answer(&challenge, &person.code(phone)).await.unwrap();
    let redeemed =
        two_factor.redeem_challenge(user.site, challenge.id, Remember::Device, &place).await.unwrap();
    let device = redeemed.device.unwrap().token;
    let reason = Reason::parse("Forgot the phone").unwrap();
    let issuing = Issuing { reason, minutes: BypassMinutes::default() };
    let bypass = two_factor.issue_bypass_code(&user, None, issuing, &place).await.unwrap().0;
    for _ in 0..7 {
        let wrong = person.sign_in_with(&person.wrong_code(phone)).await.unwrap_err();
        assert!(wrong_times(&wrong), "{wrong:?}");
    }
    let challenge = person.challenge().await;
    person.advance(3);
    person.clock.set(now + Duration::from_secs(3));
    let widget = Caller { session, place };
    Jump { widget, token, ticket, device, challenge, bypass: bypass.expose().to_owned() }
}

async fn at_shop(person: Person) -> Person {
    let trusted_device_days = TrustedDays::new(30).unwrap();
    person.at_site(SitePolicy { trusted_device_days, ..SitePolicy::default() }).await
}

/// Nothing of it is live, fresh or good, and nobody waits for it.
async fn is_over(person: &Person, jump: &Jump, codes: &[crate::factor::recovery_code::PlainCode]) {
    let (two_factor, user, place) = (&person.two_factor, person.caller.user(), Place::default());
    assert!(two_factor.session(&jump.token).await.unwrap().is_none(), "the session is not live");
    assert!(!jump.widget.session.is_stepped_up(person.clock_now()), "nor freshly proved");
    assert!(
        two_factor.tear_ticket(&jump.ticket, &place).await.unwrap().is_none(),
        "the ticket opens nothing"
    );
    assert!(!two_factor.recognize_device(user, &jump.device, &place).await.unwrap(), "the device is asked");
    assert_eq!(two_factor.trusted_devices(&person.caller).await.unwrap(), []);
    let late = person.answer(&jump.challenge, "123456").await.unwrap_err();
    assert_eq!(late, ChallengeError::Expired);
    let bypassed = person.sign_in_with(&jump.bypass).await.unwrap_err();
    assert!(wrong_times(&bypassed), "{bypassed:?}");
    assert!(person.sign_in_with(codes[0].expose()).await.is_ok(), "a recovery code is judged at once");
    let report = two_factor.user(user).await.unwrap().unwrap();
    assert_eq!(report.locks, [], "nothing is locked");
}

/// The app itself: right, and beside a watermark that nobody can wait for. That is the operator's turn, and not a guess.
async fn unlocks(person: &Person, phone: &Phone) {
    let failed = person.sign_in_with(&person.code(phone)).await.unwrap_err();
    assert!(matches!(failed, ChallengeError::Fault(Fault::Contradiction { .. })), "{failed:?}");
    let page = EventPage::newest_of(person.caller.user(), 1);
    let newest = person.two_factor.events(page).await.unwrap().items.remove(0);
    assert_eq!(newest.kind, EventKind::ChallengeOpened, "it was not counted as a guess");
    let user = person.caller.user();
    person.two_factor.unlock_user(user, None, None, &Place::default()).await.unwrap();
    let used = person.refusal(&person.code(phone)).await;
    assert!(matches!(used, Refusal::AlreadyUsed { wait, .. } if wait <= Duration::from_mins(1)), "{used:?}");
    person.advance(60);
    assert!(
        person.sign_in_with(&person.code(phone)).await.is_ok(),
        "a minute later, and not in eighty years"
    );
}

pub async fn three_seconds_in_2106_leave_nobody_waiting_and_nothing_alive(person: Person) {
    let person = at_shop(person).await;
    let (phone, codes) = person.set_up().await;
    let jump = live_ahead(&person, &phone, FAR).await;
    is_over(&person, &jump, &codes).await;
    unlocks(&person, &phone).await;
}

pub async fn an_hour_forth_and_back_leaves_nobody_waiting_and_nothing_alive(person: Person) {
    let person = at_shop(person).await;
    let (phone, codes) = person.set_up().await;
    let jump = live_ahead(&person, &phone, HOUR).await;
    is_over(&person, &jump, &codes).await;
    unlocks(&person, &phone).await;
}

pub async fn three_seconds_in_1970_leave_everything_as_it_was(person: Person) {
    let (phone, _) = person.set_up().await;
    let (token, _) = person
        .two_factor
        .open_session(
            person.caller.user(),
            person.revision().await,
            Home::Standalone,
            true,
            &Place::default(),
        )
        .await
        .unwrap()
        .unwrap();
    let now = person.clock_now();
    person.clock.set(crate::time::Timestamp::from_millis(3_000));
    assert!(person.two_factor.session(&token).await.unwrap().is_none(), "nothing is alive before its time");
    assert!(!person.caller.session.is_stepped_up(person.clock_now()));
    person.two_factor.tidy().await.unwrap();
    person.clock.set(now);
    assert!(person.two_factor.session(&token).await.unwrap().is_some(), "and all of it is, in its time");
    assert!(person.caller.session.is_stepped_up(person.clock_now()));
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok());
}

pub async fn while_the_clock_is_not_trusted_codes_fail_and_none_is_counted(person: Person) {
    let (phone, codes) = person.set_up().await;
    let (two_factor, caller) = (&person.two_factor, &person.caller);
    let (begun, tablet) = person.begin(Purpose::Further).await;
    person.clock.trust(false);
    let (right, wrong) = (person.code(&phone), person.wrong_code(&phone));
    for code in [right.as_str(), wrong.as_str(), codes[0].expose()] {
        for _ in 0..7 {
            let failed = person.sign_in_with(code).await.unwrap_err();
            assert_eq!(failed, ChallengeError::Fault(Fault::ClockOff));
        }
        let failed = two_factor.step_up(caller, Some(PASSWORD), Some(code)).await.unwrap_err();
        assert_eq!(failed, StepUpError::Fault(Fault::ClockOff));
    }
    let confirmed = two_factor.confirm_enrollment(caller, begun.id, &person.code(&tablet), "Tablet").await;
    assert_eq!(confirmed.unwrap_err(), EnrollmentError::Fault(Fault::ClockOff));
    let sessions = person.elsewhere().await;
    assert!(sessions.session.is_live(person.clock_now()), "everything but codes goes on");
    person.advance(2 * 24 * 60 * 60);
    assert_eq!(two_factor.tidy().await.unwrap(), 0, "and nothing is deleted by such a clock");
    assert_eq!(two_factor.end_ahead().await.unwrap(), 0, "nor ended");
    person.clock.trust(true);
    let page = EventPage::newest_of(caller.user(), 100);
    let events = two_factor.events(page).await.unwrap().items;
    assert!(events.iter().all(|event| event.cause.is_none()), "nothing was refused");
    // No tidying two days later: others are at work in the same database, with an earlier clock.
    assert!(person.sign_in_with(&person.code(&phone)).await.is_ok());
}

pub async fn codes_that_are_right_one_step_outside_the_window_are_counted(person: Person) {
    let (phone, _) = person.set_up().await;
    person.advance(300);
    let counted = || person.two_factor.codes_one_step_out();
    let before = counted();
    for (seconds, more) in [(-60, 1), (60, 2), (-90, 2), (90, 2)] {
        person.refusal(&person.code_in(&phone, seconds)).await;
        assert_eq!(counted() - before, more, "{seconds} s");
    }
    assert!(person.sign_in_with(&person.code_in(&phone, 30)).await.is_ok());
    assert_eq!(counted() - before, 2, "what is accepted is not");
}
