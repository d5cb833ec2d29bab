//! One-time links. The secret stands in the fragment, which browsers do not send: no log of a proxy ever holds it.

use crate::config::PublicUrl;
use crate::state::Server;
use domain::ports::{Entropy, StoreError};
use domain::session::SessionToken;
use domain::time::Timestamp;
use std::time::Duration;
use storage::account::{CreatedLink, Email, LinkPurpose, NewLink, Role};

/// A link is good this long (ASVS 5.0, 6.4.1: short-lived).
const LIFETIME: Duration = Duration::from_hours(24);

/// The secret of a link: 256 random bits, of which only the hash is stored.
pub struct LinkSecret(SessionToken);

impl LinkSecret {
    /// Reads what the form says; `None` if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        SessionToken::parse(text.trim().trim_start_matches('#')).map(Self)
    }

    pub(super) fn hash(&self) -> domain::session::TokenHash {
        self.0.hash()
    }

    /// The link, for the one who is to use it.
    pub fn url(&self, of: &PublicUrl) -> String {
        format!("{of}/welcome#{}", self.0.expose())
    }
}

/// A new link and what is stored of it.
pub fn draw(
    purpose: LinkPurpose,
    email: Option<Email>,
    role: Role,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> (LinkSecret, NewLink) {
    let secret = LinkSecret(SessionToken::new(entropy));
    let token = secret.hash();
    (secret, NewLink { token, purpose, email, role, created_at: now, expires_at: now + LIFETIME })
}

/// While there is no account: a link that creates the first administrator, in the place of any earlier one.
///
/// # Errors
/// [`StoreError`] if it could not be stored.
pub async fn first_link(server: &Server) -> Result<Option<String>, StoreError> {
    if server.accounts().accounts_exist().await? {
        return Ok(None);
    }
    let (secret, new) = draw(LinkPurpose::FirstAdmin, None, Role::Admin, server.now(), server.entropy());
    let created = server.accounts().create_link(new).await? == CreatedLink::Created;
    Ok(created.then(|| secret.url(&server.settings().public_url)))
}
