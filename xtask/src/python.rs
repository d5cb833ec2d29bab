//! What is taken from PyPI: virtual environments below `target/`, with what a file of pinned versions says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::{command, file, preflight, workspace};

/// Makes the environment of this name, unless it holds what `requirements` says; returns its folder of programs. `what`
/// needs it.
pub(crate) fn environment(name: &str, requirements: &Path, what: &str) -> Result<PathBuf> {
    let folder = workspace::path("target").join(name);
    let (programs, stamp) = (folder.join("bin"), folder.join(".twofold-requirements"));
    let wanted = file::hash(&file::read(requirements)?);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    preflight::python(what)?;
    command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let quietly = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    command::run(Command::new(programs.join("python")).args(quietly).arg(requirements))?;
    file::write(&stamp, wanted.as_bytes())?;
    Ok(programs)
}
