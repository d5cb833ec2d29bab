//! The few things taken from npm, always as the lock file says and without install scripts.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::{command, file, preflight, workspace};

/// Runs `npm ci` in `folder` when `node_modules` is not what its lock file says.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let lock = file::hash(&file::read(&folder.join("package-lock.json"))?);
    let stamp = folder.join("node_modules/.twofold-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    preflight::node("this step")?;
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    command::run(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    file::write(&stamp, lock.as_bytes())
}

/// A program of `xtask/package.json`, installed.
pub(crate) fn program(name: &str) -> Result<Command> {
    let folder = workspace::path("xtask");
    install(&folder)?;
    Ok(Command::new(folder.join("node_modules/.bin").join(name)))
}
