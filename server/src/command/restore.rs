//! `twofold restore`: a copy takes the place of a SQLite file, and what may have been used up or revoked since it was made is
//! ended, before anybody is served from it.

mod keys;
mod place;

use super::current::{absent, existing, full, proving};
use super::{say, starting};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::entropy::OsEntropy;
use crate::sealing;
use anyhow::{Context, bail, ensure};
use clap::Args;
use domain::fence::Fenced;
use domain::ports::Clock;
use keys::{Fate, KeyFlags};
use place::Place;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use storage::{Chain, Database, OpenError};

#[derive(Args)]
pub(super) struct Flags {
    /// A copy that `twofold backup` made, to be put in the place of the SQLite file that database_url names
    #[arg(required_unless_present = "fence")]
    file: Option<PathBuf>,
    /// Fence the database that is there already: on PostgreSQL, and where a copy was put there by hand
    #[arg(long, conflicts_with = "file")]
    fence: bool,
    /// Keep the database that is there aside, under a name that is printed
    #[arg(long, conflicts_with = "fence")]
    replace: bool,
    #[command(flatten)]
    keys: KeyFlags,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was done.
struct Outcome {
    ended: Fenced,
    /// Listed keys that the copy does not know.
    unknown: Vec<String>,
}

pub(super) async fn restore(settings: &Settings, flags: &Flags) -> anyhow::Result<()> {
    let Some(file) = &flags.file else {
        let database = there(settings).await?;
        let outcome = Box::pin(fenced(settings, database, &flags.keys)).await?;
        return tell(&super::current::place(settings), None, &outcome, flags.json);
    };
    let Some(target) = settings.database_url.sqlite_file() else {
        bail!(
            "PostgreSQL is restored by its own tools. Do that, and run `twofold restore --fence` before any server starts: \
             docs/operating.md, \"Backup and restore\", says how"
        );
    };
    let place = Place::claim(&target, flags.replace)?;
    let draft = place.draft(file)?;
    let is_whole = storage::backup::inspect(draft.path()).await;
    is_whole.with_context(|| format!("{} is no database of Twofold's that is whole", full(file)))?;
    let database = Database::open_unfenced(draft.path()).await?;
    let outcome = Box::pin(fenced(settings, database, &flags.keys)).await?;
    let target = place.path().display().to_string();
    let aside = place.put(draft, SystemClock::default().now())?;
    tell(&format!("the database {target}"), aside.as_deref(), &outcome, flags.json)
}

/// The database that is to be fenced where it is, if nobody has it open.
async fn there(settings: &Settings) -> anyhow::Result<Database> {
    let Some(file) = settings.database_url.sqlite_file() else {
        let is_open = storage::is_open_elsewhere(settings.database_url.expose()).await?;
        ensure!(
            !is_open,
            "a server or another command has this database open: stop it first. What it accepts meanwhile would not be ended"
        );
        return existing(settings).await;
    };
    // Let go of again: SQLite takes locks of its own.
    drop(place::hold(&file)?);
    match Database::open_unfenced(&file).await {
        Err(missing @ (OpenError::Nothing(_) | OpenError::Empty(_))) => {
            Err(absent(settings, &missing, "migrate"))
        }
        opened => Ok(opened?),
    }
}

/// Brings it up to date, and fences it with the sealing key that it was sealed with.
async fn fenced(settings: &Settings, database: Database, keys: &KeyFlags) -> anyhow::Result<Outcome> {
    let ring = sealing::read(&settings.sealing_key_file)?;
    starting::migrate(&database, &|_| {}).await?;
    sealing::check(&settings.sealing_key_file, &ring, &database).await?;
    let Fate { keys, unknown } = keys.fate(&storage::fence::keys(&database).await?)?;
    let now = SystemClock::default().now();
    let database = proving(database, &ring, now).await?;
    let ended = storage::fence::fence(&database, keys, now, Arc::new(OsEntropy)).await;
    let ended = ended.context("the database was not fenced")?;
    if let Err(error) = Chain::new(database.clone(), ring).count(now, true).await {
        // What was asked for is done.
        let _ = writeln!(std::io::stderr(), "twofold: the audit log was not counted: {error}");
    }
    database.close().await;
    Ok(Outcome { ended, unknown })
}

fn tell(what: &str, aside: Option<&Path>, outcome: &Outcome, json: bool) -> anyhow::Result<()> {
    let counts = outcome.ended.counts();
    let aside = aside.map(|aside| aside.display().to_string());
    if json {
        let ended: Map<_, _> =
            counts.into_iter().map(|(name, count)| (name.to_owned(), Value::from(count))).collect();
        return say(json!({ "ended": ended, "replaced": aside, "unknown_keys": outcome.unknown }));
    }
    if let Some(aside) = aside {
        say(format_args!("The database that was there is kept as {aside}."))?;
    }
    say(format_args!("Fenced: {what} may be served. {}.", outcome.ended))?;
    for key in &outcome.unknown {
        say(format_args!("The copy has no key {key}: it was made later, and is refused."))?;
    }
    say(
        "Everybody is signed out, and signs in with the next code of their app. Recovery codes are void: people make new ones; who \
         has lost the phone, too, needs a bypass code. docs/operating.md, \"What a fence cannot know\", says what is left to do.",
    )
}
