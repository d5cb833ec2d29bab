//! PostgreSQL behind a real PgBouncer: in session mode everything works, in any other nothing is begun.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

#[path = "../support/mod.rs"]
mod support;

mod bouncer;

use bouncer::Bouncer;
use domain::ports::Store;
use sea_orm::{ConnectionTrait, Statement, TransactionOptions, TransactionTrait};
use std::sync::Arc;
use storage::{Cause, Database, OpenError, SqlStore, Target, Unready};
use support::Kind;
use tokio::sync::OnceCell;

static STORE: OnceCell<Arc<dyn Store>> = OnceCell::const_new();

async fn open() -> Arc<dyn Store> {
    Arc::clone(STORE.get().unwrap())
}

domain::store_contract!(in_turn open);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn by_a_pooler_of_sessions_everything_works() {
    let url = support::empty_url(Kind::Postgres).await;
    let bouncer = Bouncer::start(&url, &["pool_mode = session", "default_pool_size = 40"]);
    // Several at once, of which one migrates and the others wait.
    let open = || async {
        let db = Database::open(&bouncer.url()).await.unwrap();
        storage::migrate(&db).await.unwrap();
        db
    };
    let (db, other) = tokio::join!(open(), open());
    other.close().await;
    db.prove_commit().await.unwrap();
    assert!(STORE.set(Arc::new(SqlStore::new(db.clone()))).is_ok());
    every_case().await;
    db.close().await;
}

/// A pooler that passes over parameters of the start, as many are told to, takes no limit away.
#[tokio::test]
async fn what_a_session_is_told_holds_behind_a_pooler() {
    let url = support::empty_url(Kind::Postgres).await;
    let lines = ["pool_mode = session", "ignore_startup_parameters = options, extra_float_digits"];
    let bouncer = Bouncer::start(&url, &lines);
    let db = Database::open(&bouncer.url()).await.unwrap();
    storage::migrate(&db).await.unwrap();
    // Whoever waits for this lock is ended by the limit, which is said; without it the database would say nothing.
    let holder = sea_orm::Database::connect(&url).await.unwrap();
    let held = holder.begin_with_options(TransactionOptions::default()).await.unwrap();
    held.execute_unprepared("LOCK TABLE health").await.unwrap();
    assert_eq!(db.prove_commit().await, Err(Unready::NotWritten(Cause::Locked)));
    held.rollback().await.unwrap();
    holder.close().await.unwrap();
    db.close().await;
}

/// Whatever it lends next, and to however many.
#[tokio::test]
async fn a_pooler_of_transactions_or_statements_is_refused_with_what_to_change() {
    let url = support::empty_url(Kind::Postgres).await;
    for mode in ["transaction", "statement"] {
        for lending in [
            "",
            "default_pool_size = 1",
            "server_round_robin = 1",
            "min_pool_size = 2\nserver_round_robin = 1",
        ] {
            let bouncer = Bouncer::start(&url, &[&format!("pool_mode = {mode}"), lending]);
            // The second one finds sessions that the first one has left behind.
            for _ in 0..2 {
                let refused = Database::open(&bouncer.url()).await;
                assert!(matches!(refused, Err(OpenError::LentSessions(_))), "{mode}, {lending}: {refused:?}");
                let said = refused.unwrap_err().to_string();
                assert!(said.contains("/twofold") && said.contains("pool_mode = session"), "{said}");
            }
        }
    }
}

#[tokio::test]
async fn a_pooler_with_one_session_to_give_is_named() {
    let url = support::empty_url(Kind::Postgres).await;
    let bouncer = Bouncer::start(&url, &["pool_mode = session", "default_pool_size = 1"]);
    let said = Database::open(&bouncer.url()).await.unwrap_err().to_string();
    assert!(said.contains("two sessions within 5 s") && said.contains("pooler"), "{said}");
}

/// As a password manager makes them, and as somebody writes it who does not know the rule.
#[tokio::test]
async fn a_password_is_percent_encoded_and_a_refused_one_is_told_the_rule() {
    let url = support::empty_url(Kind::Postgres).await;
    let users = std::env::temp_dir().join(format!("twofold-pooler-{}.users", std::process::id()));
    std::fs::write(&users, "\"ada\" \"50%25#/?@x\"\n").unwrap();
    let auth_file = format!("auth_file = {}", users.display());
    let bouncer = Bouncer::start(&url, &["pool_mode = session", "auth_type = plain", &auth_file]);
    let encoded = Database::open(&bouncer.url_of("ada:50%2525%23%2F%3F%40x")).await;
    std::fs::remove_file(&users).unwrap();
    encoded.unwrap().close().await;
    for wrong in ["ada:50%25#/?@x".replace(['#', '/', '?'], ""), "ada:hunter2".to_owned()] {
        let said = Database::open(&bouncer.url_of(&wrong)).await.unwrap_err().to_string();
        for named in ["/twofold cannot be opened", "password", "percent-encoded", "% is %25"] {
            assert!(said.contains(named), "{named}: {said}");
        }
        assert!(!said.contains("hunter2") && !said.contains("50%"), "{said}");
    }
}

/// However many ask at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_connections_are_opened_than_is_said() {
    let url = support::empty_url(Kind::Postgres).await;
    let watch = sea_orm::Database::connect(&url).await.unwrap();
    for connections in [3, 5] {
        let own = format!("{url}&application_name=counted-{connections}");
        let db = Database::open(Target { url: &own, connections }).await.unwrap();
        let asking: Vec<_> = (0..64)
            .map(|_| {
                tokio::spawn({
                    let db = db.clone();
                    async move { db.clock().await }
                })
            })
            .collect();
        for asked in asking {
            asked.await.unwrap().unwrap();
        }
        let count = format!(
            "SELECT count(*) AS count FROM pg_stat_activity WHERE application_name = 'counted-{connections}'"
        );
        let count = Statement::from_string(watch.get_database_backend(), count);
        let row = watch.query_one_raw(count).await.unwrap().unwrap();
        assert_eq!(row.try_get::<i64>("", "count").unwrap(), i64::from(connections));
        db.close().await;
    }
    watch.close().await.unwrap();
}
