//! The URL of a PostgreSQL: what of it may be said, and what of it sqlx does not know.

/// The parameters that sqlx takes, and `options[…]`. The value of any other one it would log.
const PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

fn is_known(pair: &str) -> bool {
    let name = name_of(pair);
    PARAMETERS.contains(&name)
        || name.starts_with("options[")
        || name.to_ascii_lowercase().starts_with("options%5b")
}

fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

/// The names of the parameters in this URL that mean nothing here. They are ignored.
pub fn ignored_parameters(url: &str) -> Vec<String> {
    if url.starts_with("sqlite:") {
        return Vec::new();
    }
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty() && !is_known(pair));
    pairs.map(|pair| name_of(pair).to_owned()).collect()
}

/// The URL without those parameters.
pub(super) fn without_ignored(url: &str) -> String {
    let Some((place, query)) = url.split_once('?') else { return url.to_owned() };
    let known: Vec<&str> = query.split('&').filter(|pair| is_known(pair)).collect();
    if known.is_empty() { place.to_owned() } else { format!("{place}?{}", known.join("&")) }
}

/// Host, port and database: whatever stands before the last `@` may be a password, and a parameter may be one, too.
pub(super) fn place(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let rest = rest.split('?').next().unwrap_or_default();
    rest.rsplit_once('@').map_or(rest, |(_, place)| place)
}
