//! The OpenAPI document against every answer of the API that a test meets: its status is there, its type, and, where it
//! refuses, its code.

use super::Answer;
use http::Method;
use serde_json::Value;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(server::api::openapi);

/// Fails unless the document says that this may be answered.
pub(crate) fn check(method: &Method, path: &str, answer: &Answer) {
    // Another method, or no such path: that is in no document.
    let Some(operation) = operation(method, path) else { return };
    let (status, at) = (answer.status.as_u16().to_string(), format!("{method} {path}"));
    let response = &operation["responses"][&status];
    assert!(response.is_object(), "{at}: {status} is not in the document\n{}", answer.body);
    if let Some(content) = response.get("content") {
        let types: Vec<&String> = content.as_object().unwrap().keys().collect();
        assert_eq!(types, [answer.header("content-type")], "{at}");
    } else {
        assert_eq!(answer.body, "", "{at}");
    }
    if answer.status.is_client_error() || answer.status.is_server_error() {
        let (code, codes) = (answer.json()["code"].clone(), response["description"].as_str().unwrap());
        let code = format!("`{}`", code.as_str().unwrap());
        assert!(codes.split(", ").any(|known| known == code), "{at}: {status} {code} is not among {codes}");
    }
}

fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap_or_default();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let (_, item) = paths.iter().find(|(template, _)| is_of(template, path))?;
    item.get(method.as_str().to_lowercase())
}

/// Whether this path is one of the template's.
fn is_of(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted == part || (wanted.starts_with('{') && !part.is_empty()) => {
            }
            _ => return false,
        }
    }
}
