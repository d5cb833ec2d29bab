//! The image: read by `skopeo`, unpacked, and its root entered.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::Scene;
use super::started::Started;
use crate::package::image::{USER, within};
use crate::package::tree;
use crate::{command, file};

const MEGABYTE: u64 = 1_000_000;
/// Compressed as well as unpacked.
const LARGEST: u64 = 60 * MEGABYTE;

pub(super) fn is_small_and_described(scene: &Scene) -> Result<String> {
    let image = scene.made.image.display();
    // Copying compares every sum; the second reads what `docker load` reads.
    for kind in ["oci-archive", "docker-archive"] {
        let to = format!("dir:{}", scene.scratch.join(kind).display());
        let mut copy = Command::new("skopeo");
        copy.args(["--insecure-policy", "copy", "--quiet", &format!("{kind}:{image}"), &to]);
        command::output(&mut copy)?;
    }
    let mut inspect = Command::new("skopeo");
    inspect.args(["inspect", "--config", &format!("oci-archive:{image}")]);
    let said: Value = serde_json::from_str(&command::output(&mut inspect)?)?;
    ensure!(
        said.pointer("/config/User") == Some(&json!(format!("{USER}:{USER}"))),
        "its user is root: {said}"
    );
    let (root, packed) = unpack(scene)?;
    let raw = fs::read(blob(scene, "config")?)?;
    let config: Value = serde_json::from_slice(&raw)?;
    let check = config.pointer("/config/Healthcheck/Test");
    ensure!(check == Some(&json!(["CMD", "/usr/bin/twofold", "healthcheck"])), "no health check: {config}");
    let unpacked =
        tree::files(&root)?.iter().map(|path| Ok(path.symlink_metadata()?.len())).sum::<Result<u64>>()?;
    let sizes =
        format!("{} MB packed, {} MB unpacked", packed.div_ceil(MEGABYTE), unpacked.div_ceil(MEGABYTE));
    ensure!(packed < LARGEST && unpacked < LARGEST, "{sizes}");
    Ok(sizes)
}

pub(super) fn serves(scene: &Scene) -> Result<String> {
    let (root, _) = unpack(scene)?;
    let version = command::output(within(&root, scene.is_root).arg("--version"))?;
    let mut server = Started::start(&mut within(&root, scene.is_root))?;
    server.wait()?;
    let mut check = within(&root, scene.is_root);
    check.env("TWOFOLD_LISTEN", server.address().to_string());
    command::run(check.arg("healthcheck"))?;
    command::run(check.arg("--ready"))?;
    let data = root.join("var/lib/twofold");
    for name in ["twofold.db", "sealing.key"] {
        ensure!(data.join(name).is_file(), "the first start made no {name}");
    }
    server.end()?;
    ensure!(!check.output()?.status.success(), "a server that has ended is healthy");
    Ok(format!("{}: /healthz 204, healthcheck 0, and 1 after the end", version.trim()))
}

/// Unpacks its layer into a new folder; returns that, and the size of the layer.
fn unpack(scene: &Scene) -> Result<(PathBuf, u64)> {
    let (root, layer) = (scene.scratch.join("root"), blob(scene, "layers/0")?);
    if root.is_dir() {
        fs::remove_dir_all(&root)?;
    }
    fs::create_dir_all(&root)?;
    let mut tar = Command::new("tar");
    tar.arg("--directory").arg(&root).args(["--extract", "--preserve-permissions", "--gzip", "--file"]);
    command::run(tar.arg(&layer))?;
    Ok((root, layer.metadata()?.len()))
}

/// A file of the copy that `skopeo` made: it is called by its sum.
fn blob(scene: &Scene, pointer: &str) -> Result<PathBuf> {
    let copy = scene.scratch.join("oci-archive");
    let manifest: Value = serde_json::from_slice(&file::read(&copy.join("manifest.json"))?)?;
    let digest = manifest.pointer(&format!("/{pointer}/digest")).and_then(Value::as_str);
    let sum = digest.and_then(|digest| digest.strip_prefix("sha256:"));
    Ok(Path::new(&copy).join(sum.with_context(|| format!("the manifest has no {pointer}"))?))
}
