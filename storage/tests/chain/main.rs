//! The hash chain over the audit log, on SQLite and on PostgreSQL: everything is closed once, and whatever somebody changes
//! with SQL is found.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

#[path = "../support/mod.rs"]
mod support;

mod cutting;
mod growth;
mod proof;

use domain::audit::{Event, EventKind, Place};
use domain::chain::{Cut, Misfit, Seat};
use domain::name::{EventId, Label, Reason, SiteId, User, UserId};
use domain::ports::{Clock as _, Store};
use domain::seal::{KeyId, KeyRing, SealingKey};
use domain::testing::{MovedClock, SeededEntropy};
use domain::time::Timestamp;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use std::sync::Arc;
use std::time::Duration;
use storage::chain::{ChainError, Verdict};
use storage::{Chain, Database, SqlStore};
use support::Kind;

const TABLES: [&str; 5] = ["event", "event_batch", "event_writer", "chain_head", "chain_cut"];

/// A database of its own, its chain, and somebody who writes SQL past both.
struct Archive {
    kind: Kind,
    /// For another process.
    bare: Database,
    db: Database,
    store: SqlStore,
    chain: Chain,
    entropy: Arc<SeededEntropy>,
    clock: MovedClock,
    raw: DatabaseConnection,
}

fn keys() -> KeyRing {
    KeyRing::new(vec![(KeyId(3), SealingKey::from_bytes(&[3; 32]).unwrap())]).unwrap()
}

impl Archive {
    async fn open(kind: Kind) -> Self {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let mut options = ConnectOptions::new(url);
        options.max_connections(1);
        let raw = sea_orm::Database::connect(options).await.unwrap();
        let entropy = Arc::new(SeededEntropy::new(131));
        let clock = MovedClock::at(Timestamp::from_millis(1_800_000_000_000));
        let bare = db.clone();
        let db = Chain::begin(db, &keys(), entropy.clone(), clock.now()).await.unwrap();
        let (store, chain) = (SqlStore::new(db.clone()), Chain::new(db.clone(), keys()));
        Self { kind, bare, db, store, chain, entropy, clock, raw }
    }

    /// Another process, on the same database.
    async fn beside(&self) -> Result<(SqlStore, Chain), ChainError> {
        let db = Chain::begin(self.bare.clone(), &keys(), self.entropy.clone(), self.clock.now()).await?;
        Ok((SqlStore::new(db.clone()), Chain::new(db, keys())))
    }

    fn event(&self, of: &str) -> Event {
        let place = Place { address: Some("192.0.2.7".to_owned()), browser: Some("Firefox".to_owned()) };
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse(of).unwrap() };
        let event = Event::new(EventKind::UserReset, &user, &place, self.clock.now(), self.entropy.as_ref());
        event.for_reason(Some(Reason::parse("Lost the phone").unwrap())).about("Pixel 9")
    }

    async fn record(&self, events: usize) {
        for _ in 0..events {
            self.store.record(self.event("ada")).await.unwrap();
        }
    }

    /// Closes all there is, and answers how many batches that made.
    async fn close(&self) -> usize {
        self.clock.advance(Duration::from_secs(6));
        let mut batches = 0;
        while self.chain.close(self.clock.now()).await.unwrap().is_some() {
            batches += 1;
        }
        batches
    }

    /// Deletes all that was closed before, and answers how much that was by now.
    async fn cut(&self, before: Timestamp) -> Option<Cut> {
        let mut gone = 0;
        while let Some(step) = self.chain.cut(self.clock.now(), before, self.entropy.as_ref()).await.unwrap()
        {
            gone += step.events;
        }
        if gone > 0 { self.chain.cut_off().await.unwrap() } else { None }
    }

    async fn verify(&self) -> Verdict {
        self.chain.verify(None).await.unwrap()
    }

    async fn sql(&self, statements: &[&str]) {
        for statement in statements {
            let done = self.raw.execute_unprepared(statement).await;
            assert!(done.is_ok(), "{:?}: {statement}: {done:?}", self.kind);
        }
    }

    /// Three batches of three events, kept so that they can be brought back.
    async fn three_batches(kind: Kind) -> Self {
        let archive = Self::open(kind).await;
        for _ in 0..3 {
            archive.record(3).await;
            assert_eq!(archive.close().await, 1, "{kind:?}");
        }
        for table in TABLES {
            archive.sql(&[&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")]).await;
        }
        archive
    }

    async fn restore(&self) {
        for table in TABLES {
            let put_back = format!("INSERT INTO {table} SELECT * FROM kept_{table}");
            self.sql(&[&format!("DELETE FROM {table}"), &put_back]).await;
        }
        assert_eq!(self.verify().await.misfit, None, "{:?}: it is as it was", self.kind);
    }

    async fn end(self) {
        self.raw.close().await.unwrap();
        self.db.close().await;
    }
}

#[tokio::test]
async fn what_was_closed_fits_and_what_is_new_waits() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let nothing = archive.verify().await;
        assert_eq!((nothing.events, nothing.open, nothing.misfit), (0, 0, None), "{kind:?}");
        archive.record(450).await;
        let early = archive.chain.close(archive.clock.now()).await.unwrap();
        assert_eq!(early, None, "{kind:?}: they are too new");
        assert_eq!(archive.verify().await.open, 450, "{kind:?}");
        assert_eq!(archive.close().await, 3, "{kind:?}: at most 200 at a time");
        let late = archive.event("ada");
        archive.clock.advance(Duration::from_mins(1));
        archive.record(1).await;
        archive.store.record(Event { at: late.at - Duration::from_mins(10), ..late }).await.unwrap();
        assert_eq!(archive.close().await, 1, "{kind:?}: what was committed late is in the next batch");
        archive.record(2).await;
        let verdict = archive.verify().await;
        assert_eq!((verdict.events, verdict.batches, verdict.open), (452, 4, 2), "{kind:?}");
        assert_eq!((verdict.head.batch, verdict.misfit), (4, None), "{kind:?}");
        archive.end().await;
    }
}

