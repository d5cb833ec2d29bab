//! What another site's page loads: `frontend/embed/`, type-checked and bundled as `embed.js`, and its types beside it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::assets::Asset;
use crate::step::step;
use crate::workspace::{self, Profile};
use crate::{command, file, npm};

/// Builds `embed.js` and `embed.d.ts`; what did not change is not made again.
pub(crate) fn build(profile: Profile) -> Result<[Asset; 2]> {
    let sources = workspace::path("frontend/embed");
    let folder = workspace::path("target/embed").join(profile.name());
    let key = key(&sources)?;
    if fs::read_to_string(folder.join("key")).is_ok_and(|held| held == key) {
        return made(&sources, &folder);
    }
    step("bundling the host page's script", || {
        command::run(npm::program("tsc")?.arg("--project").arg(&sources))?;
        bundle(profile, &sources, &folder)
    })?;
    file::write(&folder.join("key"), key.as_bytes())?;
    made(&sources, &folder)
}

fn bundle(profile: Profile, sources: &Path, folder: &Path) -> Result<()> {
    let mut esbuild = npm::program("esbuild")?;
    esbuild.args([
        "--bundle",
        "--format=esm",
        "--target=es2022",
        "--legal-comments=none",
        "--log-level=warning",
    ]);
    if profile == Profile::Release {
        esbuild.arg("--minify");
    }
    let outfile = format!("--outfile={}", folder.join("embed.js").display());
    command::run(esbuild.arg(sources.join("main.ts")).arg(outfile))
}

fn made(sources: &Path, folder: &Path) -> Result<[Asset; 2]> {
    let script = Asset::read("embed.js", &folder.join("embed.js"))?;
    Ok([script, Asset::read("embed.d.ts", &sources.join("embed.d.ts"))?])
}

/// Changes with every source and with the tools.
fn key(sources: &Path) -> Result<String> {
    let read = |entry: std::io::Result<fs::DirEntry>| Ok::<PathBuf, std::io::Error>(entry?.path());
    let mut paths = fs::read_dir(sources)?.map(read).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    paths.push(workspace::path("xtask/package-lock.json"));
    let hashes = paths.iter().map(|path| Ok(file::hash(&file::read(path)?)));
    Ok(hashes.collect::<Result<Vec<_>>>()?.join("-"))
}
