//! What every answer carries.

use super::support::House;
use http::Method;

const EXPECTED: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=()"),
    ("cache-control", "no-store"),
];

#[tokio::test]
async fn every_route_and_every_refusal_carries_the_security_headers() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    let paths = server::routes().into_iter().map(|route| route.path);
    for path in paths.chain(["/nothing/here", "/assets/none.js"]) {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS] {
            let ask = browser.ask(method.clone(), path).without("origin").without("sec-fetch-site");
            let answer = browser.send(ask).await;
            for (name, value) in EXPECTED {
                assert_eq!(answer.header(name), value, "{method} {path}: {name}");
            }
            assert_eq!(answer.header("x-request-id").len(), 16, "{method} {path}");
            assert_eq!(answer.header("strict-transport-security"), "", "{method} {path}");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    let house = House::at("https://2fa.example.com").await;
    let answer = house.browser().get("/sign-in").await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000");
}

#[tokio::test]
async fn the_id_of_a_request_is_ours() {
    let house = House::empty().await;
    let mut browser = house.browser();
    let ask = browser.ask(Method::GET, "/sign-in").header("x-request-id", "chosen");
    let first = browser.send(ask.clone()).await;
    let second = browser.send(ask).await;
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    assert_ne!(first.header("x-request-id"), "chosen");
}

#[tokio::test]
async fn a_problem_is_a_page_for_a_browser_and_json_for_a_program() {
    let house = House::empty().await;
    let mut browser = house.browser();
    let page = browser.get("/nothing/here").await;
    page.is(404);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.body.starts_with("<!DOCTYPE html>") && page.body.contains("There is no such page."));
    let ask = browser.ask(Method::GET, "/nothing/here").header("accept", "application/json");
    let problem = browser.send(ask).await;
    assert_eq!(problem.header("content-type"), "application/problem+json");
    let (status, code) = (problem.json()["status"].clone(), problem.json()["code"].clone());
    assert_eq!((status, code), (404.into(), "not_found".into()));
    assert_eq!(problem.json()["request_id"], problem.header("x-request-id"));
}

#[tokio::test]
async fn a_page_holds_no_script_and_no_style_of_its_own() {
    let house = House::with_account().await;
    let mut browser = house.create_account("bob@example.com", super::support::PASSWORD).await;
    for path in ["/sign-in", "/welcome", "/account/security", "/account/password", "/nothing"] {
        let body = browser.get(path).await.body;
        assert!(!body.contains(" style=") && !body.contains("<style"), "{path}");
        let inline = body.match_indices("<script").any(|(at, _)| {
            let tag = body[at..].split('>').next().unwrap();
            !tag.contains("src=")
        });
        assert!(!inline && !body.contains(" onclick="), "{path}");
    }
}

#[tokio::test]
async fn a_clock_that_anybody_can_move_is_in_no_build_of_a_user() {
    let house = House::empty().await;
    let mut browser = house.browser();
    browser.call("/test/clock", serde_json::json!({ "advance_seconds": 1 })).await.is(404);
}

#[tokio::test]
async fn load_balancers_are_answered_by_address() {
    let house = House::empty().await;
    let mut browser = house.browser();
    for path in ["/healthz", "/readyz"] {
        let ask = browser.ask(Method::GET, path).header("host", "10.0.0.7:3000");
        browser.send(ask).await.is(204);
    }
}
