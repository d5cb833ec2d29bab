//! The packages for a site's server and pages, in `sdk/`: each has its own tests, against the release binary.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::tally::Tally;
use crate::{command, npm, workspace};

/// In this order: the tests of the second use what the first one builds.
const NPM: &[&str] = &["sdk/node", "sdk/react"];

/// Installs what is missing, builds and tests.
pub(crate) fn test(binary: &Path, chromium: &Path) -> Result<Tally> {
    let mut tally = Tally::default();
    for folder in NPM {
        let folder = install(folder)?;
        let mut npm = Command::new("npm");
        npm.current_dir(folder)
            .args(["test", "--silent"])
            .env("TWOFOLD_BINARY", binary)
            .env("CHROMIUM", chromium);
        tally += Tally::of_node(&command::tee(&mut npm)?);
    }
    Ok(tally)
}

/// The package that `examples/node` takes from the repository, built.
pub(crate) fn build() -> Result<()> {
    command::run(Command::new("npm").current_dir(install("sdk/node")?).args(["run", "--silent", "build"]))
}

/// Packs what people install; returns the folder.
pub(crate) fn package() -> Result<PathBuf> {
    let target = workspace::path("target/sdk");
    std::fs::create_dir_all(&target)?;
    for folder in NPM {
        let folder = install(folder)?;
        // `prepare` builds it.
        let mut npm = Command::new("npm");
        command::run(npm.current_dir(folder).args(["pack", "--pack-destination"]).arg(&target))?;
    }
    Ok(target)
}

fn install(folder: &str) -> Result<PathBuf> {
    let folder = workspace::path(folder);
    npm::install(&folder)?;
    Ok(folder)
}
