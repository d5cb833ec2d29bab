//! `twofold migrate`.

use super::{say, starting};
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::sealing;
use clap::Args;
use storage::Database;

#[derive(Args)]
pub(super) struct Flags {
    /// Make a new, empty database even though there is a sealing key already; refused where there is a database
    #[arg(long)]
    create: bool,
}

pub(super) async fn migrate(settings: &Settings, flags: &Flags) -> anyhow::Result<()> {
    let database = starting::open(settings, flags.create, "migrate").await?;
    // What cannot be printed is done all the same.
    starting::migrate(&database, &|progress| drop(say(starting::in_words(&progress)))).await?;
    say("The database is up to date.")?;
    if let Err(error) = keep_from_being_remade(settings, &database).await {
        say(format_args!("The sealing key was not made: the first `twofold serve` makes it. {error:#}"))?;
    }
    database.close().await;
    Ok(())
}

/// Beside a SQLite file the sealing key is made here already. It says that there is a database: were the file lost before
/// anybody served, another one would be made in its place, and what `site create` and `key create` had stored would be gone
/// without a word. PostgreSQL is migrated from elsewhere as well, where a key would be another than the servers'.
async fn keep_from_being_remade(settings: &Settings, database: &Database) -> anyhow::Result<()> {
    if settings.database_url.sqlite_file().is_none() || sealing::is_in_use(database).await? {
        return Ok(());
    }
    Ok(sealing::create_missing(&settings.sealing_key_file, &OsEntropy)?)
}
