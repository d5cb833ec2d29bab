//! Configuration: a TOML file, `TWOFOLD_*` variables over it, flags over both; then one check of everything.

mod check;
mod file;
mod internal_host;
mod public_url;
mod secret_file;
mod secret_url;
mod smtp_url;
mod variables;

use crate::place::Network;
pub use check::ConfigError;
use clap::Args;
use domain::name::Issuer;
use domain::site::TrustedDays;
use file::File;
pub use internal_host::InternalHost;
use lettre::Address;
pub use public_url::PublicUrl;
pub use secret_url::DatabaseUrl;
use serde::Deserialize;
pub use smtp_url::{SmtpUrl, SmtpUrlError};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use storage::Target;

/// What the command line and the environment say of the configuration.
#[derive(Args, Clone, Debug, Default)]
pub struct Given {
    /// TOML file with settings
    #[arg(long, global = true, env = "TWOFOLD_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Flags, and the variables of the same names.
    #[command(flatten)]
    pub settings: Layer,
}

/// Settings as somebody wrote them, in one place or another. Every one may be missing.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// sqlite://<path> or postgres://… [default: sqlite://data/twofold.db]
    #[arg(long, global = true, env = "TWOFOLD_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<DatabaseUrl>,
    /// File that holds the database's URL [default: none]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_DATABASE_URL_FILE",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub database_url_file: Option<PathBuf>,
    /// Connections to a PostgreSQL at once [default: 16]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_DATABASE_CONNECTIONS",
        hide_env_values = true,
        value_name = "CONNECTIONS"
    )]
    pub database_connections: Option<u32>,
    /// Bring the database up to date when serving (true or false) [default: true]
    #[arg(long, global = true, env = "TWOFOLD_MIGRATE", hide_env_values = true, value_name = "BOOL")]
    pub migrate: Option<bool>,
    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, global = true, env = "TWOFOLD_LISTEN", hide_env_values = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Connections that are served at once [default: 1024]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_CONNECTIONS",
        hide_env_values = true,
        value_name = "CONNECTIONS"
    )]
    pub connections: Option<usize>,
    /// Connections of one address at once [default: 64]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_CONNECTIONS_PER_ADDRESS",
        hide_env_values = true,
        value_name = "CONNECTIONS"
    )]
    pub connections_per_address: Option<usize>,
    /// Seconds for which /readyz says so before connections are refused, after SIGTERM [default: 0]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_DRAIN_SECONDS",
        hide_env_values = true,
        value_name = "SECONDS"
    )]
    pub drain_seconds: Option<u64>,
    /// Address and port for /metrics, which nobody else should reach [default: none, no figures are kept]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_METRICS_ADDRESS",
        hide_env_values = true,
        value_name = "ADDRESS"
    )]
    pub metrics_address: Option<String>,
    /// Where people reach this server [default: http://localhost:3000]
    #[arg(long, global = true, env = "TWOFOLD_PUBLIC_URL", hide_env_values = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Other names under which servers call /v1, separated by commas; with or without a port [default: none]
    #[arg(long, global = true, env = "TWOFOLD_INTERNAL_HOSTS", hide_env_values = true, value_name = "HOSTS")]
    #[arg(value_delimiter = ',')]
    pub internal_hosts: Option<Vec<String>>,
    /// Allow a public URL of plain http that is not localhost (true or false) [default: false]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_ALLOW_INSECURE_HTTP",
        hide_env_values = true,
        value_name = "BOOL"
    )]
    pub allow_insecure_http: Option<bool>,
    /// Key file for what is encrypted in the database [default: sealing.key beside the SQLite database]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_SEALING_KEY_FILE",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub sealing_key_file: Option<PathBuf>,
    /// Name that authenticator apps show [default: Twofold]
    #[arg(long, global = true, env = "TWOFOLD_ISSUER", hide_env_values = true, value_name = "NAME")]
    pub issuer: Option<String>,
    /// Days for which a browser may be remembered at the built-in sign-in, 0 to 30 [default: 0, never]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_TRUSTED_DEVICE_DAYS",
        hide_env_values = true,
        value_name = "DAYS"
    )]
    pub trusted_device_days: Option<u32>,
    /// Let people of the built-in sign-in have codes mailed to them, which is less safe (true or false) [default: false]
    #[arg(long, global = true, env = "TWOFOLD_EMAIL_CODES", hide_env_values = true, value_name = "BOOL")]
    pub email_codes: Option<bool>,
    /// Addresses or networks whose X-Forwarded-For is believed, separated by commas [default: none]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_TRUSTED_PROXIES",
        hide_env_values = true,
        value_name = "NETWORKS"
    )]
    #[arg(value_delimiter = ',')]
    pub trusted_proxies: Option<Vec<String>>,
    /// Days for which events of the audit log are kept, 30 to 3650 [default: 0, for ever]
    #[arg(long, global = true, env = "TWOFOLD_AUDIT_LOG_DAYS", hide_env_values = true, value_name = "DAYS")]
    pub audit_log_days: Option<u32>,
    /// Form of the log: text or json [default: text]
    #[arg(long, global = true, env = "TWOFOLD_LOG_FORMAT", hide_env_values = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// Mail server: smtps://user:password@host, or smtp://…?tls=required [default: none, no mail is sent]
    #[arg(long, global = true, env = "TWOFOLD_SMTP_URL", hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<SmtpUrl>,
    /// File that holds the mail server's URL [default: none]
    #[arg(long, global = true, env = "TWOFOLD_SMTP_URL_FILE", hide_env_values = true, value_name = "FILE")]
    pub smtp_url_file: Option<PathBuf>,
    /// Allow a mail server on another machine that is spoken to in clear, without a password (true or false) [default: false]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_ALLOW_INSECURE_SMTP",
        hide_env_values = true,
        value_name = "BOOL"
    )]
    pub allow_insecure_smtp: Option<bool>,
    /// Address that mail comes from [default: no-reply@ the host of the public URL]
    #[arg(long, global = true, env = "TWOFOLD_MAIL_FROM", hide_env_values = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Letters that may leave in an hour, of all sites together [default: 10000]
    #[arg(
        long,
        global = true,
        env = "TWOFOLD_MAIL_PER_HOUR",
        hide_env_values = true,
        value_name = "LETTERS"
    )]
    pub mail_per_hour: Option<u32>,
}

