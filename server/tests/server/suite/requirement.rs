//! What an administrator requires, in the pages of the organization; and who is told of it by mail.

use super::support::{Browser, EMAIL, House, PASSWORD};
use domain::notice::Notice;
use serde_json::json;
use server::reminding::remind;
use std::time::Duration;

const BOB: &str = "bob@example.com";
const PAGE: &str = "/organization/requirement";

/// Ada, who looks after bob. Neither is protected, and it is the fifteenth of January 2027.
async fn office() -> (House, Browser) {
    let house = House::with_account().await;
    house.create_account(BOB, PASSWORD).await;
    let mut ada = house.browser();
    let form = [("email", EMAIL), ("password", PASSWORD)];
    ada.post("/sign-in", &form).await.leads_to("/account/security");
    (house, ada)
}

fn chosen<'a>(who: &'a str, when: &'a str, day: &'a str) -> [(&'a str, &'a str); 3] {
    [("who", who), ("when", when), ("day", day)]
}

async fn path_of(admin: &mut Browser, email: &str) -> String {
    let list = admin.get("/organization/users").await;
    let before = list.body.split(&format!(">{email}</a>")).next().unwrap().to_owned();
    before.rsplit("href=\"").next().unwrap().trim_end_matches('"').to_owned()
}

impl House {
    async fn sign_in_leads(&self, email: &str) -> String {
        let answer = self.browser().post("/sign-in", &[("email", email), ("password", PASSWORD)]).await;
        answer.location().to_owned()
    }

    /// What waits to be sent to everybody, as letters.
    async fn told(&self) -> Vec<Notice> {
        let mut told = Vec::new();
        for (site, id) in self.server.outbox().newest(50).await.unwrap() {
            let event = self.server.outbox().event(site, id).await.unwrap().unwrap();
            told.extend(Notice::of(&event));
        }
        told
    }
}

#[tokio::test]
async fn what_would_happen_is_counted_before_it_is_saved() {
    let (house, mut ada) = office().await;
    let mut bob = house.browser();
    bob.post("/sign-in", &[("email", BOB), ("password", PASSWORD)]).await.leads_to("/account/security");
    let page = ada.get("/organization/requirement?who=everybody&when=now&day=").await;
    page.is(200);
    let two = "2 of 2 people would be asked to set up at their next sign-in.";
    assert!(page.body.contains(two), "{}", page.body);
    house.set_up(&mut bob).await;
    let page = ada.get("/organization/requirement?who=everybody&when=date&day=2027-02-01").await;
    let one = "1 of 2 people would be asked to set up at their next sign-in from 1 February 2027 on.";
    assert!(page.body.contains(one), "{}", page.body);
    let page = ada.get("/organization/requirement?who=members&when=now&day=").await;
    assert!(page.body.contains("0 of 1 person would be asked"), "{}", page.body);
    assert_eq!(house.sign_in_leads(EMAIL).await, "/account/security", "looking changes nothing");
    ada.post(PAGE, &chosen("everybody", "now", "")).await.leads_to("/organization/requirement?saved");
    ada.get("/organization/requirement?saved").await.leads_to("/account/security");
    house.set_up(&mut ada).await;
    let page = ada.get("/organization/requirement?saved").await;
    assert_eq!(page.body.matches("Required since ").count(), 2, "{}", page.body);
    assert_eq!(house.sign_in_leads(EMAIL).await, "/sign-in/challenge");
    ada.post(PAGE, &chosen("everybody", "off", "")).await.leads_to("/organization/requirement?saved");
    let page = ada.get("/organization/requirement?saved").await;
    assert_eq!(page.body.matches("Required since ").count(), 0, "{}", page.body);
}

