//! `/v1/me`: what a key is.

use super::refused;
use crate::suite::support::House;
use domain::site::Scope;
use serde_json::json;

#[tokio::test]
async fn a_key_says_for_whom_it_speaks_and_what_it_may_do() {
    let house = House::empty().await;
    let site = house.site("Shop").await;
    house.register(site, &["https://shop.example"]).await;
    let shop = house.program(site, &[Scope::Verify, Scope::Read]).await;
    let me = shop.get("/v1/me").await;
    me.is(200);
    let expected = json!({
        "key": shop.key.name().as_str(),
        "scopes": ["verify", "read"],
        "site": { "id": site.to_string(), "name": "Shop", "issuer": "Shop", "origins": ["https://shop.example"] },
        "time": house.server.now().rfc3339(),
    });
    assert_eq!(me.json(), expected);
    assert!(!me.body.contains(shop.key.expose()));
}

#[tokio::test]
async fn a_key_that_only_reads_sees_one_user_and_does_nothing() {
    let house = House::empty().await;
    let site = house.site("Shop").await;
    let (shop, badge) =
        (house.program(site, &[Scope::Verify]).await, house.program(site, &[Scope::Read]).await);
    shop.post("/v1/sessions", json!({ "user": { "id": "ada", "label": "ada" } })).await.is(201);
    let seen = badge.get("/v1/users/ada").await;
    seen.is(200);
    assert!(seen.json().get("protected_since").is_none());
    for path in ["/v1/users", "/v1/audit-events"] {
        refused(&badge.get(path).await, 403, "scope_missing");
    }
    let refusal = shop.get("/v1/users/ada").await;
    refused(&refusal, 403, "scope_missing");
    assert_eq!(refusal.json()["detail"], "This needs a key with the scope `read` or `admin`.");
}
