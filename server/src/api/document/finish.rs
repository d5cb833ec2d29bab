//! What the handlers do not say of themselves: every code of a refusal as an enumeration, the headers of every answer, where
//! no key is asked for, and the examples.

use super::examples;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) fn finish(document: &mut Value) {
    set(document, &["servers"], json!([{ "url": "/" }]));
    let codes = codes(document).into_iter().collect();
    set(document, &["components", "schemas", "Problem", "properties", "code", "enum"], codes);
    for (path, operation) in operations(document) {
        complete(operation);
        examples::illustrate(path, operation);
    }
}

/// Writes a value where these names lead, through objects that are made where there are none.
pub(super) fn set(of: &mut Value, names: &[&str], value: Value) {
    let Some((name, rest)) = names.split_first() else {
        *of = value;
        return;
    };
    if !of.is_object() {
        *of = Value::Object(Map::new());
    }
    if let Value::Object(fields) = of {
        set(fields.entry((*name).to_owned()).or_insert(Value::Null), rest, value);
    }
}

/// Every operation, with its path.
fn operations(document: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    let items = document.get_mut("paths").into_iter().flat_map(entries);
    items.flat_map(|(path, item)| entries(item).map(move |(_, operation)| (path, operation)))
}

/// Every answer of an operation, with its status.
pub(super) fn answers(operation: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    operation.get_mut("responses").into_iter().flat_map(entries)
}

fn complete(operation: &mut Value) {
    say_scopes(operation);
    let takes_key = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let takes_key =
        takes_key.filter_map(|one| one.get("name")?.as_str()).any(|name| name == "Idempotency-Key");
    for (status, answer) in answers(operation) {
        set(answer, &["headers", "X-Request-Id"], header("What the log calls the request"));
        set(answer, &["headers", "Cache-Control"], header("`no-store`: nothing is to be kept"));
        if takes_key && status.starts_with('2') {
            let replayed = header("`true` where the same was answered before");
            set(answer, &["headers", "Idempotency-Replayed"], replayed);
        }
        if status.as_str() >= "400" {
            illustrate_refusal(status, answer);
        }
    }
}

/// The scopes of a key are no part of what OpenAPI knows of a bearer: they stand beside it.
fn say_scopes(operation: &mut Value) {
    let asked = operation.get("security").and_then(Value::as_array).cloned();
    let scopes = asked.iter().flatten().filter_map(|one| one.get("key")?.as_array()).flatten().cloned();
    let scopes: Vec<Value> = scopes.collect();
    set(operation, &["security"], if asked.is_some() { json!([{ "key": [] }]) } else { json!([]) });
    if !scopes.is_empty() {
        set(operation, &["x-scopes"], scopes.into());
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
    let title = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let example = json!({
        "title": title,
        "status": status,
        "code": code,
        "detail": "What a person can read of it.",
        "request_id": "019a0000-0000-7000-8000-000000000009",
    });
    set(answer, &["content", "application/problem+json", "example"], example);
}

/// Every code that an operation may refuse with, and those of the guards in front, which name no operation.
fn codes(document: &mut Value) -> BTreeSet<String> {
    let mut codes = BTreeSet::from(["not_found".to_owned(), "method_not_allowed".to_owned()]);
    for (_, operation) in operations(document) {
        let refusals = answers(operation).filter(|(status, _)| !status.starts_with('2'));
        codes.extend(refusals.flat_map(|(_, answer)| codes_in(answer)));
    }
    codes
}

/// The codes of a refusal, which its description lists.
fn codes_in(answer: &Value) -> Vec<String> {
    let description = answer.get("description").and_then(Value::as_str).unwrap_or_default();
    description.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn entries(of: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    of.as_object_mut().into_iter().flat_map(Map::iter_mut)
}
