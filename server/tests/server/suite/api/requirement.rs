//! What a site's administrator requires of a user.

use super::{Enrolled, enrolled, refused, text};
use serde_json::{Value, json};

const PATH: &str = "/v1/users/bob/requirement";
const EXEMPTION: &str = "/v1/users/bob/exemption";

/// Bob has nothing set up; it is the fifteenth of January 2027.
async fn site() -> Enrolled {
    let at = enrolled().await;
    let named = json!({ "user": { "id": "bob", "label": "bob@example.com" } });
    at.shop.post("/v1/sessions", named).await.is(201);
    at
}

impl Enrolled {
    async fn status(&self) -> String {
        let asked = json!({ "user": { "id": "bob" }, "action": "sign_in" });
        text(&self.shop.post("/v1/challenges", asked).await.json()["status"])
    }

    async fn bob(&self) -> Value {
        self.shop.get("/v1/users/bob").await.json()
    }

    async fn kinds(&self) -> Vec<String> {
        let events = self.shop.get("/v1/audit-events?user=bob").await.json();
        let kinds = events["events"].as_array().unwrap().iter().map(|one| text(&one["kind"]));
        kinds.filter(|kind| kind.starts_with("requirement.")).collect()
    }
}

#[tokio::test]
async fn a_required_user_sets_up_from_the_deadline_on() {
    let at = site().await;
    assert_eq!(at.bob().await["requirement"], "not_required");
    at.shop.put(PATH, json!({ "required": true, "deadline": "2027-01-22" })).await.is(204);
    let bob = at.bob().await;
    assert_eq!((&bob["requirement"], &bob["deadline"]), (&json!("required"), &json!("2027-01-22T00:00:00Z")));
    assert_eq!(at.status().await, "not_enrolled", "until then signing in goes on");
    at.house.advance(5 * 86_400);
    at.shop.put(PATH, json!({ "required": true })).await.is(204);
    assert_eq!(at.bob().await["deadline"], "2027-01-22T00:00:00Z", "it does not renew itself");
    at.house.advance(2 * 86_400);
    assert_eq!(at.status().await, "enrollment_required");
    at.shop.put(PATH, json!({ "required": true, "deadline": "2027-01-22T00:00:00Z" })).await.is(204);
    let past = at.shop.put(PATH, json!({ "required": true, "deadline": "2027-01-21" })).await;
    refused(&past, 422, "deadline_past");
    at.shop.put(PATH, json!({ "required": false, "reason": "Left the team" })).await.is(204);
    assert_eq!(at.status().await, "not_enrolled");
    assert!(at.bob().await.get("deadline").is_none());
    assert_eq!(
        at.kinds().await,
        ["requirement.lifted", "requirement.set"],
        "what changed nothing is not there"
    );
}

#[tokio::test]
async fn who_is_exempt_is_let_in_until_the_end_of_it() {
    let at = site().await;
    at.shop.put(PATH, json!({ "required": true })).await.is(204);
    assert_eq!(at.status().await, "enrollment_required", "at once");
    at.house.advance(1);
    at.shop.put(EXEMPTION, json!({ "until": "2027-02-01", "reason": "Waits for a phone" })).await.is(204);
    let expected = json!({ "until": "2027-02-01T00:00:00Z", "reason": "Waits for a phone" });
    let bob = at.bob().await;
    assert_eq!((&bob["requirement"], &bob["exemption"]), (&json!("exempt"), &expected));
    assert_eq!(at.status().await, "not_enrolled");
    at.house.advance(30 * 86_400);
    assert_eq!(at.status().await, "enrollment_required", "it ends by itself");
    assert!(at.bob().await.get("exemption").is_none());
    at.shop.put(EXEMPTION, json!({ "until": "2027-03-01", "reason": "Still waits" })).await.is(204);
    at.house.advance(1);
    at.shop.delete(EXEMPTION).await.is(204);
    at.shop.delete(EXEMPTION).await.is(204);
    assert_eq!(at.status().await, "enrollment_required");
    let ended = ["requirement.exemption_ended", "requirement.exempted", "requirement.exempted"];
    assert_eq!(at.kinds().await[..3], ended);
}

#[tokio::test]
async fn what_is_not_asked_for_well_changes_nothing() {
    let at = site().await;
    for (path, body, field) in [
        (PATH, json!({ "required": true, "deadline": "tomorrow" }), "deadline"),
        (PATH, json!({ "required": true, "deadline": "2027-02-30" }), "deadline"),
        (PATH, json!({ "required": false, "deadline": "2027-02-20" }), "deadline"),
        (PATH, json!({ "required": true, "reason": "" }), "reason"),
        (PATH, json!({ "required": "yes" }), "required"),
        (PATH, json!({ "required": true, "exempt": true }), "exempt"),
        (EXEMPTION, json!({ "until": "2027-02-20" }), "reason"),
        (EXEMPTION, json!({ "until": "2027-02-20", "reason": " " }), "reason"),
        (EXEMPTION, json!({ "until": "never", "reason": "x" }), "until"),
    ] {
        let answer = at.shop.put(path, body).await;
        refused(&answer, 422, "malformed");
        assert_eq!(answer.json()["field"], field);
    }
    let past = at.shop.put(EXEMPTION, json!({ "until": "2027-01-01", "reason": "x" })).await;
    refused(&past, 422, "exemption_past");
    refused(&at.shop.delete("/v1/users/nobody/exemption").await, 404, "not_found");
    refused(&at.shop.get("/v1/users/nobody").await, 404, "not_found");
    assert_eq!(at.kinds().await, [""; 0]);
    assert_eq!(at.bob().await["requirement"], "not_required");
}

#[tokio::test]
async fn who_was_never_here_is_required_to_set_up_and_led_there_by_the_first_challenge() {
    let at = site().await;
    let path = "/v1/users/carol:new/requirement";
    at.shop.put(path, json!({ "required": false })).await.is(204);
    refused(&at.shop.get("/v1/users/carol:new").await, 404, "not_found");
    at.shop.put(path, json!({ "required": true, "reason": "Joins the team" })).await.is(204);
    let known = at.shop.get("/v1/users/carol:new").await.json();
    assert_eq!((&known["requirement"], &known["label"]), (&json!("required"), &json!("carol new")));
    let user = json!({ "id": "carol:new", "label": "carol@example.com", "email": "carol@example.com" });
    let opened = at.shop.post("/v1/challenges", json!({ "user": user, "action": "sign_in" })).await.json();
    assert_eq!(opened["status"], "enrollment_required");
    assert!(opened["ticket"].is_string() && opened["id"].is_string());
    assert_eq!(at.shop.get("/v1/users/carol:new").await.json()["label"], "carol@example.com");
    let exempted = json!({ "until": "2027-02-01", "reason": "Waits for a phone" });
    at.shop.put("/v1/users/dan/exemption", exempted).await.is(204);
    assert_eq!(at.shop.get("/v1/users/dan").await.json()["requirement"], "exempt");
}
