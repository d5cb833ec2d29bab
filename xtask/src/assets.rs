//! The site: every file that a page loads, named by its content, compressed for a release.
//!
//! `server/build.rs` reads the manifest and puts the files into the binary.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use flate2::{Compression, GzBuilder};

use crate::step::step;
use crate::workspace::{self, Profile};
use crate::{embed, file, script, style, wasm};

/// One file of the site. Pages ask for it by its logical name (`twofold.css`).
pub(crate) struct Asset {
    pub(crate) logical: String,
    pub(crate) bytes: Vec<u8>,
}

impl Asset {
    pub(crate) fn read(logical: &str, path: &Path) -> Result<Self> {
        Ok(Self { logical: logical.into(), bytes: file::read(path)? })
    }

    /// `<stem>.<hash>.<ext>`.
    fn hashed(&self) -> String {
        let hash = file::hash(&self.bytes);
        match self.logical.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
            None => format!("{}.{hash}", self.logical),
        }
    }
}

/// Builds everything; returns the site's folder.
pub(crate) fn build(profile: Profile) -> Result<PathBuf> {
    with_browser_half(profile, wasm::build(profile)?)
}

/// Builds the style only, and keeps the browser's half as it was last built.
pub(crate) fn build_style(profile: Profile) -> Result<PathBuf> {
    with_browser_half(profile, wasm::last(profile)?)
}

pub(crate) fn folder(profile: Profile) -> PathBuf {
    workspace::path("target/site").join(profile.name())
}

fn with_browser_half(profile: Profile, mut assets: Vec<Asset>) -> Result<PathBuf> {
    assets.extend(style::build()?);
    assets.extend(embed::build(profile)?);
    assets.push(script::alone("frame.js", profile)?);
    assets.extend(still()?);
    let folder = folder(profile);
    step("writing the site", || publish(profile, &folder, &assets))?;
    Ok(folder)
}

/// `style/static/`: icons and the like, taken as they are.
fn still() -> Result<Vec<Asset>> {
    let folder = workspace::path("style/static");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut assets = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().ok().context("a name in style/static is no UTF-8")?;
        if entry.file_type()?.is_file() {
            assets.push(Asset::read(&name, &entry.path())?);
        }
    }
    assets.sort_by(|one, other| one.logical.cmp(&other.logical));
    Ok(assets)
}

/// Writes the files, then the manifest, and removes what an earlier build left.
fn publish(profile: Profile, folder: &Path, assets: &[Asset]) -> Result<()> {
    let mut kept = BTreeSet::from(["manifest.txt".to_owned()]);
    let mut manifest = String::new();
    for asset in assets {
        let hashed = asset.hashed();
        manifest.push_str(&format!("{}\t{hashed}\n", asset.logical));
        file::write(&folder.join(&hashed), &asset.bytes)?;
        if profile == Profile::Release {
            kept.extend(compress(folder, &hashed, &asset.bytes)?);
        }
        kept.insert(hashed);
    }
    file::write(&folder.join("manifest.txt"), manifest.as_bytes())?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_none_or(|name| !kept.contains(name)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes `.br` and `.gz` beside a file; its name is its content, so what is there is right.
fn compress(folder: &Path, hashed: &str, bytes: &[u8]) -> Result<[String; 2]> {
    let names = [format!("{hashed}.br"), format!("{hashed}.gz")];
    for (name, pack) in names.iter().zip([brotli, gzip]) {
        let path = folder.join(name);
        if !path.is_file() {
            file::write(&path, &pack(bytes)?)?;
        }
    }
    Ok(names)
}

pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
    Ok(packed)
}

pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    // No name and no time: the same bytes give the same file.
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::Asset;

    #[test]
    fn a_name_carries_its_content() {
        let asset = Asset { logical: "twofold.css".into(), bytes: Vec::new() };
        assert_eq!(asset.hashed(), "twofold.e3b0c44298fc1c14.css");
    }
}
