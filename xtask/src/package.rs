//! `cargo xtask package`: what people install, in `target/package/`, made from one release binary. Nothing asks a daemon, and nothing
//! has to be root.

mod debian;
mod image;
mod libraries;
mod sbom;
mod source;
mod sums;
mod tree;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use crate::server::{self, Build};
use crate::step::step;
use crate::{file, sdk, workspace};
use libraries::Libraries;
use source::Source;
pub(crate) use trial::test;

#[derive(Args)]
pub(crate) struct Package {
    /// A release binary that is built already
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// What was made of a binary.
struct Made {
    debian: PathBuf,
    image: PathBuf,
    sbom: PathBuf,
    sums: PathBuf,
}

/// Packs everything; returns the folder.
pub(crate) fn package(of: &Package) -> Result<PathBuf> {
    let binary = match &of.binary {
        Some(binary) => binary.clone(),
        None => server::build(&Build { release: true, features: Vec::new() })?,
    };
    let folder = workspace::path("target/package");
    let made = make(&binary, &folder)?;
    step("packing the packages of sdk/", || sdk::package(&folder.join("sdk")))?;
    sums::write(&folder, &made.sums)?;
    Ok(folder)
}

/// Makes all but the packages of `sdk/` in `folder`, which is emptied.
fn make(binary: &Path, folder: &Path) -> Result<Made> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let (source, libraries) = (Source::read()?, Libraries::of(binary)?);
    println!("the binary needs {libraries}");
    let name = |rest: &str| folder.join(format!("twofold-{}-{rest}", source.version));
    tree::copy(binary, &name(&format!("linux-{}", source.architecture)), 0o755)?;
    let sbom = name("sbom.cdx.json");
    step("writing the bill of materials", || file::write(&sbom, sbom::write(&source)?.as_bytes()))?;
    let debian = folder.join(format!("twofold_{}_{}.deb", source.version, source.architecture));
    step("packing for Debian", || debian::pack(binary, &source, &libraries, &debian))?;
    let image = name(&format!("{}.oci.tar", source.architecture));
    step("making the image", || image::make(binary, &source, &libraries, &image))?;
    let sums = folder.join("SHA256SUMS");
    sums::write(folder, &sums)?;
    Ok(Made { debian, image, sbom, sums })
}

/// The default configuration, complete and with its words, with other values for these keys.
fn configuration(values: &[(&str, &str)]) -> Result<String> {
    let mut text = file::read_text(&workspace::path("server/config.default.toml"))?;
    for (key, value) in values {
        let line = text.lines().find(|line| line.starts_with(&format!("{key} = "))).map(str::to_owned);
        let line = line.ok_or_else(|| anyhow::anyhow!("config.default.toml has no {key}"))?;
        text = text.replacen(&format!("{line}\n"), &format!("{key} = {value:?}\n"), 1);
    }
    Ok(text)
}
