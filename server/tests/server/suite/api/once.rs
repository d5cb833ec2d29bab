//! `Idempotency-Key`: the same request under the same key is answered once.

use super::{Program, begin, enroll, enrolled, refused, text};
use crate::suite::support::{Answer, Ask, House};
use domain::idempotency::{Attempt, IdempotencyKey, Keyed};
use domain::name::{User, UserId};
use domain::site::Scope;
use http::Method;
use serde_json::{Value, json};

const ROUTES: [&str; 3] = ["sessions", "challenges", "enrollments"];

fn body(route: &str, id: &str) -> Value {
    let user = json!({ "id": id, "label": format!("{id}@example.com") });
    match route {
        "sessions" => json!({ "user": user }),
        "challenges" => json!({ "user": { "id": id }, "action": "sign_in" }),
        _ => json!({ "user": user, "kind": "totp" }),
    }
}

fn asking(shop: &Program, route: &str, key: &str, body: &Value) -> Ask {
    let ask = shop.ask(Method::POST, &format!("/v1/{route}")).header("idempotency-key", key);
    ask.body("application/json", body.to_string())
}

async fn ask(shop: &Program, route: &str, key: &str, body: &Value) -> Answer {
    shop.send(asking(shop, route, key, body)).await
}

async fn shop() -> (House, Program) {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    enroll(&house, &shop, "ada").await;
    house.advance(30);
    (house, shop)
}

/// A key of this route's own.
fn key(route: &str, key: &str) -> String {
    format!("{key}-of-{route}")
}

/// For enrollments somebody who has none yet.
fn user_for(route: &str) -> &'static str {
    if route == "enrollments" { "bob" } else { "ada" }
}

#[tokio::test]
async fn what_is_sent_twice_is_done_once() {
    let (_house, shop) = shop().await;
    for route in ROUTES {
        let body = body(route, user_for(route));
        let first = ask(&shop, route, &key(route, "k-1"), &body).await;
        first.is(201);
        assert_eq!(first.header("idempotency-replayed"), "");
        let again = ask(&shop, route, &key(route, "k-1"), &body).await;
        again.is(201);
        assert_eq!((again.json(), again.header("idempotency-replayed")), (first.json(), "true"), "{route}");
        assert_eq!(again.header("content-type"), "application/json");
        assert_eq!(again.header("cache-control"), "no-store");
        let other = ask(&shop, route, &key(route, "k-2"), &body).await;
        other.is(201);
        if route != "enrollments" {
            assert_ne!(other.json(), first.json(), "another key, another answer");
        }
    }
    let events = shop.get("/v1/audit-events").await.json();
    let opened = events["events"].as_array().unwrap().iter().filter(|one| one["kind"] == "challenge.opened");
    assert_eq!(opened.count(), 2, "one for each key");
}

