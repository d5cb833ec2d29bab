//! Lists, a page at a time.

use super::{Program, begin, enrolled, refused, text};
use crate::suite::support::House;
use domain::site::Scope;
use serde_json::Value;

/// Every row of a list, read by following `next`, and how many pages that took.
async fn pages(shop: &Program, path: &str, rows: &str) -> (Vec<Value>, usize) {
    let (mut found, mut count, mut next) = (Vec::new(), 0, String::new());
    loop {
        let page = shop.get(&format!("{path}{next}")).await;
        page.is(200);
        let page = page.json();
        found.extend(page[rows].as_array().unwrap().clone());
        count += 1;
        match page.get("next") {
            Some(cursor) => next = format!("&cursor={}", text(cursor)),
            None => return (found, count),
        }
    }
}

#[tokio::test]
async fn users_are_read_page_by_page() {
    let at = enrolled().await;
    let ids = ["ben", "Zoë", "a/b?c", "café", "x'--"];
    for id in ids {
        begin(&at.shop, id).await.is(201);
    }
    let (users, count) = pages(&at.shop, "/v1/users?limit=2", "users").await;
    let found: Vec<String> = users.iter().map(|user| text(&user["id"])).collect();
    let mut expected: Vec<&str> = ids.into_iter().chain(["ada"]).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(count, 3);
    let protected: Vec<&Value> = users.iter().filter(|user| user.get("protected_since").is_some()).collect();
    assert_eq!((protected.len(), &protected[0]["label"]), (1, &Value::from("ada@example.com")));
    let whole = at.shop.get("/v1/users?limit=6").await.json();
    assert_eq!((whole["users"].as_array().unwrap(), whole.get("next")), (&users, None));
}

#[tokio::test]
async fn events_are_read_page_by_page_of_one_user_or_of_all() {
    let at = enrolled().await;
    begin(&at.shop, "bob").await.is(201);
    at.open().await;
    let (all, count) = pages(&at.shop, "/v1/audit-events?limit=2", "events").await;
    let kinds: Vec<&str> = all.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    let expected = [
        "challenge.opened",
        "enrollment.begun",
        "two_factor.turned_on",
        "enrollment.acknowledged",
        "enrollment.confirmed",
        "enrollment.begun",
    ];
    assert_eq!((kinds[0], kinds.len(), count), (expected[0], expected.len(), 3));
    assert!(expected.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    let (of_ada, _) = pages(&at.shop, "/v1/audit-events?user=ada&limit=1", "events").await;
    let expected: Vec<Value> = all.iter().filter(|event| event["user"] == "ada").cloned().collect();
    assert_eq!(of_ada, expected);
    let moment = text(&of_ada[0]["at"]);
    let (since, _) = pages(&at.shop, &format!("/v1/audit-events?from={moment}&limit=50"), "events").await;
    let (before, _) = pages(&at.shop, &format!("/v1/audit-events?to={moment}&limit=50"), "events").await;
    assert!(!since.is_empty() && !before.is_empty());
    assert_eq!([since, before].concat(), all);
    let other = at.house.program(at.house.site("Other").await, &Scope::ALL).await;
    for list in ["/v1/users", "/v1/audit-events"] {
        let next = at.shop.get(&format!("{list}?limit=1")).await.json();
        let foreign = other.get(&format!("{list}?cursor={}", text(&next["next"]))).await;
        foreign.is(200);
        assert!(foreign.json().as_object().unwrap().values().all(|rows| rows == &Value::Array(vec![])));
    }
}

#[tokio::test]
async fn what_a_list_is_asked_for_is_checked() {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    for list in ["/v1/users", "/v1/audit-events"] {
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=x", "limit"),
            ("limit=-1", "limit"),
            ("limit=1&limit=1", "limit"),
            ("cursor=x", "cursor"),
            ("cursor=00", "cursor"),
            ("cursor=", "cursor"),
            ("cursor=6a&cursor=6a", "cursor"),
            ("site=b", "site"),
            ("offset=1", "offset"),
        ] {
            let answer = shop.get(&format!("{list}?{query}")).await;
            refused(&answer, 422, "malformed");
            assert_eq!(text(&answer.json()["field"]), field, "{query}");
        }
        shop.get(&format!("{list}?limit=200")).await.is(200);
    }
    for query in ["user=", "from=yesterday", "to=2026-02-30"] {
        refused(&shop.get(&format!("/v1/audit-events?{query}")).await, 422, "malformed");
    }
    refused(&shop.get("/v1/users?user=ada").await, 422, "malformed");
}
