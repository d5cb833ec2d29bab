use super::{Silence, limited};
use crate::Database;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::time::Duration;
use tokio::time::sleep;

#[tokio::test]
async fn who_says_nothing_is_left_and_who_says_a_little_is_not() {
    let silence = Duration::from_secs(1);
    assert_eq!(limited(silence, std::future::pending::<()>()).await, Err(Silence));
    let slow = async {
        for _ in 0..5 {
            sleep(silence / 4).await;
        }
    };
    assert_eq!(limited(silence, slow).await, Ok(()));
}

/// A `BEGIN` of which the driver knows nothing is what a transaction leaves that is dropped while it begins.
#[tokio::test]
async fn a_connection_in_a_transaction_that_nobody_counts_is_closed() {
    let url = std::env::var("TWOFOLD_TEST_POSTGRES_URL").expect("run `cargo xtask test`");
    let own = format!("uncounted-{}", std::process::id());
    let db = Database::open(&format!("{url}?application_name={own}")).await.unwrap();
    let watch = Database::open(&url).await.unwrap();
    db.reader().execute_unprepared("BEGIN").await.unwrap();
    let left = format!(
        "SELECT count(*) AS count FROM pg_stat_activity WHERE application_name = '{own}' AND state LIKE 'idle in%'"
    );
    // Less than `idle_in_transaction_session_timeout`, which would close it, too, but much later.
    for _ in 0..100 {
        let asked = Statement::from_string(DbBackend::Postgres, left.clone());
        let found = watch.reader().query_one_raw(asked).await.unwrap().unwrap();
        if found.try_get::<i64>("", "count").unwrap() == 0 {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("whoever takes this connection writes into a transaction that never commits");
}

/// As after a failover to a server that stands by, or an operator who let nobody write for a while.
#[tokio::test]
async fn a_connection_that_may_only_read_is_not_used_again() {
    let url = std::env::var("TWOFOLD_TEST_POSTGRES_URL").expect("run `cargo xtask test`");
    let db = Database::open(&url).await.unwrap();
    let read_only = "SET default_transaction_read_only = on";
    db.reader().execute_unprepared(read_only).await.unwrap();
    // The pool hands the connection that was given back last out first.
    for _ in 0..20 {
        let ask = "SELECT current_setting('default_transaction_read_only') AS only";
        let asked = Statement::from_string(DbBackend::Postgres, ask);
        let found = db.reader().query_one_raw(asked).await.unwrap().unwrap();
        assert_eq!(found.try_get::<String>("", "only").unwrap(), "off");
    }
}
