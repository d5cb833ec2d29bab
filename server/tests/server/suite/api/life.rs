//! A whole life without a widget, and what a site must not see of another.

use super::{begin, enroll, enrolled, refused, text};
use crate::suite::support::House;
use domain::site::{FactorKinds, Scope, TrustedDays};
use serde_json::json;

#[tokio::test]
async fn enrolled_challenged_answered_and_redeemed_once() {
    let house = House::empty().await;
    let site = house.site("Shop").await;
    let shop = house.program(site, &Scope::ALL).await;
    let sign_in = json!({ "user": { "id": "ada" }, "action": "sign_in" });
    let before = shop.post("/v1/challenges", sign_in.clone()).await;
    before.is(201);
    assert_eq!(before.json(), json!({ "status": "not_enrolled", "kinds": [] }));
    let begun = begin(&shop, "ada").await;
    begun.is(201);
    assert_eq!(begun.header("cache-control"), "no-store");
    let begun = begun.json();
    assert_eq!(begin(&shop, "ada").await.json(), begun, "the same for the whole pending time");
    let uri = text(&begun["provisioning_uri"]);
    assert!(
        uri.starts_with("otpauth://totp/Shop:ada%40example.com?") && uri.contains(&text(&begun["secret"]))
    );
    assert!(text(&begun["qr_svg"]).starts_with("<svg "));
    assert_eq!(begun["expires_at"], "2027-01-15T08:10:00Z");
    let (id, secret) = (text(&begun["id"]), text(&begun["secret"]));
    let confirm = format!("/v1/enrollments/{id}/confirm");
    let wrong = shop.post(&confirm, json!({ "user": { "id": "ada" }, "code": "000000" })).await;
    refused(&wrong, 422, "code_wrong");
    assert_eq!((&wrong.json()["attempts_left"], &wrong.json()["retry_after"]), (&json!(4), &json!(0)));
    let right = json!({ "user": { "id": "ada" }, "code": house.code(&secret), "name": "Pixel 9" });
    refused(
        &shop.post(&confirm, json!({ "user": { "id": "bob" }, "code": right["code"] })).await,
        404,
        "not_found",
    );
    let confirmed = shop.post(&confirm, right).await;
    confirmed.is(200);
    assert_eq!(confirmed.json()["recovery_codes"].as_array().unwrap().len(), 10);
    let still = shop.post("/v1/challenges", sign_in.clone()).await.json();
    assert_eq!(still["status"], "not_enrolled", "nothing is asked before the recovery codes are saved");
    let acknowledge = format!("/v1/enrollments/{id}/acknowledge");
    shop.post(&acknowledge, json!({ "user": { "id": "ada" } })).await.is(204);
    refused(&shop.post(&acknowledge, json!({ "user": { "id": "ada" } })).await, 404, "not_found");
    refused(&begin(&shop, "ada").await, 409, "two_factor_already_on");
    house.advance(30);
    let opened = shop.post("/v1/challenges", sign_in).await.json();
    assert_eq!((&opened["status"], &opened["kinds"]), (&json!("open"), &json!(["totp", "recovery_code"])));
    assert_eq!(text(&opened["ticket"]).len(), 64);
    let challenge = format!("/v1/challenges/{}", text(&opened["id"]));
    assert_eq!(shop.get(&challenge).await.json()["status"], "open");
    refused(&shop.post(&format!("{challenge}/redeem"), json!({})).await, 409, "challenge_not_passed");
    let answered = shop.post(&format!("{challenge}/answers"), json!({ "code": house.code(&secret) })).await;
    answered.is(200);
    let answered = answered.json();
    assert_eq!((&answered["user"], &answered["action"]), (&json!({ "id": "ada" }), &json!("sign_in")));
    assert_eq!((&answered["kind"], &answered["amr"]), (&json!("totp"), &json!(["otp"])));
    assert_eq!(answered["passed_at"], "2027-01-15T08:00:30Z");
    assert!(answered.get("device").is_none() && answered.get("recovery_codes_left").is_none());
    for again in ["redeem", "answers"] {
        let body = if again == "redeem" { json!({}) } else { json!({ "code": "123456" }) };
        refused(&shop.post(&format!("{challenge}/{again}"), body).await, 409, "challenge_already_answered");
    }
    assert_eq!(shop.get(&challenge).await.json()["status"], "redeemed");
}

