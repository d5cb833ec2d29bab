//! `cargo xtask test package`: what is packed is installed into a scratch folder, looked at, and started.

mod debian;
mod image;
mod service;
mod started;
mod unit;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::{Made, make};
use crate::step::{seconds, timed};
use crate::tally::Tally;
use crate::{command, machine, python, workspace};

/// What every trial is given.
struct Scene {
    made: Made,
    /// The package, unpacked.
    installed: PathBuf,
    /// A folder that anybody may look into.
    scratch: PathBuf,
    is_root: bool,
}

/// Says what it saw, or what was wrong.
type Trial = fn(&Scene) -> Result<String>;

const TRIALS: &[(&str, Trial)] = &[
    ("the checksums are those of what is there", sums),
    ("the bill of materials, the manifests and the compose file are what they have to be", documents),
    (
        "the package installs, keeps what was configured, and leaves data and keys where it goes",
        debian::is_installed,
    ),
    ("the package's own configuration, manual and completions are good", debian::has_what_it_promises),
    ("the unit reads, and its exposure is below 2.0", unit::is_hardened),
    (
        "the service says when it is ready and when it ends, with a key that is mounted",
        service::says_how_it_stands,
    ),
    ("the image is small, has no root, and names its health check", image::is_small_and_described),
    ("the image's root serves, is healthy, and ends", image::serves),
];

pub(crate) fn test(binary: &Path) -> Result<Tally> {
    let made = make(binary, &workspace::path("target/package-trial"))?;
    let scratch = std::env::temp_dir().join(format!("twofold-package-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    fs::set_permissions(&scratch, Permissions::from_mode(0o755))?;
    let installed = scratch.join("installed");
    command::run(Command::new("dpkg-deb").arg("--extract").arg(&made.debian).arg(&installed))?;
    let scene = Scene { made, installed, scratch, is_root: machine::is_root()? };
    let mut tally = Tally::default();
    for (sentence, trial) in TRIALS {
        let (seen, took) = timed(|| trial(&scene));
        match seen {
            Ok(seen) => {
                tally.passed += 1;
                println!("ok      {sentence}\n        {seen} ({})", seconds(took));
            }
            Err(error) => {
                tally.failed += 1;
                println!("FAILED  {sentence}\n        {error:#} ({})", seconds(took));
            }
        }
    }
    fs::remove_dir_all(&scene.scratch)?;
    Ok(tally)
}

fn sums(scene: &Scene) -> Result<String> {
    let folder = scene.made.sums.parent().unwrap_or(Path::new("/"));
    let mut check = Command::new("sha256sum");
    let said =
        command::output(check.current_dir(folder).args(["--check", "--strict"]).arg(&scene.made.sums))?;
    let good = said.lines().filter(|line| line.ends_with(": OK")).count();
    ensure!(good >= 4, "{said}");
    Ok(format!("{good} files"))
}

/// By the schemas of CycloneDX and of Kubernetes; the compose file by `xtask/package/check.py` itself.
fn documents(scene: &Scene) -> Result<String> {
    let requirements = workspace::path("xtask/package/requirements.txt");
    let programs = python::environment("package-check", &requirements, "the check of the manifests")?;
    let mut check = Command::new(programs.join("python"));
    check.arg(workspace::path("xtask/package/check.py")).arg(&scene.made.sbom).arg(workspace::path("ops"));
    Ok(command::output(&mut check)?.trim().to_owned())
}
