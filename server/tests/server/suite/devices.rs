//! Remembered devices at the built-in sign-in.

use super::support::{Answer, Browser, EMAIL, PASSWORD, Protected, protected};
use domain::name::SiteId;
use domain::site::TrustedDays;
use serde_json::json;

const DEVICE: &str = "twofold-device";
const FORM: [(&str, &str); 2] = [("email", EMAIL), ("password", PASSWORD)];

async fn remembering(days: u32) -> Protected {
    let at = protected().await;
    let days = TrustedDays::new(days).unwrap();
    at.house.change_policy(SiteId::BUILT_IN, |policy| policy.trusted_device_days = days).await;
    at
}

/// Signs in with both factors, the box ticked.
async fn remembered(at: &Protected) -> (Browser, Answer) {
    let mut browser = at.half_way().await;
    let answer = json!({ "text": at.code(), "remember": "device" });
    let passed = browser.call("/fn/answer_challenge", answer).await;
    passed.is(200);
    browser.post("/sign-in/complete", &[]).await.leads_to("/account/security");
    (browser, passed)
}

async fn sign_in_again(browser: &mut Browser) -> Answer {
    browser.post("/sign-out", &[]).await.leads_to("/sign-in?signed-out");
    browser.post("/sign-in", &FORM).await
}

#[tokio::test]
async fn a_remembered_device_is_not_asked_for_a_code() {
    let at = remembering(7).await;
    let mut asked = at.half_way().await;
    assert!(asked.get("/sign-in/challenge").await.body.contains("Trust this browser for 7 days"));
    let (mut browser, passed) = remembered(&at).await;
    let cookie = passed.set_cookies().into_iter().find(|cookie| cookie.starts_with(DEVICE)).unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800"), "{cookie}");
    sign_in_again(&mut browser).await.leads_to("/account/security");
    at.house.advance(7 * 24 * 3600 - 1);
    sign_in_again(&mut browser).await.leads_to("/account/security");
    at.house.advance(1);
    sign_in_again(&mut browser).await.leads_to("/sign-in/challenge");
}

#[tokio::test]
async fn the_right_password_is_asked_for_all_the_same() {
    let at = remembering(7).await;
    let (mut browser, _) = remembered(&at).await;
    browser.post("/sign-out", &[]).await;
    browser.post("/sign-in", &[("email", EMAIL), ("password", "not the password")]).await.is(422);
    assert_eq!(browser.held(), [DEVICE]);
}

#[tokio::test]
async fn a_spared_factor_is_not_a_proved_one() {
    let at = remembering(7).await;
    let (mut browser, _) = remembered(&at).await;
    sign_in_again(&mut browser).await.leads_to("/account/security");
    let refused = browser.call("/fn/begin_enrollment", json!({ "purpose": "further" })).await;
    refused.is(403);
    let error = refused.json();
    assert_eq!((&error["code"], &error["ask_code"]), (&json!("step_up_required"), &json!(true)));
}

#[tokio::test]
async fn nothing_is_remembered_unless_it_was_asked_for_and_is_allowed() {
    let at = remembering(7).await;
    let mut browser = at.half_way().await;
    browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(200);
    browser.post("/sign-in/complete", &[]).await.leads_to("/account/security");
    assert!(!browser.cookies.contains_key(DEVICE));
    let at = protected().await;
    assert!(!at.half_way().await.get("/sign-in/challenge").await.body.contains("Trust this browser"));
    let (mut browser, _) = remembered(&at).await;
    assert!(!browser.cookies.contains_key(DEVICE));
    sign_in_again(&mut browser).await.leads_to("/sign-in/challenge");
}

#[tokio::test]
async fn a_device_is_remembered_for_its_own_user_only() {
    let at = remembering(7).await;
    let (adas, _) = remembered(&at).await;
    let mut bob = at.house.create_account("bob@example.com", PASSWORD).await;
    at.house.set_up(&mut bob).await;
    let form = [("email", "bob@example.com"), ("password", PASSWORD)];
    for cookie in [adas.cookies[DEVICE].as_str(), "nonsense", &"0".repeat(64)] {
        let mut browser = at.house.browser();
        browser.cookies.insert(DEVICE.to_owned(), cookie.to_owned());
        browser.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
    }
}

#[tokio::test]
async fn devices_are_listed_and_forgotten() {
    let at = remembering(7).await;
    let (mut browser, _) = remembered(&at).await;
    let devices = |view: serde_json::Value| view["devices"].as_array().unwrap().clone();
    let listed = devices(browser.call("/fn/overview", json!({})).await.json());
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["browser"], "A browser");
    let forget = json!({ "id": listed[0]["id"] });
    browser.call("/fn/forget_devices", forget.clone()).await.is(200);
    browser.call("/fn/forget_devices", forget).await.is(409);
    sign_in_again(&mut browser).await.leads_to("/sign-in/challenge");
    at.house.advance(30);
    let (mut browser, _) = remembered(&at).await;
    browser.call("/fn/forget_devices", json!({})).await.is(200);
    assert!(devices(browser.call("/fn/overview", json!({})).await.json()).is_empty());
    sign_in_again(&mut browser).await.leads_to("/sign-in/challenge");
}

#[tokio::test]
async fn nobody_forgets_another_persons_device() {
    let at = remembering(7).await;
    let (mut browser, _) = remembered(&at).await;
    let id = browser.call("/fn/overview", json!({})).await.json()["devices"][0]["id"].clone();
    let mut bob = at.house.create_account("bob@example.com", PASSWORD).await;
    for asked in [json!({ "id": id }), json!({})] {
        bob.call("/fn/forget_devices", asked).await.is(409);
    }
    sign_in_again(&mut browser).await.leads_to("/account/security");
}

#[tokio::test]
async fn a_changed_password_forgets_every_device() {
    let at = remembering(7).await;
    let (mut browser, _) = remembered(&at).await;
    let new = "another battery staple";
    let form = [("current", PASSWORD), ("new", new)];
    browser.post("/account/password", &form).await.leads_to("/account/password?changed");
    assert!(browser.cookies.contains_key(DEVICE), "the browser has it still, for nothing");
    browser.post("/sign-out", &[]).await;
    browser.post("/sign-in", &[("email", EMAIL), ("password", new)]).await.leads_to("/sign-in/challenge");
}
