//! One-time links. The secret stands in the fragment, which browsers do not send: no log of a proxy ever holds it.

use crate::config::PublicUrl;
use crate::state::Server;
use domain::audit::Event;
use domain::error::Fault;
use domain::name::{SiteId, User, UserId};
use domain::ports::Entropy;
use domain::seal::{Sealed, SealedFor};
use domain::session::SessionToken;
use domain::time::Timestamp;
use std::time::Duration;
use storage::account::{Account, Email, FirstLink, LinkPurpose, NewInvitation, NewLink, Role};
use uuid::Uuid;

/// A link is good this long (ASVS 5.0, 6.4.1: short-lived).
const LIFETIME: Duration = Duration::from_hours(24);

/// An invitation is good this long: whoever is invited may be away for some days, and it can be withdrawn.
const INVITATION: Duration = Duration::from_hours(7 * 24);
/// What is sealed of one.
const SEALED: &str = "invitation";

/// The secret of a link: 256 random bits, of which only the hash is stored.
pub struct LinkSecret(SessionToken);

impl LinkSecret {
    /// Reads what the form says, be it the link as a whole; `None` if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let secret = text.trim().rsplit('#').next().unwrap_or_default();
        SessionToken::parse(secret).map(Self)
    }

    pub(super) fn hash(&self) -> domain::session::TokenHash {
        self.0.hash()
    }

    /// The link, for the one who is to use it.
    pub fn url(&self, of: &PublicUrl) -> String {
        format!("{of}/welcome#{}", self.0.expose())
    }

    /// The same, where it is one of an invitation.
    pub fn invitation_url(&self, of: &PublicUrl) -> String {
        format!("{of}/invitation#{}", self.0.expose())
    }
}

/// A new link by which this user joins, sealed for the letter, and what is stored of it.
///
/// # Errors
/// [`Fault`] if it could not be sealed.
pub(super) fn invite(
    server: &Server,
    user: &User,
    event: Event,
) -> Result<(LinkSecret, NewInvitation), Fault> {
    let secret = LinkSecret(SessionToken::new(server.entropy()));
    let sealed = server.keys().seal(server.entropy(), sealed_for(user)?, secret.0.expose().as_bytes())?;
    let (token, by, expires_at) = (secret.hash(), event.by.clone(), event.at + INVITATION);
    Ok((secret, NewInvitation { token, sealed: Some(sealed), by, expires_at, event }))
}

/// The secret that was sealed for the letter.
///
/// # Errors
/// [`Fault`] if it does not open.
pub(crate) fn open(server: &Server, account: &Account, sealed: &Sealed) -> Result<LinkSecret, Fault> {
    let plain = server.keys().open(sealed_for(&account.user)?, sealed)?;
    let read = str::from_utf8(&plain).ok().and_then(SessionToken::parse);
    read.map(LinkSecret).ok_or(Fault::Broken("a sealed invitation is no secret of a link"))
}

fn sealed_for(user: &User) -> Result<SealedFor<'_>, Fault> {
    let row = Uuid::try_parse(user.id.as_str()).map_err(|_| Fault::Broken("a user without an account"))?;
    Ok(SealedFor { user, row, what: SEALED })
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

/// While there is no account: a link that creates the first administrator. However many processes start, and however
/// often, it is the same one until it is used or its time is up.
///
/// # Errors
/// [`Fault`] if it could not be stored.
pub async fn first_link(server: &Server) -> Result<Option<String>, Fault> {
    if server.accounts().accounts_exist().await? {
        return Ok(None);
    }
    let user = User { site: SiteId::BUILT_IN, id: nobody()? };
    let place = SealedFor { user: &user, row: SiteId::BUILT_IN.uuid(), what: "first_link" };
    for replace in [false, true] {
        let (secret, new) = draw(LinkPurpose::FirstAdmin, None, Role::Admin, server.now(), server.entropy());
        let sealed = server.keys().seal(server.entropy(), place, secret.0.expose().as_bytes())?;
        let secret = match server.accounts().first_link(new, sealed, replace).await? {
            FirstLink::Created => Some(secret),
            FirstLink::Kept(sealed) => kept(server, place, &sealed),
            FirstLink::AccountExists | FirstLink::Refused => return Ok(None),
        };
        if let Some(secret) = secret {
            return Ok(Some(secret.url(&server.settings().public_url)));
        }
    }
    Ok(None)
}

/// `None` if it was sealed with a key that is gone: then it is replaced.
fn kept(server: &Server, place: SealedFor<'_>, sealed: &Sealed) -> Option<LinkSecret> {
    let plain = server.keys().open(place, sealed).ok()?;
    str::from_utf8(&plain).ok().and_then(SessionToken::parse).map(LinkSecret)
}

/// Whom the link for the first administrator is sealed for: that one is no user yet.
fn nobody() -> Result<UserId, Fault> {
    UserId::parse("first administrator").map_err(|_| Fault::Broken("a user id that cannot be"))
}
