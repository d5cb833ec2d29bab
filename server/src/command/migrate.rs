//! `twofold migrate`.

use super::{say, starting};
use crate::config::Settings;
use clap::Args;

#[derive(Args)]
pub(super) struct Flags {
    /// Make a new, empty database even though there is a sealing key already
    #[arg(long)]
    create: bool,
}

pub(super) async fn migrate(settings: &Settings, flags: &Flags) -> anyhow::Result<()> {
    let database = starting::open(settings, flags.create, "migrate").await?;
    // What cannot be printed is done all the same.
    starting::migrate(&database, &|progress| drop(say(starting::in_words(&progress)))).await?;
    say("The database is up to date.")?;
    database.close().await;
    Ok(())
}
