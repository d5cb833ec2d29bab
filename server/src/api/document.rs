//! `/v1/openapi.json`: the API in OpenAPI 3.1, generated from the handlers. A test holds it against the routes.

mod refusals;

use super::error::ProblemDocument;
use super::{audit_event, challenge, enrollment, session, user};
use axum::Json;
use refusals::Refusals;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(title = "Twofold", version = "1", description = "Two-factor authentication for sites that have a login already."),
    paths(
        document,
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
                "An API key of your site: `twofold key create`. Its scopes: verify, enroll, admin.",
            ));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(scheme.build()));
    }
}

/// The document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// This document
#[utoipa::path(get, operation_id = "show_document", path = "/v1/openapi.json", tag = "document", responses((status = 200, body = Object)))]
pub(super) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(openapi())
}
