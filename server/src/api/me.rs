//! `/v1/me`: what a key is, for whoever wonders why it may not do something.

use super::caller::Anybody;
use super::error::ApiError;
use super::moment::Moment;
use crate::state::Server;
use axum::Json;
use axum::extract::State;
use domain::error::Fault;
use domain::site::{Origin, Scope};
use serde::Serialize;
use utoipa::ToSchema;

/// The key that asks, and its site.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// The public half of the key.
    key: String,
    /// What it may do: `verify`, `enroll`, `admin` or `read`.
    scopes: Vec<&'static str>,
    site: SiteOfKey,
    /// What this server takes for now. Where it is not the time, codes are refused.
    time: Moment,
}

/// The site for which a key speaks.
#[derive(Serialize, ToSchema)]
pub(super) struct SiteOfKey {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    /// What authenticator apps show.
    issuer: String,
    /// Where its pages may show a widget.
    origins: Vec<String>,
}

/// Look at the key that asks
///
/// With any scope, and with no effect: to find out whether a key works, and for which site and pages.
#[utoipa::path(get, operation_id = "show_me", path = "/v1/me", tag = "me", security(("key" = [])),
    responses((status = 200, body = Me)))]
pub(super) async fn show(
    State(server): State<Server>,
    Anybody(caller): Anybody,
) -> Result<Json<Me>, ApiError> {
    let site = server.sites().find(caller.site).await?;
    let site = site.ok_or(Fault::Broken("a key of a site that does not exist"))?;
    Ok(Json(Me {
        key: caller.key.as_str().to_owned(),
        scopes: caller.scopes.iter().copied().map(Scope::as_str).collect(),
        site: SiteOfKey {
            id: site.id.to_string(),
            name: site.name.as_str().to_owned(),
            issuer: site.issuer.as_str().to_owned(),
            origins: site.origins.iter().map(Origin::as_str).map(str::to_owned).collect(),
        },
        time: server.now().into(),
    }))
}
