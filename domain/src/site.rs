//! What a site brings along: its origins, its policy, and the API keys by which its server speaks.

mod policy;

pub use policy::{FactorKinds, SitePolicy, TrustedDays};

use crate::name::{NameError, SiteId, UserId};
use crate::ports::Entropy;
use crate::secret::{SecretText, redacted};
use crate::session::TokenHash;
use sha2::{Digest, Sha256};

/// An origin on which a site's pages may show a widget: `https://host[:port]`, or `http://` for a host of this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin as a browser would write it (RFC 6454, section 6.2): scheme and host in lower case, no path, no
    /// wildcard.
    ///
    /// # Errors
    /// [`NameError::Forbidden`] for anything else: an origin that no browser sends would silently never match.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > 255 {
            return Err(NameError::TooLong { limit: 255 });
        }
        let (scheme, authority) = text.split_once("://").ok_or(NameError::Forbidden)?;
        let (host, port) =
            authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let local = host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1";
        let known_scheme = scheme == "https" || (scheme == "http" && local);
        let port_reads = port
            .is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number > 0 && !port.starts_with('0')));
        let default_port = matches!((scheme, port), ("https", Some("443")) | ("http", Some("80")));
        let good = known_scheme && is_host(host) && port_reads && !default_port;
        good.then(|| Self(text.to_owned())).ok_or(NameError::Forbidden)
    }

    /// The origin, as a browser sends it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Dot-separated labels of letters, digits and dashes (RFC 1123, section 2.1), in lower case.
fn is_host(host: &str) -> bool {
    host.split('.').all(|label| {
        let characters = label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        !label.is_empty() && characters && !label.starts_with('-') && !label.ends_with('-')
    })
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Open challenges and widgets, answer and redeem.
    Verify,
    /// Enroll authenticators without a widget.
    Enroll,
    /// See users and the audit log, reset, unlock, erase.
    Admin,
    /// See a user, and nothing else.
    Read,
}

impl Scope {
    /// Every scope there is.
    pub const ALL: [Self; 4] = [Self::Verify, Self::Enroll, Self::Admin, Self::Read];

    /// The name in SQL, JSON and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Enroll => "enroll",
            Self::Admin => "admin",
            Self::Read => "read",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// The public half of an API key: sixteen hexadecimal digits, by which it is looked up, listed and revoked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyName(String);

impl KeyName {
    /// Reads the public half; `None` unless it has the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 16 && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An API key, `tf_<name>_<secret>`: shown once when it is made, stored only as a hash. The secret has 256 bits
/// (ASVS 5.0, 7.2.3 demands 128).
#[derive(Clone, PartialEq, Eq)]
pub struct PlainKey {
    name: KeyName,
    text: SecretText,
}

redacted!(PlainKey);

impl PlainKey {
    /// A new random key.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        let (name, secret) = (hex::<8>(entropy), hex::<32>(entropy));
        Self { text: SecretText::new(format!("tf_{name}_{secret}")), name: KeyName(name) }
    }

    /// Reads a key as a site's server sends it; `None` unless it has the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, secret) = text.strip_prefix("tf_")?.split_once('_')?;
        let well_formed = secret.len() == 64 && secret.bytes().all(is_hex);
        let name = KeyName::parse(name).filter(|_| well_formed)?;
        Some(Self { name, text: SecretText::new(text.to_owned()) })
    }

    /// The public half.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The whole key. Whoever asks is responsible for where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What is stored and compared.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.expose().as_bytes()).into())
    }
}

/// Who speaks for a site: the only source of which site a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteCaller {
    /// The site.
    pub site: SiteId,
    /// The key it spoke with.
    pub key: KeyName,
    /// What the key may do.
    pub scopes: Vec<Scope>,
}

impl SiteCaller {
    /// As whom the log names it: the public half of its key.
    #[must_use]
    pub fn doer(&self) -> Option<UserId> {
        UserId::parse(&["tf_", self.key.as_str()].concat()).ok()
    }
}

fn hex<const BYTES: usize>(entropy: &dyn Entropy) -> String {
    let mut random = [0_u8; BYTES];
    entropy.fill(&mut random);
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededEntropy;

    #[test]
    fn an_origin_is_what_a_browser_would_send() {
        for good in [
            "https://shop.example.com",
            "https://shop.example.com:8443",
            "http://localhost:4000",
            "http://shop.localhost:4000",
            "http://127.0.0.1:3000",
            "https://xn--mnchen-3ya.example",
        ] {
            assert_eq!(Origin::parse(good).map(|origin| origin.0), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "*",
            "null",
            "https://",
            "https://*.example.com",
            "https://shop.example.com/",
            "shop.example.com",
            "http://shop.example.com",
            "https://Shop.example.com",
            "https://shop.example.com:443",
            "https://a:0",
            "https://user@shop.example.com",
            "https://shop.example.com:99999",
            "javascript://x",
            "https://a b",
            "https://evil.example;frame-ancestors *",
            "https://a..b",
            "https://-a.b",
            "http://localhost:080",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_reads_back_and_does_not_print() {
        let key = PlainKey::new(&SeededEntropy::new(1));
        let again = PlainKey::parse(key.expose()).unwrap();
        assert_eq!((again.name(), again.hash()), (key.name(), key.hash()));
        assert_eq!(format!("{key:?}"), "PlainKey(redacted)");
        let (cut, upper) = (&key.expose()[..82], key.expose().to_uppercase());
        for bad in ["", "tf__", "tf_0123456789abcdef_", cut, &upper, "Bearer x"] {
            assert_eq!(PlainKey::parse(bad), None);
        }
    }
}
