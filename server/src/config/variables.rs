//! Variables that begin as settings do.

use std::ffi::OsString;

/// Settings, as variables.
pub(super) const VARIABLES: &[&str] = &[
    "TWOFOLD_CONFIG",
    "TWOFOLD_DATABASE_URL",
    "TWOFOLD_DATABASE_URL_FILE",
    "TWOFOLD_DATABASE_CONNECTIONS",
    "TWOFOLD_MIGRATE",
    "TWOFOLD_LISTEN",
    "TWOFOLD_CONNECTIONS",
    "TWOFOLD_CONNECTIONS_PER_ADDRESS",
    "TWOFOLD_DRAIN_SECONDS",
    "TWOFOLD_METRICS_ADDRESS",
    "TWOFOLD_PUBLIC_URL",
    "TWOFOLD_INTERNAL_HOSTS",
    "TWOFOLD_ALLOW_INSECURE_HTTP",
    "TWOFOLD_SEALING_KEY_FILE",
    "TWOFOLD_ISSUER",
    "TWOFOLD_TRUSTED_DEVICE_DAYS",
    "TWOFOLD_EMAIL_CODES",
    "TWOFOLD_TRUSTED_PROXIES",
    "TWOFOLD_AUDIT_LOG_DAYS",
    "TWOFOLD_LOG_FORMAT",
    "TWOFOLD_SMTP_URL",
    "TWOFOLD_SMTP_URL_FILE",
    "TWOFOLD_ALLOW_INSECURE_SMTP",
    "TWOFOLD_MAIL_FROM",
    "TWOFOLD_MAIL_PER_HOUR",
];
/// Variables of the same prefix that are none: those of `cargo xtask` and of builds, and those that the documents call the API's address
/// and key.
const OTHERS: &[&str] = &[
    "TWOFOLD_BINARY",
    "TWOFOLD_COMMIT",
    "TWOFOLD_SITE",
    "TWOFOLD_TEST_POSTGRES_URL",
    "TWOFOLD_URL",
    "TWOFOLD_KEY",
];

/// What Kubernetes and Docker put beside a service that is called `twofold` or `twofold-…`.
fn is_injected(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let of_port = |rest: &str| match rest.split_once('_') {
        None => is_number(rest),
        Some((port, protocol)) => {
            is_number(port) && ["TCP", "UDP"].iter().any(|name| protocol.starts_with(name))
        }
    };
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_PORT")
        || name.contains("_SERVICE_PORT")
        || name.contains("_ENV_")
        || name.rsplit_once("_PORT_").is_some_and(|(_, rest)| of_port(rest))
}

/// A line for each variable that is no setting and looks like one, with the name that may have been meant.
pub(super) fn unknown(names: impl Iterator<Item = OsString>) -> Vec<String> {
    let names = names.filter_map(|name| name.into_string().ok()).filter(|name| name.starts_with("TWOFOLD_"));
    let unknown = names.filter(|name| {
        !VARIABLES.contains(&name.as_str()) && !OTHERS.contains(&name.as_str()) && !is_injected(name)
    });
    let mut lines: Vec<String> = unknown
        .map(|name| match nearest(&name) {
            Some(meant) => format!("{name} is not a setting, and is ignored: did you mean {meant}?"),
            None => format!("{name} is not a setting, and is ignored: `twofold --help` lists them"),
        })
        .collect();
    lines.sort();
    lines
}

/// The setting that is written most alike, if a third of its letters or less differ.
fn nearest(name: &str) -> Option<&'static str> {
    let all = VARIABLES.iter().map(|known| (distance(name, known), *known));
    let (letters, meant) = all.min_by_key(|(letters, _)| *letters)?;
    (letters * 3 <= meant.len() - "TWOFOLD_".len()).then_some(meant)
}

/// How many letters are to be changed, added or taken away (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, one) in from.bytes().enumerate() {
        let mut next = vec![line + 1];
        for ((other, above), diagonal) in to.bytes().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(one != other)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
