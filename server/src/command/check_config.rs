//! `twofold check-config`.

use super::say;
use crate::config::{LogFormat, Settings};
use clap::Args;
use serde_json::{Map, Value, json};

#[derive(Args)]
pub(super) struct Flags {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the settings in force. What may be a secret is not among them.
pub(super) fn print(settings: &Settings, flags: &Flags) -> anyhow::Result<()> {
    let lines = shown(settings);
    if flags.json {
        let all: Map<String, Value> = lines.into_iter().map(|(name, said)| (name.to_owned(), said)).collect();
        return say(Value::Object(all));
    }
    for (name, said) in lines {
        match said.as_str() {
            Some(text) => say(format_args!("{name} = {text}"))?,
            None => say(format_args!("{name} = {said}"))?,
        }
    }
    say("The configuration is good.")
}

fn shown(settings: &Settings) -> Vec<(&'static str, Value)> {
    let log_format = match settings.log_format {
        LogFormat::Text => "text",
        LogFormat::Json => "json",
    };
    let metrics_address = settings.metrics_address.map(|address| address.to_string()).unwrap_or_default();
    vec![
        ("database_url", json!(settings.database_url.to_string())),
        ("database_connections", json!(settings.database_connections)),
        ("migrate", json!(settings.migrate)),
        ("listen", json!(settings.listen.to_string())),
        ("connections", json!(settings.connections)),
        ("connections_per_address", json!(settings.connections_per_address)),
        ("drain_seconds", json!(settings.drain.as_secs())),
        ("metrics_address", json!(metrics_address)),
        ("public_url", json!(settings.public_url.to_string())),
        ("internal_hosts", json!(settings.internal_hosts.len())),
        ("sealing_key_file", json!(settings.sealing_key_file.display().to_string())),
        ("issuer", json!(settings.issuer.as_str())),
        ("trusted_device_days", json!(settings.trusted_device_days.days())),
        ("email_codes", json!(settings.email_codes)),
        ("trusted_proxies", json!(settings.trusted_proxies.len())),
        ("audit_log_days", json!(settings.audit_log_days.unwrap_or(0))),
        ("log_format", json!(log_format)),
        ("smtp_url", json!(settings.smtp_url.to_string())),
        ("allow_insecure_smtp", json!(settings.allow_insecure_smtp)),
        ("mail_from", json!(settings.mail_from.to_string())),
        ("mail_per_hour", json!(settings.mail_per_hour)),
    ]
}
