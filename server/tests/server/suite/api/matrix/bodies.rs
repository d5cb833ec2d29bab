//! Every route that takes a body × what may be wrong with it.

use super::{Row, bodied, cast, row};
use crate::suite::api::{refused, text};
use crate::suite::support::Ask;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use server::guard::BODY_LIMIT;

#[tokio::test]
async fn a_body_must_be_json_of_a_bounded_length() {
    let cast = cast().await;
    for route in bodied() {
        let right = cast.right(&cast.at.shop, &route);
        let long = Ask { body: vec![b'a'; BODY_LIMIT + 1], ..right.clone() };
        refused(&cast.sent(long).await, 413, "too_large");
        for other in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
            refused(
                &cast.sent(right.clone().header("content-type", other)).await,
                415,
                "unsupported_media_type",
            );
        }
        refused(&cast.sent(right.clone().without("content-type")).await, 415, "unsupported_media_type");
        for body in [&b""[..], b"{", b"nonsense", b"\xff", b"{}{}", &[b'['; 5000]] {
            let answer = cast.sent(Ask { body: body.to_vec(), ..right.clone() }).await;
            let whole = body == b"{}{}" && answer.status == StatusCode::UNPROCESSABLE_ENTITY;
            let deep = body.len() == 5000 && answer.status == StatusCode::UNPROCESSABLE_ENTITY;
            refused(&answer, if whole || deep { 422 } else { 400 }, "malformed");
        }
    }
}

#[tokio::test]
async fn a_refused_field_is_named() {
    let cast = cast().await;
    let before = cast.known().await;
    for route in bodied() {
        let Row { body, optional, .. } = row(&route).unwrap();
        let right = cast.right(&cast.at.shop, &route);
        let with = |body: &str| right.clone().body("application/json", body);
        let mut expected =
            vec![(changed(&body, "surprise", Some(json!(1))).to_string(), "surprise".to_owned())];
        for (name, value) in body.as_object().unwrap() {
            let twice = format!("{{\"{name}\":{value},{}", &body.to_string()[1..]);
            expected.push((twice, name.clone()));
            expected.push((changed(&body, name, Some(json!([[]]))).to_string(), name.clone()));
            let other = if value.is_number() { json!("7") } else { json!(7) };
            expected.push((changed(&body, name, Some(other)).to_string(), name.clone()));
            if !optional.contains(&name.as_str()) {
                expected.push((changed(&body, name, None).to_string(), name.clone()));
                expected.push((changed(&body, name, Some(json!(null))).to_string(), name.clone()));
            }
        }
        if let Some(user) = body.get("user") {
            for (name, value) in
                [("surprise", json!(1)), ("id", json!(1)), ("id", json!("")), ("id", json!("a\u{0}"))]
            {
                let user = changed(user, name, Some(value));
                expected.push((changed(&body, "user", Some(user)).to_string(), format!("user.{name}")));
            }
            let user = changed(user, "id", None);
            expected.push((changed(&body, "user", Some(user)).to_string(), "user.id".to_owned()));
        }
        if let Some(end_user) = body.get("end_user") {
            for (name, value) in [
                ("surprise", json!(1)),
                ("address", json!(1)),
                ("user_agent", json!("x".repeat(1025))),
                ("user_agent", json!(1)),
            ] {
                let end_user = changed(end_user, name, Some(value));
                expected.push((
                    changed(&body, "end_user", Some(end_user)).to_string(),
                    format!("end_user.{name}"),
                ));
            }
        }
        for (body, field) in expected {
            let answer = cast.sent(with(&body)).await;
            refused(&answer, 422, "malformed");
            let named = text(&answer.json()["field"]);
            assert!(
                named == field || named.starts_with(&format!("{field}[")),
                "{} {body}: {}",
                route.path,
                answer.body
            );
        }
    }
    assert_eq!(cast.known().await, before);
}

#[tokio::test]
async fn an_idempotency_key_means_something_on_every_post_or_is_refused() {
    let cast = cast().await;
    let document = server::api::openapi();
    for route in bodied().filter(|route| route.method == Method::POST) {
        let ask = cast.right(&cast.at.shop, &route).header("idempotency-key", "a b");
        let malformed = cast.sent(ask).await;
        refused(&malformed, 422, "malformed");
        assert_eq!(malformed.json()["field"], "idempotency-key");
        let parameters = &document["paths"][route.path]["post"]["parameters"];
        let takes =
            parameters.as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
        let meaningless = malformed.json()["detail"].as_str().unwrap().starts_with("This means nothing here");
        assert_eq!(takes, !meaningless, "{}", route.path);
        let once = ["answers", "redeem", "confirm", "acknowledge"];
        assert_eq!(meaningless, once.iter().any(|end| route.path.ends_with(end)), "{}", route.path);
    }
}

fn changed(body: &Value, name: &str, value: Option<Value>) -> Value {
    let mut body = body.clone();
    let fields = body.as_object_mut().unwrap();
    match value {
        Some(value) => fields.insert(name.to_owned(), value),
        None => fields.remove(name),
    };
    body
}
