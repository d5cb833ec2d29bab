//! What a frame may do with its bearer, and what it may not.

use super::{Embedded, embedded, meta, text};
use crate::suite::support::{EMAIL, PASSWORD};
use serde_json::json;

/// A challenge's frame: its id and bearer.
async fn asked(at: &Embedded, user: &str) -> (String, String) {
    let (id, ticket) = at.challenge(user).await;
    let page = at.send(at.opening("/widget/challenge", &ticket, &[])).await;
    page.is(200);
    assert_eq!(meta(&page, "challenge").as_deref(), Some(&*id));
    (id, meta(&page, "bearer").unwrap())
}

#[tokio::test]
async fn a_security_tab_is_used_in_a_frame_without_a_password() {
    let at = embedded().await;
    let bearer = at.open("ada").await;
    at.enroll(&bearer).await;
    let view = at.call(&bearer, "/fn/overview", json!({})).await.json();
    assert_eq!(
        (&view["label"], &view["turn_off"]),
        (&json!("ada@example.com"), &json!({ "password": false, "code": true }))
    );
    let further = at.call(&bearer, "/fn/begin_enrollment", json!({ "purpose": "further" })).await;
    further.is(403);
    assert_eq!((&further.json()["ask_password"], &further.json()["ask_code"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn a_challenge_is_passed_in_a_frame_and_redeemed_by_the_site() {
    let at = embedded().await;
    let bearer = at.open("ada").await;
    let key = at.enroll(&bearer).await;
    let (id, bearer) = asked(&at, "ada").await;
    let wrong = at.call(&bearer, "/fn/answer_challenge", json!({ "text": "000000" })).await;
    wrong.is(422);
    assert_eq!(wrong.json()["attempts_left"], 4);
    let redeem = format!("/v1/challenges/{id}/redeem");
    at.shop.post(&redeem, json!({})).await.is(409);
    at.call(&bearer, "/fn/answer_challenge", json!({ "text": at.house.code(&key) })).await.is(200);
    let result = at.shop.post(&redeem, json!({})).await.json();
    assert_eq!((&result["user"]["id"], &result["kind"]), (&json!("ada"), &json!("totp")));
    at.shop.post(&redeem, json!({})).await.is(409);
    let again = at.call(&bearer, "/fn/answer_challenge", json!({ "text": "000000" })).await;
    again.is(404);
    assert_eq!(again.json()["code"], "challenge_gone");
}

#[tokio::test]
async fn the_bearer_of_a_challenge_is_no_session_and_the_other_way_round() {
    let at = embedded().await;
    let session = at.open("ada").await;
    at.enroll(&session).await;
    let (_, challenge) = asked(&at, "ada").await;
    for path in ["/fn/overview", "/fn/begin_enrollment", "/fn/reset_recovery_codes", "/fn/step_up"] {
        let arguments = json!({ "purpose": "further", "password": null, "code": "000000" });
        let refused = at.call(&challenge, path, arguments).await;
        refused.is(401);
        assert_eq!(refused.json()["code"], "signed_out", "{path}");
    }
    let refused = at.call(&session, "/fn/answer_challenge", json!({ "text": "000000" })).await;
    refused.is(404);
    assert_eq!(refused.json()["code"], "challenge_gone");
}

#[tokio::test]
async fn with_a_bearer_no_cookie_is_read() {
    let at = embedded().await;
    let mut ada = at.house.create_account(EMAIL, PASSWORD).await;
    let cookie = ada.cookies["twofold-session"].clone();
    let bearer = at.open("grace").await;
    let mine = ada.send(at.asking(&bearer, "/fn/overview", &json!({}))).await;
    mine.is(200);
    assert_eq!(mine.json()["label"], "grace@example.com", "not the account of the cookie");
    for no_bearer in ["0".repeat(64), String::new(), cookie, "x".to_owned()] {
        ada.send(at.asking(&no_bearer, "/fn/overview", &json!({}))).await.is(401);
    }
    let right = at.asking(&bearer, "/fn/overview", &json!({}));
    for header in ["Basic x", "Bearer", "", &format!("Bearer {bearer} x"), &format!("bearer  {bearer}")] {
        ada.send(right.clone().header("authorization", header)).await.is(401);
    }
    let twice = right.clone().also("authorization", &format!("Bearer {bearer}"));
    ada.send(twice).await.is(401);
    ada.send(right.without("authorization")).await.is(200);
    let mut pending = at.house.browser();
    pending.cookies.insert("twofold-session".to_owned(), bearer);
    pending.call("/fn/overview", json!({})).await.is(401);
}

#[tokio::test]
async fn what_a_frame_asks_for_its_own_page_asks_for() {
    let at = embedded().await;
    let bearer = at.open("ada").await;
    let right = at.asking(&bearer, "/fn/overview", &json!({}));
    let foreign = right.clone().header("origin", super::SHOP).header("sec-fetch-site", "cross-site");
    at.send(foreign).await.is(403);
    at.send(right.clone().without("origin").without("sec-fetch-site")).await.is(403);
    at.send(right).await.is(200);
}

#[tokio::test]
async fn a_session_in_a_frame_ends_after_ten_idle_minutes_and_after_thirty() {
    let at = embedded().await;
    let idle = at.open("ada").await;
    at.house.advance(10 * 60);
    at.call(&idle, "/fn/overview", json!({})).await.is(401);
    let used = at.open("ada").await;
    for _ in 0..3 {
        at.house.advance(9 * 60);
        at.call(&used, "/fn/overview", json!({})).await.is(200);
    }
    at.house.advance(3 * 60);
    let ended = at.call(&used, "/fn/overview", json!({})).await;
    ended.is(401);
    assert_eq!(ended.json()["code"], "signed_out");
}

#[tokio::test]
async fn the_bearer_of_a_challenge_ends_with_it() {
    let at = embedded().await;
    let session = at.open("ada").await;
    let key = at.enroll(&session).await;
    let (_, bearer) = asked(&at, "ada").await;
    at.house.advance(5 * 60);
    let late = at.call(&bearer, "/fn/answer_challenge", json!({ "text": at.house.code(&key) })).await;
    late.is(404);
    assert_eq!(late.json()["code"], "challenge_gone");
}

#[tokio::test]
async fn a_frame_of_one_site_sees_and_changes_nothing_of_another() {
    let at = embedded().await;
    let ours = at.open("ada").await;
    at.enroll(&ours).await;
    let form =
        [("ticket", at.ticket_of(&at.other, "ada").await), ("origin", "https://other.example".to_owned())];
    let form = [("ticket", form[0].1.as_str()), ("origin", form[1].1.as_str())];
    let ask = at.browser.form("/widget/security", &form).without("origin").without("sec-fetch-site");
    let theirs = meta(&at.send(ask).await, "bearer").unwrap();
    let view = at.call(&theirs, "/fn/overview", json!({})).await.json();
    assert_eq!(view["protected_since"], json!(null), "the same id is another person there");
    let authenticator =
        at.call(&ours, "/fn/overview", json!({})).await.json()["authenticators"][0]["id"].clone();
    for (path, arguments) in [
        ("/fn/rename_authenticator", json!({ "id": authenticator, "name": "Mine" })),
        ("/fn/remove_authenticator", json!({ "id": authenticator })),
        ("/fn/test_authenticator", json!({ "id": authenticator, "code": "000000" })),
    ] {
        at.call(&theirs, path, arguments).await.is(404);
    }
    let begun =
        at.call(&at.open("bob").await, "/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
    for path in [
        "/fn/resume_enrollment",
        "/fn/cancel_enrollment",
        "/fn/recovery_codes_again",
        "/fn/acknowledge_enrollment",
    ] {
        at.call(&theirs, path, json!({ "id": text(&begun["id"]) })).await.is(404);
    }
    let view = at.call(&ours, "/fn/overview", json!({})).await.json();
    assert_eq!(view["authenticators"][0]["name"], "Pixel 9");
}
