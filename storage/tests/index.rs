//! A page of a list is read from an index that has its order, however long the list: nothing is sorted, and no row that
//! is not on the page is looked at. Asked of SQLite's planner, in the words of the statements that storage sends.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use sea_orm::{ConnectionTrait, Statement};
use storage::Database;
use support::Kind;

#[tokio::test]
async fn pages_are_read_from_an_index() {
    let url = support::empty_url(Kind::Sqlite).await;
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    db.close().await;
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    let events = "FROM event WHERE site_id = ?";
    let behind = "at <= ? AND (at < ? OR id < ?) ORDER BY at DESC, id DESC LIMIT ?";
    for (rest, index) in [
        (format!("{events} AND {behind}"), "INDEX event_of_site (site_id=? AND at<?)"),
        (format!("{events} ORDER BY at DESC, id DESC LIMIT ?"), "INDEX event_of_site (site_id=?)"),
        (
            format!("{events} AND at >= ? AND at < ? AND {behind}"),
            "INDEX event_of_site (site_id=? AND at>? AND at<?)",
        ),
        (
            format!("{events} AND user_id = ? AND at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?"),
            "INDEX sqlite_autoindex_event_1 (site_id=? AND user_id=? AND at>? AND at<?)",
        ),
        (
            format!("{events} AND user_id = ? AND {behind}"),
            "sqlite_autoindex_event_1 (site_id=? AND user_id=? AND at<?)",
        ),
        (
            "FROM event WHERE batch IS NULL AND (at <= ? OR at > ?) ORDER BY at, id LIMIT ?".to_owned(),
            "INDEX event_of_batch (batch=?)",
        ),
        (
            "FROM user WHERE site_id = ? AND user_id > ? ORDER BY user_id LIMIT ?".to_owned(),
            "PRIMARY KEY (site_id=? AND user_id>?)",
        ),
        (
            "FROM account WHERE site_id = ? AND email_key > ? AND lower(email) LIKE ? ORDER BY email_key LIMIT ?"
                .to_owned(),
            "INDEX account_email (site_id=? AND email_key>?)",
        ),
    ] {
        let sql = format!("EXPLAIN QUERY PLAN SELECT * {rest}");
        let rows = raw.query_all_raw(Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        assert!(plan.len() == 1 && plan.iter().all(|step| step.contains(index)), "{rest}: {plan:?}");
    }
    raw.close().await.unwrap();
}
