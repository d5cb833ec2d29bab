//! The package for Debian, by `dpkg` with a root of its own.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};

use super::Scene;
use crate::package::tree;
use crate::{command, file};

pub(super) fn is_installed(scene: &Scene) -> Result<String> {
    let root = scene.scratch.join("dpkg");
    for folder in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/log"] {
        fs::create_dir_all(root.join(folder))?;
    }
    // What it depends on is not in there: it is only said that it is.
    let there = ["libc6", "libgcc-s1", "ca-certificates"];
    for package in there {
        file::write(&root.join(format!("var/lib/dpkg/info/{package}.list")), b"/.\n")?;
    }
    file::write(&root.join("var/lib/dpkg/status"), there.map(said_to_be_there).concat().as_bytes())?;
    let dpkg = |what: &str| {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg("--root").arg(&root);
        // Its scripts run here, and are told of the root.
        dpkg.args(["--force-not-root", "--force-script-chrootless", "--force-confold", what]);
        dpkg
    };
    let first = command::output(dpkg("--install").arg(&scene.made.debian))?;
    ensure!(first.contains("systemctl enable --now twofold"), "nobody is told how to go on: {first}");
    let (config, key) = (root.join("etc/twofold/twofold.toml"), root.join("etc/twofold/sealing.key"));
    let data = root.join("var/lib/twofold/twofold.db");
    let changed = file::read_text(&config)?.replace("issuer = \"Twofold\"", "issuer = \"Shop\"");
    ensure!(changed.contains("issuer = \"Shop\""), "the configuration has no issuer");
    for (path, text) in [(&config, changed.as_str()), (&key, "a key"), (&data, "a database")] {
        file::write(path, text.as_bytes())?;
    }
    command::output(dpkg("--install").arg(&scene.made.debian))?;
    ensure!(file::read_text(&config)? == changed, "an upgrade took back what was configured");
    command::output(dpkg("--purge").arg("twofold"))?;
    ensure!(!root.join("usr/bin/twofold").exists() && !config.exists(), "a purge leaves the program");
    ensure!(key.exists() && data.exists(), "a purge takes the key or the database away");
    Ok("installed, configured, installed again, purged".to_owned())
}

fn said_to_be_there(package: &str) -> String {
    format!(
        "Package: {package}\nStatus: install ok installed\nVersion: 9999\nArchitecture: all\nMaintainer: nobody\n\
         Description: said to be there\n\n"
    )
}

pub(super) fn has_what_it_promises(scene: &Scene) -> Result<String> {
    let binary = scene.installed.join("usr/bin/twofold");
    let version = command::output(Command::new(&binary).env_clear().arg("--version"))?;
    ensure!(version.starts_with(&format!("twofold {}", env!("CARGO_PKG_VERSION"))), "{version}");
    let config = scene.installed.join("etc/twofold/twofold.toml");
    let mut check = Command::new(&binary);
    let said = command::output(check.env_clear().args(["check-config", "--config"]).arg(config))?;
    for line in
        ["database_url = sqlite:///var/lib/twofold/twofold.db", "sealing_key_file = /etc/twofold/sealing.key"]
    {
        ensure!(said.contains(line), "not {line}: {said}");
    }
    let pages = tree::files(&scene.installed.join("usr/share/man/man1"))?;
    for page in &pages {
        let text = command::output(Command::new("gzip").args(["--decompress", "--stdout"]).arg(page))?;
        ensure!(text.contains(".SH NAME"), "{} is no page of the manual", page.display());
    }
    ensure!(pages.iter().any(|page| page.ends_with("twofold.1.gz")), "there is no twofold(1)");
    let bash = scene.installed.join("usr/share/bash-completion/completions/twofold");
    command::run(Command::new("bash").arg("-n").arg(&bash))?;
    ensure!(file::read_text(&bash)?.contains("healthcheck"), "bash completes no healthcheck");
    Ok(format!("{}; {} pages of the manual", version.trim(), pages.len()))
}
