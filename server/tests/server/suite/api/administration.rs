//! What an administrator of a site does with a user.

use super::{Enrolled, Program, begin, enroll, enrolled, refused, text};
use domain::name::{Label, User, UserId};
use domain::session::SessionToken;
use domain::ticket::Admitted;
use serde_json::{Value, json};

impl Enrolled {
    async fn ada(&self) -> Value {
        self.shop.get("/v1/users/ada").await.json()
    }

    async fn sign_in_status(&self) -> String {
        let asked = json!({ "user": { "id": "ada" }, "action": "sign_in" });
        text(&self.shop.post("/v1/challenges", asked).await.json()["status"])
    }

    /// Opens ada's Security tab.
    async fn session(&self) -> SessionToken {
        let user = User { site: self.shop.site, id: UserId::parse("ada").unwrap() };
        let (two_factor, label) = (self.house.server.two_factor(), Label::parse("ada@example.com").unwrap());
        let issued = two_factor.issue_session_ticket(&user, &label).await.unwrap();
        let admitted =
            two_factor.tear_ticket(&issued.ticket, &domain::audit::Place::default()).await.unwrap();
        let Some(Admitted::Session { token, .. }) = admitted else { panic!("no session") };
        token
    }

    async fn is_open(&self, session: &SessionToken) -> bool {
        self.house.server.two_factor().session(session).await.unwrap().is_some()
    }

    async fn newest(&self) -> Value {
        self.shop.get("/v1/audit-events?user=ada&limit=1").await.json()["events"][0].clone()
    }
}

async fn guess(at: &Enrolled, times: usize) {
    for _ in 0..times {
        let answers = format!("/v1/challenges/{}/answers", at.open().await);
        at.shop.post(&answers, json!({ "code": "000000" })).await.is(422);
    }
}

#[tokio::test]
async fn the_last_authenticator_turns_two_factor_authentication_off() {
    let at = enrolled().await;
    let challenge = format!("/v1/challenges/{}", at.open().await);
    let session = at.session().await;
    let authenticator = text(&at.ada().await["authenticators"][0]["id"]);
    enroll(&at.house, &at.shop, "bob").await;
    let bobs = format!("/v1/users/bob/authenticators/{authenticator}");
    refused(&at.shop.delete(&bobs).await, 404, "not_found");
    let adas = format!("/v1/users/ada/authenticators/{authenticator}");
    at.house.advance(1);
    let revoked = at.shop.delete(&adas).await;
    revoked.is(204);
    assert_eq!(revoked.body, "");
    refused(&at.shop.delete(&adas).await, 404, "not_found");
    let ada = at.ada().await;
    assert_eq!((&ada["authenticators"], &ada["locks"]), (&json!([]), &json!([])));
    assert!(ada.get("protected_since").is_none() && ada.get("recovery_codes").is_none());
    assert!(!at.is_open(&session).await);
    assert_eq!(at.shop.get(&challenge).await.json()["status"], "expired");
    let late = at.shop.post(&format!("{challenge}/answers"), json!({ "code": at.code() })).await;
    refused(&late, 409, "challenge_expired");
    let events = at.shop.get("/v1/audit-events?user=ada&limit=2").await.json();
    let kinds: Vec<&Value> = events["events"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["two_factor.turned_off", "authenticator.removed"]);
    assert_eq!(events["events"][1]["subject"], "Pixel 9");
    assert_eq!(at.sign_in_status().await, "not_enrolled");
    begin(&at.shop, "ada").await.is(201);
}

#[tokio::test]
async fn a_reset_leaves_nothing_that_answers_and_says_why() {
    let at = enrolled().await;
    let (challenge, session) = (format!("/v1/challenges/{}", at.open().await), at.session().await);
    guess(&at, 5).await;
    for bad in ["", " ", "a\u{0}b", &"x".repeat(257)] {
        let answer = at.shop.post("/v1/users/ada/reset", json!({ "reason": bad })).await;
        refused(&answer, 422, "malformed");
        assert_eq!(answer.json()["field"], "reason");
    }
    assert!(at.is_open(&session).await, "nothing was done yet");
    let reason = "Lost the phone; passport seen, ticket 4711";
    at.house.advance(1);
    at.shop.post("/v1/users/ada/reset", json!({ "reason": reason })).await.is(204);
    assert!(!at.is_open(&session).await);
    assert_eq!(at.shop.get(&challenge).await.json()["status"], "expired");
    let ada = at.ada().await;
    assert_eq!((&ada["authenticators"], &ada["locks"]), (&json!([]), &json!([])));
    assert_eq!(at.sign_in_status().await, "not_enrolled");
    let newest = at.newest().await;
    assert_eq!((&newest["kind"], &newest["reason"]), (&json!("user.reset"), &json!(reason)));
    let (secret, _) = enroll(&at.house, &at.shop, "ada").await;
    at.house.advance(30);
    let answers = format!("/v1/challenges/{}/answers", at.open().await);
    refused(&at.shop.post(&answers, json!({ "code": at.code() })).await, 422, "code_wrong");
    at.shop.post(&answers, json!({ "code": at.house.code(&secret) })).await.is(200);
    let nobody = at.shop.post("/v1/users/nobody/reset", json!({ "reason": reason })).await;
    refused(&nobody, 404, "not_found");
}

