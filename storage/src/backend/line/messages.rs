//! Verbs of one message among others that wait.

use super::tests::{Desk, PATIENT, Then, entry};
use crate::backend::Message;
use crate::bundle::Bundle;
use domain::ports::StoreError;
use sea_orm::sea_query::{Expr, ExprTrait, Func, InsertStatement, Query, UpdateStatement};
use tokio::task::JoinHandle;

/// What a message does behind its entry.
#[derive(Clone, Copy)]
enum Behind {
    Nothing,
    /// Changes a row that is not there.
    FailItsGuard,
    /// Makes the same entry again.
    FailAStatement,
    FillTheDisk,
}

fn insert(name: &str, size: i64) -> InsertStatement {
    let zeros = Expr::expr(Func::cust("zeroblob").arg(size));
    let values = [Expr::value(name), zeros];
    Query::insert().into_table("entry").columns(["name", "size"]).values_panic(values).take()
}

fn change(name: &str) -> UpdateStatement {
    Query::update().table("entry").value("size", 2).and_where(Expr::col("name").eq(name)).take()
}

fn message(name: &str, behind: Behind) -> Message {
    let bundle = Bundle::default().add(insert(name, 1), 1).change(change(name));
    let bundle = match behind {
        Behind::Nothing => bundle,
        Behind::FailItsGuard => bundle.change(change("nobody")),
        Behind::FailAStatement => bundle.add(insert(name, 1), 1),
        Behind::FillTheDisk => bundle.add(insert("large", 40_000_000), 1),
    };
    Message { bundle, events: Vec::new() }
}

async fn ask(desk: &Desk, name: &str, behind: Behind) -> JoinHandle<Result<bool, StoreError>> {
    let (db, message) = (desk.db.clone(), message(name, behind));
    desk.ask(async move { db.told(message).await }).await
}

fn said(answer: &Result<bool, StoreError>) -> &'static str {
    match answer {
        Ok(true) => "done",
        Ok(false) => "guard",
        Err(_) => "fault",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_share_a_commit_and_one_that_fails_takes_none_with_it() {
    use Behind::{FailAStatement, FailItsGuard, Nothing};
    let kinds =
        [Nothing, FailItsGuard, Nothing, FailAStatement, FailAStatement, FailItsGuard, FailItsGuard, Nothing];
    let desk = Desk::open(PATIENT).await;
    desk.lock().await;
    let mut asked = vec![desk.enter("first", Then::Succeed).await];
    for (number, behind) in kinds.into_iter().enumerate() {
        asked.push(ask(&desk, &format!("message {number}"), behind).await);
        // In between are verbs of several steps, with a savepoint of their own.
        if number % 3 == 1 {
            asked.push(desk.enter(&format!("steps {number}"), Then::Succeed).await);
            asked.push(desk.enter(&format!("in vain {number}"), Then::FailItsGuard).await);
        }
    }
    asked.push(ask(&desk, "last", FailItsGuard).await);
    desk.unlock().await;
    let mut answers = Vec::new();
    for verb in asked {
        answers.push(said(&verb.await.unwrap()));
    }
    let expected = [
        "done", "done", "guard", "done", "guard", "done", "fault", "fault", "done", "guard", "guard",
        "guard", "done", "done", "guard", "guard",
    ];
    assert_eq!(answers, expected);
    let entries = ["first", "message 0", "message 2", "message 7", "steps 1", "steps 4", "steps 7"];
    assert_eq!(desk.entries().await, entries);
    assert_eq!((desk.count("BEGIN"), desk.count("COMMIT")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_message_fills_the_disk_nobody_of_that_commit_is_acknowledged() {
    let desk = Desk::with_pages(PATIENT, Some(300)).await;
    desk.lock().await;
    let lost = [
        ask(&desk, "a", Behind::Nothing).await,
        ask(&desk, "b", Behind::Nothing).await,
        ask(&desk, "c", Behind::FillTheDisk).await,
    ];
    let kept = [ask(&desk, "d", Behind::Nothing).await, ask(&desk, "e", Behind::Nothing).await];
    desk.unlock().await;
    for verb in lost {
        assert_eq!(said(&verb.await.unwrap()), "fault");
    }
    for verb in kept {
        assert_eq!(said(&verb.await.unwrap()), "done");
    }
    assert_eq!(desk.entries().await, ["d", "e"]);
    assert_eq!(desk.db.execute(entry("next", 1)).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_alone_is_a_transaction_of_its_own() {
    let desk = Desk::open(PATIENT).await;
    assert_eq!(desk.db.told(message("a", Behind::Nothing)).await, Ok(true));
    assert_eq!(desk.db.told(message("b", Behind::FailItsGuard)).await, Ok(false));
    assert!(desk.db.told(message("a", Behind::Nothing)).await.is_err());
    assert_eq!(desk.entries().await, ["a"]);
}
