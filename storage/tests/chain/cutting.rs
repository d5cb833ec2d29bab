//! What is old is deleted from the beginning of the log, and all that remains is still proved.

use super::{Archive, Kind};
use domain::audit::{Event, EventKind, Place};
use domain::chain::{Deleted, Misfit, Seat};
use domain::name::Label;
use domain::ports::{Clock as _, EventPage, Store as _};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait as _, Statement};
use std::time::Duration;
use storage::Chain;
use storage::chain::{ChainError, Noted};

const DAY: Duration = Duration::from_hours(24);

impl Archive {
    async fn count(&self, sql: &str) -> i64 {
        let asked = Statement::from_string(self.raw.get_database_backend(), sql);
        self.raw.query_one_raw(asked).await.unwrap().unwrap().try_get("", "n").unwrap()
    }

    async fn events(&self) -> i64 {
        self.count("SELECT CAST(count(*) AS bigint) AS n FROM event").await
    }

    /// What the events of deletions say.
    async fn told(&self) -> Vec<Deleted> {
        let page = EventPage::newest_of_site(domain::name::SiteId::BUILT_IN, 200);
        let page = EventPage { kind: Some(EventKind::AuditCut), ..page };
        let events = self.store.events(page).await.unwrap();
        events.iter().map(|event| Deleted::parse(event.subject.as_deref().unwrap()).unwrap()).collect()
    }

    /// Three batches of three events, and two more a month later.
    async fn months(kind: Kind) -> (Self, Timestamp) {
        let archive = Self::open(kind).await;
        for _ in 0..3 {
            archive.record(3).await;
            archive.close().await;
        }
        let between = archive.clock.now() + DAY;
        archive.clock.advance(30 * DAY);
        for _ in 0..2 {
            archive.record(3).await;
            archive.close().await;
        }
        (archive, between)
    }

    async fn keep(&self, name: &str) {
        for table in super::TABLES {
            self.sql(&[&format!("CREATE TABLE {name}_{table} AS SELECT * FROM {table}")]).await;
        }
    }
}

#[tokio::test]
async fn what_is_old_goes_in_whole_batches_and_all_that_remains_is_proved() {
    for kind in Kind::ALL {
        let (archive, between) = Archive::months(kind).await;
        let cut = archive.cut(between).await.unwrap();
        assert_eq!((cut.batch, cut.events, archive.events().await), (3, 9, 6 + 1), "{kind:?}");
        let verdict = archive.verify().await;
        assert_eq!((verdict.events, verdict.batches, verdict.open), (6, 2, 1), "{kind:?}");
        assert_eq!((verdict.misfit, verdict.head.batch, &verdict.cut), (None, 5, &Some(cut)), "{kind:?}");
        let told = archive.told().await;
        assert_eq!(told.iter().map(|of| (of.events, of.batches)).collect::<Vec<_>>(), [(9, 3)], "{kind:?}");
        assert!(told.iter().all(|of| of.until < between), "{kind:?}: and until when");
        assert_eq!(archive.cut(between).await, None, "{kind:?}: once");
        // Others, and whoever starts now, go on behind it.
        let (store, chain) = archive.beside().await.unwrap();
        store.record(archive.event("bob")).await.unwrap();
        archive.close().await;
        chain.count(archive.clock.now(), false).await.unwrap();
        let verdict = chain.verify(None).await.unwrap();
        assert_eq!((verdict.events, verdict.batches, verdict.misfit), (8, 3, None), "{kind:?}");
        archive.clock.advance(DAY);
        let again = archive.cut(archive.clock.now()).await.unwrap();
        assert_eq!((again.batch, again.events), (6, 17), "{kind:?}: all of it together");
        let verdict = archive.verify().await;
        assert_eq!(
            (verdict.events, verdict.batches, verdict.open),
            (0, 0, 1),
            "{kind:?}: nothing but its event"
        );
        assert_eq!((verdict.head.batch, verdict.misfit), (6, None), "{kind:?}");
        archive.close().await;
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}");
        archive.end().await;
    }
}

