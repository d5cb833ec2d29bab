//! `cargo xtask`: the only build script. One file for each thing that is built, started or checked.
#![expect(clippy::print_stdout, reason = "a command line talks on stdout")]

mod api;
mod assets;
mod authenticator;
mod bench;
mod browser;
mod command;
mod embed;
mod examples;
mod faults;
mod file;
mod house;
mod instance;
mod machine;
mod npm;
mod package;
mod postgres;
mod preflight;
mod promises;
mod python;
mod run;
mod script;
mod sdk;
mod server;
mod snippets;
mod step;
mod style;
mod tally;
mod test;
mod wasm;
mod watch;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Profile;

/// Builds, runs, tests and measures Twofold.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build the pages and the server that carries them: `target/<debug|release>/twofold`
    Build(server::Build),
    /// Build, then serve from the repository root, with data under `data/`
    Run(run::Run),
    /// Run the named steps, or all that CI checks
    Test(test::Test),
    /// Pack what people install: `target/package/`
    Package(package::Package),
    /// Measure
    Bench(bench::Bench),
    /// Build only what the browser loads: `target/site/<dev|release>/`
    Assets {
        /// Optimized for size, and compressed
        #[arg(long)]
        release: bool,
    },
}

fn main() -> ExitCode {
    // Printed here: a backtrace of the build tool helps nobody.
    match obey(Cli::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(verb: Verb) -> Result<()> {
    match verb {
        Verb::Build(build) => server::build(&build).map(|binary| println!("{}", binary.display())),
        Verb::Run(run) => run::run(&run),
        Verb::Test(test) => test::test(&test),
        Verb::Package(of) => package::package(&of).map(|folder| println!("{}", folder.display())),
        Verb::Bench(bench) => bench::bench(&bench),
        Verb::Assets { release } => {
            assets::build(Profile::of(release)).map(|site| println!("{}", site.display()))
        }
    }
}
