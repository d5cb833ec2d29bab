//! The browser's half: cargo, then wasm-bindgen, then (for a release) wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::assets::Asset;
use crate::step::step;
use crate::workspace::{self, Profile};
use crate::{command, file, npm, preflight, script};

/// Change it when what is made of the same input changes: kept output is made again.
const RECIPE: &str = "1";

/// Its own, so that the two builds of `app` do not undo each other.
pub(crate) const TARGET_DIR: &str = "target/wasm";

/// What rustc lets a browser run by default. Not `--all-features`: that lets wasm-opt emit what browsers
/// of last year refuse to load.
const WASM_OPT: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-producers",
    "--strip-target-features",
];

/// Builds `twofold.js` and `twofold.wasm`; what did not change is not made again.
pub(crate) fn build(profile: Profile) -> Result<Vec<Asset>> {
    let input = step("compiling the browser half", || compile(profile))?;
    let key = key(profile, &input)?;
    if fs::read_to_string(kept(profile).join("key")).is_ok_and(|held| held == key) {
        return last(profile);
    }
    step("binding the browser half", || bind(profile, &input))?;
    file::write(&kept(profile).join("key"), key.as_bytes())?;
    last(profile)
}

/// What the last build made.
pub(crate) fn last(profile: Profile) -> Result<Vec<Asset>> {
    ["twofold.js", "twofold.wasm"]
        .into_iter()
        .map(|name| Asset::read(name, &kept(profile).join(name)))
        .collect()
}

fn compile(profile: Profile) -> Result<PathBuf> {
    preflight::wasm_target()?;
    let mut cargo = command::cargo();
    cargo.args(["build", "--package", "frontend", "--lib"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--target-dir", TARGET_DIR]);
    command::run(cargo.args(["--profile", profile.of_wasm()]))?;
    let folder = workspace::path(TARGET_DIR).join("wasm32-unknown-unknown").join(profile.of_wasm());
    Ok(folder.join("frontend.wasm"))
}

/// Changes with everything that the output is made of.
fn key(profile: Profile, input: &Path) -> Result<String> {
    let mut parts = vec![RECIPE.as_bytes().to_vec(), file::read(input)?, script::loader()?.into_bytes()];
    if profile == Profile::Release {
        parts.push(file::read(&workspace::path("xtask/package-lock.json"))?);
    }
    Ok(parts.iter().map(|part| file::hash(part)).collect::<Vec<_>>().join("-"))
}

fn bind(profile: Profile, input: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.typescript(false).input_path(input).out_name("twofold");
    if profile == Profile::Release {
        bindgen.remove_name_section(true).remove_producers_section(true);
    }
    let mut output = bindgen.generate_output().context("wasm-bindgen failed")?;
    let script = script::module(&output, profile)?;
    let wasm = kept(profile).join("twofold.wasm");
    file::write(&wasm, &output.wasm_mut().emit_wasm())?;
    file::write(&kept(profile).join("twofold.js"), script.as_bytes())?;
    match profile {
        Profile::Dev => Ok(()),
        Profile::Release => step("shrinking the browser half", || shrink(&wasm)),
    }
}

fn shrink(wasm: &Path) -> Result<()> {
    command::run(npm::program("wasm-opt")?.args(WASM_OPT).arg(wasm).arg("-o").arg(wasm))
}

fn kept(profile: Profile) -> PathBuf {
    workspace::path(TARGET_DIR).join("bound").join(profile.name())
}