#[tokio::test]
async fn a_batch_goes_when_it_was_closed_before_and_not_when_it_was_closed_then() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        archive.record(1).await;
        archive.close().await;
        let closed_at = archive.clock.now();
        archive.clock.advance(DAY);
        assert_eq!(archive.cut(closed_at).await, None, "{kind:?}");
        let cut = archive.cut(closed_at + Duration::from_millis(1)).await;
        assert_eq!(cut.map(|cut| (cut.events, cut.until)), Some((1, closed_at)), "{kind:?}");
        archive.end().await;
    }
}

/// What somebody does to the database, and whether that is what is found.
type Deed<'d> = (&'d [&'d str], fn(Misfit) -> bool);

/// Kept together: what somebody does to a log from which something was deleted, and what is found.
#[tokio::test]
async fn whatever_somebody_does_to_what_was_deleted_is_found() {
    let cut: fn(Misfit) -> bool = |misfit| misfit == Misfit::Cut;
    let added: fn(Misfit) -> bool = |misfit| matches!(misfit, Misfit::BatchAdded(1..=3));
    let deeds: [Deed<'_>; 15] = [
        (&["DELETE FROM chain_cut"], cut),
        (&["UPDATE chain_cut SET batch = batch - 1"], cut),
        (&["UPDATE chain_cut SET hash = seal"], cut),
        (&["UPDATE chain_cut SET events = events - 1"], cut),
        (&["UPDATE chain_cut SET until = until + 1"], cut),
        (&["UPDATE chain_cut SET cut_at = cut_at + 1"], cut),
        (&["UPDATE chain_cut SET key_id = key_id + 1"], cut),
        (&["UPDATE chain_cut SET key_id = -1"], cut),
        (&["UPDATE chain_cut SET id = 2"], cut),
        // More goes than was deleted, and the row says so.
        (
            &[
                "UPDATE chain_cut SET batch = 4, events = events + 3,
                 hash = (SELECT hash FROM event_batch WHERE number = 4)",
                "DELETE FROM event WHERE batch = 4",
                "DELETE FROM event_batch WHERE number = 4",
            ],
            cut,
        ),
        (&["DELETE FROM event WHERE batch = 4", "DELETE FROM event_batch WHERE number = 4"], |misfit| {
            misfit == Misfit::BatchMissing(4)
        }),
        (&["DELETE FROM event WHERE batch = 4 AND position = 0"], |misfit| {
            misfit == Misfit::EventMissing(Seat { batch: 4, position: 0 })
        }),
        // What was deleted comes back.
        (&["INSERT INTO event SELECT * FROM before_event WHERE batch = 3"], added),
        (&["INSERT INTO event_batch SELECT * FROM before_event_batch WHERE number <= 3"], added),
        (&["UPDATE event_writer SET cut = cut + 1"], |misfit| misfit == Misfit::Writers),
    ];
    for kind in Kind::ALL {
        let (archive, between) = Archive::months(kind).await;
        archive.keep("before").await;
        archive.cut(between).await.unwrap();
        archive.keep("kept").await;
        for (deed, expected) in deeds {
            archive.sql(deed).await;
            let misfit = archive.verify().await.misfit;
            assert!(misfit.is_some_and(expected), "{kind:?}: {deed:?}: {misfit:?}");
            archive.restore().await;
        }
        archive.end().await;
    }
}

/// With the head of before as well: then nothing in the chain knows of the deletion, but the event that tells of it.
#[tokio::test]
async fn a_log_in_which_the_deletion_was_undone_is_found() {
    for kind in Kind::ALL {
        let (archive, between) = Archive::months(kind).await;
        archive.keep("before").await;
        archive.cut(between).await.unwrap();
        archive.close().await;
        archive.chain.count(archive.clock.now(), false).await.unwrap();
        for table in ["event_batch", "event_writer", "chain_head", "chain_cut"] {
            let put_back = format!("INSERT INTO {table} SELECT * FROM before_{table}");
            archive.sql(&[&format!("DELETE FROM {table}"), &put_back]).await;
        }
        archive.sql(&["INSERT INTO event SELECT * FROM before_event WHERE batch <= 3"]).await;
        let misfit = archive.verify().await.misfit;
        assert!(misfit.is_some(), "{kind:?}: {misfit:?}");
        archive.end().await;
    }
}

/// Whoever changed an old event and waits for its deletion waits in vain.
#[tokio::test]
async fn what_was_changed_is_not_deleted() {
    for kind in Kind::ALL {
        let (archive, between) = Archive::months(kind).await;
        archive.keep("kept").await;
        let deeds = [
            "UPDATE event SET kind = 'user.unlocked' WHERE batch = 2 AND position = 1",
            "DELETE FROM event WHERE batch = 2 AND position = 1",
            "DELETE FROM event_batch WHERE number = 1",
            "UPDATE event_batch SET closed_at = closed_at + 1 WHERE number = 3",
        ];
        for deed in deeds {
            archive.sql(&[deed]).await;
            let (events, now) = (archive.events().await, archive.clock.now());
            let refused = archive.chain.cut(now, between, archive.entropy.as_ref()).await;
            assert!(matches!(refused, Err(ChainError::Misfit(_))), "{kind:?}: {deed}: {refused:?}");
            assert_eq!(archive.events().await, events, "{kind:?}: {deed}");
            archive.restore().await;
        }
        archive.end().await;
    }
}

#[tokio::test]
async fn a_noted_head_is_compared_unless_it_was_deleted() {
    for kind in Kind::ALL {
        let (archive, between) = Archive::months(kind).await;
        let noted = async |batch: i64| {
            let sql = format!("SELECT hash FROM event_batch WHERE number = {batch}");
            let asked = Statement::from_string(archive.raw.get_database_backend(), sql);
            let row = archive.raw.query_one_raw(asked).await.unwrap().unwrap();
            let hash: Vec<u8> = row.try_get("", "hash").unwrap();
            Noted { batch, hash: hash.try_into().unwrap() }
        };
        let heads = [noted(2).await, noted(3).await, noted(4).await];
        archive.cut(between).await.unwrap();
        let found = async |of: Noted| archive.chain.verify(Some(of)).await.unwrap().misfit;
        let [deleted, last, there] = heads;
        assert_eq!(found(deleted).await, Some(Misfit::NotedCut { noted: 2, cut: 3 }), "{kind:?}");
        assert_eq!((found(last).await, found(there).await), (None, None), "{kind:?}");
        let other = Noted { hash: [1; 32], ..last };
        assert_eq!(found(other).await, Some(Misfit::OtherHistory(3)), "{kind:?}");
        archive.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_delete_and_close_and_verify_at_once_each_event_goes_once() {
    const EVENTS: usize = 3_400;
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        archive.record(EVENTS).await;
        archive.close().await;
        archive.clock.advance(DAY);
        let (now, before) = (archive.clock.now(), archive.clock.now() - DAY / 2);
        let (_, other) = archive.beside().await.unwrap();
        let deleting =
            [archive.chain.clone(), other.clone(), archive.chain.clone(), other.clone()].map(|chain| {
                let entropy = archive.entropy.clone();
                tokio::spawn(async move {
                    let mut steps = 0;
                    while chain.cut(now, before, entropy.as_ref()).await.unwrap().is_some() {
                        steps += 1;
                    }
                    steps
                })
            });
        let verifying = [archive.chain.clone(), other].map(|chain| {
            tokio::spawn(async move {
                for _ in 0..5 {
                    assert_eq!(chain.verify(None).await.unwrap().misfit, None);
                    let _ = chain.close(now + Duration::from_secs(6)).await.unwrap();
                }
            })
        });
        archive.record(20).await;
        let mut steps = 0;
        for deleted in deleting {
            steps += deleted.await.unwrap();
        }
        for verified in verifying {
            verified.await.unwrap();
        }
        archive.cut(before).await;
        let told = archive.told().await;
        assert!(steps > 0 && told.len() >= 4, "{kind:?}: at most a thousand at a time: {told:?}");
        let gone: i64 = told.iter().map(|of| of.events).sum();
        assert_eq!(gone, i64::try_from(EVENTS).unwrap(), "{kind:?}: none twice");
        let (verdict, left) = (archive.verify().await, archive.events().await);
        assert_eq!(verdict.cut.map(|cut| cut.events), Some(gone), "{kind:?}");
        assert_eq!((verdict.misfit, left), (None, i64::try_from(20 + told.len()).unwrap()), "{kind:?}");
        archive.end().await;
    }
}

/// As where the process is killed between two statements: all of a step is there, or nothing.
#[tokio::test]
async fn a_step_that_breaks_off_has_deleted_nothing() {
    for kind in Kind::ALL {
        let (archive, between) = Archive::months(kind).await;
        let (break_it, mend): (&[&str], &str) = match kind {
            Kind::Sqlite => (
                &["CREATE TRIGGER broken BEFORE UPDATE ON chain_head WHEN NEW.cut <> OLD.cut
                   BEGIN SELECT RAISE(ABORT, 'broken'); END"],
                "DROP TRIGGER broken",
            ),
            Kind::Postgres => (
                &[
                    "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$
                     BEGIN IF NEW.cut <> OLD.cut THEN RAISE 'broken'; END IF; RETURN NEW; END $$",
                    "CREATE TRIGGER broken BEFORE UPDATE ON chain_head FOR EACH ROW EXECUTE FUNCTION broken()",
                ],
                "DROP TRIGGER broken ON chain_head",
            ),
        };
        archive.sql(break_it).await;
        let now = archive.clock.now();
        let broken = archive.chain.cut(now, between, archive.entropy.as_ref()).await;
        assert!(matches!(broken, Err(ChainError::Store(_))), "{kind:?}: {broken:?}");
        let verdict = archive.verify().await;
        assert_eq!((verdict.events, verdict.open, verdict.misfit), (15, 0, None), "{kind:?}");
        assert_eq!((verdict.cut, archive.told().await), (None, Vec::new()), "{kind:?}");
        archive.sql(&[mend]).await;
        assert_eq!(archive.cut(between).await.map(|cut| cut.events), Some(9), "{kind:?}");
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}");
        archive.end().await;
    }
}

/// Of an erased user the old events go first, and what the erasure says of the rest is still held.
#[tokio::test]
async fn an_erasure_says_which_of_the_events_that_it_wiped_are_left() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let ada = archive.event("ada").user;
        archive.store.remember_user(&ada, &Label::parse("Ada").unwrap(), archive.clock.now()).await.unwrap();
        let mut moments = Vec::new();
        for _ in 0..3 {
            archive.record(2).await;
            archive.close().await;
            moments.push(archive.clock.now() + Duration::from_millis(1));
            archive.clock.advance(DAY);
        }
        let (now, entropy) = (archive.clock.now(), archive.entropy.as_ref());
        let erased = Event::new(EventKind::UserErased, &ada, &Place::default(), now, entropy);
        let erasure = erased.id;
        assert!(archive.store.erase_user(&ada, erased).await.unwrap(), "{kind:?}");
        archive.close().await;
        for (step, before) in moments.into_iter().enumerate() {
            let cut = archive.cut(before).await.unwrap();
            let batch = i64::try_from(step + 1).unwrap();
            assert_eq!((cut.batch, archive.verify().await.misfit), (batch, None), "{kind:?}: {step}");
        }
        archive.keep("kept").await;
        let stripped = Some(Misfit::Stripped { event: erasure });
        let unsaid = "UPDATE event SET still_wiped = NULL WHERE kind = 'user.erased'";
        archive.sql(&[unsaid]).await;
        assert_eq!(archive.verify().await.misfit, stripped, "{kind:?}: it says of events that are gone");
        archive.restore().await;
        archive.sql(&["UPDATE event SET still_wiped = mac WHERE kind = 'user.erased'"]).await;
        assert_eq!(archive.verify().await.misfit, stripped, "{kind:?}");
        archive.restore().await;
        archive.clock.advance(DAY);
        archive.cut(archive.clock.now()).await.unwrap();
        let verdict = archive.verify().await;
        assert_eq!((verdict.events, verdict.misfit), (0, None), "{kind:?}: the erasure, too");
        archive.end().await;
    }
}

