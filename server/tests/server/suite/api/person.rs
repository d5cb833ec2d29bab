//! What a site says of a person: how to name and to reach them, and from where they ask.

use super::{begin, enrolled, refused, text};
use crate::suite::support::House;
use domain::site::{Scope, TrustedDays};
use serde_json::{Value, json};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0";

fn ada(more: &Value) -> Value {
    let mut user = json!({ "id": "ada", "label": "ada@example.com" });
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}

#[tokio::test]
async fn an_address_is_remembered_until_another_one_is_said() {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    let email = async || shop.get("/v1/users/ada").await.json().get("email").cloned();
    shop.post("/v1/sessions", json!({ "user": ada(&json!({})) })).await.is(201);
    assert_eq!(email().await, None);
    let with = |address: &str| json!({ "user": ada(&json!({ "email": address })) });
    shop.post("/v1/sessions", with("ada@example.org")).await.is(201);
    assert_eq!(email().await, Some(json!("ada@example.org")));
    begin(&shop, "ada").await.is(201);
    assert_eq!(email().await, Some(json!("ada@example.org")), "what is not said does not change");
    let asked = json!({ "user": ada(&json!({ "email": "a@b", "label": "Ada" })), "action": "sign_in" });
    shop.post("/v1/challenges", asked).await.is(201);
    let listed = shop.get("/v1/users").await.json()["users"][0].clone();
    assert_eq!((&listed["email"], &listed["label"]), (&json!("a@b"), &json!("Ada")));
    for bad in ["", "ada", "@", "a b@c", &format!("{}@b", "a".repeat(253))] {
        let answer = shop.post("/v1/sessions", with(bad)).await;
        refused(&answer, 422, "malformed");
        assert_eq!(answer.json()["field"], "user.email", "{bad}");
    }
    let unnamed = json!({ "user": { "id": "bob", "email": "b@c" }, "action": "sign_in" });
    let unnamed = shop.post("/v1/challenges", unnamed).await;
    refused(&unnamed, 422, "malformed");
    assert_eq!(unnamed.json()["field"], "user.label");
    refused(&shop.get("/v1/users/bob").await, 404, "not_found");
}

#[tokio::test]
async fn the_log_says_from_where_the_person_asked() {
    let house = House::empty().await;
    let site = house.site("Shop").await;
    house.change_policy(site, |policy| policy.trusted_device_days = TrustedDays::new(30).unwrap()).await;
    let shop = house.program(site, &Scope::ALL).await;
    let from = |address: &str| json!({ "address": address, "user_agent": FIREFOX });
    let id = json!({ "id": "ada" });
    let begun = json!({ "user": ada(&json!({})), "kind": "totp", "end_user": from("192.0.2.1") });
    let begun = shop.post("/v1/enrollments", begun).await.json();
    let enrollment = format!("/v1/enrollments/{}", text(&begun["id"]));
    let code = house.code(&text(&begun["secret"]));
    let confirm = json!({ "user": id, "code": code, "end_user": from("192.0.2.2") });
    shop.post(&format!("{enrollment}/confirm"), confirm).await.is(200);
    let acknowledge = json!({ "user": id, "end_user": from("::ffff:192.0.2.3") });
    shop.post(&format!("{enrollment}/acknowledge"), acknowledge).await.is(204);
    house.advance(30);
    let asked = json!({ "user": id, "action": "sign_in", "end_user": from("2001:DB8::0:4") });
    let challenge =
        format!("/v1/challenges/{}", text(&shop.post("/v1/challenges", asked).await.json()["id"]));
    let code = house.code(&text(&begun["secret"]));
    let answer = json!({ "code": code, "remember_device": true, "end_user": from("192.0.2.5") });
    let answered = shop.post(&format!("{challenge}/answers"), answer).await.json();
    house.advance(30);
    let device = &answered["device"]["token"];
    let again =
        json!({ "user": id, "action": "sign_in", "device": device, "end_user": { "address": "192.0.2.6" } });
    assert_eq!(shop.post("/v1/challenges", again).await.json()["status"], "trusted_device");
    let events = shop.get("/v1/audit-events").await.json();
    let found = |kind: &str| {
        let event = events["events"].as_array().unwrap().iter().find(|event| event["kind"] == kind);
        let event = event.unwrap_or_else(|| panic!("no {kind}"));
        (event["address"].clone(), event.get("browser").cloned())
    };
    let firefox = Some(json!("Firefox on Linux"));
    for (kind, address, browser) in [
        ("enrollment.begun", "192.0.2.1", &firefox),
        ("enrollment.confirmed", "192.0.2.2", &firefox),
        ("two_factor.turned_on", "192.0.2.3", &firefox),
        ("challenge.opened", "2001:db8::4", &firefox),
        ("challenge.passed", "192.0.2.5", &firefox),
        ("challenge.redeemed", "192.0.2.5", &firefox),
        ("device.trusted", "192.0.2.5", &firefox),
        ("device.recognized", "192.0.2.6", &None),
    ] {
        assert_eq!(found(kind), (json!(address), browser.clone()), "{kind}");
    }
}

