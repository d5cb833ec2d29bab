//! What the examples need: npm's packages in `examples/node` and `examples/raw-node`, and a virtual environment for
//! `examples/python`.

use std::path::PathBuf;

use anyhow::Result;

use crate::{npm, python, sdk, workspace};

/// Installs what is missing; returns the Python that the one example runs with.
pub(crate) fn install() -> Result<PathBuf> {
    sdk::build()?;
    npm::install(&workspace::path("examples/node"))?;
    npm::install(&workspace::path("examples/raw-node"))?;
    let requirements = workspace::path("examples/python/requirements.txt");
    let programs = python::environment("examples/python", &requirements, "the Python example")?;
    sdk::lend(&programs)?;
    Ok(programs.join("python"))
}