/// Between two deletions somebody wipes an event more, or brings the words of one back.
#[tokio::test]
async fn what_is_left_of_an_erasure_hides_and_shows_nothing_but_what_it_says() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let ada = archive.event("ada").user;
        archive.store.remember_user(&ada, &Label::parse("Ada").unwrap(), archive.clock.now()).await.unwrap();
        archive.record(1).await;
        archive.close().await;
        let between = archive.clock.now() + Duration::from_millis(1);
        archive.clock.advance(DAY);
        archive.record(2).await;
        archive.close().await;
        archive.keep("written").await;
        let (now, entropy) = (archive.clock.now(), archive.entropy.as_ref());
        let erased = Event::new(EventKind::UserErased, &ada, &Place::default(), now, entropy);
        let stripped = Some(Misfit::Stripped { event: erased.id });
        assert!(archive.store.erase_user(&ada, erased).await.unwrap(), "{kind:?}");
        archive.record(1).await;
        archive.close().await;
        archive.cut(between).await.unwrap();
        archive.keep("kept").await;
        archive
            .sql(&[
                "DELETE FROM event WHERE batch = 2 AND position = 1",
                "INSERT INTO event SELECT * FROM written_event WHERE batch = 2 AND position = 1",
            ])
            .await;
        assert_eq!(archive.verify().await.misfit, stripped, "{kind:?}: shown");
        let refused = archive.chain.cut(now + DAY, now + DAY, archive.entropy.as_ref()).await;
        assert!(matches!(refused, Err(ChainError::Misfit(Misfit::Stripped { .. }))), "{kind:?}: {refused:?}");
        archive.restore().await;
        let wipe =
            "UPDATE event SET subject = NULL, reason = NULL, address = NULL, browser = NULL, salt = NULL,
                    erasure = (SELECT erasure FROM event WHERE erasure IS NOT NULL LIMIT 1)
                    WHERE batch = 3 AND kind = 'user.reset'";
        archive.sql(&[wipe]).await;
        assert_eq!(archive.verify().await.misfit, stripped, "{kind:?}: hidden");
        archive.end().await;
    }
}

