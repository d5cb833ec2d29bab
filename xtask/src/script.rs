//! The JavaScript that pages load: wasm-bindgen's glue with our loader behind it, and what stands alone.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail, ensure};
use wasm_bindgen_cli_support::Output;

use crate::assets::Asset;
use crate::workspace::{self, Profile};
use crate::{file, npm};

/// The loader's source.
pub(crate) fn loader() -> Result<String> {
    file::read_text(&workspace::path("frontend/loader.js"))
}

/// Glue and loader in one ES module.
pub(crate) fn module(output: &Output, profile: Profile) -> Result<String> {
    let alone = output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty();
    ensure!(alone, "a dependency brings JavaScript of its own, and the page loads one file only");
    let module = format!("{}\n{}", output.js(), loader()?);
    match profile {
        Profile::Dev => Ok(module),
        Profile::Release => minify(&module),
    }
}

/// A script that stands alone: `frontend/<name>`.
pub(crate) fn alone(name: &str, profile: Profile) -> Result<Asset> {
    let source = file::read_text(&workspace::path("frontend").join(name))?;
    let bytes = match profile {
        Profile::Dev => source,
        Profile::Release => minify(&source)?,
    };
    Ok(Asset { logical: name.into(), bytes: bytes.into_bytes() })
}

fn minify(module: &str) -> Result<String> {
    let mut esbuild = npm::program("esbuild")?;
    esbuild.args(["--minify", "--format=esm", "--target=es2022", "--legal-comments=none"]);
    let mut child = esbuild.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().context("esbuild has no stdin")?;
    // esbuild reads all of its input before it writes.
    stdin.write_all(module.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("esbuild cannot minify the script ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
