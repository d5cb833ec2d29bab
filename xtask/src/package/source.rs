//! What is packed: which version, of when, for which machines.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{command, workspace};

pub(super) struct Source {
    pub(super) version: &'static str,
    /// As Debian and container registries call it.
    pub(super) architecture: &'static str,
    pub(super) commit: String,
    /// When the commit was made, in seconds: everything packed has this time, so that the same source makes the same files.
    pub(super) seconds: String,
    /// The same, in words.
    pub(super) moment: String,
}

impl Source {
    pub(super) fn read() -> Result<Self> {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => bail!("nobody has tried to pack for {other}"),
        };
        let seconds = git(&["log", "-1", "--format=%ct"])?;
        let moment = git(&["log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"])?;
        let commit = git(&["rev-parse", "HEAD"])?;
        Ok(Self { version: env!("CARGO_PKG_VERSION"), architecture, commit, seconds, moment })
    }
}

fn git(arguments: &[&str]) -> Result<String> {
    let mut git = Command::new("git");
    let said = command::output(git.current_dir(workspace::root()).env("TZ", "UTC").args(arguments))?;
    Ok(said.trim().to_owned())
}
