//! Whether the database can be written and read, and what is said where it cannot.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::seal::{KeyCheck, KeyId};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::path::Path;
use storage::health::{Cause, Unready};
use storage::{Database, FileLost, migrate};
use support::Kind;

async fn proofs(raw: &DatabaseConnection) -> i64 {
    let asked = Statement::from_string(raw.get_database_backend(), "SELECT proofs FROM health");
    raw.query_one_raw(asked).await.unwrap().unwrap().try_get("", "proofs").unwrap()
}

async fn opened(kind: Kind) -> (Database, DatabaseConnection, String) {
    let url = support::empty_url(kind).await;
    let db = Database::open(&url).await.unwrap();
    migrate(&db).await.unwrap();
    (db, sea_orm::Database::connect(&url).await.unwrap(), url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_ask_one_commit_is_proved_and_every_replica_counts_on() {
    for kind in Kind::ALL {
        let (db, raw, url) = opened(kind).await;
        let asked: Vec<_> = (0..64).map(|_| db.clone()).collect();
        let asked = asked.into_iter().map(|db| tokio::spawn(async move { db.prove_commit().await }));
        for answer in asked.collect::<Vec<_>>() {
            assert_eq!(answer.await.unwrap(), Ok(()), "{kind:?}");
        }
        assert_eq!(proofs(&raw).await, 1, "{kind:?}: one commit for all of them");
        let replica = Database::open(&url).await.unwrap();
        assert_eq!(replica.prove_commit().await, Ok(()), "{kind:?}");
        assert_eq!(proofs(&raw).await, 2, "{kind:?}: of another replica");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_is_locked_says_so() {
    for (kind, lock) in
        [(Kind::Sqlite, "BEGIN IMMEDIATE"), (Kind::Postgres, "BEGIN; LOCK TABLE health IN EXCLUSIVE MODE")]
    {
        let (db, _, url) = opened(kind).await;
        let mut one = sea_orm::ConnectOptions::new(url);
        let raw = sea_orm::Database::connect(one.max_connections(1).to_owned()).await.unwrap();
        raw.execute_unprepared(lock).await.unwrap();
        assert_eq!(db.prove_commit().await, Err(Unready::NotWritten(Cause::Locked)), "{kind:?}");
        raw.execute_unprepared("ROLLBACK").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_takes_no_writes_says_so() {
    let (_, raw, url) = opened(Kind::Postgres).await;
    let database = url.rsplit_once('/').unwrap().1.split('?').next().unwrap();
    let refuse = format!("ALTER DATABASE \"{database}\" SET default_transaction_read_only = on");
    raw.execute_unprepared(&refuse).await.unwrap();
    let db = Database::open(&url).await.unwrap();
    assert_eq!(db.prove_commit().await, Err(Unready::NotWritten(Cause::ReadOnly)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_was_not_migrated_is_not_ready() {
    for kind in Kind::ALL {
        let db = Database::open(&support::empty_url(kind).await).await.unwrap();
        let said = db.prove_commit().await.unwrap_err().to_string();
        assert!(said.starts_with("the database cannot be written: ") && said.contains("health"), "{said}");
    }
}

/// A copy of another installation, say, or a name that leads elsewhere by now.
#[tokio::test]
async fn another_database_at_the_same_address_is_not_taken_for_ours() {
    let url = support::empty_url(Kind::Postgres).await;
    let (server, name) = url.split('?').next().unwrap().rsplit_once('/').unwrap();
    let own = |digest| KeyCheck { key: KeyId(1), digest: [digest; 32] };
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    storage::key_check(&db, &own(1)).await.unwrap();
    db.keep_to(vec![own(1)]).await.unwrap();
    let admin = sea_orm::Database::connect(format!("{server}/postgres")).await.unwrap();
    let end = |name: &str| {
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    };
    let swap = async |from: &str, to: &str| {
        admin.execute_unprepared(&end(from)).await.unwrap();
        admin.execute_unprepared(&format!("ALTER DATABASE \"{from}\" RENAME TO \"{to}\"")).await.unwrap();
    };
    assert_eq!(db.prove_commit().await, Ok(()));
    swap(name, &format!("{name}_ours")).await;
    admin.execute_unprepared(&format!("CREATE DATABASE \"{name}\"")).await.unwrap();
    let other = Database::open(&url).await.unwrap();
    storage::migrate(&other).await.unwrap();
    storage::key_check(&other, &own(2)).await.unwrap();
    // The first two are the connections that were ended.
    for _ in 0..3 {
        assert!(db.clock().await.is_err(), "the other one is asked for nothing");
    }
    other.close().await;
    swap(name, &format!("{name}_other")).await;
    swap(&format!("{name}_ours"), name).await;
    let mut is_back = false;
    for _ in 0..5 {
        is_back = is_back || db.clock().await.is_ok();
    }
    assert!(is_back, "ours is, as soon as it is there");
}

/// What `.restore` of SQLite's shell does: the file stays, and holds something else.
#[tokio::test]
async fn another_database_in_the_same_file_is_not_taken_for_ours() {
    let own = KeyCheck { key: KeyId(1), digest: [1; 32] };
    for theirs in
        ["UPDATE sealing_check SET digest = x'02'", "UPDATE chain_head SET hash = x'02' WHERE id = 0"]
    {
        let url = support::empty_url(Kind::Sqlite).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let key = domain::seal::SealingKey::from_bytes(&[3; 32]).unwrap();
        let keys = domain::seal::KeyRing::new(vec![(KeyId(1), key)]).unwrap();
        let genesis = domain::chain::Head::genesis(&keys, &domain::testing::SeededEntropy::new(1)).unwrap();
        storage::begin(&db, &own, &genesis).await.unwrap();
        db.keep_to(vec![own]).await.unwrap();
        assert_eq!(db.ping().await, Ok(()));
        let raw = sea_orm::Database::connect(&url).await.unwrap();
        raw.execute_unprepared(theirs).await.unwrap();
        let said = db.ping().await.unwrap_err().to_string();
        assert!(said.contains("another installation's database was put into the file"), "{theirs}: {said}");
        assert!(matches!(db.check_file(), Err(FileLost::Another(_))), "for good");
        raw.close().await.unwrap();
        db.close().await;
    }
}

/// What `cp` of a backup over an open file does: the same file, of which SQLite finds its way no more.
#[tokio::test]
async fn a_file_that_is_damaged_while_it_is_open_is_lost() {
    let db = open_again().await;
    assert_eq!(db.0.look_through().await, Ok(()));
    let path = Path::new(&db.1);
    let mut bytes = std::fs::read(path).unwrap();
    // All pages but the first, which says where the others are.
    bytes[4096..].fill(0xa5);
    std::fs::write(path, bytes).unwrap();
    let failed = db.0.prove_commit().await.unwrap_err().to_string();
    assert!(matches!(db.0.check_file(), Err(FileLost::Damaged(_))), "{failed}");
    let said = db.0.ping().await.unwrap_err().to_string();
    assert!(said.contains("is damaged: nothing more is stored"), "{said}");
}

#[tokio::test]
async fn a_file_of_which_one_page_is_damaged_is_found_by_whoever_looks_it_through() {
    let db = open_again().await;
    let path = Path::new(&db.1);
    let mut bytes = std::fs::read(path).unwrap();
    let last = bytes.len() - 4096;
    bytes[last..].fill(0xa5);
    std::fs::write(path, bytes).unwrap();
    assert!(matches!(db.0.look_through().await, Err(FileLost::Damaged(_))), "a server does not start on it");
}

/// A database of which nothing is in memory, and its file.
async fn open_again() -> (Database, String) {
    let url = support::empty_url(Kind::Sqlite).await;
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    db.close().await;
    let path = url.strip_prefix("sqlite://").unwrap().split('?').next().unwrap().to_owned();
    (Database::open(&url).await.unwrap(), path)
}
