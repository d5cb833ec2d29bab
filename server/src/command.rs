//! The command line.

mod account;
mod admin;
mod audit;
mod check_config;
mod current;
mod deed;
mod key;
mod migrate;
mod serve;
mod site;

use crate::config::{Given, Settings};
use anyhow::Context;
use clap::{Parser, Subcommand};
use std::fs::DirBuilder;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::ExitCode;
use storage::Database;

/// Two-factor authentication for sites that have a login already.
#[derive(Parser)]
#[command(name = "twofold", version)]
pub struct Twofold {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    given: Given,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve, after bringing the database up to date
    Serve,
    /// Bring the database up to date
    Migrate,
    /// Check the configuration and print what is in force
    CheckConfig,
    /// Look after the accounts of the built-in sign-in
    #[command(subcommand)]
    Account(account::Verb),
    /// Help an administrator whom nobody else can help
    #[command(subcommand)]
    Admin(admin::Verb),
    /// Look at the audit log
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Look after the sites that embed Twofold
    #[command(subcommand)]
    Site(site::Verb),
    /// Look after the API keys of a site
    #[command(subcommand)]
    Key(key::Verb),
}

impl Twofold {
    /// Does what was asked for. Trouble goes to standard error and into the exit code.
    pub fn run(self) -> ExitCode {
        let done =
            self.given.settings().map_err(anyhow::Error::from).and_then(|settings| self.verb.run(settings));
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                // Nothing can be done about a closed terminal.
                let _ = writeln!(std::io::stderr(), "twofold: {error:#}");
                ExitCode::FAILURE
            }
        }
    }
}

impl Verb {
    fn run(self, settings: Settings) -> anyhow::Result<()> {
        if let Self::CheckConfig = self {
            return check_config::print(&settings);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.context("cannot start the runtime")?;
        runtime.block_on(async {
            match self {
                Self::Serve => serve::serve(settings).await,
                Self::Migrate => migrate::migrate(&settings).await,
                Self::Account(verb) => verb.run(&settings).await,
                Self::Admin(verb) => verb.run(&settings).await,
                Self::Audit(verb) => verb.run(&settings).await,
                Self::Site(verb) => verb.run(&settings).await,
                Self::Key(verb) => verb.run(&settings).await,
                Self::CheckConfig => Ok(()),
            }
        })
    }
}

/// Writes a line to standard output, for the person who typed the command.
fn say(line: impl std::fmt::Display) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}

async fn open(settings: &Settings) -> anyhow::Result<Database> {
    if let Some(folder) = settings.database_url.sqlite_file().as_deref().and_then(Path::parent) {
        // Nobody else on the machine needs to read it.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.with_context(|| format!("cannot create {}", folder.display()))?;
    }
    Ok(Database::open(settings.database_url.expose()).await?)
}
