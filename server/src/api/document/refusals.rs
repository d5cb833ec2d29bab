//! What each operation may refuse, with every code. A handler names the codes that are its own; the rest follow from
//! what it takes. A test holds this against every answer that it meets.

use crate::problem::Problem;
use http::StatusCode;
use std::collections::BTreeMap;
use utoipa::Modify;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr};

/// The schema of every refusal.
const PROBLEM: &str = "Problem";

/// Writes the refusals into the document.
pub(super) struct Refusals;

impl Modify for Refusals {
    fn modify(&self, document: &mut OpenApi) {
        let schemas = document.components.clone().unwrap_or_default().schemas;
        for (path, item) in &mut document.paths.paths {
            for operation in operations(item) {
                complete(path, operation);
                describe(operation, &schemas);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn complete(path: &str, operation: &mut Operation) {
    let mut codes: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for (status, code) in own(operation).into_iter().chain(usual(path, operation)) {
        let known = codes.entry(status).or_default();
        if !known.contains(&code) {
            known.push(code);
        }
    }
    for (status, codes) in codes {
        operation.responses.responses.insert(status.to_string(), RefOr::T(refusal(status, &codes)));
    }
}

/// A good answer is described by what it holds.
fn describe(operation: &mut Operation, schemas: &BTreeMap<String, RefOr<Schema>>) {
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        if response.description.is_empty() {
            let held =
                response.content.values().find_map(|content| description(content.schema.as_ref()?, schemas));
            response.description = held.unwrap_or_else(|| "Done.".to_owned());
        }
    }
}

fn description(of: &RefOr<Schema>, schemas: &BTreeMap<String, RefOr<Schema>>) -> Option<String> {
    match of {
        RefOr::Ref(to) => description(schemas.get(to.ref_location.rsplit('/').next()?)?, schemas),
        RefOr::T(Schema::Object(object)) => object.description.clone(),
        RefOr::T(Schema::OneOf(one)) => one.description.clone(),
        RefOr::T(_) => None,
    }
}

/// The codes that the handler names, as the description of a status: `one, another`.
fn own(operation: &Operation) -> Vec<(u16, String)> {
    let mut own = Vec::new();
    for (status, response) in &operation.responses.responses {
        let (Ok(status), RefOr::T(response)) = (status.parse::<u16>(), response) else { continue };
        if status >= 400 {
            own.extend(response.description.split(", ").map(|code| (status, code.to_owned())));
        }
    }
    own
}

/// The codes that follow from what the operation takes.
fn usual(path: &str, operation: &Operation) -> Vec<(u16, String)> {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let mut usual = vec![(StatusCode::PAYLOAD_TOO_LARGE, "too_large")];
    if operation.security.is_some() {
        let keys = ["key_missing", "key_malformed", "key_unknown", "key_revoked"];
        usual.extend(keys.map(|code| (StatusCode::UNAUTHORIZED, code)));
        usual.push((StatusCode::FORBIDDEN, "scope_missing"));
    }
    if path.contains('{') {
        usual.push((StatusCode::NOT_FOUND, "not_found"));
    }
    if operation.request_body.is_some() {
        usual.push((StatusCode::BAD_REQUEST, "malformed"));
        usual.push((StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"));
    }
    if operation.request_body.is_some() || parameters.iter().any(|one| one.parameter_in == ParameterIn::Query)
    {
        usual.push((StatusCode::UNPROCESSABLE_ENTITY, "malformed"));
    }
    if parameters.iter().any(|one| one.parameter_in == ParameterIn::Header) {
        usual.extend([
            (StatusCode::CONFLICT, "idempotency_key_in_flight"),
            (StatusCode::CONFLICT, "idempotency_key_spent"),
            (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
        ]);
    }
    let guards = [
        Problem::ForeignHost,
        Problem::Defect,
        Problem::Unavailable,
        Problem::DatabaseLost,
        Problem::Timeout,
    ];
    usual.extend(guards.map(|problem| (problem.status(), problem.code())));
    usual.into_iter().map(|(status, code)| (status.as_u16(), code.to_owned())).collect()
}

fn refusal(status: u16, codes: &[String]) -> Response {
    let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(PROBLEM))).build();
    let response =
        ResponseBuilder::new().description(codes.join(", ")).content("application/problem+json", content);
    let header = |kind: Type, description: &str| {
        HeaderBuilder::new()
            .schema(ObjectBuilder::new().schema_type(kind))
            .description(Some(description))
            .build()
    };
    let response = match status {
        401 => response.header("WWW-Authenticate", header(Type::String, "`Bearer`")),
        409 | 422 | 429 | 503 => {
            response.header("Retry-After", header(Type::Integer, "Seconds, where waiting helps"))
        }
        _ => response,
    };
    response.build()
}
