//! `twofold audit …`.

use super::current::current;
use super::say;
use crate::config::Settings;
use crate::{hex, sealing};
use anyhow::{Context, bail};
use clap::Subcommand;
use storage::Chain;
use storage::chain::{Noted, Verdict};

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
}

impl Verb {
    pub(super) async fn run(self, settings: &Settings) -> anyhow::Result<()> {
        match self {
            Self::Verify { head, json } => verify(settings, head, json).await,
        }
    }
}

async fn verify(settings: &Settings, noted: Option<Noted>, json: bool) -> anyhow::Result<()> {
    let database = current(settings).await?;
    let keys = sealing::read(&settings.sealing_key_file)?;
    sealing::check(&settings.sealing_key_file, &keys, &database).await?;
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
    let are = if of.open == 1 { "is" } else { "are" };
    say(format_args!("{} {are} not closed yet.", counted(of.open, "event", "events")))?;
    say(format_args!("head {}", written(&of.head)))
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn print_json(of: &Verdict) -> anyhow::Result<()> {
    say(serde_json::json!({
        "fits": of.misfit.is_none(),
        "events": of.events,
        "batches": of.batches,
        "open": of.open,
        "head": written(&of.head),
        "misfit": of.misfit.map(|misfit| misfit.to_string()),
    }))
}

fn written(of: &Noted) -> String {
    [&of.batch.to_string(), ":", &hex::write(&of.hash)].concat()
}

fn head(text: &str) -> Result<Noted, &'static str> {
    let wrong = "a head is the number of a batch, a colon and 64 hexadecimal digits";
    let (batch, hash) = text.split_once(':').ok_or(wrong)?;
    let hash = hex::read(hash).and_then(|bytes| bytes.try_into().ok());
    let batch = batch.parse().ok().filter(|batch| *batch > 0);
    batch.zip(hash).map(|(batch, hash)| Noted { batch, hash }).ok_or(wrong)
}
