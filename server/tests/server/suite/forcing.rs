//! The built-in sign-in of somebody of whom two-factor authentication is required.

use super::support::{Browser, EMAIL, House, PASSWORD};
use domain::audit::Place;
use domain::name::User;
use domain::requirement::NewRequirement;
use serde_json::json;
use std::time::Duration;
use storage::account::Email;

const SESSION: &str = "twofold-session";
const PENDING: &str = "twofold-pending";

impl House {
    async fn user(&self, email: &str) -> User {
        let email = Email::parse(email).unwrap();
        self.accounts.account_by_email(&email).await.unwrap().unwrap().user
    }

    async fn requires(&self, email: &str, new: NewRequirement) {
        let user = self.user(email).await;
        self.server.two_factor().require(&user, None, &new, None, &Place::default()).await.unwrap();
    }

    async fn half_way(&self, browser: &mut Browser, email: &str) {
        let form = [("email", email), ("password", PASSWORD)];
        browser.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
    }
}

/// Ada has to set up, and has given the password.
async fn forced() -> (House, Browser) {
    let house = House::with_account().await;
    house.requires(EMAIL, NewRequirement::RequiredAtOnce).await;
    let mut browser = house.browser();
    house.half_way(&mut browser, EMAIL).await;
    (house, browser)
}

#[tokio::test]
async fn who_has_to_sets_up_after_the_password_and_is_let_in() {
    let (house, mut browser) = forced().await;
    let page = browser.get("/sign-in/challenge").await;
    page.is(200);
    assert!(page.body.contains("Your administrator requires two-factor authentication."), "{}", page.body);
    assert!(page.body.contains("data-component=\"RequiredEnrollment_"), "{}", page.body);
    let begun = browser.call("/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
    let again = browser.call("/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
    assert_eq!(begun["key"], again["key"], "one QR code for the whole time");
    let code = house.code(begun["key"].as_str().unwrap());
    let typed = json!({ "id": begun["id"], "code": code, "name": "Pixel 9" });
    browser.call("/fn/confirm_enrollment", typed).await.is(200);
    browser.post("/sign-in/complete", &[]).await.leads_to("/sign-in/challenge");
    browser.call("/fn/acknowledge_enrollment", json!({ "id": begun["id"] })).await.is(200);
    let passed = browser.get("/sign-in/challenge").await;
    assert!(
        passed.body.contains("/sign-in/complete"),
        "whoever loads the page anew goes on: {}",
        passed.body
    );
    browser.post("/sign-in/complete", &[]).await.leads_to("/account/security");
    assert_eq!(browser.held(), [SESSION]);
    browser.get("/account/security").await.is(200);
    let mut next = house.browser();
    house.half_way(&mut next, EMAIL).await;
    let page = next.get("/sign-in/challenge").await;
    assert!(page.body.contains("data-component=\"Challenge_"), "from now on a code is asked for");
}

#[tokio::test]
async fn who_has_to_set_up_can_do_nothing_else_before() {
    let (house, mut browser) = forced().await;
    assert_eq!(browser.held(), [PENDING]);
    for path in ["/", "/account/security", "/account/password", "/organization/users", "/organization/audit"]
    {
        browser.get(path).await.leads_to_sign_in();
    }
    let view = browser.call("/fn/overview", json!({})).await;
    view.is(200);
    assert_eq!((&view.json()["events"], &view.json()["devices"]), (&json!([]), &json!([])));
    for (path, arguments) in [
        ("/fn/step_up", json!({ "password": PASSWORD, "code": null })),
        ("/fn/turn_off", json!({ "password": PASSWORD, "code": "000000" })),
        ("/fn/reset_recovery_codes", json!({})),
        ("/fn/forget_devices", json!({ "id": null })),
    ] {
        browser.call(path, arguments).await.is(401);
    }
    browser.call("/fn/begin_enrollment", json!({ "purpose": "further" })).await.is(409);
    browser.call("/fn/answer_challenge", json!({ "text": "123456" })).await.is(404);
    browser.post("/sign-in/complete", &[]).await.leads_to("/sign-in/challenge");
    assert!(!browser.cookies.contains_key(SESSION));
    house.clock.advance(Duration::from_mins(15));
    let over = browser.get("/sign-in/challenge").await;
    assert!(over.body.contains("That sign-in has expired"), "{}", over.body);
    browser.call("/fn/begin_enrollment", json!({ "purpose": "first" })).await.is(401);
}

#[tokio::test]
async fn somebody_elses_session_in_the_same_browser_ends_first() {
    let house = House::with_account().await;
    let mut browser = house.create_account("bob@example.com", PASSWORD).await;
    house.requires(EMAIL, NewRequirement::RequiredAtOnce).await;
    house.half_way(&mut browser, EMAIL).await;
    browser.get("/account/security").await.leads_to("/sign-in");
    let begun = browser.call("/fn/begin_enrollment", json!({ "purpose": "first" })).await;
    assert_eq!(begun.json()["label"], EMAIL, "it is set up for who gave the password");
}

#[tokio::test]
async fn before_the_deadline_signing_in_goes_on_and_the_tab_says_from_when() {
    let house = House::with_account().await;
    let deadline = house.server.now() + Duration::from_hours(7 * 24);
    house.requires(EMAIL, NewRequirement::Required { deadline: Some(deadline) }).await;
    let mut browser = house.browser();
    let form = [("email", EMAIL), ("password", PASSWORD)];
    browser.post("/sign-in", &form).await.leads_to("/account/security");
    let page = browser.get("/account/security").await;
    assert!(
        page.body.contains("Your administrator requires two-factor authentication from "),
        "{}",
        page.body
    );
    house.clock.advance(Duration::from_hours(7 * 24));
    house.half_way(&mut house.browser(), EMAIL).await;
}

#[tokio::test]
async fn who_is_required_does_not_switch_off_by_hand_either() {
    let at = super::support::protected().await;
    let deadline = at.house.server.now() + Duration::from_hours(24);
    at.house.requires(EMAIL, NewRequirement::Required { deadline: Some(deadline) }).await;
    let mut owner = at.owner.clone();
    let typed = json!({ "password": PASSWORD, "code": at.code() });
    let refused = owner.call("/fn/turn_off", typed).await;
    refused.is(403);
    assert!(refused.body.contains("required"), "{}", refused.body);
    let view = owner.call("/fn/overview", json!({})).await.json();
    let only = json!({ "id": view["authenticators"][0]["id"] });
    owner.call("/fn/remove_authenticator", only).await.is(403);
    assert_eq!((&view["required"], view["protected_since"].is_null()), (&json!(true), false));
}
