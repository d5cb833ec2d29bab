//! `cargo xtask bench`: one file under `bench/` for each thing measured.

pub(crate) mod size;

use anyhow::Result;
use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The bytes that a browser loads, against the budget
    Size(size::Size),
}

pub(crate) fn bench(bench: &Bench) -> Result<()> {
    match &bench.what {
        What::Size(size) => size::size(size),
    }
}
