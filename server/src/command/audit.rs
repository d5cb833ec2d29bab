//! `twofold audit …`.

mod export;

use super::current::current;
use super::say;
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::export_key::ExportKey;
use crate::{hex, sealing};
use anyhow::{Context, bail};
use clap::Subcommand;
use domain::chain::Cut;
use domain::ports::Clock;
use domain::seal::KeyRing;
use serde_json::{Value, json};
use std::sync::Arc;
use storage::chain::{Noted, Verdict};
use storage::{Chain, Database};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Compare the audit log with its hash chain; fails where something was changed, removed or added
    Verify {
        /// A head that was printed or logged before, which must still be part of the chain: <batch>:<hash>
        #[arg(long, value_name = "HEAD", value_parser = head)]
        head: Option<Noted>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write what was closed to standard output, as JSON lines that are signed: `examples/audit/check_export.py` checks them
    Export,
    /// Print the key with which an export is checked, as 64 hexadecimal digits. It is no secret
    PublicKey,
    /// Begin the proofs of a log that was written before there were any: once, after an upgrade
    Adopt,
}

impl Verb {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::Verify { head, json } => verify(settings, head, json).await,
            Self::Export => export::write(settings).await,
            Self::PublicKey => public_key(settings),
            Self::Adopt => adopt(settings).await,
        }
    }
}

async fn opened(settings: &Settings) -> anyhow::Result<(Database, KeyRing)> {
    let database = current(settings).await?;
    let keys = sealing::read(&settings.sealing_key_file)?;
    sealing::check(&settings.sealing_key_file, &keys, &database).await?;
    Ok((database, keys))
}

fn public_key(settings: &Settings) -> anyhow::Result<()> {
    let keys = sealing::read(&settings.sealing_key_file)?;
    let key = ExportKey::of(&keys).context("the sealing key file has no key to sign with")?;
    say(hex::write(key.public()))
}

async fn adopt(settings: &Settings) -> anyhow::Result<()> {
    let (database, keys) = opened(settings).await?;
    let adopted =
        Chain::new(database.clone(), keys).adopt(SystemClock::default().now(), Arc::new(OsEntropy)).await;
    database.close().await;
    match adopted.context("cannot begin the proofs of the audit log")? {
        Some(events) => {
            say(format_args!("{events} events are proved as they are now. Start the server again."))
        }
        None => bail!("the audit log has its proofs already"),
    }
}

async fn verify(settings: &Settings, noted: Option<Noted>, json: bool) -> anyhow::Result<()> {
    let (database, keys) = opened(settings).await?;
    let verdict =
        Chain::new(database.clone(), keys).verify(noted).await.context("cannot read the audit log")?;
    database.close().await;
    if json {
        print_json(&verdict)?;
    } else {
        print(&verdict)?;
    }
    match verdict.misfit {
        Some(misfit) => bail!("the audit log is not as it was written: {misfit}"),
        None => Ok(()),
    }
}

fn print(of: &Verdict) -> anyhow::Result<()> {
    let until = if of.misfit.is_some() { " up to the first place that does not fit" } else { "" };
    let (events, batches) = (counted(of.events, "event", "events"), counted(of.batches, "batch", "batches"));
    let (are, they) = if of.events == 1 { ("is", "it was") } else { ("are", "they were") };
    say(format_args!("{events} in {batches} {are} as {they} closed{until}."))?;
    if let Some(cut) = &of.cut {
        let events = counted(u64::try_from(cut.events).unwrap_or(0), "event", "events");
        let were = if cut.events == 1 { "was" } else { "were" };
        let (until, at) = (cut.until.rfc3339(), cut.at.rfc3339());
        say(format_args!(
            "Before them {events}, of up to {until}, {were} deleted by age, the last on {at}."
        ))?;
    }
    let are = if of.open == 1 { "is" } else { "are" };
    say(format_args!("{} {are} not closed yet.", counted(of.open, "event", "events")))?;
    say(format_args!("head {}", written(&of.head)))
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn print_json(of: &Verdict) -> anyhow::Result<()> {
    say(json!({
        "fits": of.misfit.is_none(),
        "events": of.events,
        "batches": of.batches,
        "open": of.open,
        "head": written(&of.head),
        "deleted": of.cut.as_ref().map(deleted),
        "misfit": of.misfit.map(|misfit| misfit.to_string()),
    }))
}

/// What was deleted by age.
fn deleted(of: &Cut) -> Value {
    let head = Noted { batch: of.batch, hash: of.hash };
    json!({
        "events": of.events,
        "until": of.until.rfc3339(),
        "at": of.at.rfc3339(),
        "head": written(&head),
    })
}

pub(super) fn written(of: &Noted) -> String {
    [&of.batch.to_string(), ":", &hex::write(&of.hash)].concat()
}

fn head(text: &str) -> Result<Noted, &'static str> {
    let wrong = "a head is the number of a batch, a colon and 64 hexadecimal digits";
    let (batch, hash) = text.split_once(':').ok_or(wrong)?;
    let hash = hex::read(hash).and_then(|bytes| bytes.try_into().ok());
    let batch = batch.parse().ok().filter(|batch| *batch > 0);
    batch.zip(hash).map(|(batch, hash)| Noted { batch, hash }).ok_or(wrong)
}
