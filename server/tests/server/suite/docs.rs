//! `/docs`: the API as a person reads it.

use super::support::House;
use server::api::endpoints;

#[tokio::test]
async fn every_operation_stands_on_one_page_that_needs_nothing_but_style() {
    let house = House::empty().await;
    let page = house.browser().get("/docs").await;
    page.is(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let document = server::api::openapi();
    for endpoint in endpoints() {
        let operation = &document["paths"][endpoint.path][endpoint.method.as_str().to_lowercase()];
        let anchor = format!("id=\"{}\"", operation["operationId"].as_str().unwrap());
        assert_eq!(page.body.matches(&anchor).count(), 1, "{} {}", endpoint.method, endpoint.path);
        assert!(page.body.contains(endpoint.path));
        for (status, answer) in operation["responses"].as_object().unwrap() {
            for code in answer["description"].as_str().unwrap().split('`').skip(1).step_by(2) {
                assert!(page.body.contains(&format!("<code>{code}</code>")), "{status} {code}");
            }
        }
    }
    for field in
        ["user.label", "end_user.user_agent", "authenticators[].id", "Idempotency-Key", "recovery_codes.left"]
    {
        assert!(page.body.contains(&format!("<code>{field}</code>")), "{field}");
    }
    for foreign in ["<script", "<style", "style=", "http://", "https://"] {
        assert!(!page.body.contains(foreign), "{foreign}");
    }
}

#[test]
fn the_papers_name_every_code() {
    let document = server::api::openapi();
    let codes = &document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
    let papers = [
        ("api.md", include_str!("../../../../docs/api.md")),
        ("troubleshooting.md", include_str!("../../../../docs/embedding/troubleshooting.md")),
    ];
    for (name, paper) in papers {
        let missing: Vec<&serde_json::Value> = codes
            .as_array()
            .unwrap()
            .iter()
            .filter(|code| !paper.contains(&format!("`{}`", code.as_str().unwrap())))
            .collect();
        assert!(missing.is_empty(), "{name} says nothing of {missing:?}");
    }
}
