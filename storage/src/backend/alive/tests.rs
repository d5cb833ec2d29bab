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
