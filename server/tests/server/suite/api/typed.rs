//! What a person typed reaches `/v1` as it was typed.

use super::{begin, enrolled, refused, text};
use crate::suite::support::House;
use domain::site::Scope;
use serde_json::json;

/// The spellings that the field of the widget takes.
fn spellings(code: &str) -> Vec<String> {
    let (first, second) = code.split_at(code.len() / 2);
    let other =
        |zero: u32| code.chars().map(|c| char::from_u32(zero + c.to_digit(10).unwrap()).unwrap()).collect();
    vec![
        format!("{first} {second}"),
        format!("{first}-{second}"),
        format!(" {first}\u{a0}{second}\n"),
        format!("{first}\u{2013}{second}"),
        format!("\u{200e}{code}"),
        other(0x0660),
        other(0xFF10),
        // The bold digits of formulas, as some pages draw a code.
        other(0x1D7CE),
    ]
}

#[tokio::test]
async fn an_answer_is_read_as_the_widget_reads_it() {
    let at = enrolled().await;
    for n in 0..spellings("123456").len() {
        let challenge = at.open().await;
        let typed = spellings(&at.code())[n].clone();
        let answer = json!({ "code": typed, "kind": "totp" });
        let answered = at.shop.post(&format!("/v1/challenges/{challenge}/answers"), answer).await;
        answered.is(200);
        assert_eq!(answered.json()["kind"], "totp", "{typed:?}");
        let again = at.open().await;
        let plain = json!({ "code": at.code() });
        let again = at.shop.post(&format!("/v1/challenges/{again}/answers"), plain).await;
        refused(&again, 422, "code_already_used");
        at.house.advance(60);
    }
    let challenge = at.open().await;
    let recovery = at.recovery_codes[0].to_lowercase().replace('-', "\u{2014} ");
    let answer = json!({ "code": recovery, "kind": "recovery_code" });
    at.shop.post(&format!("/v1/challenges/{challenge}/answers"), answer).await.is(200);
}

#[tokio::test]
async fn a_confirming_code_is_read_as_the_widget_reads_it() {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    for n in 0..spellings("123456").len() {
        let id = format!("user-{n}");
        let begun = begin(&shop, &id).await.json();
        let typed = spellings(&house.code(&text(&begun["secret"])))[n].clone();
        let confirmation = json!({ "user": { "id": id }, "code": typed });
        let path = format!("/v1/enrollments/{}/confirm", text(&begun["id"]));
        shop.post(&path, confirmation).await.is(200);
    }
}

#[tokio::test]
async fn what_is_no_code_in_any_spelling_is_not_counted() {
    let at = enrolled().await;
    let challenge = at.open().await;
    for typed in ["12345", "1234567", "+12345", "1.2e45", "0x1E24", "12345\0", ""] {
        let answer =
            at.shop.post(&format!("/v1/challenges/{challenge}/answers"), json!({ "code": typed })).await;
        refused(&answer, 422, "code_malformed");
    }
}
