//! Users of a site are told by mail of what is changed of theirs, where the site gave their address.

use super::{Enrolled, enroll, text};
use crate::suite::support::{Browser, EMAIL, House, PASSWORD};
use domain::site::Scope;
use serde_json::json;

/// A shop, and whoever looks into the mailbox of its server.
async fn shop() -> (Enrolled, Browser) {
    let house = House::empty().await;
    let admin = house.create_account(EMAIL, PASSWORD).await;
    let shop = house.program(house.site("The Shop").await, &Scope::ALL).await;
    let (secret, recovery_codes) = (String::new(), Vec::new());
    (Enrolled { house, shop, secret, recovery_codes }, admin)
}

impl Enrolled {
    async fn introduce(&self, id: &str, email: Option<&str>) {
        let user = json!({ "id": id, "label": id, "email": email });
        self.shop.post("/v1/sessions", json!({ "user": user })).await.is(201);
    }
}

#[tokio::test]
async fn every_change_is_told_under_the_name_of_the_site() {
    let (at, mut admin) = shop().await;
    at.introduce("ada", Some("ada@shop.example")).await;
    at.introduce("bob", None).await;
    let (secret, _) = enroll(&at.house, &at.shop, "ada").await;
    enroll(&at.house, &at.shop, "bob").await;
    at.house
        .change_policy(at.shop.site, |policy| {
            policy.trusted_device_days = domain::site::TrustedDays::new(9).unwrap();
        })
        .await;
    at.house.advance(30);
    let challenge = at.open().await;
    let answer = json!({ "code": at.house.code(&secret), "remember_device": true });
    at.shop.post(&format!("/v1/challenges/{challenge}/answers"), answer).await.is(200);
    at.shop.put("/v1/users/ada/requirement", json!({ "required": true })).await.is(204);
    at.shop.post("/v1/users/ada/bypass-codes", json!({ "reason": "lost" })).await.is(201);
    at.shop.post("/v1/users/ada/reset", json!({ "reason": "lost" })).await.is(204);
    let mailbox = admin.get("/organization/mail").await.body;
    for subject in [
        "Two-factor authentication is on",
        "A device is remembered",
        "What is required of you was changed",
        "A bypass code was issued",
        "Two-factor authentication was reset",
    ] {
        assert_eq!(mailbox.matches(&format!("{subject} · The Shop")).count(), 1, "{subject}: {mailbox}");
    }
    assert!(
        mailbox.contains("ada@shop.example") && mailbox.contains("your account at The Shop"),
        "{mailbox}"
    );
}

#[tokio::test]
async fn a_site_that_tells_its_users_itself_says_so() {
    let (at, mut admin) = shop().await;
    at.introduce("ada", Some("ada@shop.example")).await;
    enroll(&at.house, &at.shop, "ada").await;
    let told = |body: &str| body.matches("· The Shop").count();
    assert_eq!(told(&admin.get("/organization/mail").await.body), 1);
    at.house.change_policy(at.shop.site, |policy| policy.tells_users = false).await;
    at.shop.post("/v1/users/ada/reset", json!({ "reason": "lost" })).await.is(204);
    assert_eq!(told(&admin.get("/organization/mail").await.body), 0, "not even what waits");
    assert_eq!(text(&at.shop.get("/v1/users/ada").await.json()["email"]), "ada@shop.example");
}