/// Two servers whose clocks differ: what was wiped may have happened later than its erasure, and is closed before it all the same.
#[tokio::test]
async fn an_erasure_is_closed_behind_all_that_it_wiped() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let (ada, now) = (archive.event("ada").user, archive.clock.now());
        archive.store.remember_user(&ada, &Label::parse("Ada").unwrap(), now).await.unwrap();
        let ahead = archive.event("ada");
        archive.store.record(Event { at: ahead.at + Duration::from_secs(30), ..ahead }).await.unwrap();
        let erased =
            Event::new(EventKind::UserErased, &ada, &Place::default(), now, archive.entropy.as_ref());
        assert!(archive.store.erase_user(&ada, erased).await.unwrap(), "{kind:?}");
        archive.store.record(archive.event("bob")).await.unwrap();
        archive.close().await;
        let open = "SELECT CAST(count(*) AS bigint) AS n FROM event WHERE batch IS NULL";
        assert_eq!(archive.count(open).await, 2, "{kind:?}: the erasure waits, and nobody else");
        archive.clock.advance(Duration::from_secs(30));
        archive.close().await;
        assert_eq!((archive.count(open).await, archive.verify().await.misfit), (0, None), "{kind:?}");
        archive.end().await;
    }
}

#[tokio::test]
async fn no_batch_goes_that_an_event_which_waits_knew() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        archive.record(1).await;
        archive.close().await;
        // By a clock that is a little ahead: it waits for longer.
        let ahead = archive.event("ada");
        archive.store.record(Event { at: ahead.at + Duration::from_secs(55), ..ahead }).await.unwrap();
        for _ in 0..3 {
            archive.record(1).await;
            assert_eq!(archive.close().await, 1, "{kind:?}");
        }
        let cut = archive.cut(archive.clock.now() + DAY).await;
        assert_eq!(cut.map(|cut| cut.batch), Some(1), "{kind:?}: the one that it knew is the last that goes");
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}");
        archive.clock.advance(Duration::from_mins(1));
        archive.close().await;
        let cut = archive.cut(archive.clock.now() + DAY).await;
        assert!(cut.is_some_and(|cut| cut.batch >= 4), "{kind:?}");
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}");
        archive.end().await;
    }
}