/// What somebody does to the database, and what is found.
type Deed = (&'static [&'static str], fn(Misfit) -> bool);

fn deeds() -> Vec<Deed> {
    let changed: fn(Misfit) -> bool =
        |misfit| matches!(misfit, Misfit::EventChanged { seat: Seat { batch: 2, position: 1 }, .. });
    let missing: fn(Misfit) -> bool = |misfit| misfit == Misfit::EventMissing(Seat { batch: 2, position: 1 });
    let swapped: fn(Misfit) -> bool =
        |misfit| matches!(misfit, Misfit::EventChanged { seat: Seat { batch: 2, position: 0 }, .. });
    vec![
        (&["UPDATE event SET kind = 'user.unlocked' WHERE batch = 2 AND position = 1"], changed),
        (&["UPDATE event SET at = at + 1 WHERE batch = 2 AND position = 1"], changed),
        (&["UPDATE event SET by_user = user_id WHERE batch = 2 AND position = 1"], changed),
        (&["UPDATE event SET reason = 'x' WHERE batch = 2 AND position = 1"], changed),
        (&["UPDATE event SET salt = commitment WHERE batch = 2 AND position = 1"], changed),
        (&["UPDATE event SET salt = NULL WHERE batch = 2 AND position = 1"], changed),
        (&["UPDATE event SET digest = NULL WHERE batch = 2 AND position = 1"], changed),
        (
            &[
                "UPDATE event SET subject = NULL, reason = NULL, address = NULL, browser = NULL, salt = NULL WHERE batch = 2",
            ],
            swapped,
        ),
        (&["DELETE FROM event WHERE batch = 2 AND position = 1"], missing),
        (&["UPDATE event SET batch = NULL, position = NULL WHERE batch = 2 AND position = 1"], missing),
        (&["UPDATE event SET position = 1 - position WHERE batch = 2 AND position < 2"], swapped),
        (&["UPDATE event SET batch = 5 - batch WHERE batch > 1 AND position = 0"], swapped),
        (&["DELETE FROM event_batch WHERE number = 2"], |misfit| misfit == Misfit::BatchMissing(2)),
        (&["DELETE FROM event_batch WHERE number = 3", "DELETE FROM event WHERE batch = 3"], |misfit| {
            misfit == Misfit::BatchMissing(3)
        }),
        (&["UPDATE event_batch SET closed_at = closed_at + 1 WHERE number = 2"], |misfit| {
            misfit == Misfit::BatchChanged(2)
        }),
        (&["UPDATE event_batch SET key_id = 4 WHERE number = 2"], |misfit| {
            misfit == Misfit::KeyGone { batch: 2, key: KeyId(4) }
        }),
        (&["UPDATE event_batch SET key_id = -1 WHERE number = 2"], |misfit| {
            misfit == Misfit::BatchChanged(2)
        }),
        (
            &[
                "INSERT INTO event_batch SELECT number + 1, count, first_at, last_at, closed_at, key_id, hash FROM event_batch WHERE number = 3",
            ],
            |misfit| misfit == Misfit::BatchAdded(4),
        ),
        (&["DELETE FROM chain_head"], |misfit| misfit == Misfit::Genesis),
        (&["DELETE FROM chain_head WHERE id = 0"], |misfit| misfit == Misfit::Genesis),
        (&["DELETE FROM chain_head WHERE id = 1"], |misfit| misfit == Misfit::Head),
        (&["DELETE FROM event_writer"], |misfit| misfit == Misfit::Writers),
        (&["UPDATE event_writer SET count = count - 1"], |misfit| misfit == Misfit::Writers),
        (
            &[
                "DELETE FROM event WHERE batch = 3",
                "DELETE FROM event_batch WHERE number = 3",
                "UPDATE chain_head SET batch = 2, hash = (SELECT hash FROM event_batch WHERE number = 2) WHERE id = 1",
            ],
            |misfit| misfit == Misfit::Head,
        ),
    ]
}