#[tokio::test]
async fn an_address_is_taken_as_it_reads_and_left_out_where_it_does_not() {
    let at = enrolled().await;
    for (said, address) in [
        ("192.0.2.7:51234", Some("192.0.2.7")),
        ("[2001:db8::7]:443", Some("2001:db8::7")),
        ("unknown", None),
        ("", None),
    ] {
        at.house.advance(1);
        let asked = json!({ "user": { "id": "ada" }, "action": "sign_in", "end_user": { "address": said } });
        at.shop.post("/v1/challenges", asked).await.is(201);
        let newest = at.shop.get("/v1/audit-events?user=ada&limit=1").await.json()["events"][0].clone();
        assert_eq!(newest.get("address").and_then(Value::as_str), address, "{said}");
    }
}

#[tokio::test]
async fn users_whose_names_are_steps_of_a_path_are_reached() {
    let at = enrolled().await;
    for (id, path) in [(".", "/v1/users/~."), ("..", "/v1/users/~.."), ("~.", "/v1/users/~~.")] {
        let user = json!({ "id": id, "label": "dots" });
        at.shop.post("/v1/sessions", json!({ "user": user })).await.is(201);
        assert_eq!(at.shop.get(path).await.json()["id"], id);
        at.shop.post(&format!("{path}/unlock"), json!({})).await.is(204);
        at.shop.delete(path).await.is(204);
        refused(&at.shop.get(path).await, 404, "not_found");
    }
}

#[tokio::test]
async fn where_the_site_does_not_say_it_is_the_site_that_asks() {
    let at = enrolled().await;
    let opened = at.shop.ask(http::Method::POST, "/v1/challenges").header("user-agent", "curl/8.0");
    let body = |end_user: Option<Value>| {
        let mut asked = json!({ "user": { "id": "ada" }, "action": "sign_in" });
        if let Some(end_user) = end_user {
            asked["end_user"] = end_user;
        }
        asked.to_string()
    };
    for (end_user, browser) in
        [(None, Some("curl")), (Some(json!({})), None), (Some(json!({ "user_agent": "?" })), None)]
    {
        at.house.advance(1);
        at.shop.send(opened.clone().body("application/json", body(end_user))).await.is(201);
        let newest = at.shop.get("/v1/audit-events?user=ada&limit=1").await.json()["events"][0].clone();
        assert_eq!(newest.get("browser").and_then(Value::as_str), browser);
    }
}

#[tokio::test]
async fn a_challenge_is_locked_when_nothing_will_be_judged_before_it_ends() {
    let at = enrolled().await;
    let guess = async |code: &str| {
        let answers = format!("/v1/challenges/{}/answers", at.open().await);
        refused(&at.shop.post(&answers, json!({ "code": code })).await, 422, "code_wrong");
    };
    let shown = async |challenge: &str| text(&at.shop.get(challenge).await.json()["status"]);
    // The fourteenth wrong code in a row costs more than eight minutes; a challenge is open for five.
    for _ in 0..13 {
        at.house.advance(900);
        guess("000000").await;
        guess("0000-0000-0000-0000").await;
    }
    at.house.advance(900);
    guess("000000").await;
    let challenge = format!("/v1/challenges/{}", at.open().await);
    assert_eq!(shown(&challenge).await, "open", "a recovery code is judged still");
    guess("0000-0000-0000-0000").await;
    assert_eq!(shown(&challenge).await, "locked");
    at.shop.post("/v1/users/ada/unlock", json!({})).await.is(204);
    assert_eq!(shown(&challenge).await, "open");
    at.house.advance(300);
    assert_eq!(shown(&challenge).await, "expired");
}
