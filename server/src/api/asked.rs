//! What a request asks for: its JSON, every field known and none twice, and the id in its path.

use super::error::ApiError;
use super::field::Flaw;
use super::once::without_key;
use crate::state::Server;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// No field of ours has a longer name; a longer one is cut before it is sent back.
const LONGEST_NAME: usize = 64;

/// The body. The guard in front has bounded it, the route's layer has checked its type.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Server> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, server: &Server) -> Result<Self, ApiError> {
        without_key(request.method(), request.headers())?;
        let bytes = Bytes::from_request(request, server).await.map_err(|_| ApiError::not_json())?;
        read(&bytes).map(Self)
    }
}

/// The `{id}` of the path, decoded. What does not decode names nothing.
pub(super) struct Named(pub(super) String);

impl FromRequestParts<Server> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, server).await;
        path.map(|Path(id)| Self(id)).map_err(|_| ApiError::not_found())
    }
}

/// The two ids of the path, decoded.
pub(super) struct NamedTwice(pub(super) String, pub(super) String);

impl FromRequestParts<Server> for NamedTwice {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, ApiError> {
        let path = Path::<(String, String)>::from_request_parts(parts, server).await;
        path.map(|Path((id, other))| Self(id, other)).map_err(|_| ApiError::not_found())
    }
}

pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let shape = serde_json::from_slice::<Value>(bytes).map_err(|_| ApiError::not_json())?;
    if let Some(field) = misshapen(&shape) {
        return Err(ApiError::of_another_type(cut(&field), Some("no array")));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut json).map_err(|error| malformed(&error))
}

/// Where an array stands. No request of ours has one, and serde would read an object from it.
fn misshapen(shape: &Value) -> Option<String> {
    match shape {
        Value::Array(_) => Some(".".to_owned()),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let within = misshapen(value)?;
            Some(if within == "." { name.clone() } else { format!("{name}.{within}") })
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// It is JSON, but not what is asked for. Serde's text may repeat what was sent, a code say: only the field's name is
/// taken from it.
fn malformed(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let text = error.inner().to_string();
    let flaws = [
        ("missing field `", Flaw::Missing),
        ("unknown field `", Flaw::Unknown),
        ("duplicate field `", Flaw::Twice),
    ];
    let named = flaws
        .into_iter()
        .find_map(|(start, flaw)| Some((text.strip_prefix(start)?.split('`').next()?, flaw)));
    let path = error.path().to_string();
    let (field, flaw) = match named {
        Some((name, flaw)) => (join(&path, name), flaw),
        None => return ApiError::of_another_type(cut(&path), expected(&text).as_deref()),
    };
    ApiError::malformed(cut(&field), flaw)
}

/// What serde waited for: of its text the last part, which this program wrote. What stands before it may be what was sent.
fn expected(text: &str) -> Option<String> {
    let ours = text.rsplit_once(", expected ")?.1;
    let ours = ours.rsplit_once(" at line ").map_or(ours, |(ours, _)| ours);
    Some(match ours {
        "u8" | "u32" | "u64" | "i64" => "a whole number".to_owned(),
        "struct" => "an object".to_owned(),
        ours if ours.starts_with("struct ") => "an object".to_owned(),
        ours => ours.replace('`', ""),
    })
}

fn cut(name: &str) -> &str {
    name.char_indices().nth(LONGEST_NAME).and_then(|(at, _)| name.get(..at)).unwrap_or(name)
}

/// The path of a field: that of what it is missing from, or already its own.
fn join(path: &str, name: &str) -> String {
    match path {
        "." => name.to_owned(),
        path if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        path => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Outer {
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        id: String,
    }

    #[test]
    fn a_field_of_another_type_says_which_is_expected_and_never_what_was_sent() {
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Word {
            One,
            Two,
        }
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only read")]
        struct All {
            word: Option<Word>,
            text: Option<String>,
            number: Option<u8>,
            yes: Option<bool>,
            inner: Option<Inner>,
        }
        for (json, wanted) in [
            (r#"{"word":"three, expected evil"}"#, "one or two"),
            (r#"{"word":"three"}"#, "one or two"),
            (r#"{"text":123456}"#, "a string"),
            (r#"{"number":"123456"}"#, "a whole number"),
            (r#"{"number":123456}"#, "a whole number"),
            (r#"{"yes":"123456"}"#, "a boolean"),
            (r#"{"inner":"123456"}"#, "an object"),
            (r#"{"inner":[]}"#, "no array"),
        ] {
            let said = format!("{:?}", read::<All>(json.as_bytes()).map(|_| ()).unwrap_err());
            assert!(said.contains(&format!("expected: Some(\"{wanted}\")")), "{json}: {said}");
            assert!(!said.contains("123456") && !said.contains("evil"), "{said}");
        }
    }

    #[test]
    fn a_refused_field_is_named_and_what_it_held_is_not() {
        for (json, field, flaw) in [
            (r"{}", "inner", Flaw::Missing),
            (r#"{"inner":{}}"#, "inner.id", Flaw::Missing),
            (r#"{"inner":{"id":"1","more":"123456"}}"#, "inner.more", Flaw::Unknown),
            (r#"{"inner":{"id":"1","id":"2"}}"#, "inner.id", Flaw::Twice),
            (r#"{"inner":{"id":123456}}"#, "inner.id", Flaw::Type),
            (r#"{"inner":{"id":null}}"#, "inner.id", Flaw::Type),
            (r#"{"inner":["1"]}"#, "inner", Flaw::Type),
            (r#"[{"id":"1"}]"#, ".", Flaw::Type),
            ("\"inner\"", ".", Flaw::Type),
        ] {
            let error = read::<Outer>(json.as_bytes()).map(|_| ()).unwrap_err();
            assert!(!format!("{error:?}").contains("123456"));
            assert_eq!(error.without_expected(), ApiError::malformed(field, flaw), "{json}");
        }
        for json in ["", "{", "nonsense", r#"{"inner":{"id":"1"}} {}"#, "\u{0}"] {
            assert_eq!(
                read::<Outer>(json.as_bytes()).map(|_| ()).unwrap_err(),
                ApiError::not_json(),
                "{json}"
            );
        }
    }
}