#[tokio::test]
async fn what_an_administrator_does_is_done_once() {
    let (house, shop) = shop().await;
    enroll(&house, &shop, "bob").await;
    for (route, kind) in [("users/bob/unlock", "user.unlocked"), ("users/bob/reset", "user.reset")] {
        let body = json!({ "reason": "lost" });
        let first = ask(&shop, route, &key(route, "k"), &body).await;
        first.is(204);
        let again = ask(&shop, route, &key(route, "k"), &body).await;
        again.is(204);
        let replayed = |answer: &Answer| answer.header("idempotency-replayed").to_owned();
        assert_eq!(
            (replayed(&first), replayed(&again), again.body.as_str()),
            (String::new(), "true".into(), "")
        );
        let events = shop.get(&format!("/v1/audit-events?user=bob&kind={kind}")).await.json();
        assert_eq!(events["events"].as_array().unwrap().len(), 1, "{route}");
        refused(
            &ask(&shop, route, &key(route, "k"), &json!({ "reason": "other" })).await,
            422,
            "idempotency_key_reused",
        );
    }
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_site() {
    let (house, shop) = shop().await;
    let other = house.program(house.site("Other").await, &Scope::ALL).await;
    for route in ROUTES {
        ask(&shop, route, &key(route, "k"), &body(route, user_for(route))).await.is(201);
        let differs = ask(&shop, route, &key(route, "k"), &body(route, "carol")).await;
        refused(&differs, 422, "idempotency_key_reused");
        ask(&other, route, &key(route, "k"), &body(route, user_for(route))).await.is(201);
        for bad in ["", "a b", "é", &"k".repeat(256)] {
            let answer = ask(&shop, route, bad, &body(route, "carol")).await;
            refused(&answer, 422, "malformed");
            assert_eq!(answer.json()["field"], "idempotency-key", "{bad}");
        }
        let twice =
            asking(&shop, route, &key(route, "k"), &body(route, "carol")).also("idempotency-key", "l");
        refused(&shop.send(twice).await, 422, "malformed");
    }
    let second = house.program(shop.site, &Scope::ALL).await;
    let same = ask(&second, "sessions", &key("sessions", "k"), &body("sessions", "ada")).await;
    assert_eq!(same.header("idempotency-replayed"), "true", "a key of the site, whichever API key is used");
}

#[tokio::test]
async fn an_answer_is_kept_no_longer_than_it_is_good_and_its_key_for_a_day() {
    let (house, shop) = shop().await;
    for route in ["sessions", "challenges"] {
        let body = body(route, "ada");
        let ticket = text(&ask(&shop, route, &key(route, "k"), &body).await.json()["ticket"]);
        house.advance(59);
        assert_eq!(ask(&shop, route, &key(route, "k"), &body).await.json()["ticket"], ticket);
        house.advance(1);
        refused(&ask(&shop, route, &key(route, "k"), &body).await, 409, "idempotency_key_spent");
        house.server.two_factor().tidy().await.unwrap();
        house.advance(24 * 3600 - 60);
        refused(&ask(&shop, route, &key(route, "k"), &body).await, 409, "idempotency_key_spent");
        house.advance(1);
        assert_ne!(
            ask(&shop, route, &key(route, "k"), &body).await.json()["ticket"],
            ticket,
            "a day is over"
        );
    }
}

/// Nothing is made for them, so nothing is kept: an answer that was right a moment ago may let somebody in who is asked by now.
#[tokio::test]
async fn what_lets_somebody_in_is_judged_anew_under_its_key() {
    let (house, shop) = shop().await;
    let nobody = body("challenges", "nobody");
    let status = async |body: &Value| text(&ask(&shop, "challenges", "n", body).await.json()["status"]);
    assert_eq!(status(&nobody).await, "not_enrolled");
    assert_eq!(status(&nobody).await, "not_enrolled");
    shop.put("/v1/users/nobody/requirement", json!({ "required": true })).await.is(204);
    assert_eq!(status(&nobody).await, "enrollment_required", "required by now");
    assert_eq!(status(&nobody).await, "enrollment_required");
    refused(&ask(&shop, "challenges", "n", &body("challenges", "ada")).await, 422, "idempotency_key_reused");

    let carol = body("challenges", "carol");
    let asked = async || ask(&shop, "challenges", "c", &carol).await.json();
    assert_eq!(asked().await["status"], "not_enrolled");
    enroll(&house, &shop, "carol").await;
    let opened = asked().await;
    assert_eq!(opened["status"], "open", "turned on by now");
    assert_eq!(asked().await, opened, "and what was opened is opened once");
}

#[tokio::test]
async fn a_bypass_code_that_was_ended_is_not_repeated() {
    let (house, shop) = shop().await;
    enroll(&house, &shop, "bob").await;
    let issue = async |key: &str| {
        let reason = json!({ "reason": "lost the phone" }).to_string();
        let asked = shop.ask(Method::POST, "/v1/users/bob/bypass-codes").header("idempotency-key", key);
        shop.send(asked.body("application/json", reason)).await
    };
    let first = issue("1").await;
    first.is(201);
    assert_eq!(issue("1").await.json(), first.json(), "while it is good");
    issue("2").await.is(201);
    refused(&issue("1").await, 409, "idempotency_key_spent");
    let newest = issue("2").await.json();
    let asked = json!({ "user": { "id": "bob" }, "action": "sign_in" });
    let opened = shop.post("/v1/challenges", asked).await.json();
    let answers = format!("/v1/challenges/{}/answers", text(&opened["id"]));
    shop.post(&answers, json!({ "code": newest["code"] })).await.is(200);
    refused(&issue("2").await, 409, "idempotency_key_spent");
    issue("3").await.is(201);
    shop.post("/v1/users/bob/reset", json!({ "reason": "lost all" })).await.is(204);
    refused(&issue("3").await, 409, "idempotency_key_spent");
}

#[tokio::test]
async fn a_secret_is_not_repeated_once_it_is_an_authenticators() {
    let (house, shop) = shop().await;
    let body = body("enrollments", "bob");
    let begun = ask(&shop, "enrollments", "k", &body).await.json();
    assert_eq!(ask(&shop, "enrollments", "k", &body).await.json(), begun);
    let confirm = json!({ "user": { "id": "bob" }, "code": house.code(&text(&begun["secret"])) });
    let enrollment = format!("/v1/enrollments/{}", text(&begun["id"]));
    shop.post(&format!("{enrollment}/confirm"), confirm).await.is(200);
    refused(&ask(&shop, "enrollments", "k", &body).await, 409, "idempotency_key_spent");
    shop.post(&format!("{enrollment}/acknowledge"), json!({ "user": { "id": "bob" } })).await.is(204);
    refused(&ask(&shop, "enrollments", "k", &body).await, 409, "idempotency_key_spent");
}

#[tokio::test]
async fn a_refusal_gives_the_key_back() {
    let at = enrolled().await;
    let body = body("enrollments", "ada");
    refused(&ask(&at.shop, "enrollments", "k", &body).await, 409, "two_factor_already_on");
    refused(&ask(&at.shop, "enrollments", "k", &json!({})).await, 422, "malformed");
    at.shop.post("/v1/users/ada/reset", json!({ "reason": "lost" })).await.is(204);
    ask(&at.shop, "enrollments", "k", &body).await.is(201);
}

#[tokio::test]
async fn the_second_waits_for_the_first_until_that_is_given_up() {
    let (house, shop) = shop().await;
    let body = body("sessions", "ada");
    let user = User { site: shop.site, id: UserId::parse("ada").unwrap() };
    let key = IdempotencyKey::parse("k").unwrap();
    let written = body.to_string();
    let first = Keyed { user: &user, key: &key, target: "/v1/sessions", body: written.as_bytes() };
    let two_factor = house.server.two_factor();
    let Attempt::First(claim) = two_factor.attempt(&first).await.unwrap() else { panic!("not the first") };
    let early = ask(&shop, "sessions", "k", &body).await;
    refused(&early, 409, "idempotency_key_in_flight");
    assert_eq!(early.header("retry-after"), "1");
    house.advance(16);
    let ticket = ask(&shop, "sessions", "k", &body).await.json();
    two_factor.settle(&claim, b"too late", house.server.now()).await.unwrap();
    assert_eq!(ask(&shop, "sessions", "k", &body).await.json(), ticket);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_racing_requests_one_is_answered_and_the_others_say_the_same() {
    let (_house, shop) = shop().await;
    for route in ["sessions", "challenges"] {
        let body = body(route, "ada");
        let racers: Vec<_> = (0..32)
            .map(|_| {
                let (shop, asked) = (shop.clone(), asking(&shop, route, &key(route, "race"), &body));
                tokio::spawn(async move { shop.send(asked).await })
            })
            .collect();
        let mut answers = Vec::new();
        for racer in racers {
            answers.push(racer.await.unwrap());
        }
        let (given, waiting): (Vec<_>, Vec<_>) = answers.iter().partition(|one| one.status == 201);
        for one in waiting {
            refused(one, 409, "idempotency_key_in_flight");
        }
        let firsts = given.iter().filter(|one| one.header("idempotency-replayed") != "true");
        assert_eq!(firsts.count(), 1);
        assert!(given.iter().all(|one| one.json() == given[0].json()), "{route}");
    }
    let events = shop.get("/v1/audit-events").await.json();
    let opened = events["events"].as_array().unwrap().iter().filter(|one| one["kind"] == "challenge.opened");
    assert_eq!(opened.count(), 1);
}

#[tokio::test]
async fn nothing_of_a_kept_answer_or_its_request_stands_in_the_database() {
    let (house, shop) = shop().await;
    begin(&shop, "bob").await.is(201);
    let asked = json!({ "user": { "id": "ada" }, "action": "sign_in", "device": "d".repeat(64) });
    let ticket = text(&ask(&shop, "challenges", "key-of-a-host", &asked).await.json()["ticket"]);
    let stored = house.database_bytes();
    let holds = |text: &str| stored.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("idempotency_key"), "the file was read");
    assert!(!holds(&ticket) && !holds("key-of-a-host") && !holds(&"d".repeat(64)));
}

#[tokio::test]
async fn a_key_used_again_for_another_user_or_under_another_path_is_refused_and_says_so() {
    let (house, shop) = shop().await;
    enroll(&house, &shop, "bob").await;
    let reason = json!({ "reason": "lost the phone" }).to_string();
    let issue = |of: &str| {
        let (id, query) =
            of.split_once('?').map_or((of, String::new()), |(id, query)| (id, format!("?{query}")));
        let ask = shop.ask(Method::POST, &format!("/v1/users/{id}/bypass-codes{query}"));
        ask.header("idempotency-key", "k").body("application/json", reason.clone())
    };
    let first = shop.send(issue("ada")).await;
    first.is(201);
    for other in ["bob", "nobody", "ada?x=1", "%61da"] {
        refused(&shop.send(issue(other)).await, 422, "idempotency_key_reused");
    }
    let again = shop.send(issue("ada")).await;
    again.is(201);
    assert_eq!((again.json(), again.header("idempotency-replayed")), (first.json(), "true"));
}

#[tokio::test]
async fn a_key_used_again_with_another_query_is_refused_wherever_a_key_is_taken() {
    let (_house, shop) = shop().await;
    for route in ROUTES {
        let body = body(route, user_for(route));
        ask(&shop, route, &key(route, "q"), &body).await.is(201);
        let differs = ask(&shop, &format!("{route}?x=1"), &key(route, "q"), &body).await;
        refused(&differs, 422, "idempotency_key_reused");
    }
}

#[tokio::test]
async fn a_key_used_again_for_another_operation_is_refused_and_nothing_is_done() {
    let (house, shop) = shop().await;
    enroll(&house, &shop, "bob").await;
    let lost = json!({ "reason": "lost" });
    ask(&shop, "users/bob/bypass-codes", "k", &lost).await.is(201);
    for route in ["users/bob/unlock", "users/bob/reset"] {
        refused(&ask(&shop, route, "k", &lost).await, 422, "idempotency_key_reused");
    }
    refused(&ask(&shop, "challenges", "k", &body("challenges", "bob")).await, 422, "idempotency_key_reused");
    let bob = shop.get("/v1/users/bob").await.json();
    assert!(bob["protected_since"].is_string(), "he was not reset: {bob}");
}
