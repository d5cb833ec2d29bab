//! A backup is made in the morning and restored in the evening: everything that was accepted in between is tried again, with the
//! fence and without it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test panics where it fails, and prints what it saw"
)]

#[path = "../support/mod.rs"]
mod support;

mod copying;
mod day;
mod side;

use copying::Copied;
use day::{Cast, EVENING, Entry, MORNING, Used};
use domain::audit::{EventKind, Place};
use domain::challenge::Remember;
use domain::error::{ChallengeError, Fault, Refusal};
use domain::factor::totp;
use domain::name::{ChallengeId, SiteId, User};
use domain::ports::{Clock, EventPage};
use domain::testing::SeededEntropy;
use side::Side;
use std::collections::BTreeMap;
use std::time::Duration;
use storage::Database;
use storage::fence::{FenceError, Keys, fence};
use storage::site::Asking;
use support::Kind;

/// A day, its log, and two copies of its morning.
struct Restored {
    cast: Cast,
    log: Vec<Entry>,
    copies: [Database; 2],
}

impl Restored {
    async fn of(kind: Kind) -> Self {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let dawn = Side::open(db, MORNING - Duration::from_mins(30), 15).await;
        let cast = Cast::assemble(&dawn).await;
        let Copied { original, copies } = copying::copied(kind, dawn.db, &url).await;
        let side = Side::open(original, MORNING, 16).await;
        let log = cast.live(&side, &SeededEntropy::new(17)).await;
        assert_eq!(log.len(), 7 + 3 * day::PEOPLE, "all of it was accepted");
        Self { cast, log, copies }
    }

    /// Everything that was accepted, at the moment at which it was, and then in the evening; answers how many of each kind pass.
    async fn replayed(&self, side: &Side) -> BTreeMap<&'static str, usize> {
        let mut passed = BTreeMap::new();
        for of_then in [true, false] {
            for entry in &self.log {
                side.clock.set(if of_then { entry.at } else { EVENING });
                let (kind, passes) = self.passes(side, &entry.used).await;
                *passed.entry(kind).or_default() += usize::from(passes);
            }
        }
        passed
    }

    async fn passes(&self, side: &Side, used: &Used) -> (&'static str, bool) {
        let two_factor = &side.two_factor;
        match used {
            Used::Totp(person, code) => ("totp", self.answers(side, *person, code).await),
            Used::Recovery(person, code) => ("recovery code", self.answers(side, *person, code).await),
            Used::Bypass(user, code) => ("bypass code", answers(side, user, code).await),
            Used::Mailed(user, challenge, code) => {
                let its_own = answers_this(side, user.site, *challenge, code).await;
                ("mailed code", its_own || answers(side, user, code).await)
            }
            Used::Enrollment(caller, id, code) => {
                ("enrollment", two_factor.confirm_enrollment(caller, *id, code, "Pixel").await.is_ok())
            }
            Used::Ticket(ticket) => {
                ("ticket", two_factor.tear_ticket(ticket, &Place::default()).await.unwrap().is_some())
            }
            Used::Device(user, token) => {
                ("device", two_factor.recognize_device(user, token, &Place::default()).await.unwrap())
            }
            Used::Session(token) => ("session", two_factor.session(token).await.unwrap().is_some()),
            Used::Key(key) => {
                let asking = side.sites.caller(key, side.clock.now()).await.unwrap();
                ("key", matches!(asking, Asking::Known(_)))
            }
        }
    }

    async fn answers(&self, side: &Side, person: usize, code: &str) -> bool {
        answers(side, &self.cast.people[person].user, code).await
    }
}

async fn answers(side: &Side, user: &User, code: &str) -> bool {
    let challenge = side.challenge(user).await;
    answers_this(side, user.site, challenge.id, code).await
}

async fn answers_this(side: &Side, site: SiteId, challenge: ChallengeId, code: &str) -> bool {
    let place = Place::default();
    match side.two_factor.answer_challenge(site, challenge, code, Remember::No, &place).await {
        Ok(_) => true,
        Err(ChallengeError::Refused(refusal @ (Refusal::Wait { .. } | Refusal::Stopped { .. }))) => {
            panic!("it was not judged: {refusal:?}")
        }
        // Whoever moves the clock back behind a watermark is let in by no code at all.
        Err(ChallengeError::Fault(Fault::Contradiction { .. })) => false,
        Err(ChallengeError::Fault(fault)) => panic!("{fault:?}"),
        Err(_) => false,
    }
}

