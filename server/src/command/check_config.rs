//! `twofold check-config`.

use super::say;
use crate::config::{LogFormat, Settings};

/// Prints the settings in force. What may be a secret is not among them.
pub(super) fn print(settings: &Settings) -> anyhow::Result<()> {
    let log_format = match settings.log_format {
        LogFormat::Text => "text",
        LogFormat::Json => "json",
    };
    say(format_args!("database_url = {}", settings.database_url))?;
    say(format_args!("database_connections = {}", settings.database_connections))?;
    say(format_args!("migrate = {}", settings.migrate))?;
    say(format_args!("listen = {}", settings.listen))?;
    say(format_args!("connections = {}", settings.connections))?;
    say(format_args!("connections_per_address = {}", settings.connections_per_address))?;
    say(format_args!("drain_seconds = {}", settings.drain.as_secs()))?;
    say(format_args!("public_url = {}", settings.public_url))?;
    say(format_args!("internal_hosts = {}", settings.internal_hosts.len()))?;
    say(format_args!("sealing_key_file = {}", settings.sealing_key_file.display()))?;
    say(format_args!("issuer = {}", settings.issuer.as_str()))?;
    say(format_args!("trusted_device_days = {}", settings.trusted_device_days.days()))?;
    say(format_args!("email_codes = {}", settings.email_codes))?;
    say(format_args!("trusted_proxies = {}", settings.trusted_proxies.len()))?;
    say(format_args!("log_format = {log_format}"))?;
    say(format_args!("smtp_url = {}", settings.smtp_url))?;
    say(format_args!("allow_insecure_smtp = {}", settings.allow_insecure_smtp))?;
    say(format_args!("mail_from = {}", settings.mail_from))?;
    say(format_args!("mail_per_hour = {}", settings.mail_per_hour))?;
    say("The configuration is good.")
}
