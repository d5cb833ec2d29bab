//! From what somebody wrote to settings that can be relied on.

use super::public_url::PublicUrlError;
use super::secret_file;
use super::{DatabaseUrl, InternalHost, Layer, LogFormat, PublicUrl, Settings, SmtpUrl, SmtpUrlError};
use crate::place::Network;
use domain::name::{Issuer, NameError};
use domain::policy::{EVENTS_KEPT_AT_LEAST, EVENTS_KEPT_AT_MOST, TRUSTED_DEVICE_DAYS};
use domain::site::TrustedDays;
use lettre::Address;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// What is wrong with the configuration. It names the setting, and holds no value that may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{}, line {line}: {what}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from one.
        line: usize,
        /// What is wrong, in the words of the TOML library.
        what: String,
    },
    /// A file that holds a setting cannot be read.
    #[error("{setting}_file: cannot read {}: {cause}", path.display())]
    SecretFile {
        /// The setting that it holds.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: std::io::Error,
    },
    /// A setting, and a file that holds it.
    #[error("{0} and {0}_file say the same: leave one of them out")]
    SaidTwice(&'static str),
    /// `database_url`.
    #[error("database_url must be sqlite://<path> or postgres://…")]
    DatabaseUrl,
    /// `database_url`, in which the user name or the password is taken for something else.
    #[error(
        "database_url does not read as a URL: percent-encode what is special in the user name and the password \
         (# is %23, / is %2F, ? is %3F, @ is %40, % is %25)"
    )]
    DatabasePassword,
    /// `database_url`, over a network, without a word on encryption.
    #[error(
        "database_url leads to the host {0}, and no sslmode has what is said encrypted: write sslmode=verify-full (or require), \
         or sslmode=disable to speak in clear where the network is safe by itself"
    )]
    DatabaseInClear(String),
    /// `database_connections`.
    #[error("database_connections must be {} to {}", DATABASE_CONNECTIONS.start(), DATABASE_CONNECTIONS.end())]
    DatabaseConnections,
    /// `listen`.
    #[error("listen must be an address and a port, such as 127.0.0.1:3000 or [::]:3000")]
    Listen,
    /// `connections`.
    #[error("connections must be 16 to 65536")]
    Connections,
    /// `connections_per_address`.
    #[error("connections_per_address must be 1 to connections")]
    ConnectionsPerAddress,
    /// `drain_seconds`.
    #[error("drain_seconds must be 0 to 300")]
    DrainSeconds,
    /// `metrics_address`.
    #[error(
        "metrics_address must be an address and a port such as 127.0.0.1:9464, other than those of listen"
    )]
    MetricsAddress,
    /// `public_url`.
    #[error("public_url {0}")]
    PublicUrl(PublicUrlError),
    /// `internal_hosts`.
    #[error("internal_hosts: {0:?} is no host such as twofold or twofold.internal:3000")]
    InternalHosts(String),
    /// `sealing_key_file`.
    #[error("sealing_key_file must not be empty")]
    SealingKeyFile,
    /// `issuer`.
    #[error("issuer {0}")]
    Issuer(NameError),
    /// `trusted_device_days`.
    #[error("trusted_device_days must be 0 to {TRUSTED_DEVICE_DAYS}")]
    TrustedDeviceDays,
    /// `trusted_proxies`.
    #[error("trusted_proxies: {0:?} is neither an address nor a network such as 10.0.0.0/8")]
    TrustedProxies(String),
    /// `audit_log_days`.
    #[error(
        "audit_log_days must be 0, for ever, or {EVENTS_KEPT_AT_LEAST} to {EVENTS_KEPT_AT_MOST}: less would take events away of which \
         letters are to tell"
    )]
    AuditLogDays,
    /// `log_format`.
    #[error("log_format must be text or json")]
    LogFormat,
    /// `smtp_url`.
    #[error("smtp_url {0}")]
    SmtpUrl(SmtpUrlError),
    /// `mail_from`.
    #[error("mail_from must be an e-mail address")]
    MailFrom,
}

/// What is written is looked for by another connection than wrote it; so many at most do more than they cost.
const DATABASE_CONNECTIONS: RangeInclusive<u32> = 2..=1000;

