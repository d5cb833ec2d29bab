//! Where people reach this server.

use http::Uri;
use std::fmt;

/// An origin: scheme, host and perhaps a port; nothing after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    authority: String,
}

/// Why a public URL is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// Not an origin of http or https.
    #[error("must be http:// or https:// with a host and perhaps a port, and nothing after it")]
    NotAnOrigin,
    /// Plain http over a network shows every password to it.
    #[error(
        "must be https:// unless the host is localhost (allow_insecure_http = true allows it all the same)"
    )]
    Insecure,
}

impl PublicUrl {
    /// Reads an origin; `insecure_allowed`: plain http for any host.
    ///
    /// # Errors
    /// [`PublicUrlError`] says why not.
    pub fn parse(text: &str, insecure_allowed: bool) -> Result<Self, PublicUrlError> {
        let uri: Uri = text.parse().map_err(|_| PublicUrlError::NotAnOrigin)?;
        let nothing_after = matches!(uri.path(), "" | "/") && uri.query().is_none() && !text.contains('#');
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(PublicUrlError::NotAnOrigin),
        };
        let authority =
            uri.authority().filter(|authority| !authority.as_str().contains('@') && nothing_after);
        let authority = authority.ok_or(PublicUrlError::NotAnOrigin)?;
        if !https && !insecure_allowed && !is_loopback(authority.host()) {
            return Err(PublicUrlError::Insecure);
        }
        let authority = without_default_port(authority.as_str(), https).ok_or(PublicUrlError::NotAnOrigin)?;
        Ok(Self { https, authority })
    }

    /// Whether cookies can be `Secure`.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether only this machine reaches it.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Whether a `Host` header names this server.
    pub fn is_host(&self, host: &str) -> bool {
        without_default_port(host, self.https).is_some_and(|host| host == self.authority)
    }

    /// The host, and its port unless it is the usual one.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        let port =
            self.authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        port.map_or(&self.authority, |(host, _)| host)
    }

    /// Whether an `Origin` header is this server's own.
    pub fn is_origin(&self, origin: &str) -> bool {
        origin == self.to_string()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1" || host == "[::1]"
}

/// As browsers write it in `Origin` and `Host`.
fn without_default_port(authority: &str, https: bool) -> Option<String> {
    let lower = authority.to_ascii_lowercase();
    let default = if https { ":443" } else { ":80" };
    let short = lower.strip_suffix(default).unwrap_or(&lower);
    let well_formed = !short.is_empty() && !short.ends_with(':');
    well_formed.then(|| short.to_owned())
}
