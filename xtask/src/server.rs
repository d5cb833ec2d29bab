//! The binary, with its pages inside.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::step::step;
use crate::workspace::{self, Profile};
use crate::{assets, command};

#[derive(Args, Clone, Default)]
pub(crate) struct Build {
    /// Optimized, with compressed assets
    #[arg(long)]
    pub(crate) release: bool,
    /// Features of the server, such as `test-clock`
    #[arg(long, value_delimiter = ',')]
    pub(crate) features: Vec<String>,
}

/// Builds pages and server; returns the binary.
pub(crate) fn build(build: &Build) -> Result<PathBuf> {
    let site = assets::build(Profile::of(build.release))?;
    link(build, &site)
}

/// Builds the server around a site that is there already.
pub(crate) fn link(build: &Build, site: &Path) -> Result<PathBuf> {
    let profile = Profile::of(build.release);
    let mut cargo = command::cargo();
    cargo.args(["build", "--package", "server", "--bin", "twofold"]).env("TWOFOLD_SITE", site);
    cargo.env("TWOFOLD_COMMIT", commit());
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    if !build.features.is_empty() {
        cargo.arg("--features").arg(build.features.join(","));
    }
    step("building the server", || command::run(&mut cargo))?;
    Ok(workspace::path("target").join(profile.target_dir()).join("twofold"))
}

/// What the binary says that it was built from; nothing where this is no checkout.
fn commit() -> String {
    let mut git = Command::new("git");
    git.current_dir(workspace::root());
    git.args(["describe", "--always", "--exclude=*", "--abbrev=12", "--dirty=-changed"]);
    command::output(&mut git).map(|commit| commit.trim().to_owned()).unwrap_or_default()
}
