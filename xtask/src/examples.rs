//! What the examples need: npm's packages in `examples/node`, and a virtual environment for `examples/python`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::{command, file, npm, preflight, workspace};

/// Installs what is missing; returns the Python that the one example runs with.
pub(crate) fn install() -> Result<PathBuf> {
    npm::install(&workspace::path("examples/node"))?;
    let requirements = workspace::path("examples/python/requirements.txt");
    let folder = workspace::path("target/examples/python");
    let python = folder.join("bin/python");
    let stamp = folder.join(".twofold-requirements");
    let wanted = file::hash(&file::read(&requirements)?);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    preflight::python("the Python example")?;
    command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let quietly = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    command::run(Command::new(&python).args(quietly).arg(&requirements))?;
    file::write(&stamp, wanted.as_bytes())?;
    Ok(python)
}