#[tokio::test]
async fn whatever_is_changed_by_hand_is_found() {
    for kind in Kind::ALL {
        let archive = Archive::three_batches(kind).await;
        for (deed, expected) in deeds() {
            archive.sql(deed).await;
            let misfit = archive.verify().await.misfit;
            assert!(misfit.is_some_and(expected), "{kind:?}: {deed:?}: {misfit:?}");
            archive.restore().await;
        }
        archive.end().await;
    }
}

#[tokio::test]
async fn an_event_that_is_put_into_a_closed_batch_is_found() {
    for kind in Kind::ALL {
        let archive = Archive::three_batches(kind).await;
        let forged = Event { kind: EventKind::SessionOpened, ..archive.event("eve") };
        let found = Some(Misfit::EventAdded { batch: 2, event: forged.id });
        for place in ["position = 1", "position = 3", "position = NULL", "position = -7"] {
            archive.store.record(forged.clone()).await.unwrap();
            archive.sql(&[&format!("UPDATE event SET batch = 2, {place} WHERE batch IS NULL")]).await;
            assert_eq!(archive.verify().await.misfit, found, "{kind:?}: {place}");
            archive.restore().await;
        }
        for batch in [4, 0, -1] {
            archive.store.record(forged.clone()).await.unwrap();
            archive
                .sql(&[&format!("UPDATE event SET batch = {batch}, position = 0 WHERE batch IS NULL")])
                .await;
            assert_eq!(archive.verify().await.misfit, Some(Misfit::BatchAdded(batch)), "{kind:?}");
            archive.restore().await;
        }
        archive.end().await;
    }
}

#[tokio::test]
async fn a_chain_that_was_put_back_to_a_kept_head_is_found_by_a_noted_one() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        archive.record(3).await;
        archive.close().await;
        archive.sql(&["CREATE TABLE kept AS SELECT * FROM chain_head"]).await;
        archive.record(3).await;
        archive.close().await;
        let noted = archive.verify().await.head;
        assert_eq!(archive.chain.verify(Some(noted)).await.unwrap().misfit, None, "{kind:?}");
        let back = ["DELETE FROM event_batch WHERE number = 2", "DELETE FROM event WHERE batch = 2"];
        archive.sql(&back).await;
        archive.sql(&["DELETE FROM chain_head", "INSERT INTO chain_head SELECT * FROM kept"]).await;
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}: nothing in the database shows it");
        let found = archive.chain.verify(Some(noted)).await.unwrap().misfit;
        assert_eq!(found, Some(Misfit::RolledBack { noted: 2, found: 1 }), "{kind:?}");
        archive.record(4).await;
        archive.clock.advance(Duration::from_secs(6));
        let refused = archive.chain.close(archive.clock.now()).await;
        let rolled_back = Misfit::RolledBack { noted: 2, found: 1 };
        assert!(
            matches!(refused, Err(ChainError::Misfit(misfit)) if misfit == rolled_back),
            "{kind:?}: a process that knows better does not go on: {refused:?}"
        );
        assert!(
            archive.verify().await.misfit.is_some(),
            "{kind:?}: the new events knew the batch that is gone"
        );
        archive.sql(&["DELETE FROM event WHERE batch IS NULL"]).await;
        let (store, chain) = archive.beside().await.unwrap();
        store.record(archive.event("ada")).await.unwrap();
        archive.clock.advance(Duration::from_secs(6));
        assert!(
            chain.close(archive.clock.now()).await.unwrap().is_some(),
            "{kind:?}: after a start it goes on"
        );
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}: and nothing in the database shows it");
        let found = archive.chain.verify(Some(noted)).await.unwrap().misfit;
        assert_eq!(found, Some(Misfit::OtherHistory(2)), "{kind:?}");
        archive.end().await;
    }
}

