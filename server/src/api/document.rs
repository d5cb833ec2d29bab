//! `/v1/openapi.json`: the API in OpenAPI 3.1, generated from the handlers. A test holds it against the routes.

mod examples;
mod finish;
mod refusals;

use super::error::ProblemDocument;
use super::{audit_event, challenge, enrollment, me, session, user};
use crate::state::Server;
use axum::Json;
use axum::extract::State;
use refusals::Refusals;
use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Twofold",
        version = "1",
        description = "Two-factor authentication for sites that have a login already.",
        contact(name = "Twofold"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        document,
        me::show,
        session::issue_ticket,
        challenge::open,
        challenge::show,
        challenge::answer,
        challenge::mail_code,
        challenge::redeem,
        challenge::issue_challenge_ticket,
        enrollment::begin,
        enrollment::confirm,
        enrollment::acknowledge,
        user::list,
        user::show,
        user::erase,
        user::revoke_authenticator,
        user::reset,
        user::unlock,
        user::issue_bypass_code,
        user::require,
        user::exempt,
        user::end_exemption,
        audit_event::list,
    ),
    components(schemas(ProblemDocument)),
    tags(
        (name = "sessions", description = "Open a user's Security tab."),
        (name = "challenges", description = "Ask for the second factor."),
        (name = "enrollments", description = "Set an authenticator up without a widget."),
        (name = "users", description = "See users and help them."),
        (name = "audit", description = "See what happened."),
        (name = "me", description = "See what a key may do."),
        (name = "document", description = "This document."),
    ),
    modifiers(&Key, &Refusals),
)]
struct Document;

/// How a caller says who it is.
struct Key;

impl Modify for Key {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("tf_<key id>_<secret>")
            .description(Some(
                "An API key of your site: `twofold key create`. Its scopes: verify, enroll, admin, read.",
            ));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(scheme.build()));
    }
}

/// The document, for whichever address the server is reached at.
pub fn openapi() -> Value {
    static FINISHED: LazyLock<Value> = LazyLock::new(|| {
        let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
        finish::finish(&mut document);
        document
    });
    FINISHED.clone()
}

/// This document
///
/// OpenAPI 3.1: to make a client of, or to try the API with.
#[utoipa::path(get, operation_id = "show_document", path = "/v1/openapi.json", tag = "document", responses((status = 200, body = Object)))]
pub(super) async fn document(State(server): State<Server>) -> Json<Value> {
    let mut document = openapi();
    finish::set(&mut document, &["servers"], json!([{ "url": server.settings().public_url.to_string() }]));
    Json(document)
}