impl Layer {
    /// These settings, and those of `under` where there is none.
    fn over(self, under: Self) -> Self {
        let (database_url, database_url_file) = secret_file::over(
            (self.database_url, self.database_url_file),
            (under.database_url, under.database_url_file),
        );
        let (smtp_url, smtp_url_file) =
            secret_file::over((self.smtp_url, self.smtp_url_file), (under.smtp_url, under.smtp_url_file));
        Self {
            database_url,
            database_url_file,
            database_connections: self.database_connections.or(under.database_connections),
            migrate: self.migrate.or(under.migrate),
            listen: self.listen.or(under.listen),
            connections: self.connections.or(under.connections),
            connections_per_address: self.connections_per_address.or(under.connections_per_address),
            drain_seconds: self.drain_seconds.or(under.drain_seconds),
            metrics_address: self.metrics_address.or(under.metrics_address),
            public_url: self.public_url.or(under.public_url),
            internal_hosts: self.internal_hosts.or(under.internal_hosts),
            allow_insecure_http: self.allow_insecure_http.or(under.allow_insecure_http),
            sealing_key_file: self.sealing_key_file.or(under.sealing_key_file),
            issuer: self.issuer.or(under.issuer),
            trusted_device_days: self.trusted_device_days.or(under.trusted_device_days),
            email_codes: self.email_codes.or(under.email_codes),
            trusted_proxies: self.trusted_proxies.or(under.trusted_proxies),
            audit_log_days: self.audit_log_days.or(under.audit_log_days),
            log_format: self.log_format.or(under.log_format),
            smtp_url,
            smtp_url_file,
            allow_insecure_smtp: self.allow_insecure_smtp.or(under.allow_insecure_smtp),
            mail_from: self.mail_from.or(under.mail_from),
            mail_per_hour: self.mail_per_hour.or(under.mail_per_hour),
        }
    }
}

/// The settings in force, each checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database.
    pub database_url: DatabaseUrl,
    /// Connections to a PostgreSQL at once.
    pub database_connections: u32,
    /// Whether serving brings the database up to date.
    pub migrate: bool,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Connections that are served at once.
    pub connections: usize,
    /// Connections of one address at once.
    pub connections_per_address: usize,
    /// For how long `/readyz` says that the end comes before connections are refused.
    pub drain: Duration,
    /// Where `/metrics` is; `None`: nowhere.
    pub metrics_address: Option<SocketAddr>,
    /// Where people reach this server: links, cookies and the check of `Origin` follow it, never the `Host` header.
    pub public_url: PublicUrl,
    /// Other names under which `/v1` may be called, and nothing else.
    pub internal_hosts: Vec<InternalHost>,
    /// The file with the sealing keys.
    pub sealing_key_file: PathBuf,
    /// What authenticator apps show.
    pub issuer: Issuer,
    /// For how long a browser may be remembered at the built-in sign-in.
    pub trusted_device_days: TrustedDays,
    /// Whether people of the built-in sign-in may have codes mailed to them.
    pub email_codes: bool,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// For how many days events of the audit log are kept; `None`: for ever.
    pub audit_log_days: Option<u16>,
    /// The form of the log.
    pub log_format: LogFormat,
    /// The mail server; empty if there is none.
    pub smtp_url: SmtpUrl,
    /// Whether the mail server may be spoken to in clear though it is another machine.
    pub allow_insecure_smtp: bool,
    /// Where mail comes from.
    pub mail_from: Address,
    /// Letters that may leave in an hour, of all sites together.
    pub mail_per_hour: u32,
}

impl Settings {
    /// Which database to open, and by how many connections.
    pub fn database(&self) -> Target<'_> {
        Target { url: self.database_url.expose(), connections: self.database_connections }
    }
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for a person.
    Text,
    /// One JSON object a line.
    Json,
}

impl Given {
    /// Reads the file, lays variables and flags over it, and checks the whole.
    ///
    /// # Errors
    /// [`ConfigError`], which names the setting and never holds a secret.
    pub fn settings(self) -> Result<Settings, ConfigError> {
        let from_file = match &self.config {
            Some(path) => File::read(path)?,
            None => Layer::default(),
        };
        check::settings(self.settings.over(from_file))
    }
}

/// What is passed over, and may not have been meant so: variables that look like settings, and parameters of the
/// database's URL. By name, and without what they say.
pub fn warnings(of: &Settings) -> Vec<String> {
    let mut warnings = variables::unknown(std::env::vars_os().map(|(name, _)| name));
    warnings.extend(
        storage::ignored_parameters(of.database_url.expose())
            .into_iter()
            .map(|name| format!("the parameter {name} of database_url is not known, and is ignored")),
    );
    warnings
}

#[cfg(test)]
mod tests;
