//! The packages for a site's server and pages, in `sdk/`: each has its own tests, against the release binary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::tally::Tally;
use crate::{command, file, npm, python, workspace};

/// In this order: the tests of the second use what the first one builds.
const NPM: &[&str] = &["sdk/node", "sdk/react"];
const PYTHON: &str = "sdk/python";
const PHP: &str = "sdk/php";

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
    let mut tests = Command::new(python()?);
    tests.current_dir(workspace::path(PYTHON)).arg("tests/run.py").env("TWOFOLD_BINARY", binary);
    tally += Tally::of_unittest(&command::tee(&mut tests)?);
    let mut phpunit = Command::new("phpunit");
    phpunit.current_dir(workspace::path(PHP)).env("TWOFOLD_BINARY", binary);
    tally += Tally::of_phpunit(&command::tee(&mut phpunit)?);
    Ok(tally)
}

/// The package that `examples/node` takes from the repository, built.
pub(crate) fn build() -> Result<()> {
    command::run(Command::new("npm").current_dir(install("sdk/node")?).args(["run", "--silent", "build"]))
}

/// Lets the Python of this folder of programs import the package from the repository, as it stands.
pub(crate) fn lend(programs: &Path) -> Result<()> {
    let mut ask = Command::new(programs.join("python"));
    let site = command::output(ask.args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]))?;
    let source = workspace::path(PYTHON).join("src");
    file::write(&Path::new(site.trim()).join("twofold.pth"), source.to_string_lossy().as_bytes())
}

/// Packs what people install into this folder.
pub(crate) fn package(target: &Path) -> Result<()> {
    fs::create_dir_all(target)?;
    for folder in NPM {
        let folder = install(folder)?;
        // `prepare` builds it.
        let mut npm = Command::new("npm");
        command::run(npm.current_dir(folder).args(["pack", "--pack-destination"]).arg(target))?;
    }
    wheel(target)?;
    composer(target)
}

fn wheel(target: &Path) -> Result<()> {
    let folder = workspace::path(PYTHON);
    // What an earlier version had would be packed, too.
    let old = folder.join("build");
    if old.is_dir() {
        fs::remove_dir_all(old)?;
    }
    let mut pip = Command::new(python()?);
    pip.args(["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir"]);
    command::run(pip.arg(target).arg(folder))
}

/// A folder for Composer's `path` or, zipped, its `artifact`: `composer config repositories.twofold path …`.
fn composer(target: &Path) -> Result<()> {
    let folder = target.join("php");
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut cp = Command::new("cp");
    cp.current_dir(workspace::path(PHP)).args(["-RL", "src", "composer.json", "README.md"]);
    command::run(cp.args(["LICENSE-APACHE", "LICENSE-MIT"]).arg(&folder))
}

/// The Python that the tests of the package run with.
fn python() -> Result<PathBuf> {
    let requirements = workspace::path(PYTHON).join("tests/requirements.txt");
    Ok(python::environment("sdk-python", &requirements, "the test of the Python package")?.join("python"))
}

fn install(folder: &str) -> Result<PathBuf> {
    let folder = workspace::path(folder);
    npm::install(&folder)?;
    Ok(folder)
}
