//! What a later version does with the database of this one, and this one with those of a later and of an unreleased one, on
//! SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::name::{Label, SiteId, User, UserId};
use domain::ports::Store;
use domain::time::Timestamp;
use sea_orm::sea_query::Index;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};
use std::time::Duration;
use storage::upgrade::{Migrator, OnlineIndexes, migrate_by};
use storage::{Database, MigrationError, Progress, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// What a later version will do: a column more, an index over a log that has grown, and rows that are filled in.
struct Later;

impl MigratorTrait for Later {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = Migrator::migrations();
        all.push(Box::new(NICKNAME));
        all.push(Box::new(BY_KIND));
        all.push(Box::new(NICKNAMED));
        all
    }
}

/// A step of one statement.
struct OneStatement(&'static str, &'static str);

const NICKNAME: OneStatement =
    OneStatement("0002_nickname", "ALTER TABLE \"user\" ADD COLUMN nickname VARCHAR(64)");
const NICKNAMED: OneStatement = OneStatement("0004_nicknamed", "UPDATE \"user\" SET nickname = upper(label)");
const BY_KIND: OnlineIndexes = OnlineIndexes {
    name: "0003_events_by_kind",
    replaced: &["event_of_batch"],
    indexes: || {
        let mut index = Index::create().name("event_by_kind").table("event").take();
        vec![index.col("kind").col("batch").col("at").col("id").take()]
    },
};

impl MigrationName for OneStatement {
    fn name(&self) -> &str {
        self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for OneStatement {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.1).await.map(|_| ())
    }
}

async fn upgrade(db: &Database) -> Result<(), MigrationError> {
    migrate_by::<Later>(db, &|_| {}).await
}

#[tokio::test]
async fn the_rows_of_this_version_are_those_of_the_next() {
    for kind in Kind::ALL {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse("ada").unwrap() };
        SqlStore::new(db.clone()).remember_user(&user, &Label::parse("ada").unwrap(), NOW).await.unwrap();
        assert_eq!(upgrade(&db).await, Ok(()), "{kind:?}");
        let raw = sea_orm::Database::connect(&url).await.unwrap();
        assert_eq!(texts(&raw, "SELECT nickname AS text FROM \"user\"").await, ["ADA"], "{kind:?}");
        let steps = texts(&raw, "SELECT version AS text FROM seaql_migrations ORDER BY version").await;
        assert_eq!(steps, ["0001_start", NICKNAME.0, BY_KIND.name, NICKNAMED.0], "{kind:?}");
        let indexes = match kind {
            Kind::Sqlite => {
                "SELECT name AS text FROM sqlite_master WHERE name IN ('event_of_batch', 'event_by_kind')"
            }
            Kind::Postgres => {
                "SELECT indexname::text AS text FROM pg_indexes WHERE indexname IN ('event_of_batch', 'event_by_kind')"
            }
        };
        assert_eq!(texts(&raw, indexes).await, ["event_by_kind"], "{kind:?}: in the place of the other");
        let known =
            Err(MigrationError::Later(vec![NICKNAME.0.into(), BY_KIND.name.into(), NICKNAMED.0.into()]));
        assert_eq!(storage::migrate(&db).await, known, "{kind:?}: this version knows none of them");
        assert_eq!(upgrade(&db).await, Ok(()), "{kind:?}: twice is once");
    }
}

async fn texts(raw: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "text").unwrap()).collect()
}

/// What a build from before the first release left, as far as it can be told by it.
const BEFORE_RELEASE: [&str; 3] = [
    "CREATE TABLE seaql_migrations (version VARCHAR(255) PRIMARY KEY, applied_at BIGINT NOT NULL)",
    "INSERT INTO seaql_migrations VALUES ('0001_site', 0), ('0300_address_of_notice', 0)",
    "CREATE TABLE site (id VARCHAR(64) PRIMARY KEY, issuer VARCHAR(64))",
];

#[tokio::test]
async fn a_database_from_before_the_first_release_is_refused_and_left_as_it_is() {
    for kind in Kind::ALL {
        let url = support::empty_url(kind).await;
        // Opening it makes the file.
        Database::open(&url).await.unwrap().close().await;
        let raw = sea_orm::Database::connect(&url).await.unwrap();
        for statement in BEFORE_RELEASE {
            raw.execute_unprepared(statement).await.unwrap();
        }
        let before = whole(kind, &raw).await;
        let db = Database::open(&url).await.unwrap();
        assert_eq!(storage::migrate(&db).await, Err(MigrationError::BeforeRelease), "{kind:?}");
        assert_eq!(storage::pending_migrations(&db).await, Err(MigrationError::BeforeRelease), "{kind:?}");
        assert!(!storage::is_empty(&db).await.unwrap() && !storage::is_foreign(&db).await.unwrap());
        assert_eq!(whole(kind, &raw).await, before, "{kind:?}: nothing in it was changed");
    }
    let words = MigrationError::BeforeRelease.to_string();
    assert!(
        words.starts_with("the database was made by a build of Twofold from before its first release"),
        "{words}"
    );
}

/// Every table and index, and what is remembered of the steps.
async fn whole(kind: Kind, raw: &DatabaseConnection) -> Vec<String> {
    let schema = match kind {
        Kind::Sqlite => "SELECT name || coalesce(sql, '') AS text FROM sqlite_master ORDER BY name",
        Kind::Postgres => {
            "SELECT tablename || coalesce(indexdef, '') AS text FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
        }
    };
    let mut all = texts(raw, schema).await;
    all.extend(
        texts(raw, "SELECT version || applied_at AS text FROM seaql_migrations ORDER BY version").await,
    );
    all
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

/// PostgreSQL with a statement time-out of its own, and another session that writes to the log of events.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_takes_as_long_as_it_takes_and_ends_whole() {
    let url = support::empty_url(Kind::Postgres).await;
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    // What an attempt left that was given up half-way: an index by name, of no use to any query.
    raw.execute_unprepared("CREATE INDEX event_by_kind ON event (batch)").await.unwrap();
    let spoil = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'event_by_kind'::regclass";
    raw.execute_unprepared(spoil).await.unwrap();
    let writing = raw.begin_with_options(TransactionOptions::default()).await.unwrap();
    writing.execute_unprepared("LOCK TABLE event IN ROW EXCLUSIVE MODE").await.unwrap();
    let migrating = tokio::spawn({
        let db = db.clone();
        async move { upgrade(&db).await }
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
                 WHERE i.indexname = 'event_by_kind' AND x.indisvalid AND i.indexdef LIKE '%(kind, batch, at, id)'";
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
    let reading = raw.begin_with_options(TransactionOptions::default()).await.unwrap();
    reading.execute_unprepared("SELECT count(*) FROM \"user\"").await.unwrap();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let migrating = tokio::spawn({
        let db = db.clone();
        async move { migrate_by::<Later>(&db, &|progress| told.send(progress).unwrap()).await }
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
        async move { migrate_by::<Later>(&db, &|progress| told.send(progress).unwrap()).await }
    });
    assert_eq!(second.recv().await, Some(Progress::Waiting));
    reading.commit().await.unwrap();
    assert_eq!((migrating.await.unwrap(), waiting.await.unwrap()), (Ok(()), Ok(())));
    assert_eq!(heard.recv().await, Some(Progress::Applied(NICKNAME.0.to_owned())));
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
