//! What migrations do with the rows of an earlier version, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::name::{Label, SiteId, User, UserId};
use domain::ports::Store;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait};
use std::time::Duration;
use storage::{Database, MigrationError, Progress, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// An account whose user has no address, as it was before; and a step that was not taken yet.
const BEFORE: [&str; 2] = [
    "INSERT INTO account (site_id, id, user_id, email, email_key, role, password_failures, password_not_before, created_at)
     SELECT site_id, site_id, user_id, 'ada@example.com', user_id, 'admin', 0, 0, 0 FROM \"user\" WHERE label = 'ada'",
    "DELETE FROM seaql_migrations WHERE version = '0120_email_of_accounts'",
];

#[tokio::test]
async fn the_users_of_accounts_have_their_addresses() {
    for kind in Kind::ALL {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let store = SqlStore::new(db.clone());
        let user = |id: &str| User { site: SiteId::BUILT_IN, id: UserId::parse(id).unwrap() };
        for name in ["ada", "bob"] {
            store.remember_user(&user(name), &Label::parse(name).unwrap(), NOW).await.unwrap();
        }
        let raw = sea_orm::Database::connect(&url).await.unwrap();
        for statement in BEFORE {
            assert_eq!(raw.execute_unprepared(statement).await.unwrap().rows_affected(), 1, "{kind:?}");
        }
        storage::migrate(&db).await.unwrap();
        let ada = store.user_state(&user("ada")).await.unwrap().email.unwrap();
        assert_eq!(ada.as_str(), "ada@example.com", "{kind:?}");
        assert_eq!(store.user_state(&user("bob")).await.unwrap().email, None, "{kind:?}");
    }
}

#[tokio::test]
async fn a_database_of_a_later_version_is_refused_in_those_words() {
    for kind in Kind::ALL {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        assert!(storage::is_empty(&db).await.unwrap(), "{kind:?}");
        storage::migrate(&db).await.unwrap();
        assert!(!storage::is_empty(&db).await.unwrap(), "{kind:?}");
        let raw = sea_orm::Database::connect(&url).await.unwrap();
        let step = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('9999_what_comes_later', 0)";
        raw.execute_unprepared(step).await.unwrap();
        let later = MigrationError::Later(vec!["9999_what_comes_later".to_owned()]);
        let words = "the database was migrated by a later version of Twofold: this one does not know 9999_what_comes_later";
        assert!(later.to_string().starts_with(words), "{later}");
        assert_eq!(storage::migrate(&db).await, Err(later.clone()), "{kind:?}");
        assert_eq!(storage::pending_migrations(&db).await, Err(later), "{kind:?}");
        assert!(!storage::is_empty(&db).await.unwrap(), "{kind:?}");
    }
}

/// The step that builds the index of open events was not taken yet, as on a database of an earlier version.
const BEFORE_OPEN_EVENTS: [&str; 2] =
    ["DROP INDEX event_of_batch", "DELETE FROM seaql_migrations WHERE version = '0131_open_events'"];

/// PostgreSQL with a statement time-out of its own, and another session that writes to the log of events.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_takes_as_long_as_it_takes_and_ends_whole() {
    let url = support::empty_url(Kind::Postgres).await;
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    for statement in BEFORE_OPEN_EVENTS {
        raw.execute_unprepared(statement).await.unwrap();
    }
    // What an attempt left that was given up half-way: an index by name, of no use to any query.
    raw.execute_unprepared("CREATE INDEX event_of_batch ON event (batch)").await.unwrap();
    let spoil = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'event_of_batch'::regclass";
    raw.execute_unprepared(spoil).await.unwrap();
    let writing = raw.begin_with_options(TransactionOptions::default()).await.unwrap();
    writing.execute_unprepared("LOCK TABLE event IN ROW EXCLUSIVE MODE").await.unwrap();
    let migrating = tokio::spawn({
        let db = db.clone();
        async move { storage::migrate(&db).await }
    });
    // Longer than a statement of the pool may take (5 s).
    writing.execute_unprepared("SELECT pg_sleep(6.5)").await.unwrap();
    assert!(!migrating.is_finished(), "the index waits for whoever writes");
    // Others write meanwhile: nobody queues behind the index.
    let other = "SET lock_timeout = '1s'; LOCK TABLE event IN ROW EXCLUSIVE MODE";
    sea_orm::Database::connect(&url).await.unwrap().execute_unprepared(other).await.unwrap();
    writing.commit().await.unwrap();
    assert_eq!(migrating.await.unwrap(), Ok(()));
    let built = "SELECT 1 AS found FROM pg_indexes i JOIN pg_index x ON x.indexrelid = i.indexname::regclass
                 WHERE i.indexname = 'event_of_batch' AND x.indisvalid AND i.indexdef LIKE '%(batch, at, id)'";
    let built = Statement::from_string(raw.get_database_backend(), built);
    assert!(raw.query_one_raw(built).await.unwrap().is_some(), "the index is whole");
}

/// A step that changes a table waits for its lock without having everybody else queue behind it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_whose_table_is_in_use_waits_and_lets_others_pass() {
    let url = support::empty_url(Kind::Postgres).await;
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    for statement in [
        "ALTER TABLE \"user\" DROP COLUMN email",
        "DELETE FROM seaql_migrations WHERE version = '0052_user_email'",
    ] {
        raw.execute_unprepared(statement).await.unwrap();
    }
    let reading = raw.begin_with_options(TransactionOptions::default()).await.unwrap();
    reading.execute_unprepared("SELECT count(*) FROM \"user\"").await.unwrap();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let migrating = tokio::spawn({
        let db = db.clone();
        async move { storage::migrate_telling(&db, &|progress| told.send(progress).unwrap()).await }
    });
    assert_eq!(heard.recv().await, Some(Progress::Blocked));
    for _ in 0..3 {
        let begun = tokio::time::Instant::now();
        raw.execute_unprepared("SELECT count(*) FROM \"user\"").await.unwrap();
        assert!(
            begun.elapsed() < Duration::from_secs(4),
            "others do not wait longer than a statement may take"
        );
        reading.execute_unprepared("SELECT pg_sleep(1)").await.unwrap();
    }
    // A second process waits for the first, and says so.
    let (told, mut second) = tokio::sync::mpsc::unbounded_channel();
    let waiting = tokio::spawn({
        let db = Database::open(&url).await.unwrap();
        async move { storage::migrate_telling(&db, &|progress| told.send(progress).unwrap()).await }
    });
    assert_eq!(second.recv().await, Some(Progress::Waiting));
    reading.commit().await.unwrap();
    assert_eq!((migrating.await.unwrap(), waiting.await.unwrap()), (Ok(()), Ok(())));
    assert_eq!(heard.recv().await, Some(Progress::Applied("0052_user_email".to_owned())));
    assert_eq!(second.recv().await, None, "there was nothing left to do");
}

/// SQLite: another process holds the file for longer than its busy time-out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_waits_for_another_process_that_migrates_sqlite() {
    let url = support::empty_url(Kind::Sqlite).await;
    let db = Database::open(&url).await.unwrap();
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let other = raw.begin_with_options(options).await.unwrap();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let migrating = tokio::spawn({
        let db = db.clone();
        async move { storage::migrate_telling(&db, &|progress| told.send(progress).unwrap()).await }
    });
    assert_eq!(heard.recv().await, Some(Progress::Waiting));
    other.rollback().await.unwrap();
    assert_eq!(migrating.await.unwrap(), Ok(()));
    assert!(matches!(heard.recv().await, Some(Progress::Applied(_))));
}
