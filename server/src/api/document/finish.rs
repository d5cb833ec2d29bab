//! What the handlers do not say of themselves: every code of a refusal as an enumeration, the headers of every answer, where
//! no key is asked for, and the examples.

use super::examples;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) fn finish(document: &mut Value) {
    document["servers"] = json!([{ "url": "/" }]);
    let codes = codes(document);
    document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"] = codes.into_iter().collect();
    for (path, item) in entries(&mut document["paths"]) {
        for (_, operation) in entries(item) {
            complete(operation);
            examples::illustrate(path, operation);
        }
    }
}

fn complete(operation: &mut Value) {
    say_scopes(operation);
    let takes_key = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let takes_key = takes_key.filter_map(|one| one["name"].as_str()).any(|name| name == "Idempotency-Key");
    for (status, answer) in entries(&mut operation["responses"]) {
        answer["headers"]["X-Request-Id"] = header("What the log calls the request");
        answer["headers"]["Cache-Control"] = header("`no-store`: nothing is to be kept");
        if takes_key && status.starts_with('2') {
            answer["headers"]["Idempotency-Replayed"] = header("`true` where the same was answered before");
        }
        illustrate_refusal(status, answer);
    }
}

/// The scopes of a key are no part of what OpenAPI knows of a bearer: they stand beside it.
fn say_scopes(operation: &mut Value) {
    let asked = operation.get("security").and_then(Value::as_array).cloned();
    let scopes = asked.iter().flatten().filter_map(|one| one["key"].as_array()).flatten().cloned();
    let scopes: Vec<Value> = scopes.collect();
    operation["security"] = if asked.is_some() { json!([{ "key": [] }]) } else { json!([]) };
    if !scopes.is_empty() {
        operation["x-scopes"] = scopes.into();
    }
}

fn header(description: &str) -> Value {
    json!({ "description": description, "schema": { "type": "string" } })
}

/// With the first of the codes that it may have.
fn illustrate_refusal(status: &str, answer: &mut Value) {
    let (Some(code), Ok(status)) = (codes_in(answer).into_iter().next(), status.parse::<u16>()) else {
        return;
    };
    let Some(content) = answer["content"].get_mut("application/problem+json") else { return };
    let title = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    content["example"] = json!({
        "title": title,
        "status": status,
        "code": code,
        "detail": "What a person can read of it.",
        "request_id": "019a0000-0000-7000-8000-000000000009",
    });
}

/// Every code that an operation may refuse with, and those of the guards in front, which name no operation.
fn codes(document: &mut Value) -> BTreeSet<String> {
    let mut codes = BTreeSet::from(["not_found".to_owned(), "method_not_allowed".to_owned()]);
    for (_, item) in entries(&mut document["paths"]) {
        for (_, operation) in entries(item) {
            let refusals =
                entries(&mut operation["responses"]).filter(|(status, _)| !status.starts_with('2'));
            codes.extend(refusals.flat_map(|(_, answer)| codes_in(answer)));
        }
    }
    codes
}

/// The codes of a refusal, which its description lists.
fn codes_in(answer: &Value) -> Vec<String> {
    let description = answer["description"].as_str().unwrap_or_default();
    description.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn entries(of: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    of.as_object_mut().into_iter().flat_map(Map::iter_mut)
}
