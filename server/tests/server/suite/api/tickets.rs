//! Another ticket for the same challenge: a second tab, a page that is loaded anew.

use super::{enrolled, refused, text};
use serde_json::json;

#[tokio::test]
async fn two_tabs_show_one_challenge_and_what_is_answered_in_the_older_counts() {
    let at = enrolled().await;
    let user = json!({ "user": { "id": "ada" }, "action": "sign_in" });
    let opened = at.shop.post("/v1/challenges", user).await.json();
    let (id, first) = (text(&opened["id"]), text(&opened["ticket"]));
    let path = format!("/v1/challenges/{id}/tickets");
    let second = at.shop.post(&path, json!({})).await;
    second.is(201);
    let second = text(&second.json()["ticket"]);
    assert_ne!(first, second);
    for ticket in [&first, &second] {
        let found =
            at.house.server.two_factor().ticket(&domain::ticket::Bearer::parse(ticket).unwrap()).await;
        let found = found.unwrap().unwrap();
        assert!(matches!(found.opens, domain::ports::TicketFor::Challenge(of) if of.to_string() == id));
    }
    let answer = json!({ "code": at.code() });
    at.shop.post(&format!("/v1/challenges/{id}/answers"), answer).await.is(200);
    refused(&at.shop.post(&path, json!({})).await, 409, "challenge_already_answered");
}

#[tokio::test]
async fn a_challenge_that_is_over_or_another_sites_has_no_more_tickets() {
    let at = enrolled().await;
    let id = at.open().await;
    let path = format!("/v1/challenges/{id}/tickets");
    let again = at.shop.ask(http::Method::POST, &path).header("idempotency-key", "k");
    let again = again.body("application/json", "{}");
    let (one, two) = (at.shop.send(again.clone()).await, at.shop.send(again).await);
    assert_eq!((one.json(), two.header("idempotency-replayed")), (two.json(), "true"));
    let other = at.house.program(at.house.site("Other").await, &domain::site::Scope::ALL).await;
    refused(&other.post(&path, json!({})).await, 404, "not_found");
    at.house.advance(5 * 60);
    refused(&at.shop.post(&path, json!({})).await, 409, "challenge_expired");
}
