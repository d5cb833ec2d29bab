//! A bundle that is a transaction of its own, on PostgreSQL.

use super::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

fn insert(name: &str) -> InsertStatement {
    Query::insert().into_table("entry").columns(["name", "size"]).values_panic([name.into(), 1.into()]).take()
}

fn change(name: &str) -> UpdateStatement {
    Query::update().table("entry").value("size", 2).and_where(Expr::col("name").eq(name)).take()
}

/// One connection, with a table that goes with it.
async fn connect() -> DatabaseConnection {
    let url = std::env::var("TWOFOLD_TEST_POSTGRES_URL").expect("run `cargo xtask test`");
    let db = Database::connect(ConnectOptions::new(url).max_connections(1).to_owned()).await.unwrap();
    db.execute_unprepared("CREATE TEMPORARY TABLE entry (name TEXT PRIMARY KEY, size INTEGER)")
        .await
        .unwrap();
    db
}

async fn entries(db: &DatabaseConnection) -> i64 {
    let asked = Statement::from_string(DbBackend::Postgres, "SELECT count(*) FROM entry");
    db.query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn where_a_guard_does_not_hold_nothing_is_changed() {
    let db = connect().await;
    let done = Bundle::default().add(insert("a"), 1).change(change("a")).alone();
    // The change sees what was there when the statement began.
    assert!(is_refusal(&db.execute_raw(done).await.unwrap_err()));
    assert_eq!(entries(&db).await, 0);
    db.execute_raw(Bundle::default().add(insert("a"), 1).alone()).await.unwrap();
    let refused = Bundle::default().change(change("a")).add(insert("b"), 1).change(change("nobody")).alone();
    assert!(is_refusal(&db.execute_raw(refused).await.unwrap_err()));
    assert_eq!(entries(&db).await, 1);
    let done = Bundle::default().change(change("a")).add(insert("b"), 1).alone();
    db.execute_raw(done).await.unwrap();
    assert_eq!(entries(&db).await, 2);
}

#[tokio::test]
async fn another_error_is_no_guard_that_did_not_hold() {
    let db = connect().await;
    db.execute_raw(Bundle::default().add(insert("a"), 1).alone()).await.unwrap();
    let twice = Bundle::default().add(insert("a"), 1).alone();
    assert!(!is_refusal(&db.execute_raw(twice).await.unwrap_err()));
    let no_number = Statement::from_string(DbBackend::Postgres, "SELECT 'a'::integer");
    assert!(!is_refusal(&db.query_one_raw(no_number).await.unwrap_err()));
}
