//! What the tests need of the machine beside Rust and Node: installed where that may be done, and said in one line where
//! it may not.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{command, preflight};

/// How it is known that a package of Debian's is there.
enum Sign {
    /// This program is on the PATH.
    Program(&'static str),
    /// Python can make virtual environments.
    PythonVenv,
    /// PostgreSQL's server is there, which Debian keeps off the PATH.
    PostgresServer,
    /// Debian's list of packages says so: fonts are no programs, and daemons are off the PATH. Other systems are taken at
    /// their word.
    Listed,
}

/// The packages, each with its sign. The fonts are those in which the widths of the pages are looked at.
const NEEDED: &[(&str, Sign)] = &[
    ("chromium", Sign::Program("chromium")),
    ("chromium-headless-shell", Sign::Program("chromium-headless-shell")),
    ("firefox-esr", Sign::Program("firefox-esr")),
    ("oathtool", Sign::Program("oathtool")),
    ("zbar-tools", Sign::Program("zbarimg")),
    ("python3-venv", Sign::PythonVenv),
    ("postgresql", Sign::PostgresServer),
    ("pgbouncer", Sign::Listed),
    ("prometheus", Sign::Program("promtool")),
    ("systemd", Sign::Program("systemd-analyze")),
    ("skopeo", Sign::Program("skopeo")),
    ("ca-certificates", Sign::Listed),
    ("php-cli", Sign::Program("php")),
    ("php-curl", Sign::Listed),
    ("phpunit", Sign::Program("phpunit")),
    ("php-nyholm-psr7", Sign::Listed),
    ("php-guzzlehttp-guzzle", Sign::Listed),
    ("php-illuminate-auth", Sign::Listed),
    ("php-illuminate-config", Sign::Listed),
    ("php-illuminate-cookie", Sign::Listed),
    ("php-illuminate-encryption", Sign::Listed),
    ("php-illuminate-events", Sign::Listed),
    ("php-illuminate-routing", Sign::Listed),
    ("php-vlucas-phpdotenv", Sign::Listed),
    ("fonts-dejavu-core", Sign::Listed),
    ("fonts-inter", Sign::Listed),
    ("fonts-noto-core", Sign::Listed),
];

/// Installs what the tests miss, as root on Debian.
///
/// # Errors
/// Elsewhere the error is the one line that installs it.
pub(crate) fn install_missing() -> Result<()> {
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|(package, sign)| !sign.is_there(package))
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !may_install()? {
        bail!("the tests need more of this machine. Run: {}", by_hand(&missing));
    }
    println!("installing {} …", missing.join(" "));
    command::run(apt_get().arg("update"))?;
    command::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&missing))
}

fn by_hand(missing: &[&str]) -> String {
    format!("sudo apt-get update && sudo apt-get install --no-install-recommends {}", missing.join(" "))
}

/// Whether this process may do anything.
///
/// The owner of what it makes says so: no program has to be found, and none can be another one of that name.
pub(crate) fn is_root() -> Result<bool> {
    let made = std::env::temp_dir().join(format!("twofold-owner-{}", std::process::id()));
    let owner = std::fs::File::create(&made).and_then(|file| file.metadata()).map(|made| made.uid());
    let removed = std::fs::remove_file(&made);
    let owner = owner.with_context(|| format!("cannot make {}", made.display()))?;
    removed?;
    Ok(owner == 0)
}

fn may_install() -> Result<bool> {
    Ok(is_root()? && on_path("apt-get"))
}

fn apt_get() -> Command {
    let mut apt_get = Command::new("apt-get");
    // Nobody is there to answer.
    apt_get.env("DEBIAN_FRONTEND", "noninteractive");
    apt_get
}

impl Sign {
    fn is_there(&self, package: &str) -> bool {
        match self {
            // Somebody may have another one.
            Self::Program("chromium" | "chromium-headless-shell")
                if std::env::var_os("CHROMIUM").is_some() =>
            {
                true
            }
            Self::Program(program) => on_path(program),
            Self::PythonVenv => preflight::python("").is_ok(),
            Self::PostgresServer => {
                let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
                installed.into_iter().any(|version| version.path().join("bin/initdb").is_file())
                    || on_path("pg_config")
            }
            Self::Listed => !on_path("dpkg-query") || is_listed(package),
        }
    }
}

fn is_listed(package: &str) -> bool {
    let mut ask = Command::new("dpkg-query");
    ask.args(["--show", "--showformat", "${db:Status-Status}", package]);
    ask.output().is_ok_and(|answer| answer.stdout == b"installed")
}

fn on_path(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder: PathBuf| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_not_install_is_given_one_line_that_does() {
        let line = by_hand(&["oathtool", "zbar-tools"]);
        let expected =
            "sudo apt-get update && sudo apt-get install --no-install-recommends oathtool zbar-tools";
        assert_eq!(line, expected);
    }

    #[test]
    fn a_program_that_nobody_has_is_missing() {
        assert!(!Sign::Program("twofold-no-such-program").is_there(""));
        assert!(Sign::Program("sh").is_there(""));
    }
}