async fn a_day_is_replayed(kind: Kind) {
    let restored = Box::pin(Restored::of(kind)).await;
    let [unfenced, fenced] = &restored.copies;
    let unfenced = Side::open(unfenced.clone(), EVENING, 18).await;
    let passed = restored.replayed(&unfenced).await;
    println!("{kind:?}: without the fence {passed:?}");
    assert!(passed.len() == 9 && passed.values().all(|count| *count > 0), "{passed:?}");

    let side = Side::open(fenced.clone(), EVENING, 19).await;
    let early = fence(&side.db, Keys::Keep, MORNING - Duration::from_hours(1), side.entropy.clone()).await;
    assert!(matches!(early, Err(FenceError::ClockBehind { .. })), "{early:?}");
    let revoked = Keys::Revoke(vec![restored.cast.revoked.name().clone()]);
    let ended = fence(&side.db, revoked, EVENING, side.entropy.clone()).await.unwrap();
    println!("{kind:?}: {ended}");
    assert_eq!((ended.keys, ended.devices, ended.code_sets), (1, 1, day::PEOPLE as u64 + 1), "{ended}");
    assert_eq!(ended.authenticators, day::PEOPLE as u64, "{ended}");
    let passed = restored.replayed(&side).await;
    assert!(passed.len() == 9 && passed.values().all(|count| *count == 0), "{passed:?}");
    people_go_on(&restored, &side).await;
    the_log_tells_of_it(&side, &ended.to_string()).await;
}

/// With the next code of their phone, and new recovery codes.
async fn people_go_on(restored: &Restored, side: &Side) {
    side.clock.set(EVENING);
    let of_a_fast_phone = totp::code_at(&restored.cast.people[1].phone, EVENING + Duration::from_secs(30));
    assert!(!answers(side, &restored.cast.people[1].user, &of_a_fast_phone).await);
    side.clock.set(EVENING + Duration::from_mins(1));
    for person in &restored.cast.people {
        let code = totp::code_at(&person.phone, side.clock.now());
        assert!(answers(side, &person.user, &code).await);
    }
    let person = &restored.cast.people[0];
    let caller = side.signed_in(&person.user).await;
    let recovery = side.two_factor.overview(&caller).await.unwrap().recovery.unwrap();
    assert_eq!((recovery.left, recovery.voided), (0, true));
    let codes = side.two_factor.reset_recovery_codes(&caller).await.unwrap();
    let recovery = side.two_factor.overview(&caller).await.unwrap().recovery.unwrap();
    assert_eq!((recovery.left, recovery.voided), (codes.len(), false));
    assert!(answers(side, &person.user, codes[0].expose()).await);
    let kept = side.sites.caller(&restored.cast.kept, side.clock.now()).await.unwrap();
    assert!(matches!(kept, Asking::Known(_)));
}

async fn the_log_tells_of_it(side: &Side, said: &str) {
    let page = EventPage::newest_of_site(SiteId::BUILT_IN, 10);
    let page = EventPage { kind: Some(EventKind::DatabaseFenced), ..page };
    let events = side.two_factor.events(page).await.unwrap().items;
    let subjects: Vec<_> = events.iter().filter_map(|event| event.subject.as_deref()).collect();
    assert_eq!(subjects, [said]);
    side.clock.set(EVENING + Duration::from_hours(1));
    side.chain.count(side.clock.now(), true).await.unwrap();
    while side.chain.close(side.clock.now()).await.unwrap().is_some() {}
    let verdict = side.chain.verify(None).await.unwrap();
    assert_eq!((verdict.misfit, verdict.open), (None, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_accepted_since_the_backup_is_accepted_again_on_sqlite() {
    Box::pin(a_day_is_replayed(Kind::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_accepted_since_the_backup_is_accepted_again_on_postgres() {
    Box::pin(a_day_is_replayed(Kind::Postgres)).await;
}

#[tokio::test]
async fn whoever_fences_a_postgres_sees_who_else_has_it_open() {
    let url = support::empty_url(Kind::Postgres).await;
    let server = Database::open(&url).await.unwrap();
    assert!(storage::is_open_elsewhere(&url).await.unwrap());
    server.close().await;
    let mut tries = 0;
    // A process of PostgreSQL ends a moment after its connection.
    while storage::is_open_elsewhere(&url).await.unwrap() {
        tries += 1;
        assert!(tries < 200, "nobody is there any more");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// What a fence leaves: what people have or know, what is counted, and what happened. A new table belongs here, or into the fence.
const KEPT: [&str; 20] = [
    "account",
    "api_key",
    "authenticator",
    "budget",
    "chain_cut",
    "chain_head",
    "code_set",
    "event",
    "event_batch",
    "event_writer",
    "health",
    "letter_count",
    "notice",
    "password_counter",
    "recovery_code",
    "role_requirement",
    "sealing_check",
    "seaql_migrations",
    "site",
    "user",
];

#[tokio::test]
async fn a_fence_empties_every_table_that_is_not_named_here() {
    let url = support::empty_url(Kind::Sqlite).await;
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    let side = Side::open(db, MORNING - Duration::from_mins(30), 15).await;
    Cast::assemble(&side).await;
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    let before = copying::rows_but_of(&raw, &KEPT).await;
    assert!(before.values().filter(|rows| **rows > 0).count() >= 7, "{before:?}");
    fence(&side.db, Keys::Keep, MORNING, side.entropy.clone()).await.unwrap();
    let after = copying::rows_but_of(&raw, &KEPT).await;
    assert!(after.len() >= 11 && after.values().all(|rows| *rows == 0), "{after:?}");
}
