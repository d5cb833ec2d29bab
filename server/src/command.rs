//! The command line.

mod account;
mod admin;
mod audit;
mod backup;
mod check_config;
mod current;
mod deed;
mod doctor;
mod examples;
mod healthcheck;
mod key;
mod mail;
mod manual;
mod migrate;
mod restore;
mod serve;
mod site;
mod starting;

use crate::config::{self, Given, Settings};
use crate::{telemetry, version};
use anyhow::Context;
use clap::builder::Resettable;
use clap::{Arg, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// What a runtime waits for at its end.
const LAST: Duration = Duration::from_secs(1);

/// Two-factor authentication for sites that have a login already.
#[derive(Parser)]
#[command(name = "twofold", version = version::LONG)]
pub struct Twofold {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    given: Given,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve, after bringing the database up to date
    Serve(serve::Flags),
    /// Bring the database up to date
    Migrate(migrate::Flags),
    /// Copy a SQLite database while a server writes into it
    Backup(backup::Flags),
    /// Put a copy in the place of the database, and end what was used or revoked since it was made
    Restore(restore::Flags),
    /// Check the configuration and print what is in force
    CheckConfig(check_config::Flags),
    /// Ask the server of this configuration whether it is well; fails where it is not
    Healthcheck(healthcheck::Flags),
    /// Look at a site's page as a browser does, and say which line to change
    Doctor(doctor::Flags),
    /// Look after the accounts of the built-in sign-in
    #[command(subcommand)]
    Account(account::Verb),
    /// Help an administrator whom nobody else can help
    #[command(subcommand)]
    Admin(admin::Verb),
    /// Look at the audit log
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Try the mail server out
    #[command(subcommand)]
    Mail(mail::Verb),
    /// Look after the sites that embed Twofold
    #[command(subcommand)]
    Site(site::Verb),
    /// Look after the API keys of a site
    #[command(subcommand)]
    Key(key::Verb),
    /// Print what completes this command line in a shell
    Completions(manual::Completions),
    /// Print the page of the manual
    Man(manual::Pages),
}

impl Twofold {
    /// Reads the command line and the environment; ends the process where they do not read. An empty variable says nothing.
    pub fn from_line() -> Self {
        let is_empty =
            |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        let command =
            Self::whole().mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg });
        Self::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
    }

    /// The command line, with its examples.
    fn whole() -> Command {
        examples::add_to(Self::command())
    }

    /// Does what was asked for. Trouble goes to standard error and into the exit code.
    pub fn run(self) -> ExitCode {
        match self.done() {
            Ok(code) => code,
            Err(error) => {
                // Nothing can be done about a closed terminal.
                let _ = writeln!(std::io::stderr(), "twofold: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn done(self) -> anyhow::Result<ExitCode> {
        match self.verb.without_settings() {
            Some(done) => done.map(|()| ExitCode::SUCCESS),
            None => self.verb.run(self.given.settings()?),
        }
    }
}

impl Verb {
    /// Does what depends on no settings. `None`: it is something else.
    fn without_settings(&self) -> Option<anyhow::Result<()>> {
        if let Self::Completions(of) = self {
            return Some(manual::completions(of));
        }
        if let Self::Man(of) = self { Some(manual::pages(of)) } else { None }
    }

    /// Says what is passed over, in the log of a server, and to the person who typed anything else.
    fn warn(&self, settings: &Settings) -> Option<telemetry::Log> {
        let is_server = matches!(self, Self::Serve(_));
        let log = is_server.then(|| telemetry::begin(settings.log_format));
        for warning in config::warnings(settings) {
            if is_server {
                tracing::warn!("{warning}");
            } else {
                let _ = writeln!(std::io::stderr(), "twofold: {warning}");
            }
        }
        log
    }

    fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        // To the end: what still waits is written when it goes.
        let _log = self.warn(&settings);
        if let Self::CheckConfig(flags) = &self {
            return check_config::print(&settings, flags).map(|()| ExitCode::SUCCESS);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.context("cannot start the runtime")?;
        let done = runtime.block_on(async {
            let done = match self {
                Self::Doctor(flags) => return doctor::doctor(&settings, flags).await,
                Self::Healthcheck(flags) => healthcheck::ask(&settings, &flags).await,
                Self::Serve(flags) => serve::serve(settings, &flags).await,
                Self::Migrate(flags) => migrate::migrate(&settings, &flags).await,
                Self::Backup(flags) => backup::back_up(&settings, &flags).await,
                Self::Restore(flags) => restore::restore(&settings, &flags).await,
                Self::Account(verb) => verb.run(&settings).await,
                Self::Admin(verb) => verb.run(&settings).await,
                Self::Audit(verb) => verb.run(&settings).await,
                Self::Mail(verb) => verb.run(&settings).await,
                Self::Site(verb) => verb.run(&settings).await,
                Self::Key(verb) => verb.run(&settings).await,
                Self::CheckConfig(_) | Self::Completions(_) | Self::Man(_) => Ok(()),
            };
            done.map(|()| ExitCode::SUCCESS)
        });
        // A name that is looked up for ever, say, does not keep the process.
        runtime.shutdown_timeout(LAST);
        done
    }
}

/// Writes a line to standard output, for the person who typed the command.
fn say(line: impl std::fmt::Display) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("cannot write to standard output")
}
