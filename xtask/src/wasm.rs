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
const RECIPE: &str = "2";

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

/// What can be built of the browser's half: the Security tab, and the challenge (features of the crate `frontend`).
pub(crate) const FEATURES: [&str; 2] = ["security", "challenge"];

/// A build of the browser's half, with some of its islands.
struct Bundle {
    /// `<name>.js` and `<name>.wasm`.
    name: &'static str,
    /// Features of the crate `frontend`.
    features: &'static str,
}

const SECURITY: &str = "twofold";
const CHALLENGE: &str = "challenge";

/// A release has one for each kind of page. While developing, one is built and stands under both names: a change is
/// compiled once.
fn bundles(profile: Profile) -> &'static [Bundle] {
    match profile {
        Profile::Dev => &[Bundle { name: SECURITY, features: "challenge,security" }],
        Profile::Release => &[
            Bundle { name: SECURITY, features: "security" },
            Bundle { name: CHALLENGE, features: "challenge" },
        ],
    }
}

/// Builds script and WebAssembly of every bundle; what did not change is not made again.
pub(crate) fn build(profile: Profile) -> Result<Vec<Asset>> {
    for bundle in bundles(profile) {
        let label = format!("compiling the browser half ({})", bundle.name);
        let input = step(&label, || compile(profile, bundle))?;
        let key = key(profile, &input)?;
        let held = kept(profile, bundle.name).join("key");
        if fs::read_to_string(&held).is_ok_and(|held| held == key) {
            continue;
        }
        step("binding the browser half", || bind(profile, bundle, &input))?;
        file::write(&held, key.as_bytes())?;
    }
    last(profile)
}

/// What the last build made.
pub(crate) fn last(profile: Profile) -> Result<Vec<Asset>> {
    let files = [SECURITY, CHALLENGE].into_iter().flat_map(|name| [(name, "js"), (name, "wasm")]);
    files.map(|(name, kind)| made(profile, name, kind)).collect()
}

fn made(profile: Profile, name: &str, kind: &str) -> Result<Asset> {
    let built = bundles(profile).iter().find(|bundle| bundle.name == name);
    let source = built.map_or(SECURITY, |bundle| bundle.name);
    let path = kept(profile, source).join(source).with_extension(kind);
    Asset::read(&format!("{name}.{kind}"), &path)
}

fn compile(profile: Profile, bundle: &Bundle) -> Result<PathBuf> {
    preflight::wasm_target()?;
    let mut cargo = command::cargo();
    cargo.args(["build", "--package", "frontend", "--lib", "--features", bundle.features]);
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

fn bind(profile: Profile, bundle: &Bundle, input: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.typescript(false).input_path(input).out_name(bundle.name);
    if profile == Profile::Release {
        bindgen.remove_name_section(true).remove_producers_section(true);
    }
    let mut output = bindgen.generate_output().context("wasm-bindgen failed")?;
    let script = script::module(&output, profile)?;
    let folder = kept(profile, bundle.name);
    let wasm = folder.join(bundle.name).with_extension("wasm");
    file::write(&wasm, &output.wasm_mut().emit_wasm())?;
    file::write(&folder.join(bundle.name).with_extension("js"), script.as_bytes())?;
    match profile {
        Profile::Dev => Ok(()),
        Profile::Release => step("shrinking the browser half", || shrink(&wasm)),
    }
}

fn shrink(wasm: &Path) -> Result<()> {
    command::run(npm::program("wasm-opt")?.args(WASM_OPT).arg(wasm).arg("-o").arg(wasm))
}

fn kept(profile: Profile, bundle: &str) -> PathBuf {
    workspace::path(TARGET_DIR).join("bound").join(profile.name()).join(bundle)
}