#[tokio::test]
async fn a_remembered_device_is_not_asked_and_no_other_is() {
    let at = enrolled().await;
    at.house
        .change_policy(at.shop.site, |policy| policy.trusted_device_days = TrustedDays::new(7).unwrap())
        .await;
    let answers = format!("/v1/challenges/{}/answers", at.open().await);
    let answered = at.shop.post(&answers, json!({ "code": at.code(), "remember_device": true })).await.json();
    let device = text(&answered["device"]["token"]);
    assert_eq!(answered["device"]["expires_at"], "2027-01-22T08:00:30Z");
    let with =
        |user: &str, device: &str| json!({ "user": { "id": user }, "action": "sign_in", "device": device });
    let known = at.shop.post("/v1/challenges", with("ada", &device)).await;
    known.is(201);
    assert_eq!(known.json(), json!({ "status": "trusted_device", "kinds": [] }));
    enroll(&at.house, &at.shop, "bob").await;
    for (user, device) in
        [("bob", device.as_str()), ("ada", &"0".repeat(64)), ("ada", "nonsense"), ("ada", "")]
    {
        assert_eq!(
            at.shop.post("/v1/challenges", with(user, device)).await.json()["status"],
            "open",
            "{user} {device}"
        );
    }
    at.house.advance(7 * 24 * 3600);
    assert_eq!(at.shop.post("/v1/challenges", with("ada", &device)).await.json()["status"], "open");
}

#[tokio::test]
async fn a_site_that_remembers_no_device_gets_no_token() {
    let at = enrolled().await;
    let answers = format!("/v1/challenges/{}/answers", at.open().await);
    let answered = at.shop.post(&answers, json!({ "code": at.code(), "remember_device": true })).await;
    answered.is(200);
    assert!(answered.json().get("device").is_none(), "{}", answered.body);
}

#[tokio::test]
async fn what_the_site_does_not_allow_is_not_enrolled() {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    house.change_policy(shop.site, |policy| policy.factor_kinds = FactorKinds::of(&[]).unwrap()).await;
    refused(&begin(&shop, "ada").await, 403, "kind_not_allowed");
}

#[tokio::test]
async fn a_recovery_code_is_good_once_and_is_counted_down() {
    let at = enrolled().await;
    let answers = format!("/v1/challenges/{}/answers", at.open().await);
    let code = &at.recovery_codes[0];
    let other = at.shop.post(&answers, json!({ "code": code, "kind": "totp" })).await;
    refused(&other, 422, "code_malformed");
    let answered =
        at.shop.post(&answers, json!({ "code": code.to_lowercase(), "kind": "recovery_code" })).await;
    answered.is(200);
    assert_eq!(
        (&answered.json()["kind"], &answered.json()["recovery_codes_left"]),
        (&json!("recovery_code"), &json!(9))
    );
    let user = at.shop.get("/v1/users/ada").await.json();
    assert_eq!((&user["recovery_codes"]["left"], &user["recovery_codes"]["total"]), (&json!(9), &json!(10)));
    let answers = format!("/v1/challenges/{}/answers", at.open().await);
    refused(&at.shop.post(&answers, json!({ "code": code })).await, 422, "code_already_used");
}

