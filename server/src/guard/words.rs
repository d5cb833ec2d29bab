//! The words of a [`Problem`], for whoever asked.

use super::RequestId;
use super::whom::SignedInAs;
use crate::api;
use crate::page;
use crate::problem::{Mismatch, Problem};
use crate::state::Server;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER};

pub(super) async fn add(State(server): State<Server>, request: Request, next: Next) -> Response {
    let asks_for_html = !api::is_api(request.uri().path()) && asks_for_html(request.headers());
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let response = next.run(request).await;
    match response.extensions().get::<Problem>().copied() {
        Some(problem) if asks_for_html => html(&server, response, problem, &id),
        Some(problem) => json(response, problem, &id),
        None => response,
    }
}

fn html(server: &Server, response: Response, problem: Problem, id: &str) -> Response {
    let page = match response.extensions().get::<SignedInAs>() {
        Some(SignedInAs(who)) => page::somebody_else(server, who),
        None => page::problem(server, problem, id),
    };
    with_body(response, problem, HeaderValue::from_static("text/html; charset=utf-8"), page)
}

fn json(response: Response, problem: Problem, id: &str) -> Response {
    let mut body = serde_json::json!({
        "title": problem.status().canonical_reason().unwrap_or_default(),
        "status": problem.status().as_u16(),
        "code": problem.code(),
        "detail": problem.detail(),
        "request_id": id,
    });
    let mismatch = response.extensions().get::<Mismatch>();
    if let (Some(Mismatch { expected, received }), Some(fields)) = (mismatch, body.as_object_mut()) {
        let came = received.as_deref().unwrap_or("nothing");
        let detail = format!("{} Expected {expected}, and received {came}.", problem.detail());
        let more = [("detail", Some(&detail)), ("expected", Some(expected)), ("received", received.as_ref())];
        fields.extend(
            more.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.as_str().into()))),
        );
    }
    with_body(response, problem, HeaderValue::from_static("application/problem+json"), body.to_string())
}

fn with_body(response: Response, problem: Problem, content_type: HeaderValue, body: String) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, content_type);
    if let Some(seconds) = problem.retry_after() {
        parts.headers.insert(RETRY_AFTER, HeaderValue::from_static(seconds));
    }
    Response::from_parts(parts, Body::from(body))
}

fn asks_for_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .any(|value| value.as_bytes().windows(9).any(|window| window == b"text/html"))
}
