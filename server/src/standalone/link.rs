//! One-time links. The secret stands in the fragment, which browsers do not send: no log of a proxy ever holds it.

use crate::config::PublicUrl;
use crate::state::Server;
use app::page::BadLink;
use domain::audit::Event;
use domain::error::Fault;
use domain::name::{SiteId, User, UserId};
use domain::policy::PASSWORD_LINK;
use domain::ports::Entropy;
use domain::seal::{Sealed, SealedFor};
use domain::session::SessionToken;
use domain::time::Timestamp;
use std::time::Duration;
use storage::account::{
    Account, Email, FirstLink, LinkPurpose, NewInvitation, NewLink, NewPasswordLink, Role,
};
use uuid::Uuid;

/// A link is good this long (ASVS 5.0, 6.4.1: short-lived).
const LIFETIME: Duration = Duration::from_hours(24);

/// An invitation is good this long: whoever is invited may be away for some days, and it can be withdrawn.
const INVITATION: Duration = Duration::from_hours(7 * 24);
/// What is sealed of one.
const INVITED: &str = "invitation";
/// And of a link for a new password.
const PASSWORD: &str = "password link";

/// Where links are opened.
const PAGES: [&str; 3] = ["/invitation", "/new-password", "/welcome"];

/// The secret of a link: 256 random bits, of which only the hash is stored.
pub struct LinkSecret(SessionToken);

impl LinkSecret {
    /// Reads what the form of this page says, be it the link as a whole, with what stood around it.
    pub(super) fn read(text: &str, page: &str) -> Result<Self, BadLink> {
        let text = text.trim_matches(|one: char| one.is_whitespace() || "<>()[]\"'.,;".contains(one));
        let (link, secret) = text.rsplit_once('#').unwrap_or(("", text));
        if let Some(other) = PAGES.into_iter().find(|other| *other != page && link.ends_with(other)) {
            return Err(BadLink::OfOtherPage(other));
        }
        let is_a_link = text.contains("://") || text.contains('#');
        SessionToken::parse(secret).map(Self).ok_or(if is_a_link { BadLink::Cut } else { BadLink::Over })
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

    /// The same, where a new password is chosen with it.
    pub fn password_url(&self, of: &PublicUrl) -> String {
        format!("{of}/new-password#{}", self.0.expose())
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
    let (secret, sealed) = drawn_for(server, user, INVITED)?;
    let (token, by, expires_at) = (secret.hash(), event.by.clone(), event.at + INVITATION);
    Ok((secret, NewInvitation { token, sealed: Some(sealed), by, expires_at, event }))
}

/// A new link with which this user chooses another password, and what is stored of it. An `event` that nobody did is one of
/// whoever asked for it, and told by a letter with the link.
///
/// # Errors
/// [`Fault`] if it could not be sealed.
pub(super) fn for_password(
    server: &Server,
    user: &User,
    event: Event,
) -> Result<(LinkSecret, NewPasswordLink), Fault> {
    let (secret, sealed) = drawn_for(server, user, PASSWORD)?;
    let (token, expires_at) = (secret.hash(), event.at + PASSWORD_LINK);
    Ok((secret, NewPasswordLink { token, sealed: Some(sealed), expires_at, event }))
}

/// The same without a letter, for whoever has the server and not its keys at hand.
pub fn for_password_by_hand(event: Event, entropy: &dyn Entropy) -> (LinkSecret, NewPasswordLink) {
    let secret = LinkSecret(SessionToken::new(entropy));
    let (token, expires_at) = (secret.hash(), event.at + PASSWORD_LINK);
    (secret, NewPasswordLink { token, sealed: None, expires_at, event })
}

fn drawn_for(server: &Server, user: &User, what: &'static str) -> Result<(LinkSecret, Sealed), Fault> {
    let secret = LinkSecret(SessionToken::new(server.entropy()));
    let place = sealed_for(user, what)?;
    let sealed = server.keys().seal(server.entropy(), place, secret.0.expose().as_bytes())?;
    Ok((secret, sealed))
}

/// The secret of an invitation that was sealed for the letter.
///
/// # Errors
/// [`Fault`] if it does not open.
pub(crate) fn open(server: &Server, account: &Account, sealed: &Sealed) -> Result<LinkSecret, Fault> {
    opened(server, account, sealed, INVITED)
}

/// The same of a link for a new password.
///
/// # Errors
/// [`Fault`] if it does not open.
pub(crate) fn open_password(
    server: &Server,
    account: &Account,
    sealed: &Sealed,
) -> Result<LinkSecret, Fault> {
    opened(server, account, sealed, PASSWORD)
}

fn opened(
    server: &Server,
    account: &Account,
    sealed: &Sealed,
    what: &'static str,
) -> Result<LinkSecret, Fault> {
    let plain = server.keys().open(sealed_for(&account.user, what)?, sealed)?;
    let read = str::from_utf8(&plain).ok().and_then(SessionToken::parse);
    read.map(LinkSecret).ok_or(Fault::Broken("what was sealed is no secret of a link"))
}

fn sealed_for<'a>(user: &'a User, what: &'static str) -> Result<SealedFor<'a>, Fault> {
    let row = Uuid::try_parse(user.id.as_str()).map_err(|_| Fault::Broken("a user without an account"))?;
    Ok(SealedFor { user, row, what })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_is_pasted_and_what_is_wrong_with_it_is_told_apart() {
        let secret = "a".repeat(64);
        let read = |text: &str| LinkSecret::read(text, "/invitation").map(|read| read.0.expose().to_owned());
        for good in ["", "https://2fa.example.com/invitation#", "  <https://2fa.example.com/invitation#"] {
            assert_eq!(read(&[good, &secret, ">. "].concat()).as_ref(), Ok(&secret), "{good}");
        }
        let other = |path: &str| read(&["https://2fa.example.com", path, "#", &secret].concat());
        assert_eq!(other("/welcome"), Err(BadLink::OfOtherPage("/welcome")));
        assert_eq!(other("/new-password"), Err(BadLink::OfOtherPage("/new-password")));
        for cut in ["https://2fa.example.com/invitation", "https://2fa.example.com/invitation#0123", "#"] {
            assert_eq!(read(cut), Err(BadLink::Cut), "{cut}");
        }
        assert_eq!(read("nonsense"), Err(BadLink::Over));
        assert_eq!(read(""), Err(BadLink::Over));
    }
}
