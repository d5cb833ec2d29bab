//! The OpenAPI document against the table of routes.

use crate::suite::support::House;
use domain::site::Scope;
use serde_json::Value;
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
    let document = serde_json::to_value(server::api::openapi()).unwrap();
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
