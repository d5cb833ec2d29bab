//! What the release binary costs: what a sign-in takes on either database, memory, and the time to its first answer.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::{env, fs, process};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::instance::{free_address, start};
use crate::server::Build;
use crate::step::timed;
use crate::{command, server};

use super::{memory, rates};

/// Starts on an existing database.
const STARTS: usize = 10;

#[derive(Args)]
pub(crate) struct Server {
    /// A binary with the feature `test-clock`; without one it is built
    #[arg(long, env = "TWOFOLD_BINARY")]
    binary: Option<PathBuf>,
    #[command(flatten)]
    rounds: Rounds,
}

#[derive(Args)]
pub(super) struct Rounds {
    /// Users, each of whom signs in twice a round
    #[arg(long, default_value_t = 128)]
    pub(super) users: usize,
    /// Rounds for every number of connections
    #[arg(long, default_value_t = 8)]
    pub(super) rounds: usize,
}

/// Measures the release binary, or the one that is named. An app shows a code once: the server's clock is moved.
pub(crate) fn measure(asked: &Server) -> Result<()> {
    let binary = built(asked.binary.as_deref())?;
    rates::measure(&binary, &asked.rounds)?;
    let directory = env::temp_dir().join(format!("twofold-bench-server-{}", process::id()));
    fs::create_dir_all(&directory)?;
    let measured = in_directory(&binary, &directory);
    fs::remove_dir_all(&directory)?;
    measured?;
    memory::measure(&binary)
}

/// The binary that is named, or a new one.
pub(super) fn built(named: Option<&Path>) -> Result<PathBuf> {
    let build = || server::build(&Build { release: true, features: vec!["test-clock".into()] });
    let binary = named.map(Path::to_owned).map_or_else(build, Ok)?;
    fs::canonicalize(&binary).with_context(|| binary.display().to_string())
}

fn in_directory(binary: &Path, directory: &Path) -> Result<()> {
    let mut starts = Vec::new();
    let mut memory = Memory::default();
    // The first one makes the database and does not count.
    for round in 0..=STARTS {
        let address = free_address()?;
        let (started, took) = timed(|| start(binary, directory, address));
        let mut child = started?;
        if round > 0 {
            starts.push(took);
        }
        memory = Memory::of(&child)?;
        command::stop(&mut child, "TERM")?;
    }
    starts.sort_unstable();
    let middle = starts.get(starts.len() / 2).context("no start was measured")?;
    println!("start to first answer, existing database: median {} ms of {STARTS}", middle.as_millis());
    println!("memory while idle: {} KiB (PSS), {} KiB (RSS)", memory.pss, memory.rss);
    Ok(())
}

/// In KiB, as Linux counts it.
#[derive(Default)]
struct Memory {
    pss: u64,
    rss: u64,
}

impl Memory {
    fn of(child: &Child) -> Result<Self> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", child.id()))?;
        let field = |name: &str| {
            let line = rollup.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).context("no such field")
        };
        Ok(Self { pss: field("Pss:")?, rss: field("Rss:")? })
    }
}
