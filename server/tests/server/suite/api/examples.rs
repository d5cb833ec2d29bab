//! The examples of the OpenAPI document: each fits its schema, and is understood by the server.

use super::enrolled;
use http::Method;
use serde_json::Value;

fn document() -> Value {
    server::api::openapi()
}

/// Every operation with its path and method.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(verb, of)| (path, verb, of)))
}

/// Whether a value is what a schema says, as far as ours say anything.
fn fits(document: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(reference) = schema["$ref"].as_str() {
        return fits(document, document.pointer(reference.strip_prefix('#').unwrap()).unwrap(), value);
    }
    if let Some(cases) = schema["oneOf"].as_array() {
        return cases.iter().filter(|case| fits(document, case, value)).count() == 1;
    }
    let is_word = schema["enum"].as_array().is_none_or(|words| words.contains(value));
    let types = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    let is_type = types.iter().any(|name| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type is called {other}"),
    });
    let items = value.as_array().into_iter().flatten().all(|item| fits(document, &schema["items"], item));
    is_word && is_type && items && has_its_fields(document, schema, value)
}

fn has_its_fields(document: &Value, schema: &Value, value: &Value) -> bool {
    let (Some(fields), Some(known)) = (value.as_object(), schema["properties"].as_object()) else {
        return true;
    };
    let required = schema["required"].as_array().into_iter().flatten();
    let is_there = required.into_iter().all(|name| fields.contains_key(name.as_str().unwrap()));
    is_there && fields.iter().all(|(name, value)| known.get(name).is_some_and(|of| fits(document, of, value)))
}

#[test]
fn every_operation_has_examples_and_each_fits_its_schema() {
    let document = document();
    let mut seen = 0;
    for (path, verb, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap().iter();
        let mut shown: Vec<(&Value, &Value)> = Vec::new();
        if let Some(content) = operation["requestBody"].pointer("/content/application~1json") {
            shown.push((&content["schema"], &content["example"]));
        }
        for (status, content) in answers.filter_map(|(status, answer)| Some((status, answer.get("content")?)))
        {
            let (_, content) = content.as_object().unwrap().iter().next().unwrap();
            if status.starts_with('2') {
                let examples = content["examples"].as_object();
                let examples = examples.unwrap_or_else(|| panic!("{verb} {path} answers nothing"));
                shown.extend(examples.values().map(|example| (&content["schema"], &example["value"])));
            } else {
                shown.push((&content["schema"], &content["example"]));
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "path" {
                shown.push((&parameter["schema"], &parameter["example"]));
            }
        }
        for (schema, example) in &shown {
            assert!(fits(&document, schema, example), "{verb} {path}: {example} is no {schema}");
        }
        seen += shown.len();
    }
    assert!(seen > 200, "only {seen} examples were looked at");
}

#[tokio::test]
async fn what_the_examples_ask_is_understood() {
    let (at, document) = (enrolled().await, document());
    for (path, verb, operation) in operations(&document) {
        let example = operation["requestBody"].pointer("/content/application~1json/example");
        let Some(example) = example else { continue };
        let ids = operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "path");
        let path = ids.fold(path.clone(), |path, id| {
            path.replace(&format!("{{{}}}", id["name"].as_str().unwrap()), id["example"].as_str().unwrap())
        });
        let ask = at.shop.ask(Method::from_bytes(verb.to_uppercase().as_bytes()).unwrap(), &path);
        let answer = at.shop.send(ask.body("application/json", example.to_string())).await;
        let code = serde_json::from_str(&answer.body).unwrap_or(Value::Null)["code"].clone();
        assert_ne!(code, "malformed", "{verb} {path}: {}", answer.body);
    }
}
