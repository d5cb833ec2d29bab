//! The binary `twofold`.

use clap::Parser;
use server::command::Twofold;
use std::process::ExitCode;

fn main() -> ExitCode {
    Twofold::parse().run()
}
