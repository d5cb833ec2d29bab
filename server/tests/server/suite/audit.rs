//! The audit log in the pages of an administrator.

use super::support::{Answer, Browser, EMAIL, House, PASSWORD, Protected, protected};
use serde_json::json;

const BOB: &str = "bob@example.com";

/// How often this stands in the page.
fn times(answer: &Answer, what: &str) -> usize {
    answer.is(200);
    answer.body.matches(what).count()
}

async fn failed_sign_in(house: &House, email: &str) {
    house.advance(900);
    house.browser().post("/sign-in", &[("email", email), ("password", "wrong password")]).await.is(422);
}

#[tokio::test]
async fn the_log_is_filtered_by_person_and_kind() {
    let Protected { house, owner: mut admin, .. } = protected().await;
    house.create_account(BOB, PASSWORD).await;
    failed_sign_in(&house, BOB).await;
    let all = admin.get("/organization/audit").await;
    assert!(times(&all, "Two-factor authentication turned on") > 1, "in the list and among the filters");
    let of_bob = admin.get("/organization/audit?email=BOB%40example.com&kind=").await;
    assert_eq!(times(&of_bob, "<span>bob@example.com</span>"), times(&of_bob, "<time"));
    assert_eq!(times(&of_bob, "<span>ada@example.com</span>"), 0);
    let wrong = admin.get("/organization/audit?email=bob%40example.com&kind=password.refused").await;
    assert_eq!(times(&wrong, "<time"), 1);
    let none = admin.get("/organization/audit?email=bob%40example.com&kind=two_factor.turned_off").await;
    assert_eq!(times(&none, "Nothing of that kind has happened."), 1);
}

#[tokio::test]
async fn a_filter_that_fits_nobody_says_so_and_stays() {
    let Protected { house: _house, owner: mut admin, .. } = protected().await;
    let wrong_days = ["from=x", "to=2026-02-30", "from=2026-11-22T00:00:00Z"];
    for query in
        ["email=nobody%40example.com", "email=x", "kind=no.such", "cursor=x"].iter().chain(&wrong_days)
    {
        let answer = admin.get(&format!("/organization/audit?{query}")).await;
        answer.is(422);
        assert!(answer.body.contains("Look at the filter."), "{query}");
    }
    let answer = admin.get("/organization/audit?email=x%26y%40example.com").await;
    assert!(answer.body.contains("value=\"x&amp;y@example.com\""), "{}", answer.body);
    admin.get("/organization/audit?unknown=1").await.is(400);
    admin.get("/organization/audit/export?format=pdf").await.is(400);
    admin.get("/organization/audit/export?kind=no.such").await.is(404);
}

#[tokio::test]
async fn older_pages_neither_repeat_nor_leave_out() {
    let Protected { house: _house, owner: mut admin, .. } = protected().await;
    let id = id(&mut admin).await;
    for n in 0..53 {
        let renamed = json!({ "id": id, "name": n.to_string() });
        admin.call("/fn/rename_authenticator", renamed).await.is(200);
    }
    let first = admin.get("/organization/audit?kind=authenticator.renamed").await;
    assert_eq!(times(&first, "<time"), 50);
    let older = first.body.split("href=\"").find(|part| part.contains("cursor=")).unwrap();
    let older = older.split('"').next().unwrap().replace("&amp;", "&");
    let second = admin.get(&older).await;
    assert_eq!((times(&second, "<time"), times(&second, "cursor=")), (3, 0));
    let export = admin.get("/organization/audit/export?format=jsonl&kind=authenticator.renamed").await;
    assert_eq!(times(&export, "\"kind\":\"authenticator.renamed\""), 53);
    let csv = admin.get("/organization/audit/export?format=csv&kind=two_factor.turned_off").await;
    assert_eq!(csv.body.lines().count(), 1, "the head alone");
}

#[tokio::test]
async fn the_log_is_filtered_by_days_the_last_one_included() {
    let house = House::with_account().await;
    let day = || house.server.now().rfc3339()[..10].to_owned();
    let first = day();
    house.advance(24 * 3600);
    failed_sign_in(&house, EMAIL).await;
    let next = day();
    let mut admin = house.browser();
    let form = [("email", EMAIL), ("password", PASSWORD)];
    admin.post("/sign-in", &form).await.leads_to("/account/security");
    for (days, expected) in [
        (format!("from={first}&to={first}"), 0),
        (format!("from={next}&to={next}"), 1),
        (format!("from={first}&to={next}"), 1),
        (format!("to={first}"), 0),
        (format!("from={next}"), 1),
    ] {
        let found = admin.get(&format!("/organization/audit?kind=password.refused&{days}")).await;
        assert_eq!(times(&found, "<time"), expected, "{days}");
        let day = &days[days.len() - 10..];
        assert!(found.body.contains(&format!("value=\"{day}\"")), "{days}: the filter stays");
        let export = format!("/organization/audit/export?format=jsonl&kind=password.refused&{days}");
        assert_eq!(times(&admin.get(&export).await, "password.refused"), expected, "{days}");
    }
}

#[tokio::test]
async fn the_log_and_its_files_say_which_administrator_did_it() {
    let house = House::empty().await;
    let mut ada = house.create_account(EMAIL, PASSWORD).await;
    let mut bob = house.create_account(BOB, PASSWORD).await;
    house.set_up(&mut bob).await;
    let users = ada.get("/organization/users").await.body;
    let before_bob = users.split(">bob@example.com</a>").next().unwrap();
    let path = before_bob.rsplit("href=\"").next().unwrap().trim_end_matches(['"', '>']).to_owned();
    ada.post(&format!("{path}/reset"), &[("reason", "Lost")]).await.leads_to(&format!("{path}?reset"));
    let log = ada.get("/organization/audit?email=bob%40example.com").await;
    assert_eq!(times(&log, "By ada@example.com"), 1, "the others he did himself");
    let csv = ada.get("/organization/audit/export?kind=user.reset").await;
    assert_eq!(times(&csv, "\"bob@example.com\",\"ada@example.com\",\"user.reset\""), 1);
    let lines = ada.get("/organization/audit/export?format=jsonl&kind=user.reset").await;
    assert_eq!(times(&lines, "\"by\":\"ada@example.com\""), 1);
}

async fn id(admin: &mut Browser) -> serde_json::Value {
    admin.call("/fn/overview", json!({})).await.json()["authenticators"][0]["id"].clone()
}
