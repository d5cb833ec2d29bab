//! Whom a request is about, a user of the caller's site and of no other, and from where that person asks.

use super::error::ApiError;
use super::field::Flaw;
use crate::guard;
use crate::place;
use crate::state::Server;
use domain::audit::Place;
use domain::error::Fault;
use domain::name::{EmailAddress, Label, NameError, SiteId, User, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

/// No browser says as much of itself.
const LONGEST_USER_AGENT: usize = 1024;

/// A user, by the site's own id.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownUser {
    /// The site's id of the user: 1 to 128 characters, taken exactly as sent.
    #[schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]+$")]
    id: String,
}

/// A user, and what is to be remembered of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedUser {
    /// The site's id of the user: 1 to 128 characters, taken exactly as sent.
    #[schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]+$")]
    id: String,
    /// What authenticator apps show, an e-mail address say: 1 to 128 characters, no colon.
    #[schema(min_length = 1, max_length = 128)]
    label: String,
    /// Where they can be written to: at most 254 characters. What was said before stays, if it is absent.
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
}

/// A user, and what may be remembered of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskedUser {
    /// The site's id of the user: 1 to 128 characters, taken exactly as sent.
    #[schema(min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]+$")]
    id: String,
    /// What authenticator apps show, an e-mail address say: 1 to 128 characters, no colon. What was said before stays, if
    /// it is absent.
    #[schema(min_length = 1, max_length = 128)]
    label: Option<String>,
    /// Where they can be written to: at most 254 characters. Only with `label`.
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
}

/// From where the person asks, as the site's server sees it. For the audit log, and for what a trusted device is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EndUser {
    /// The person's IPv4 or IPv6 address, with a port or without. What does not read as one is left out: a proxy's `unknown`,
    /// say.
    address: Option<String>,
    /// The `User-Agent` of the person's browser: at most 1024 characters. Only browser and system are kept.
    #[schema(max_length = 1024)]
    user_agent: Option<String>,
}

/// What a site says of a user.
pub(super) struct Introduced {
    pub(super) user: User,
    pub(super) label: Label,
    email: Option<EmailAddress>,
}

impl KnownUser {
    pub(super) fn of(&self, site: SiteId) -> Result<User, ApiError> {
        user(&self.id, site)
    }
}

impl NamedUser {
    pub(super) fn of(&self, site: SiteId) -> Result<Introduced, ApiError> {
        let label = parsed("user.label", &self.label, Label::parse)?;
        let email = self.email.as_deref().map(|email| parsed("user.email", email, EmailAddress::parse));
        Ok(Introduced { user: user(&self.id, site)?, label, email: email.transpose()? })
    }
}

impl AskedUser {
    /// The user, and what is to be remembered, if anything is.
    pub(super) fn of(self, site: SiteId) -> Result<(User, Option<Introduced>), ApiError> {
        match (self.label, self.email) {
            (None, None) => Ok((user(&self.id, site)?, None)),
            (None, Some(_)) => Err(ApiError::malformed("user.label", Flaw::Missing)),
            (Some(label), email) => {
                let introduced = NamedUser { id: self.id, label, email }.of(site)?;
                Ok((introduced.user.clone(), Some(introduced)))
            }
        }
    }
}

impl Introduced {
    /// Remembers what the site says.
    pub(super) async fn remember(&self, server: &Server, place: &Place) -> Result<(), Fault> {
        server.two_factor().remember_user(&self.user, &self.label).await?;
        match &self.email {
            Some(email) => server.two_factor().remember_email(&self.user, email, place).await,
            None => Ok(()),
        }
    }
}

/// From where a person asks: as the site's server says, or else from where the server itself asks.
pub(super) fn place_of(end_user: Option<EndUser>, server: Place) -> Result<Place, ApiError> {
    let Some(EndUser { address, user_agent }) = end_user else { return Ok(server) };
    let address = address.as_deref().and_then(place::read);
    if user_agent.as_ref().is_some_and(|text| text.chars().count() > LONGEST_USER_AGENT) {
        return Err(ApiError::malformed("end_user.user_agent", Flaw::TooLong));
    }
    Ok(place::told(address, user_agent.as_deref()))
}

fn user(id: &str, site: SiteId) -> Result<User, ApiError> {
    let user = User { site, id: parsed("user.id", id, UserId::parse)? };
    guard::about(&user);
    Ok(user)
}

fn parsed<T>(field: &str, text: &str, parse: fn(&str) -> Result<T, NameError>) -> Result<T, ApiError> {
    parse(text).map_err(|error| ApiError::malformed(field, error.into()))
}
