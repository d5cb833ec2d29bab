//! What proves the log beside the chain: the events that wait, who counts them, erasures, and the beginning.

use super::{Archive, Kind, keys};
use domain::audit::{Event, EventKind, Place};
use domain::chain::{Head, Misfit};
use domain::name::{Label, UserId};
use domain::ports::{Clock as _, Store as _};
use domain::testing::SeededEntropy;
use sea_orm::ConnectionTrait as _;
use std::time::Duration;
use storage::chain::ChainError;

/// What is not closed yet is proved, too: the words of an event from its insertion, that it is there from the next count.
#[tokio::test]
async fn what_somebody_does_to_events_that_wait_is_found() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        archive.record(3).await;
        archive.sql(&["CREATE TABLE kept AS SELECT * FROM event"]).await;
        let deeds = [
            "UPDATE event SET kind = 'user.unlocked'",
            "UPDATE event SET reason = NULL",
            "UPDATE event SET mac = NULL",
            "UPDATE event SET sequence = sequence + 1",
            "UPDATE event SET position = 1",
        ];
        for deed in deeds {
            archive.sql(&[deed]).await;
            let misfit = archive.verify().await.misfit;
            assert!(matches!(misfit, Some(Misfit::EventForged { .. })), "{kind:?}: {deed}: {misfit:?}");
            archive.sql(&["DELETE FROM event", "INSERT INTO event SELECT * FROM kept"]).await;
        }
        archive.chain.count(archive.clock.now(), false).await.unwrap();
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}");
        archive.sql(&["DELETE FROM event WHERE sequence = 2"]).await;
        let lost = Some(Misfit::EventsLost { expected: 3, found: 2 });
        assert_eq!(archive.verify().await.misfit, lost, "{kind:?}");
        archive.end().await;
    }
}

/// The server does not sign for whoever forges an event that waits.
#[tokio::test]
async fn an_event_that_twofold_did_not_write_is_never_closed() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        archive.record(2).await;
        archive
            .sql(&[
                "CREATE TABLE forged AS SELECT * FROM event",
                "UPDATE forged SET at = at - 1000, kind = 'user.erased'",
                "DELETE FROM forged WHERE sequence = 1",
                "UPDATE forged SET id = site_id",
                "INSERT INTO event SELECT * FROM forged",
            ])
            .await;
        archive.clock.advance(Duration::from_secs(6));
        let closed = archive.chain.close(archive.clock.now()).await.unwrap().unwrap();
        assert_eq!(closed.count, 2, "{kind:?}: the others are");
        let left = archive.chain.close(archive.clock.now()).await;
        assert!(matches!(left, Err(ChainError::Misfit(Misfit::EventForged { .. }))), "{kind:?}: {left:?}");
        let misfit = archive.verify().await.misfit;
        assert!(matches!(misfit, Some(Misfit::EventForged { .. })), "{kind:?}: {misfit:?}");
        archive.end().await;
    }
}

/// A user who was erased came back, and something that happened since is wiped behind that erasure.
#[tokio::test]
async fn an_erasure_hides_nothing_but_what_it_wiped() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let (ada, now) = (archive.event("ada").user, archive.clock.now());
        archive.store.remember_user(&ada, &Label::parse("Ada").unwrap(), now).await.unwrap();
        archive.record(3).await;
        let erased =
            Event::new(EventKind::UserErased, &ada, &Place::default(), now, archive.entropy.as_ref());
        let erasure = erased.id;
        assert!(archive.store.erase_user(&ada, erased).await.unwrap(), "{kind:?}");
        archive.record(2).await;
        assert_eq!(archive.close().await, 1, "{kind:?}");
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}");
        let wipe = "UPDATE event SET subject = NULL, reason = NULL, address = NULL, browser = NULL, salt = NULL,
                    erasure = (SELECT erasure FROM event WHERE erasure IS NOT NULL LIMIT 1) WHERE sequence = 5";
        archive.sql(&[wipe]).await;
        assert_eq!(archive.verify().await.misfit, Some(Misfit::Stripped { event: erasure }), "{kind:?}");
        archive.end().await;
    }
}

#[tokio::test]
async fn only_a_database_in_which_nothing_happened_is_given_a_chain_and_another_one_by_its_operator() {
    for kind in Kind::ALL {
        let archive = Archive::three_batches(kind).await;
        archive.sql(&["DELETE FROM chain_head", "DELETE FROM event_batch", "DELETE FROM event_writer"]).await;
        archive.sql(&["UPDATE event SET batch = NULL, position = NULL, digest = NULL"]).await;
        let begun = archive.beside().await;
        assert!(matches!(begun, Err(ChainError::Misfit(Misfit::Genesis))), "{kind:?}");
        assert_eq!(archive.verify().await.misfit, Some(Misfit::Genesis), "{kind:?}");
        let now = archive.clock.now();
        let adopted = archive.chain.adopt(now, archive.entropy.clone()).await.unwrap();
        assert_eq!(adopted, Some(9), "{kind:?}: as after an upgrade");
        let (_, chain) = archive.beside().await.unwrap();
        let batch = chain.close(now).await.unwrap().unwrap();
        assert_eq!((batch.number, batch.count), (1, 9), "{kind:?}");
        let verdict = chain.verify(None).await.unwrap();
        assert_eq!((verdict.events, verdict.misfit), (9, None), "{kind:?}");
        let again = chain.adopt(now, archive.entropy.clone()).await.unwrap();
        assert_eq!(again, None, "{kind:?}: once");
        archive.end().await;
    }
}

