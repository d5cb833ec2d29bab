//! `twofold mail …`.

use super::say;
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::mail::{Letter, SendError, Sender};
use anyhow::{Context, bail};
use clap::Subcommand;
use domain::letter_limit::Weight;
use domain::name::EventId;
use domain::ports::Clock;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Send a letter to this address, and say what the mail server made of it
    Test {
        /// The address
        address: String,
    },
}

impl Verb {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        let Self::Test { address } = self;
        test(settings, &address).await
    }
}

async fn test(settings: &Settings, address: &str) -> anyhow::Result<()> {
    let sender = Sender::new(settings).context("smtp_url names no mail server: no mail is sent")?;
    let (now, id) = (SystemClock::default().now(), EventId::new(SystemClock::default().now(), &OsEntropy));
    match sender.send(&letter(settings, address), &id.to_string(), now).await {
        Ok(()) => say(format_args!(
            "{} took the letter, from {} to {address}. Look for it, among the unwanted ones too.",
            settings.smtp_url, settings.mail_from
        )),
        Err(SendError::Address) => bail!("{address} is not an e-mail address that mail can be sent to"),
        Err(error) => bail!("{}: {error}", settings.smtp_url),
    }
}

fn letter(settings: &Settings, address: &str) -> Letter {
    let site = settings.issuer.as_str();
    let said = format!("This is a test: mail from {site} at {} arrives.", settings.public_url);
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"></head><body><p>{}</p></body></html>",
        html_escape::encode_text(&said)
    );
    let (from, to) = (site.to_owned(), address.to_owned());
    Letter {
        from,
        to,
        subject: format!("A test · {site}"),
        text: format!("{said}\n"),
        html,
        weight: Weight::Light,
    }
}