/// Whatever it is required by: the role, the site, or the user's own name.
#[tokio::test]
async fn what_is_required_now_reaches_the_sessions_that_are_open() {
    let (house, mut ada) = office().await;
    let path = path_of(&mut ada, BOB).await;
    let mut bob = house.browser();
    bob.post("/sign-in", &[("email", BOB), ("password", PASSWORD)]).await.leads_to("/account/security");
    ada.post(&format!("{path}/requirement"), &[("what", "now"), ("day", ""), ("reason", "Rules")]).await;
    can_only_set_up(&mut bob).await;
    ada.post(PAGE, &chosen("everybody", "now", "")).await.leads_to("/organization/requirement?saved");
    can_only_set_up(&mut ada).await;
    for page in ["/organization/sites", "/organization/users", "/organization/sites/new", &path] {
        ada.get(page).await.leads_to("/account/security");
    }
    let site = [("name", "Shop"), ("issuer", "Shop"), ("origins", "https://shop.example")];
    ada.post("/organization/sites/new", &site).await.leads_to("/account/security");
    assert_eq!(house.server.sites().all().await.unwrap().len(), 1, "the built-in one");
    house.set_up(&mut ada).await;
    ada.get("/organization/sites").await.is(200);
    house.set_up(&mut bob).await;
    bob.get("/account/password").await.is(200);
}

/// Everything else is refused; their own page is theirs.
async fn can_only_set_up(browser: &mut Browser) {
    browser.get("/account/password").await.leads_to("/account/security");
    let form = [("current", PASSWORD), ("new", "another horse battery")];
    browser.post("/account/password", &form).await.leads_to("/account/security");
    browser.get("/account/code").await.leads_to("/account/security");
    for (path, arguments) in [
        ("/fn/forget_devices", json!({ "id": null })),
        ("/fn/reset_recovery_codes", json!({})),
        ("/fn/turn_off", json!({ "password": PASSWORD, "code": "000000" })),
        ("/fn/test_authenticator", json!({ "id": "0", "code": "000000" })),
        ("/fn/rename_authenticator", json!({ "id": "0", "name": "x" })),
        ("/fn/remove_authenticator", json!({ "id": "0" })),
    ] {
        let refused = browser.call(path, arguments).await;
        refused.is(403);
        assert!(refused.body.contains("required"), "{path} {}", refused.body);
    }
    browser.call("/fn/overview", json!({})).await.is(200);
    browser.get("/account/security").await.is(200);
}

#[tokio::test]
async fn a_role_is_required_from_a_date_that_never_renews_itself() {
    let (house, mut ada) = office().await;
    ada.post(PAGE, &chosen("members", "date", "2027-01-20"))
        .await
        .leads_to("/organization/requirement?saved");
    assert_eq!(house.sign_in_leads(BOB).await, "/account/security");
    house.clock.advance(Duration::from_hours(24 * 6));
    assert_eq!(house.sign_in_leads(BOB).await, "/sign-in/challenge");
    assert_eq!(house.sign_in_leads(EMAIL).await, "/account/security", "ada is no member");
    let mut ada = house.browser();
    ada.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.leads_to("/account/security");
    let again = ada.get("/organization/requirement?who=members&when=date&day=2027-01-20").await;
    assert!(again.body.contains("That is in force already"), "{}", again.body);
    let past = ada.post(PAGE, &chosen("members", "date", "2027-01-19")).await;
    past.is(422);
    assert!(past.body.contains("That day is not ahead."), "{}", past.body);
    for (who, when, day) in [("nobody", "now", ""), ("members", "never", "")] {
        ada.post(PAGE, &chosen(who, when, day)).await.is(400);
    }
    let missing = ada.post(PAGE, &chosen("members", "date", "31.1.2027")).await;
    missing.is(422);
    assert!(missing.body.contains("Choose a day."), "{}", missing.body);
    assert!(ada.get("/organization/audit").await.body.contains("required of “Members, from 2027-01-20”"));
}

#[tokio::test]
async fn nothing_is_required_before_it_is_proved_who_asks() {
    let (house, mut ada) = office().await;
    house.advance(5 * 60);
    let page = ada.get("/organization/requirement?who=everybody&when=now&day=").await;
    assert!(page.body.contains("Confirm that it is you"), "{}", page.body);
    ada.post(PAGE, &chosen("everybody", "now", "")).await.is(422);
    let form = [&chosen("everybody", "now", "")[..], &[("password", "wrong password")]].concat();
    ada.post(PAGE, &form).await.is(422);
    assert_eq!(house.sign_in_leads(BOB).await, "/account/security");
    let form = [&chosen("everybody", "now", "")[..], &[("password", PASSWORD)]].concat();
    ada.post(PAGE, &form).await.leads_to("/organization/requirement?saved");
    assert_eq!(house.sign_in_leads(BOB).await, "/sign-in/challenge");
}