#[tokio::test]
async fn a_user_is_shown_without_secrets_and_so_is_what_happened() {
    let at = enrolled().await;
    at.open().await;
    let user = at.shop.get("/v1/users/ada").await;
    user.is(200);
    assert_eq!(user.json()["label"], "ada@example.com");
    assert_eq!(user.json()["protected_since"], "2027-01-15T08:00:00Z");
    assert_eq!(user.json()["authenticators"][0]["name"], "Pixel 9");
    let events = at.shop.get("/v1/audit-events?user=ada&limit=3").await;
    events.is(200);
    let kinds: Vec<String> =
        events.json()["events"].as_array().unwrap().iter().map(|event| text(&event["kind"])).collect();
    assert_eq!((kinds.len(), kinds[0].as_str()), (3, "challenge.opened"));
    for body in [&user.body, &events.body] {
        assert!(!body.contains(&at.secret) && !body.contains(&at.recovery_codes[0]));
    }
    refused(&at.shop.get("/v1/users/nobody").await, 404, "not_found");
    refused(&at.shop.get("/v1/users/%ff").await, 404, "not_found");
}

#[tokio::test]
async fn a_site_sees_and_changes_nothing_of_another() {
    let at = enrolled().await;
    let other = at.house.site("Other").await;
    let other = at.house.program(other, &Scope::ALL).await;
    let id = at.open().await;
    let challenge = format!("/v1/challenges/{id}");
    let before = at.shop.get(&challenge).await.json();
    refused(&other.get(&challenge).await, 404, "not_found");
    for code in [at.code(), "000000".to_owned(), "nonsense".to_owned()] {
        refused(
            &other.post(&format!("{challenge}/answers"), json!({ "code": code })).await,
            404,
            "not_found",
        );
    }
    refused(&other.post(&format!("{challenge}/redeem"), json!({})).await, 404, "not_found");
    refused(&other.get("/v1/users/ada").await, 404, "not_found");
    assert_eq!(other.get("/v1/audit-events?user=ada").await.json(), json!({ "events": [] }));
    let opened =
        other.post("/v1/challenges", json!({ "user": { "id": "ada" }, "action": "sign_in" })).await.json();
    assert_eq!(opened["status"], "not_enrolled", "the same id is another person there");
    let begun = begin(&at.shop, "bob").await.json();
    let confirmation = json!({ "user": { "id": "bob" }, "code": at.house.code(&text(&begun["secret"])) });
    let confirm = format!("/v1/enrollments/{}/confirm", text(&begun["id"]));
    refused(&other.post(&confirm, confirmation.clone()).await, 404, "not_found");
    at.shop.post(&confirm, confirmation).await.is(200);
    let acknowledge = format!("/v1/enrollments/{}/acknowledge", text(&begun["id"]));
    refused(&other.post(&acknowledge, json!({ "user": { "id": "bob" } })).await, 404, "not_found");
    assert_eq!(at.shop.get(&challenge).await.json(), before);
    at.shop.post(&format!("{challenge}/answers"), json!({ "code": at.code() })).await.is(200);
}

#[tokio::test]
async fn a_challenge_that_is_over_takes_no_answer() {
    let at = enrolled().await;
    let challenge = format!("/v1/challenges/{}", at.open().await);
    at.house.advance(5 * 60);
    assert_eq!(at.shop.get(&challenge).await.json()["status"], "expired");
    let late = at.shop.post(&format!("{challenge}/answers"), json!({ "code": at.code() })).await;
    refused(&late, 409, "challenge_expired");
}

#[tokio::test]
async fn a_ticket_for_a_session_is_issued_for_a_minute() {
    let at = enrolled().await;
    let user = json!({ "id": "ada", "label": "ada@new.example" });
    let issued = at.shop.post("/v1/sessions", json!({ "user": user })).await;
    issued.is(201);
    assert_eq!(
        (text(&issued.json()["ticket"]).len(), text(&issued.json()["expires_at"])),
        (64, "2027-01-15T08:01:30Z".into())
    );
    assert_eq!(at.shop.get("/v1/users/ada").await.json()["label"], "ada@new.example");
}
