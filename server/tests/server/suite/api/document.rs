//! The OpenAPI document against the table of routes.

use crate::suite::support::House;
use domain::site::Scope;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn the_document_has_every_route_and_no_other() {
    let house = House::empty().await;
    let answer = house.program(house.site("Shop").await, &[Scope::Verify]).await;
    let answer =
        answer.send(answer.ask(http::Method::GET, "/v1/openapi.json").without("authorization")).await;
    answer.is(200);
    let document = answer.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let written: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let routes = server::api::endpoints();
    let routed = routes.iter().map(|route| (route.method.to_string(), route.path.to_owned())).collect();
    assert_eq!(written, routed);
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = server::api::openapi();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn the_document_says_where_the_server_is_and_where_no_key_is_asked_for() {
    let house = House::at("https://2fa.example").await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    let document = shop.get("/v1/openapi.json").await.json();
    assert_eq!(document["servers"], json!([{ "url": "https://2fa.example" }]));
    assert_eq!(document["paths"]["/v1/openapi.json"]["get"]["security"], json!([]));
    assert_eq!(document["paths"]["/v1/me"]["get"]["security"], json!([{ "key": [] }]));
}

#[test]
fn the_code_of_a_problem_is_one_of_those_that_the_operations_have() {
    let document = server::api::openapi();
    let problem = &document["components"]["schemas"]["Problem"]["properties"]["code"];
    let known: BTreeSet<&str> =
        problem["enum"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    for code in [
        "malformed",
        "key_unknown",
        "code_wrong",
        "foreign_host",
        "method_not_allowed",
        "idempotency_key_spent",
    ] {
        assert!(known.contains(code), "{code}");
    }
    let mut named = BTreeSet::from(["not_found", "method_not_allowed"]);
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let headers = answer["headers"].as_object().unwrap();
                assert!(headers.contains_key("X-Request-Id"), "{status}");
                if status.as_str() >= "400" {
                    named.extend(answer["description"].as_str().unwrap().split('`').skip(1).step_by(2));
                }
            }
        }
    }
    assert_eq!(known, named);
}

#[test]
fn an_opened_challenge_is_one_of_two_by_its_status() {
    let document = server::api::openapi();
    let schemas = &document["components"]["schemas"];
    let opened = &schemas["OpenedChallenge"];
    assert_eq!(opened["oneOf"].as_array().unwrap().len(), 2);
    assert_eq!(opened["discriminator"]["propertyName"], "status");
    let mapping = opened["discriminator"]["mapping"].as_object().unwrap();
    for (status, to) in mapping {
        let case = document.pointer(to.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
        let statuses = case["properties"]["status"]["$ref"].as_str().unwrap().strip_prefix('#').unwrap();
        let words = document.pointer(statuses).unwrap()["enum"].as_array().unwrap();
        assert!(words.contains(&json!(status)), "{status}");
    }
    assert_eq!(mapping.len(), 4);
}
