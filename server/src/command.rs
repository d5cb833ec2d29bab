//! The command line.

mod account;
mod admin;
mod audit;
mod check_config;
mod current;
mod deed;
mod doctor;
mod key;
mod mail;
mod migrate;
mod serve;
mod site;
mod starting;

use crate::config::{self, Given, Settings};
use crate::telemetry;
use anyhow::Context;
use clap::builder::Resettable;
use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// What a runtime waits for at its end.
const LAST: Duration = Duration::from_secs(1);

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
    Serve(serve::Flags),
    /// Bring the database up to date
    Migrate(migrate::Flags),
    /// Check the configuration and print what is in force
    CheckConfig,
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
}

impl Twofold {
    /// Reads the command line and the environment; ends the process where they do not read. An empty variable says nothing.
    pub fn from_line() -> Self {
        let is_empty =
            |arg: &Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        let command =
            Self::command().mut_args(|arg| if is_empty(&arg) { arg.env(Resettable::Reset) } else { arg });
        Self::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
    }

    /// Does what was asked for. Trouble goes to standard error and into the exit code.
    pub fn run(self) -> ExitCode {
        let done =
            self.given.settings().map_err(anyhow::Error::from).and_then(|settings| self.verb.run(settings));
        match done {
            Ok(code) => code,
            Err(error) => {
                // Nothing can be done about a closed terminal.
                let _ = writeln!(std::io::stderr(), "twofold: {error:#}");
                ExitCode::FAILURE
            }
        }
    }
}

impl Verb {
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
        if let Self::CheckConfig = self {
            return check_config::print(&settings).map(|()| ExitCode::SUCCESS);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.context("cannot start the runtime")?;
        let done = runtime.block_on(async {
            let done = match self {
                Self::Doctor(flags) => return doctor::doctor(&settings, flags).await,
                Self::Serve(flags) => serve::serve(settings, &flags).await,
                Self::Migrate(flags) => migrate::migrate(&settings, &flags).await,
                Self::Account(verb) => verb.run(&settings).await,
                Self::Admin(verb) => verb.run(&settings).await,
                Self::Audit(verb) => verb.run(&settings).await,
                Self::Mail(verb) => verb.run(&settings).await,
                Self::Site(verb) => verb.run(&settings).await,
                Self::Key(verb) => verb.run(&settings).await,
                Self::CheckConfig => Ok(()),
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
