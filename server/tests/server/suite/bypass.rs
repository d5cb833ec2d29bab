//! Bypass codes: issued in the pages of an administrator, used at the challenge.

use super::support::{Browser, EMAIL, House, PASSWORD};
use domain::ports::EventPage;
use serde_json::json;

const BOB: &str = "bob@example.com";

/// Ada, who looks after the others, and bob, whose phone is lost.
struct Desk {
    house: House,
    ada: Browser,
    bob: Browser,
    /// Of bob's lost app.
    key: String,
    /// Where ada issues a code for him.
    path: String,
}

async fn desk() -> Desk {
    let house = House::empty().await;
    let ada = house.create_account(EMAIL, PASSWORD).await;
    let mut bob = house.create_account(BOB, PASSWORD).await;
    let (key, _) = house.set_up(&mut bob).await;
    house.advance(30);
    let email = storage::account::Email::parse(BOB).unwrap();
    let account = house.accounts.account_by_email(&email).await.unwrap().unwrap();
    let path = format!("/organization/users/{}", account.id);
    Desk { house, ada, bob, key, path }
}

impl Desk {
    async fn issue(&mut self, minutes: &str) -> String {
        let form = [("reason", "Lost the phone"), ("minutes", minutes)];
        let page = self.ada.post(&format!("{}/bypass-code", self.path), &form).await;
        page.is(200);
        assert_eq!(page.header("cache-control"), "no-store");
        let code = page.body.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!((code.len(), code.matches('-').count()), (14, 2), "{code}");
        // What happens in one millisecond has no order.
        self.house.advance(1);
        code
    }

    async fn half_way(&self) -> Browser {
        let mut browser = self.house.browser();
        let form = [("email", BOB), ("password", PASSWORD)];
        browser.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
        browser
    }
}

#[tokio::test]
async fn a_lost_phone_is_replaced_after_a_bypass_code() {
    let mut at = desk().await;
    assert!(at.ada.get(&at.path).await.body.contains(&format!("{}/bypass-code", at.path)));
    let asked = at.ada.get(&format!("{}/bypass-code", at.path)).await;
    assert!(asked.body.contains("Bypass code for “bob@example.com”") && asked.body.contains("value=\"15\""));
    let code = at.issue("15").await;
    assert!(!at.house.database_bytes().windows(14).any(|bytes| bytes == code.as_bytes()), "it is not kept");
    assert!(!at.ada.get(&at.path).await.body.contains(&code), "and never shown again");
    let mut new = at.half_way().await;
    let spelled = code.to_lowercase().replace('-', " ");
    new.call("/fn/answer_challenge", json!({ "text": spelled })).await.is(200);
    new.post("/sign-in/complete", &[]).await.leads_to("/account/security");
    at.bob.get("/account/security").await.is(200);
    let lost = new.call("/fn/overview", json!({})).await.json();
    assert_eq!(lost["bypassed"], true);
    at.house.advance(1);
    let purpose = &lost["authenticators"][0]["id"];
    let begun = new.call("/fn/begin_enrollment", json!({ "purpose": purpose })).await;
    begun.is(200);
    let (id, key) = (begun.json()["id"].clone(), begun.json()["key"].as_str().unwrap().to_owned());
    let typed = json!({ "id": id, "code": at.house.code(&key), "name": "New phone" });
    new.call("/fn/confirm_enrollment", typed).await.is(200);
    assert_eq!(new.call("/fn/overview", json!({})).await.json()["bypassed"], false);
    at.house.advance(30);
    let old = at.house.code(&at.key);
    let mut browser = at.half_way().await;
    browser.call("/fn/answer_challenge", json!({ "text": old })).await.is(422);
    browser.call("/fn/answer_challenge", json!({ "text": code })).await.is(422);
    let current = at.house.code(&key);
    browser.call("/fn/answer_challenge", json!({ "text": current })).await.is(200);
}

#[tokio::test]
async fn a_bypass_code_works_once_and_for_minutes() {
    let mut at = desk().await;
    let code = at.issue("2").await;
    at.half_way().await.call("/fn/answer_challenge", json!({ "text": code })).await.is(200);
    at.half_way().await.call("/fn/answer_challenge", json!({ "text": code })).await.is(422);
    let late = at.issue("2").await;
    at.house.advance(118);
    at.half_way().await.call("/fn/answer_challenge", json!({ "text": "0000-0000-0000" })).await.is(422);
    at.house.advance(1);
    at.half_way().await.call("/fn/answer_challenge", json!({ "text": late })).await.is(422);
}

#[tokio::test]
async fn a_bypass_code_wants_a_reason_and_minutes_and_somebody_to_be_let_past() {
    let mut at = desk().await;
    let path = format!("{}/bypass-code", at.path);
    let too_long = "x".repeat(257);
    for (reason, minutes, said, place) in [
        (" ", "15", "Fill this in.", "reason-trouble"),
        (too_long.as_str(), "15", "at most 256 characters", "reason-trouble"),
        ("Lost", "0", "from 1 to 60", "minutes-trouble"),
        ("Lost", "61", "from 1 to 60", "minutes-trouble"),
        ("Lost", "", "from 1 to 60", "minutes-trouble"),
        ("Lost", "1.5", "from 1 to 60", "minutes-trouble"),
    ] {
        let refused = at.ada.post(&path, &[("reason", reason), ("minutes", minutes)]).await;
        refused.is(422);
        assert!(refused.body.contains(said) && refused.body.contains(place), "{minutes}: {}", refused.body);
    }
    let email = storage::account::Email::parse(EMAIL).unwrap();
    let ada = at.house.accounts.account_by_email(&email).await.unwrap().unwrap();
    let own = format!("/organization/users/{}", ada.id);
    assert!(!at.ada.get(&own).await.body.contains("bypass-code"), "she has no two-factor authentication");
    at.ada.get(&format!("{own}/bypass-code")).await.leads_to(&own);
    at.ada.post(&format!("{own}/bypass-code"), &[("reason", "x"), ("minutes", "5")]).await.leads_to(&own);
    at.bob.post(&path, &[("reason", "x"), ("minutes", "5")]).await.is(404);
}

#[tokio::test]
async fn who_issued_a_bypass_code_is_in_the_log_and_the_user_is_told() {
    let mut at = desk().await;
    let code = at.issue("15").await;
    at.half_way().await.call("/fn/answer_challenge", json!({ "text": code })).await.is(200);
    let log = at.ada.get("/organization/audit?email=bob%40example.com&kind=bypass_code.issued").await.body;
    assert!(log.contains("By ada@example.com") && log.contains("Reason: “Lost the phone”"), "{log}");
    let user = at.house.accounts.account_by_email(&storage::account::Email::parse(BOB).unwrap()).await;
    let user = user.unwrap().unwrap().user;
    let events = at.house.server.two_factor().events(EventPage::newest_of(&user, 50)).await.unwrap().items;
    let told: Vec<_> = events.iter().filter_map(domain::notice::Notice::of).collect();
    use domain::notice::Notice::{BypassCodeIssued, BypassCodeUsed};
    assert_eq!(told[..2], [BypassCodeUsed, BypassCodeIssued]);
    let mailbox = at.ada.get("/organization/mail").await.body;
    assert!(mailbox.contains("A bypass code was issued") && mailbox.contains("A bypass code was used"));
    assert!(!mailbox.contains(&code) && !log.contains(&code));
}