pub(super) fn settings(layer: Layer) -> Result<Settings, ConfigError> {
    let database_url = secret_file::read("database_url", layer.database_url, layer.database_url_file)?;
    check_database(&database_url)?;
    let smtp_url = secret_file::read("smtp_url", layer.smtp_url, layer.smtp_url_file)?;
    let insecure_smtp = layer.allow_insecure_smtp.unwrap_or(false);
    let insecure_allowed = layer.allow_insecure_http.unwrap_or(false);
    let public_url = layer.public_url.as_deref().unwrap_or("http://localhost:3000");
    let sealing_key_file = layer.sealing_key_file.unwrap_or_else(|| database_url.default_key_file());
    if sealing_key_file.as_os_str().is_empty() {
        return Err(ConfigError::SealingKeyFile);
    }
    let listen = layer.listen.as_deref().unwrap_or("127.0.0.1:3000");
    let listen = listen.parse().map_err(|_| ConfigError::Listen)?;
    let public_url = PublicUrl::parse(public_url, insecure_allowed).map_err(ConfigError::PublicUrl)?;
    let (connections, connections_per_address) =
        connections(layer.connections, layer.connections_per_address)?;
    Ok(Settings {
        connections,
        connections_per_address,
        drain: drain(layer.drain_seconds.unwrap_or(0))?,
        database_connections: database_connections(layer.database_connections)?,
        migrate: layer.migrate.unwrap_or(true),
        metrics_address: metrics_address(layer.metrics_address.as_deref().unwrap_or_default(), listen)?,
        listen,
        issuer: Issuer::parse(layer.issuer.as_deref().unwrap_or("Twofold")).map_err(ConfigError::Issuer)?,
        trusted_device_days: TrustedDays::new(layer.trusted_device_days.unwrap_or(0))
            .ok_or(ConfigError::TrustedDeviceDays)?,
        email_codes: layer.email_codes.unwrap_or(false),
        internal_hosts: internal_hosts(layer.internal_hosts.unwrap_or_default())?,
        trusted_proxies: networks(layer.trusted_proxies.unwrap_or_default())?,
        audit_log_days: audit_log_days(layer.audit_log_days.unwrap_or(0))?,
        log_format: log_format(layer.log_format.as_deref().unwrap_or("text"))?,
        smtp_url: smtp(smtp_url, insecure_smtp)?,
        allow_insecure_smtp: insecure_smtp,
        mail_from: mail_from(layer.mail_from.unwrap_or_default(), &public_url)?,
        mail_per_hour: layer.mail_per_hour.unwrap_or(domain::letter_limit::IN_ALL),
        public_url,
        database_url,
        sealing_key_file,
    })
}

fn connections(all: Option<usize>, of_one: Option<usize>) -> Result<(usize, usize), ConfigError> {
    let all = all.unwrap_or(1024);
    let of_one = of_one.unwrap_or(64.min(all));
    if !(16..=65_536).contains(&all) {
        return Err(ConfigError::Connections);
    }
    if !(1..=all).contains(&of_one) {
        return Err(ConfigError::ConnectionsPerAddress);
    }
    Ok((all, of_one))
}

fn database_connections(written: Option<u32>) -> Result<u32, ConfigError> {
    let connections = written.unwrap_or(storage::CONNECTIONS);
    DATABASE_CONNECTIONS.contains(&connections).then_some(connections).ok_or(ConfigError::DatabaseConnections)
}

fn drain(seconds: u64) -> Result<Duration, ConfigError> {
    (seconds <= 300).then(|| Duration::from_secs(seconds)).ok_or(ConfigError::DrainSeconds)
}

/// Port 0 is any that is free, and so another one.
fn metrics_address(text: &str, listen: SocketAddr) -> Result<Option<SocketAddr>, ConfigError> {
    if text.is_empty() {
        return Ok(None);
    }
    let address: SocketAddr = text.parse().map_err(|_| ConfigError::MetricsAddress)?;
    if address == listen && address.port() != 0 {
        return Err(ConfigError::MetricsAddress);
    }
    Ok(Some(address))
}

fn internal_hosts(written: Vec<String>) -> Result<Vec<InternalHost>, ConfigError> {
    let host = |text: String| InternalHost::parse(&text).ok_or(ConfigError::InternalHosts(text));
    written.into_iter().map(host).collect()
}

fn check_database(url: &DatabaseUrl) -> Result<(), ConfigError> {
    if url.sqlite_file().is_some() {
        return Ok(());
    }
    if !url.is_postgres() {
        return Err(ConfigError::DatabaseUrl);
    }
    if url.is_cut_by_its_password() {
        return Err(ConfigError::DatabasePassword);
    }
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    url.host_in_clear(variable).map_or(Ok(()), |host| Err(ConfigError::DatabaseInClear(host)))
}

fn smtp(url: SmtpUrl, insecure_allowed: bool) -> Result<SmtpUrl, ConfigError> {
    if !url.is_empty() {
        url.transport(insecure_allowed).map_err(ConfigError::SmtpUrl)?;
    }
    Ok(url)
}

fn mail_from(written: String, public_url: &PublicUrl) -> Result<Address, ConfigError> {
    if written.is_empty() {
        let default = Address::new("no-reply", public_url.host());
        return Ok(default.unwrap_or_else(|_| Address::new_dangerous("no-reply", "localhost")));
    }
    written.parse().map_err(|_| ConfigError::MailFrom)
}

fn networks(written: Vec<String>) -> Result<Vec<Network>, ConfigError> {
    let written = written.into_iter().filter(|text| !text.trim().is_empty());
    written.map(|text| text.trim().parse().map_err(|()| ConfigError::TrustedProxies(text))).collect()
}

fn audit_log_days(written: u32) -> Result<Option<u16>, ConfigError> {
    match u16::try_from(written) {
        Ok(0) => Ok(None),
        Ok(days) if (EVENTS_KEPT_AT_LEAST..=EVENTS_KEPT_AT_MOST).contains(&days) => Ok(Some(days)),
        Ok(_) | Err(_) => Err(ConfigError::AuditLogDays),
    }
}

fn log_format(text: &str) -> Result<LogFormat, ConfigError> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(ConfigError::LogFormat),
    }
}