#[tokio::test]
async fn one_user_is_required_exempted_and_let_off() {
    let (house, mut ada) = office().await;
    let bob = path_of(&mut ada, BOB).await;
    let (change, saved) = (format!("{bob}/requirement"), format!("{bob}?required"));
    let form = |what, day, reason| [("what", what), ("day", day), ("reason", reason)];
    ada.post(&change, &form("now", "", "New rules")).await.leads_to(&saved);
    assert_eq!(house.sign_in_leads(BOB).await, "/sign-in/challenge");
    assert_eq!(shown(&mut ada, "?show=required").await, 1);
    house.advance(1);
    for (day, reason, error) in [
        ("", "", "Choose a day."),
        ("2027-01-01", "x", "An exemption ends later than now."),
        ("2027-03-01", "", "Fill this in."),
    ] {
        let refused = ada.post(&change, &form("exempt", day, reason)).await;
        refused.is(422);
        assert!(refused.body.contains(error), "{}", refused.body);
    }
    ada.post(&change, &form("exempt", "2027-03-01", "Waits for a phone")).await.leads_to(&saved);
    let page = ada.get(&saved).await;
    assert!(page.body.contains("Exempt until ") && page.body.contains("Waits for a phone"), "{}", page.body);
    assert_eq!(house.sign_in_leads(BOB).await, "/account/security");
    assert_eq!(shown(&mut ada, "?show=required").await, 0);
    house.advance(1);
    ada.post(&change, &form("end", "", "")).await.leads_to(&saved);
    assert_eq!(house.sign_in_leads(BOB).await, "/sign-in/challenge");
    ada.post(&change, &form("none", "", "")).await.leads_to(&saved);
    assert_eq!(house.sign_in_leads(BOB).await, "/account/security");
    let past = ada.post(&change, &form("date", "2027-01-01", "")).await;
    past.is(422);
    assert!(past.body.contains("That day is not ahead."), "{}", past.body);
    ada.post(&change, &form("all", "", "")).await.is(400);
    let page = ada.get(&bob).await;
    assert!(page.body.contains("By ada@example.com") && page.body.contains("New rules"), "{}", page.body);
}

async fn shown(admin: &mut Browser, query: &str) -> usize {
    let page = admin.get(&format!("/organization/users{query}")).await;
    page.body.matches("<h2><a href=\"/organization/users/").count()
}

#[tokio::test]
async fn whoever_is_not_protected_is_told_of_a_deadline_and_reminded_once() {
    let (house, mut ada) = office().await;
    ada.post(PAGE, &chosen("everybody", "date", "2027-01-31"))
        .await
        .leads_to("/organization/requirement?saved");
    assert_eq!(remind(&house.server).await, Ok(2));
    assert_eq!(remind(&house.server).await, Ok(0));
    assert_eq!(house.told().await, [Notice::RequirementAnnounced; 2]);
    let mut bob = house.browser();
    bob.post("/sign-in", &[("email", BOB), ("password", PASSWORD)]).await.leads_to("/account/security");
    house.set_up(&mut bob).await;
    house.clock.advance(Duration::from_hours(24 * 12));
    assert_eq!(remind(&house.server).await, Ok(0), "more than three days before");
    house.clock.advance(Duration::from_hours(24));
    assert_eq!(remind(&house.server).await, Ok(1), "bob has set it up");
    assert_eq!(remind(&house.server).await, Ok(0));
    let reminded = house.told().await;
    assert_eq!(reminded.iter().filter(|one| **one == Notice::RequirementReminded).count(), 1);
    house.clock.advance(Duration::from_hours(24 * 4));
    assert_eq!(remind(&house.server).await, Ok(0));
}