#[tokio::test]
async fn nothing_is_closed_behind_a_head_that_somebody_changed() {
    for kind in Kind::ALL {
        let archive = Archive::three_batches(kind).await;
        archive.sql(&["UPDATE chain_head SET batch = 2 WHERE id = 1"]).await;
        archive.record(1).await;
        archive.clock.advance(Duration::from_secs(6));
        let refused = archive.chain.close(archive.clock.now()).await;
        assert!(matches!(refused, Err(ChainError::Misfit(Misfit::Head))), "{kind:?}: {refused:?}");
        archive.end().await;
    }
}

#[tokio::test]
async fn the_erasing_of_a_user_keeps_the_chain_whole() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let (ada, now) = (archive.event("ada").user, archive.clock.now());
        archive.store.remember_user(&ada, &Label::parse("Ada").unwrap(), now).await.unwrap();
        archive.record(3).await;
        archive.close().await;
        archive.record(1).await;
        let erased =
            Event::new(EventKind::UserErased, &ada, &Place::default(), now, archive.entropy.as_ref());
        assert!(archive.store.erase_user(&ada, erased).await.unwrap(), "{kind:?}");
        let verdict = archive.verify().await;
        assert_eq!((verdict.events, verdict.open, verdict.misfit), (3, 2, None), "{kind:?}");
        archive.close().await;
        let verdict = archive.verify().await;
        assert_eq!((verdict.events, verdict.open, verdict.misfit), (5, 0, None), "{kind:?}");
        archive.sql(&["UPDATE event SET kind = 'user.unlocked' WHERE batch = 1 AND position = 2"]).await;
        let misfit = archive.verify().await.misfit;
        assert!(
            matches!(misfit, Some(Misfit::EventChanged { .. })),
            "{kind:?}: the rest is held: {misfit:?}"
        );
        archive.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_close_at_once_each_event_is_closed_by_one() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        archive.record(700).await;
        archive.clock.advance(Duration::from_secs(6));
        let now = archive.clock.now();
        let closing = (0..16).map(|_| {
            let chain = archive.chain.clone();
            tokio::spawn(async move { chain.close(now).await.unwrap() })
        });
        let closing: Vec<_> = closing.collect();
        archive.record(20).await;
        let mut closed = 0;
        for batch in closing {
            closed += batch.await.unwrap().map_or(0, |batch| batch.count);
        }
        let verdict = archive.verify().await;
        assert_eq!(verdict.events, u64::try_from(closed).unwrap(), "{kind:?}: none twice");
        assert_eq!((verdict.events + verdict.open, verdict.misfit), (720, None), "{kind:?}");
        archive.close().await;
        assert_eq!(archive.verify().await.events, 720, "{kind:?}");
        archive.end().await;
    }
}

/// SQLite has one writer, whoever it is; the closing is over in milliseconds.
#[tokio::test]
async fn no_answer_waits_for_whoever_closes_a_batch() {
    let archive = Archive::three_batches(Kind::Postgres).await;
    archive.record(1).await;
    archive.clock.advance(Duration::from_secs(6));
    let hold = ["BEGIN", "SELECT 1 FROM chain_head FOR UPDATE", "SELECT 1 FROM event_batch FOR UPDATE"];
    archive.sql(&hold).await;
    let one_that_is_erased = "SELECT 1 FROM event WHERE batch IS NULL FOR UPDATE";
    archive.sql(&[one_that_is_erased]).await;
    // A wait would end as a fault, after the five seconds that a statement may take.
    archive.record(2).await;
    archive.sql(&["COMMIT", "BEGIN", one_that_is_erased]).await;
    let closed = archive.chain.close(archive.clock.now()).await.unwrap();
    assert_eq!(
        closed.map(|batch| batch.count),
        None,
        "the settled one is held by somebody else, and waited for later"
    );
    archive.sql(&["COMMIT"]).await;
    assert_eq!(archive.close().await, 1);
    let verdict = archive.verify().await;
    assert_eq!((verdict.events, verdict.open, verdict.misfit), (12, 0, None));
    archive.end().await;
}

#[test]
fn a_misfit_says_where() {
    let event = EventId::from_uuid(uuid::Uuid::nil());
    let said = Misfit::EventChanged { seat: Seat { batch: 2, position: 1 }, event }.to_string();
    assert_eq!(said, "event 00000000-0000-0000-0000-000000000000 was changed: batch 2, position 1");
}
