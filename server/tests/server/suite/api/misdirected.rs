//! What a wrong base URL meets: each mistake is named.

use super::refused;
use crate::suite::support::House;
use domain::site::Scope;
use http::Method;
use serde_json::json;

#[tokio::test]
async fn another_host_is_told_which_is_expected_and_which_came() {
    let house = House::at("https://2fa.example:8443").await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    let ask = shop.ask(Method::GET, "/v1/users").header("host", "twofold:3000");
    let answer = shop.send(ask.clone()).await;
    refused(&answer, 421, "foreign_host");
    let said = answer.json();
    assert_eq!((&said["expected"], &said["received"]), (&json!("2fa.example:8443"), &json!("twofold:3000")));
    assert!(
        said["detail"].as_str().unwrap().ends_with("Expected 2fa.example:8443, and received twofold:3000.")
    );
    let nothing = shop.send(ask.without("host")).await;
    assert!(
        nothing.json()["detail"].as_str().unwrap().ends_with("and received nothing."),
        "{}",
        nothing.body
    );
}

#[tokio::test]
async fn the_api_and_nothing_else_is_called_by_an_internal_name() {
    let house = House::called("https://2fa.example", "twofold,twofold.internal:3000").await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    for (host, status) in [
        ("2fa.example", 200),
        ("twofold", 200),
        ("TWOFOLD:3000", 200),
        ("twofold.internal:3000", 200),
        ("twofold.internal", 421),
        ("twofold.internal:3001", 421),
        ("evil.example", 421),
    ] {
        shop.send(shop.ask(Method::GET, "/v1/users").header("host", host)).await.is(status);
        let page =
            house.browser().send(house.browser().ask(Method::GET, "/sign-in").header("host", host)).await;
        page.is(if host == "2fa.example" { 200 } else { 421 });
    }
    let two = shop.ask(Method::GET, "/v1/users").header("host", "twofold").also("host", "twofold");
    shop.send(two).await.is(421);
}

#[tokio::test]
async fn a_base_url_that_ends_in_a_slash_is_not_found_in_words_of_the_api() {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    let user = json!({ "user": { "id": "ada", "label": "ada" } });
    for path in ["//v1/sessions", "///v1/sessions", "/v1//sessions", "/v1/sessions/", "/v1/"] {
        refused(&shop.post(path, user.clone()).await, 404, "not_found");
        refused(&shop.get(path).await, 404, "not_found");
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_told_which_is_taken() {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    let ask = shop.ask(Method::POST, "/v1/sessions").body("text/plain;charset=UTF-8", "{}");
    let answer = shop.send(ask.clone()).await;
    refused(&answer, 415, "unsupported_media_type");
    let said = answer.json();
    let types = (&said["expected"], &said["received"]);
    assert_eq!(types, (&json!("application/json"), &json!("text/plain;charset=UTF-8")));
    let untyped = shop.send(ask.without("content-type")).await;
    assert!(
        untyped.json()["detail"].as_str().unwrap().ends_with("and received nothing."),
        "{}",
        untyped.body
    );
}
