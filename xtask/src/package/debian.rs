//! The package for Debian and Ubuntu: `dpkg-deb` of a tree. `ops/debian` has what is written by hand.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::configuration;
use super::libraries::Libraries;
use super::source::Source;
use super::tree::{self, Tree};
use crate::{command, file, workspace};

const DOC: &str = "usr/share/doc/twofold";
/// What is for the administrator to change: an upgrade leaves it as it is.
const CONFFILE: &str = "/etc/twofold/twofold.toml";
/// Where each shell looks for completions.
const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "usr/share/bash-completion/completions/twofold"),
    ("fish", "usr/share/fish/vendor_completions.d/twofold.fish"),
    ("zsh", "usr/share/zsh/vendor-completions/_twofold"),
];

pub(super) fn pack(binary: &Path, source: &Source, libraries: &Libraries, to: &Path) -> Result<()> {
    let tree = Tree::new(workspace::path("target/package-work/debian"))?;
    tree.copy(binary, "usr/bin/twofold", 0o755)?;
    let ops = |name: &str| workspace::path("ops/debian").join(name);
    tree.copy(&ops("twofold.service"), "usr/lib/systemd/system/twofold.service", 0o644)?;
    configure(&tree)?;
    manual(&tree, binary)?;
    for (shell, path) in COMPLETIONS {
        let text = command::output(Command::new(binary).args(["completions", shell]))?;
        tree.write(path, 0o644, &text)?;
    }
    tree.copy(&ops("copyright"), &format!("{DOC}/copyright"), 0o644)?;
    for name in ["CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "docs/operating.md"] {
        let short = name.rsplit('/').next().unwrap_or(name);
        tree.copy(&workspace::path(name), &format!("{DOC}/{short}"), 0o644)?;
    }
    control(&tree, source, libraries)?;
    let mut deb = Command::new("dpkg-deb");
    // zstd: Debian from 12 and Ubuntu from 21.10 read it, and the glibc that is needed is not older.
    deb.args(["--root-owner-group", "-Zzstd", "-z12", "--build"]).arg(tree.root()).arg(to);
    command::run(deb.env("SOURCE_DATE_EPOCH", &source.seconds))
}

fn configure(tree: &Tree) -> Result<()> {
    tree.folder("etc/twofold", 0o755)?;
    let values = [
        ("database_url", "sqlite:///var/lib/twofold/twofold.db"),
        ("sealing_key_file", "/etc/twofold/sealing.key"),
    ];
    // Passwords may come to stand in it.
    tree.write(CONFFILE, 0o600, &configuration(&values)?)
}

fn manual(tree: &Tree, binary: &Path) -> Result<()> {
    tree.folder("usr/share/man/man1", 0o755)?;
    let pages = tree.at("usr/share/man/man1");
    command::run(Command::new(binary).arg("man").arg(&pages))?;
    for page in tree::files(&pages)? {
        // Without name and time: the same page is the same file.
        command::run(Command::new("gzip").args(["-9", "--no-name"]).arg(&page))?;
    }
    Ok(())
}

fn control(tree: &Tree, source: &Source, libraries: &Libraries) -> Result<()> {
    let mut installed = 0;
    let mut sums = String::new();
    for path in tree::files(tree.root())? {
        installed += path.metadata()?.len().div_ceil(1024);
        let sum = command::output(Command::new("md5sum").arg(&path))?;
        let sum = sum.split(' ').next().unwrap_or_default();
        sums.push_str(&format!("{sum}  {}\n", path.strip_prefix(tree.root())?.display()));
    }
    let text = file::read_text(&workspace::path("ops/debian/control"))?;
    let text = text
        .replace("{version}", source.version)
        .replace("{architecture}", source.architecture)
        .replace("{installed}", &installed.to_string())
        .replace("{libraries}", &libraries.depends());
    tree.write("DEBIAN/control", 0o644, &text)?;
    tree.write("DEBIAN/conffiles", 0o644, &format!("{CONFFILE}\n"))?;
    tree.write("DEBIAN/md5sums", 0o644, &sums)?;
    for script in ["postinst", "prerm", "postrm"] {
        tree.copy(&workspace::path("ops/debian").join(script), &format!("DEBIAN/{script}"), 0o755)?;
    }
    Ok(())
}
