//! Of every operation an example: what is asked, and what is answered. Tests hold them against the schemas, and what is
//! asked against the server.

use super::finish::{answers, set};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static EXAMPLES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// Ids of a path, as the examples have them.
const USER: &str = "ada";
const CHALLENGE: &str = "019a0000-0000-7000-8000-000000000002";
const ENROLLMENT: &str = "019a0000-0000-7000-8000-000000000003";
const AUTHENTICATOR: &str = "019a0000-0000-7000-8000-000000000004";

/// Writes the examples of one operation into it.
pub(super) fn illustrate(path: &str, operation: &mut Value) {
    let id = operation.get("operationId").and_then(Value::as_str);
    let example = id.and_then(|id| EXAMPLES.get(id)).cloned().unwrap_or_default();
    if let Some(asks) = example.get("asks") {
        set(operation, &["requestBody", "content", "application/json", "example"], asks.clone());
    }
    if let Some(shown) = example.get("answers").and_then(Value::as_object) {
        let named = shown.iter().map(|(name, value)| (name.clone(), json!({ "value": value })));
        let named: Map<String, Value> = named.collect();
        for (_, answer) in answers(operation).filter(|(status, _)| status.starts_with('2')) {
            set(answer, &["content", "application/json", "examples"], named.clone().into());
        }
    }
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str);
        if let Some(example) = name.and_then(|name| id_of(path, name)) {
            set(parameter, &["example"], example.into());
        }
    }
}

fn id_of(path: &str, name: &str) -> Option<&'static str> {
    match (name, path.split('/').nth(2)?) {
        ("authenticator_id", _) => Some(AUTHENTICATOR),
        ("id", "challenges") => Some(CHALLENGE),
        ("id", "enrollments") => Some(ENROLLMENT),
        ("id", "users") => Some(USER),
        _ => None,
    }
}
