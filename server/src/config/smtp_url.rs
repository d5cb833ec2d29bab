//! The URL of the mail server, in which a password may stand.

use super::public_url::is_loopback;
use http::Uri;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use serde::Deserialize;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// The URL of the mail server: `smtps://user:password@host`, or `smtp://…?tls=required` for STARTTLS. It prints as its
/// host only.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SmtpUrl(String);

/// Why the URL of a mail server is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpUrlError {
    /// Not one that a transport can be made of.
    #[error("must be smtps://user:password@host[:port], or smtp://…?tls=required for STARTTLS")]
    NotAUrl,
    /// Letters and the password would cross a network in the clear.
    #[error(
        "must be smtps:// or end in ?tls=required unless the host is this machine (allow_insecure_smtp = true allows it all the \
         same, without a user name and a password)"
    )]
    Insecure,
    /// Letters may cross the network in the clear, and a password all the same does not.
    #[error(
        "has a user name or a password, which would cross the network in the clear: write smtps:// or ?tls=required, or leave \
         them out"
    )]
    Password,
}

impl SmtpUrl {
    /// Whether there is none: then no mail is sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What sends by it, once it is built; `insecure_allowed`: in clear to any host.
    ///
    /// # Errors
    /// [`SmtpUrlError`] says why there can be none.
    pub(crate) fn transport(
        &self,
        insecure_allowed: bool,
    ) -> Result<AsyncSmtpTransportBuilder, SmtpUrlError> {
        let uri: Uri = self.0.parse().map_err(|_| SmtpUrlError::NotAUrl)?;
        let host = uri.host().ok_or(SmtpUrlError::NotAUrl)?;
        let required = uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "tls=required"));
        let private = uri.scheme_str() == Some("smtps") || required;
        if !private && !is_loopback(host) {
            let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
            match (insecure_allowed, has_user) {
                (false, _) => return Err(SmtpUrlError::Insecure),
                (true, true) => return Err(SmtpUrlError::Password),
                (true, false) => {}
            }
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.0);
        transport.map_err(|_| SmtpUrlError::NotAUrl)
    }
}

impl FromStr for SmtpUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        // Whatever stands before the last @ may be a password.
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        f.write_str(place.split(['?', '/']).next().unwrap_or_default())
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<SmtpUrlError> {
        SmtpUrl(text.to_owned()).transport(false).err()
    }

    #[test]
    fn a_plain_relay_elsewhere_is_for_whoever_allows_it_and_never_for_a_password() {
        let allowed = |text: &str| SmtpUrl(text.to_owned()).transport(true).err();
        assert_eq!(refused("smtp://relay.internal:25"), Some(SmtpUrlError::Insecure));
        for good in ["smtp://relay.internal:25", "smtp://10.0.0.7", "smtp://ada:secret@localhost:1025"] {
            assert_eq!(allowed(good), None, "{good}");
        }
        for bad in ["smtp://ada:secret@relay.internal", "smtp://ada@relay.internal?tls=opportunistic"] {
            assert_eq!(allowed(bad), Some(SmtpUrlError::Password), "{bad}");
        }
        assert!(SmtpUrlError::Insecure.to_string().contains("allow_insecure_smtp = true"));
    }

    // There is no runtime yet where the settings are read.
    #[test]
    fn a_password_never_crosses_a_network_in_the_clear() {
        for good in [
            "smtps://ada:secret@mail.example.com",
            "smtps://mail.example.com:1465",
            "smtp://ada:secret@mail.example.com:587?tls=required",
            "smtp://localhost:1025",
            "smtp://127.0.0.1:1025",
        ] {
            assert_eq!(refused(good), None, "{good}");
        }
        for bare in ["smtp://mail.example.com", "smtp://mail.example.com?tls=opportunistic"] {
            assert_eq!(refused(bare), Some(SmtpUrlError::Insecure), "{bare}");
        }
        for bad in ["mail.example.com", "https://mail.example.com?tls=required", "smtps://", "smtps://a b"] {
            assert!(refused(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn it_prints_without_its_password() {
        let url = SmtpUrl("smtps://ada:secret@mail.example.com:465?x=secret".to_owned());
        assert_eq!(format!("{url} {url:?}"), "mail.example.com:465 mail.example.com:465");
    }
}