/// A process that was cut off from the database for a day is taken for one that has ended, and its old events may go: when it is
/// back it does not say any more how many they were.
#[tokio::test]
async fn a_process_that_was_away_for_a_day_goes_on_as_another_one() {
    for kind in Kind::ALL {
        for others in [true, false] {
            let archive = Archive::open(kind).await;
            let (store, chain) = archive.beside().await.unwrap();
            for _ in 0..3 {
                store.record(archive.event("bob")).await.unwrap();
            }
            chain.count(archive.clock.now(), false).await.unwrap();
            // These it has not counted when it is cut off.
            store.record(archive.event("bob")).await.unwrap();
            archive.close().await;
            archive.clock.advance(31 * DAY);
            if others {
                archive.record(1).await;
                archive.chain.count(archive.clock.now(), false).await.unwrap();
            }
            archive.cut(archive.clock.now()).await.unwrap();
            assert_eq!(archive.verify().await.misfit, None, "{kind:?}: {others}");
            store.record(archive.event("bob")).await.unwrap();
            chain.count(archive.clock.now(), false).await.unwrap();
            store.record(archive.event("bob")).await.unwrap();
            chain.count(archive.clock.now(), false).await.unwrap();
            assert_eq!(archive.verify().await.misfit, None, "{kind:?}: {others}: it is back");
            archive.sql(&["DELETE FROM event WHERE batch IS NULL AND kind = 'user.reset'"]).await;
            let misfit = archive.verify().await.misfit;
            assert!(
                matches!(misfit, Some(Misfit::EventsLost { .. })),
                "{kind:?}: {others}: it counts: {misfit:?}"
            );
            archive.end().await;
        }
    }
}

/// SQLite has one writer, whoever it is.
#[tokio::test]
async fn who_deletes_waits_for_nobody_who_erases_a_user() {
    let (archive, between) = Archive::months(Kind::Postgres).await;
    archive.sql(&["BEGIN", "SELECT 1 FROM event WHERE batch = 2 FOR UPDATE"]).await;
    // A wait would end as a fault, after the five seconds that a statement may take.
    assert_eq!(archive.cut(between).await, None);
    archive.sql(&["COMMIT"]).await;
    assert_eq!(archive.cut(between).await.map(|cut| cut.batch), Some(3));
    assert_eq!(archive.verify().await.misfit, None);
    archive.end().await;
}

#[tokio::test]
async fn a_process_that_proves_no_event_deletes_none() {
    for kind in Kind::ALL {
        let (archive, between) = Archive::months(kind).await;
        let command = Chain::new(archive.bare.clone(), super::keys());
        let gone = command.cut(archive.clock.now(), between, archive.entropy.as_ref()).await.unwrap();
        assert_eq!((gone, archive.events().await), (None, 15), "{kind:?}");
        archive.end().await;
    }
}
