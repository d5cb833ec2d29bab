//! What is asked of a database by whoever looks after it, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

#[macro_use]
mod support;

use domain::audit::{Cause, Event, EventKind, Place};
use domain::factor::FactorKind;
use domain::name::{EnrollmentId, SiteId, User, UserId};
use domain::ports::{Clock as _, Store};
use domain::testing::{MovedClock, SeededEntropy};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use std::time::Duration;
use storage::{Database, Outbox, Pool, Recorded, SqlStore};
use support::Kind;

struct Bench {
    kind: Kind,
    url: String,
    db: Database,
    clock: MovedClock,
    entropy: SeededEntropy,
}

impl Bench {
    async fn open(kind: Kind) -> Self {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let clock = MovedClock::at(Timestamp::from_millis(1_800_000_000_000));
        Self { kind, url, db, clock, entropy: SeededEntropy::new(15) }
    }

    fn event(&self, kind: EventKind) -> Event {
        let id = UserId::parse(&EnrollmentId::new(self.clock.now(), &self.entropy).to_string()).unwrap();
        let user = User { site: SiteId::BUILT_IN, id };
        Event::new(kind, &user, &Place::default(), self.clock.now(), &self.entropy)
    }

    async fn record(&self, event: Event) {
        SqlStore::new(self.db.clone()).record(event).await.unwrap();
    }

    fn counted(&self, kind: EventKind) -> Vec<(Recorded, u64)> {
        self.db.recorded().into_iter().filter(|(recorded, _)| recorded.kind == kind).collect()
    }
}

async fn an_event_is_counted_by_what_it_is_once_it_is_stored(bench: Bench) {
    let refused = || bench.event(EventKind::ChallengeRefused).of_factor(FactorKind::Totp);
    for _ in 0..3 {
        bench.record(refused().because(Cause::Wrong)).await;
    }
    let twice = bench.event(EventKind::SessionOpened);
    bench.record(twice.clone()).await;
    let again = SqlStore::new(bench.db.clone()).record(twice).await;
    assert!(again.is_err(), "an event of the same id is stored twice");
    let (kind, factor) = (EventKind::ChallengeRefused, Some(FactorKind::Totp));
    assert_eq!(bench.counted(kind), [(Recorded { kind, factor, cause: Some(Cause::Wrong) }, 3)]);
    let kind = EventKind::SessionOpened;
    assert_eq!(bench.counted(kind), [(Recorded { kind, factor: None, cause: None }, 1)]);
}

async fn what_waits_is_counted_with_its_oldest(bench: Bench) {
    assert_eq!(bench.db.standing().await.unwrap(), storage::Standing::default());
    let first = bench.clock.now();
    bench.record(bench.event(EventKind::PasswordChanged)).await;
    bench.clock.advance(Duration::from_mins(1));
    bench.record(bench.event(EventKind::PasswordChanged)).await;
    bench.record(bench.event(EventKind::SessionOpened)).await;
    let standing = bench.db.standing().await.unwrap();
    assert_eq!((standing.notices.rows, standing.notices.since), (2, Some(first)));
    assert_eq!((standing.open_events.rows, standing.open_events.since), (3, Some(first)));
    assert_eq!((standing.codes.rows, standing.codes.since), (0, None));
    let outbox = Outbox::new(bench.db.clone());
    let due = outbox.due(bench.clock.now(), 1).await.unwrap();
    outbox.settle(due.first().unwrap(), Some(bench.clock.now())).await.unwrap();
    let notices = bench.db.standing().await.unwrap().notices;
    assert_eq!((notices.rows, notices.since), (1, Some(first + Duration::from_mins(1))));
}

#[expect(clippy::disallowed_methods, reason = "somebody else holds the lock")]
async fn a_transaction_that_cannot_begin_is_seen_to_wait(bench: Bench) {
    let named = |name, limit| Pool { name, open: 1, idle: 1, limit };
    let pools = bench.db.pools();
    let Kind::Sqlite = bench.kind else {
        assert_eq!(pools.iter().map(|pool| (pool.name, pool.limit)).collect::<Vec<_>>(), [("all", 16)]);
        return;
    };
    assert_eq!(pools.first(), Some(&named("writer", 1)));
    assert_eq!(bench.db.transactions_waiting(), 0);
    let other = sea_orm::Database::connect(&bench.url).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("UPDATE health SET id = id").await.unwrap();
    let (store, event) = (SqlStore::new(bench.db.clone()), bench.event(EventKind::SessionOpened));
    let waiting = tokio::spawn(async move { store.record(event).await });
    let seen = async {
        while bench.db.transactions_waiting() != 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(4), seen).await.unwrap();
    assert_eq!(bench.db.pools().first().map(|pool| (pool.open, pool.idle)), Some((1, 0)));
    held.rollback().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(bench.db.transactions_waiting(), 0);
}

on_both! {
    an_event_is_counted_by_what_it_is_once_it_is_stored
    what_waits_is_counted_with_its_oldest
    a_transaction_that_cannot_begin_is_seen_to_wait
}