#[tokio::test]
async fn a_lock_is_shown_and_an_administrator_opens_it() {
    let at = enrolled().await;
    assert_eq!(at.ada().await["locks"], json!([]));
    guess(&at, 5).await;
    let expected = json!([{ "kind": "totp", "until": "2027-01-15T08:00:31Z", "stopped": false }]);
    assert_eq!(at.ada().await["locks"], expected);
    let answers = format!("/v1/challenges/{}/answers", at.open().await);
    refused(&at.shop.post(&answers, json!({ "code": at.code() })).await, 429, "wait");
    for bad in [json!({ "reason": "" }), json!({ "reason": 1 }), json!({ "why": "x" })] {
        refused(&at.shop.post("/v1/users/ada/unlock", bad).await, 422, "malformed");
    }
    at.shop.post("/v1/users/ada/unlock", json!({ "reason": "Called us" })).await.is(204);
    assert_eq!(at.ada().await["locks"], json!([]));
    at.shop.post(&answers, json!({ "code": at.code() })).await.is(200);
    let events = at.shop.get("/v1/audit-events?user=ada").await.json();
    let unlocked = events["events"].as_array().unwrap().iter().find(|one| one["kind"] == "user.unlocked");
    assert_eq!(unlocked.unwrap()["reason"], "Called us");
    at.house.advance(1);
    at.shop.post("/v1/users/ada/unlock", json!({})).await.is(204);
    assert!(at.newest().await.get("reason").is_none());
    refused(&at.shop.post("/v1/users/nobody/unlock", json!({})).await, 404, "not_found");
}

#[tokio::test]
async fn an_erased_user_is_unknown_and_what_happened_stays() {
    let at = enrolled().await;
    let challenge = format!("/v1/challenges/{}", at.open().await);
    let session = at.session().await;
    let before = at.shop.get("/v1/audit-events?user=ada").await.json();
    at.house.advance(1);
    at.shop.delete("/v1/users/ada").await.is(204);
    refused(&at.shop.delete("/v1/users/ada").await, 404, "not_found");
    refused(&at.shop.get("/v1/users/ada").await, 404, "not_found");
    refused(&at.shop.get(&challenge).await, 404, "not_found");
    assert!(!at.is_open(&session).await);
    assert_eq!(at.shop.get("/v1/users").await.json()["users"], json!([]));
    let after = at.shop.get("/v1/audit-events?user=ada").await;
    assert!(!after.body.contains("Pixel 9") && !after.body.contains("ada@example.com"));
    let (before, after) = (before["events"].as_array().unwrap(), after.json());
    let after = after["events"].as_array().unwrap();
    assert_eq!((after.len(), &after[0]["kind"]), (before.len() + 1, &json!("user.erased")));
    let told = |events: &[Value]| -> Vec<(Value, Value)> {
        events.iter().map(|one| (one["kind"].clone(), one["at"].clone())).collect()
    };
    assert_eq!(told(&after[1..]), told(before));
    assert_eq!(at.sign_in_status().await, "not_enrolled", "somebody else, as far as anybody knows");
}

#[tokio::test]
async fn another_sites_administrator_changes_nothing() {
    let at = enrolled().await;
    let other = at.house.site("Other").await;
    let other: Program = at.house.program(other, &domain::site::Scope::ALL).await;
    enroll(&at.house, &other, "ada").await;
    let before = at.shop.get("/v1/users/ada").await.body;
    other.post("/v1/users/ada/reset", json!({ "reason": "theirs" })).await.is(204);
    other.post("/v1/users/ada/unlock", json!({})).await.is(204);
    other.delete("/v1/users/ada").await.is(204);
    assert_eq!(at.shop.get("/v1/users/ada").await.body, before, "the same id is another person there");
}

