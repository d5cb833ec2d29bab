//! Whom a request is about: a user of the caller's site, and of no other.

use super::error::ApiError;
use domain::name::{Label, SiteId, User, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

/// A user, by the site's own id.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownUser {
    /// The site's id of the user: 1 to 128 characters, taken exactly as sent.
    id: String,
}

/// A user, and what authenticator apps show for them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedUser {
    /// The site's id of the user: 1 to 128 characters, taken exactly as sent.
    id: String,
    /// What authenticator apps show, an e-mail address say: 1 to 128 characters, no colon.
    label: String,
}

impl KnownUser {
    pub(super) fn of(&self, site: SiteId) -> Result<User, ApiError> {
        user(&self.id, site)
    }
}

impl NamedUser {
    pub(super) fn of(&self, site: SiteId) -> Result<(User, Label), ApiError> {
        let label =
            Label::parse(&self.label).map_err(|error| ApiError::malformed("user.label", error.into()))?;
        Ok((user(&self.id, site)?, label))
    }
}

fn user(id: &str, site: SiteId) -> Result<User, ApiError> {
    let id = UserId::parse(id).map_err(|error| ApiError::malformed("user.id", error.into()))?;
    Ok(User { site, id })
}
