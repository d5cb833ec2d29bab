//! `cargo xtask run`: a server for the person who develops it.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::server::{self, Build};
use crate::{watch, workspace};

#[derive(Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) build: Build,
    /// Build again and restart when a source file changes
    #[arg(long)]
    watch: bool,
    /// Arguments for `twofold serve`
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds, then becomes the server (or watches over it). Ctrl-C ends it.
pub(crate) fn run(run: &Run) -> Result<()> {
    if run.watch {
        return watch::watch(run);
    }
    let binary = server::build(&run.build)?;
    Err(serve(run, &binary).exec()).with_context(|| format!("cannot start {}", binary.display()))
}

/// `twofold serve` in the root, where `data/` is.
pub(crate) fn serve(run: &Run, binary: &Path) -> Command {
    let mut serve = Command::new(binary);
    serve.current_dir(workspace::root()).arg("serve").args(&run.arguments);
    serve
}