/// Each process counts its own; one that has ended is forgotten once its events are closed.
#[tokio::test]
async fn every_process_counts_its_own_events() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let (store, chain) = archive.beside().await.unwrap();
        archive.record(2).await;
        store.record(archive.event("bob")).await.unwrap();
        chain.count(archive.clock.now(), true).await.unwrap();
        archive.chain.count(archive.clock.now(), false).await.unwrap();
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}");
        archive.close().await;
        archive.record(1).await;
        archive.chain.count(archive.clock.now(), false).await.unwrap();
        let verdict = archive.verify().await;
        assert_eq!((verdict.events, verdict.open, verdict.misfit), (3, 1, None), "{kind:?}");
        archive.sql(&["DELETE FROM event WHERE batch IS NULL"]).await;
        let lost = Some(Misfit::EventsLost { expected: 3, found: 2 });
        assert_eq!(archive.verify().await.misfit, lost, "{kind:?}");
        archive.end().await;
    }
}

#[tokio::test]
async fn a_database_that_remembers_its_key_is_given_no_second_beginning() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let entropy = SeededEntropy::new(9);
        let (first, genesis) = (keys().check().unwrap(), Head::genesis(&keys(), &entropy).unwrap());
        storage::begin(&archive.bare, &first, &genesis).await.unwrap();
        for table in
            ["event", "event_batch", "event_writer", "chain_head", "account", "\"user\"", "authenticator"]
        {
            archive.raw.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
        }
        let begun = archive.beside().await.map(drop);
        assert!(matches!(begun, Err(ChainError::Misfit(Misfit::Genesis))), "{kind:?}: {begun:?}");
        storage::begin(&archive.bare, &first, &genesis).await.unwrap();
        assert!(archive.beside().await.is_err(), "{kind:?}: nor by another start");
    }
}

#[tokio::test]
async fn a_user_that_was_turned_into_text_is_found() {
    for column in ["user_id", "by_user"] {
        let archive = Archive::open(Kind::Sqlite).await;
        let by = UserId::parse("eve").unwrap();
        let event = Event { by: Some(by), ..archive.event("ada") };
        archive.store.record(event).await.unwrap();
        assert_eq!(archive.chain.verify(None).await.unwrap().misfit, None);
        let turned = format!("UPDATE event SET {column} = CAST({column} AS TEXT)");
        archive.raw.execute_unprepared(&turned).await.unwrap();
        let misfit = archive.chain.verify(None).await.unwrap().misfit;
        assert!(matches!(misfit, Some(Misfit::EventForged { .. })), "{column}: {misfit:?}");
    }
}

/// SQLite reads it as it did, and takes it for another one where it compares: the head could not be moved, and nothing said why.
#[tokio::test]
async fn a_proof_that_was_turned_into_text_is_found() {
    let of_tables = [
        ("chain_head", vec!["hash", "writers", "cut", "seal"]),
        ("event_batch", vec!["hash"]),
        ("event", vec!["site_id", "id", "mac", "salt", "commitment", "digest"]),
    ];
    for (table, columns) in of_tables {
        for column in columns {
            let archive = Archive::open(Kind::Sqlite).await;
            archive.store.record(archive.event("ada")).await.unwrap();
            archive.close().await;
            assert_eq!(archive.chain.verify(None).await.unwrap().misfit, None);
            let turned = format!("UPDATE {table} SET {column} = CAST({column} AS TEXT)");
            archive.raw.execute_unprepared(&turned).await.unwrap();
            assert!(archive.chain.verify(None).await.unwrap().misfit.is_some(), "{table}.{column}");
        }
    }
}

#[tokio::test]
async fn numbers_that_were_turned_into_text_are_found() {
    let turned = [
        ("event", "batch"),
        ("event_batch", "first_at"),
        ("event_writer", "seen_at"),
        ("chain_head", "key_id"),
    ];
    for (table, column) in turned {
        let archive = Archive::open(Kind::Sqlite).await;
        archive.store.record(archive.event("ada")).await.unwrap();
        archive.close().await;
        let turned =
            format!("UPDATE {table} SET {column} = CAST({column} AS BLOB) WHERE {column} IS NOT NULL");
        archive.raw.execute_unprepared(&turned).await.unwrap();
        let verdict = archive.chain.verify(None).await;
        assert!(verdict.is_err() || verdict.unwrap().misfit.is_some(), "{table}.{column}");
    }
}
