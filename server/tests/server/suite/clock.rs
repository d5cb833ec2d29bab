//! A clock that jumps, seen from a browser.

use super::api::{enroll, refused};
use super::support::{EMAIL, House, PASSWORD, protected};
use domain::site::Scope;
use domain::time::Timestamp;
use http::Method;
use serde_json::json;
use std::time::Duration;

/// From 2027 to 2106.
const FAR: Duration = Duration::from_hours(79 * 365 * 24);

#[tokio::test]
async fn three_seconds_in_2106_leave_no_session_and_nobody_waiting_for_a_password() {
    for span in [FAR, Duration::from_hours(1)] {
        let house = House::with_account().await;
        let now = house.server.now();
        house.clock.set(now + span);
        let mut ahead = house.browser();
        ahead
            .post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)])
            .await
            .leads_to("/account/security");
        for email in [EMAIL, "nobody@example.com"] {
            for _ in 0..6 {
                house.browser().post("/sign-in", &[("email", email), ("password", "wrong")]).await;
            }
        }
        house.advance(3);
        house.clock.set(now + Duration::from_secs(3));
        ahead.get("/account/security").await.leads_to("/sign-in");
        let mut stranger = house.browser();
        let judged =
            stranger.post("/sign-in", &[("email", "nobody@example.com"), ("password", "wrong")]).await;
        assert!(!judged.body.contains("Too many tries"), "{span:?}: {}", judged.body);
        let mut owner = house.browser();
        owner
            .post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)])
            .await
            .leads_to("/account/security");
        owner.get("/account/security").await.is(200);
    }
}

#[tokio::test]
async fn three_seconds_in_1970_end_no_session() {
    let mut at = protected().await;
    let now = at.house.server.now();
    at.house.clock.set(Timestamp::from_millis(1_000));
    at.owner.clone().get("/account/security").await.leads_to("/sign-in");
    at.house.clock.set(now);
    at.owner.get("/account/security").await.is(200);
    let mut browser = at.half_way().await;
    browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(200);
}

#[tokio::test]
async fn while_the_clock_is_not_trusted_codes_are_answered_503_and_readiness_says_why() {
    let at = protected().await;
    let standing = |trusted: &str, out: u32| format!("trusted={trusted}, moved=0, codes-one-step-out={out}");
    let ready = || async {
        let mut browser = at.house.browser();
        let ask = browser.ask(Method::GET, "/readyz");
        let answer = browser.send(ask).await;
        answer.is(204);
        answer.headers["twofold-clock"].to_str().unwrap().to_owned()
    };
    assert_eq!(ready().await, standing("?1", 0));
    let mut browser = at.half_way().await;
    at.house.clock.trust(false);
    assert_eq!(ready().await, standing("?0", 0));
    for _ in 0..7 {
        browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(503);
        browser.call("/fn/answer_challenge", json!({ "text": at.recovery_codes[0] })).await.is(503);
    }
    at.house.clock.trust(true);
    browser.call("/fn/answer_challenge", json!({ "text": at.house.code_of(&at.key, -60) })).await.is(422);
    assert_eq!(
        ready().await,
        standing("?1", 1),
        "a code that was right a step outside the window is counted"
    );
    browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(200);
}

#[tokio::test]
async fn where_most_phones_are_off_by_the_same_the_server_names_its_own_clock() {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    let mut phones = Vec::new();
    for user in ["a", "b", "c", "d", "e"] {
        phones.push((user, enroll(&house, &shop, user).await.0));
    }
    house.advance(300);
    let clock = || async { house.browser().get("/readyz").await.header("twofold-clock").to_owned() };
    for (at, (user, key)) in phones.into_iter().enumerate() {
        assert_eq!(clock().await.contains("phones-ahead"), at > 2, "two of five are not most: {at}");
        let asked = json!({ "user": { "id": user }, "action": "sign_in" });
        let opened = shop.post("/v1/challenges", asked).await.json();
        let answers = format!("/v1/challenges/{}/answers", opened["id"].as_str().unwrap());
        // Ahead of the clock here, which whoever typed it is not told.
        let wrong = shop.post(&answers, json!({ "code": house.code_of(&key, 120) })).await;
        refused(&wrong, 422, "code_wrong");
    }
    assert!(clock().await.ends_with(", phones-ahead=120"), "{}", clock().await);
}