#[tokio::test]
async fn a_bypass_code_passes_one_challenge_and_proves_no_factor() {
    let at = enrolled().await;
    at.house.advance(30);
    let issue = |body: Value| at.shop.post("/v1/users/ada/bypass-codes", body);
    for (body, field) in [
        (json!({ "reason": "" }), "reason"),
        (json!({ "reason": "x", "minutes": 0 }), "minutes"),
        (json!({ "reason": "x", "minutes": 61 }), "minutes"),
    ] {
        let wrong = issue(body).await;
        refused(&wrong, 422, "malformed");
        assert_eq!(text(&wrong.json()["field"]), field);
    }
    begin(&at.shop, "bob").await.is(201);
    let off = at.shop.post("/v1/users/bob/bypass-codes", json!({ "reason": "x" })).await;
    refused(&off, 409, "two_factor_not_on");
    refused(&at.shop.post("/v1/users/eve/bypass-codes", json!({ "reason": "x" })).await, 404, "not_found");
    let issued = issue(json!({ "reason": "No phone", "minutes": 5 })).await;
    issued.is(201);
    assert_eq!(issued.header("cache-control"), "no-store");
    let event = at.newest().await;
    assert_eq!((&event["kind"], &event["reason"]), (&json!("bypass_code.issued"), &json!("No phone")));
    let keyed = |key: &'static str| {
        let ask =
            at.shop.ask(http::Method::POST, "/v1/users/ada/bypass-codes").header("idempotency-key", key);
        at.shop.send(ask.body("application/json", json!({ "reason": "No phone" }).to_string()))
    };
    let (once, twice) = (keyed("k").await, keyed("k").await);
    assert_eq!((once.json(), twice.header("idempotency-replayed")), (twice.json(), "true"));
    let code = text(&once.json()["code"]);
    let answers = format!("/v1/challenges/{}/answers", at.open().await);
    let passed = at.shop.post(&answers, json!({ "code": code })).await;
    passed.is(200);
    let (kind, amr) = (&passed.json()["kind"], &passed.json()["amr"]);
    assert_eq!((kind, amr), (&json!("bypass_code"), &json!(["bypass_code"])));
    let again = format!("/v1/challenges/{}/answers", at.open().await);
    at.shop.post(&again, json!({ "code": code })).await.is(422);
    let two_factor = at.house.server.two_factor();
    let session = two_factor.session(&at.session().await).await.unwrap().unwrap();
    assert!(
        !session.is_stepped_up(at.house.server.now()),
        "what it allows belongs to the sign-in that it passed"
    );
}

/// Every row of every table, as another program reads it: texts as they are, bytes in hexadecimal digits.
fn every_row(file: &std::path::Path) -> String {
    let dump = "import sqlite3, sys; print('\\n'.join(sqlite3.connect(sys.argv[1]).iterdump()))";
    let dumped = std::process::Command::new("python3").args(["-c", dump]).arg(file).output().unwrap();
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    String::from_utf8(dumped.stdout).unwrap()
}

#[tokio::test]
async fn of_an_erased_user_nothing_personal_stands_in_any_row_of_the_database() {
    let at = enrolled().await;
    let from = json!({ "address": "192.0.2.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0" });
    let user = json!({ "id": "ada", "label": "ada@example.com", "email": "ada.lovelace@example.com" });
    let asked = json!({ "user": user, "action": "sign_in", "end_user": from });
    let opened = at.shop.post("/v1/challenges", asked).await.json();
    let answers = format!("/v1/challenges/{}/answers", text(&opened["id"]));
    at.shop.post(&answers, json!({ "code": "000000", "end_user": from })).await.is(422);
    let right = json!({ "code": at.code(), "remember_device": true, "end_user": from });
    at.shop.post(&answers, right).await.is(200);
    at.shop.post("/v1/users/ada/bypass-codes", json!({ "reason": "Ada lost her phone" })).await.is(201);
    at.session().await;

    let personal = [
        "ada@example.com",
        "ada.lovelace@example.com",
        "192.0.2.7",
        "Firefox",
        "Ada lost her phone",
        "Pixel 9",
    ];
    let rows = every_row(&at.house.database_file());
    let missing: Vec<_> = personal.iter().filter(|text| !rows.contains(**text)).collect();
    assert!(missing.is_empty(), "these were there to be erased: {missing:?}");

    at.shop.delete("/v1/users/ada").await.is(204);

    let rows = every_row(&at.house.database_file());
    let left: Vec<_> = personal.iter().filter(|text| rows.contains(**text)).collect();
    assert!(left.is_empty(), "{left:?}");
}
