//! The database's URL, in which a password may stand.

use serde::Deserialize;
use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The URL of the database. It prints without its user, password and parameters.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL as it was written, for opening the database and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The file of a SQLite database.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let rest = self.0.strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest);
        let path = path.split('?').next().unwrap_or_default();
        (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
    }

    /// Whether it is one of PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.0.starts_with("postgres://") || self.0.starts_with("postgresql://")
    }

    /// Whether a character of the password, or of the user name, ends them too early.
    pub(super) fn is_cut_by_its_password(&self) -> bool {
        let rest = self.after_scheme();
        let before_query = rest.split('?').next().unwrap_or_default();
        let (authority, path) = before_query.split_once('/').unwrap_or((before_query, ""));
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let after_host = place.rsplit_once(']').map_or(place, |(_, after)| after);
        let port = after_host.split_once(':').map_or("", |(_, port)| port);
        rest.contains('#') || path.contains('@') || !port.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The host of a PostgreSQL that is reached over a network, where the URL does not say whether to encrypt.
    /// `variable` reads what connecting reads where the URL says nothing: `PGSSLMODE`,
    /// `PGHOSTADDR`, `PGHOST`.
    pub(super) fn host_in_clear(&self, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
        let rest = self.after_scheme();
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let parameters = || query.split('&').filter_map(|pair| pair.split_once('='));
        // The last of them counts. `prefer` and `allow`, and what is no mode, speak in clear to whoever wants it.
        let said = parameters().rfind(|(name, _)| *name == "sslmode" || *name == "ssl-mode");
        let mode = said.map(|(_, mode)| mode.to_owned()).or_else(|| variable("PGSSLMODE"));
        if mode.is_some_and(|mode| MEANT.contains(&mode.to_ascii_lowercase().as_str())) {
            return None;
        }
        let authority = place.split('/').next().unwrap_or_default();
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let host = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
            Some((host, _)) => host,
            None => place.split(':').next().unwrap_or_default(),
        };
        // The last of them counts, as it does when connecting.
        let named = parameters().rfind(|(name, _)| *name == "host" || *name == "hostaddr");
        let host = named.map_or(host, |(_, host)| host).to_owned();
        let elsewhere = || variable("PGHOSTADDR").or_else(|| variable("PGHOST"));
        let host = if host.is_empty() { elsewhere().unwrap_or_default() } else { host };
        (!is_this_machine(&host)).then_some(host)
    }

    fn after_scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, rest)| rest)
    }

    /// Where the sealing keys lie if nothing else is said: beside the database, or in `data/`.
    pub fn default_key_file(&self) -> PathBuf {
        let file = self.sqlite_file().unwrap_or_else(|| PathBuf::from("data/twofold.db"));
        file.parent().unwrap_or(Path::new("")).join("sealing.key")
    }
}

/// Modes that are encrypted, or in clear because somebody says so.
const MEANT: [&str; 4] = ["disable", "require", "verify-ca", "verify-full"];

/// A socket of this machine, its loopback, or nothing (which is one of both).
fn is_this_machine(host: &str) -> bool {
    let is_socket = host.starts_with('/') || host.to_ascii_lowercase().starts_with("%2f");
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    host.is_empty() || host.eq_ignore_ascii_case("localhost") || is_socket || is_loopback
}

impl FromStr for DatabaseUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self("sqlite://data/twofold.db".to_owned())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = self.sqlite_file() {
            return write!(f, "sqlite://{}", file.display());
        }
        // Whatever stands before the last @ may be a password, and a parameter may be one too.
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        let place = rest.rsplit_once('@').map_or("…", |(_, place)| place);
        write!(f, "postgres://…@{}", place.split('?').next().unwrap_or_default())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
