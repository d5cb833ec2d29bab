//! An OCI image of the binary, its libraries, and nothing else: no shell, no package manager. One archive, in the layout of OCI, with
//! the list that `docker load` reads beside it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::libraries::Libraries;
use super::source::Source;
use super::tree::Tree;
use super::{configuration, sums};
use crate::{command, file, workspace};

/// Nobody on any machine: it owns its data in the image and nothing else.
pub(super) const USER: u32 = 65_532;
/// Where programs are that enter a root or become another user, which is looked for in what they are given.
pub(super) const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";
const DATA: &str = "var/lib/twofold";
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

pub(super) fn make(binary: &Path, source: &Source, libraries: &Libraries, to: &Path) -> Result<()> {
    let work = workspace::path("target/package-work");
    let tree = Tree::new(work.join("root"))?;
    fill(&tree, binary, libraries)?;
    let layout = Tree::new(work.join("layout"))?;
    let layer = work.join("layer.tar");
    pack(&tree, source, &layer)?;
    let unpacked = format!("sha256:{}", sums::of(&layer)?);
    command::run(Command::new("gzip").args(["--no-name", "--force"]).arg(&layer))?;
    let layer =
        add(&layout, &fs::read(work.join("layer.tar.gz"))?, "application/vnd.oci.image.layer.v1.tar+gzip")?;
    let config = config(source, &unpacked).to_string();
    let config = add(&layout, config.as_bytes(), "application/vnd.oci.image.config.v1+json")?;
    describe(&layout, source, &config, &layer)?;
    let mut tar = tar(layout.root(), source);
    command::run(tar.args(["--owner=0", "--group=0", "--create", "--file"]).arg(to).arg("."))
}

/// Everything that is in the image.
fn fill(tree: &Tree, binary: &Path, libraries: &Libraries) -> Result<()> {
    tree.copy(binary, "usr/bin/twofold", 0o755)?;
    for library in &libraries.files {
        tree.copy(library, &library.to_string_lossy(), 0o755)?;
    }
    for package in &libraries.packages {
        let copyright = format!("/usr/share/doc/{package}/copyright");
        tree.copy(Path::new(&copyright), &copyright, 0o644)?;
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        tree.copy(&workspace::path(name), &format!("usr/share/doc/twofold/{name}"), 0o644)?;
    }
    // Letters and databases are spoken to by TLS.
    tree.copy(Path::new(CERTIFICATES), CERTIFICATES, 0o644)?;
    symlink(CERTIFICATES, tree.at("etc/ssl/cert.pem"))?;
    tree.write("etc/passwd", 0o644, &format!("root:x:0:0::/:/\ntwofold:x:{USER}:{USER}::/{DATA}:/\n"))?;
    tree.write("etc/group", 0o644, &format!("root:x:0:\ntwofold:x:{USER}:\n"))?;
    tree.write("etc/nsswitch.conf", 0o644, "hosts: files dns\n")?;
    let values = [
        ("database_url", "sqlite:///var/lib/twofold/twofold.db"),
        ("sealing_key_file", "/var/lib/twofold/sealing.key"),
        ("listen", "0.0.0.0:3000"),
    ];
    tree.write("etc/twofold/twofold.toml", 0o644, &configuration(&values)?)?;
    tree.folder("tmp", 0o1777)?;
    tree.folder(DATA, 0o700)
}

/// Everything is root's but the data. In two strokes: whoever packs need not be root.
fn pack(tree: &Tree, source: &Source, to: &Path) -> Result<()> {
    let data = format!("./{DATA}");
    let mut roots = tar(tree.root(), source);
    roots.args(["--owner=0", "--group=0", "--exclude"]).arg(&data);
    command::run(roots.args(["--create", "--file"]).arg(to).arg("."))?;
    let mut ours = tar(tree.root(), source);
    ours.args([format!("--owner={USER}"), format!("--group={USER}")]);
    command::run(ours.args(["--append", "--file"]).arg(to).arg(data))
}

/// The same tree makes the same archive.
fn tar(folder: &Path, source: &Source) -> Command {
    let mut tar = Command::new("tar");
    tar.current_dir(folder).args(["--sort=name", "--numeric-owner", "--format=ustar"]);
    tar.arg(format!("--mtime=@{}", source.seconds));
    tar
}

/// Puts bytes into the layout under their sum; returns what names them.
fn add(layout: &Tree, bytes: &[u8], media_type: &str) -> Result<Value> {
    let draft = layout.at("draft");
    file::write(&draft, bytes)?;
    let sum = sums::of(&draft)?;
    layout.folder("blobs/sha256", 0o755)?;
    fs::rename(draft, layout.at(&format!("blobs/sha256/{sum}")))?;
    Ok(json!({ "mediaType": media_type, "digest": format!("sha256:{sum}"), "size": bytes.len() }))
}

fn config(source: &Source, unpacked: &str) -> Value {
    json!({
        "created": source.moment,
        "architecture": source.architecture,
        "os": "linux",
        "config": {
            "User": format!("{USER}:{USER}"),
            "Env": ["PATH=/usr/bin", "TWOFOLD_CONFIG=/etc/twofold/twofold.toml"],
            "Entrypoint": ["/usr/bin/twofold"],
            "Cmd": ["serve"],
            "WorkingDir": format!("/{DATA}"),
            "Volumes": { format!("/{DATA}"): {} },
            "ExposedPorts": { "3000/tcp": {} },
            "StopSignal": "SIGTERM",
            // No field of OCI's; Docker reads it all the same. In nanoseconds.
            "Healthcheck": {
                "Test": ["CMD", "/usr/bin/twofold", "healthcheck"],
                "Interval": 10_000_000_000_u64,
                "Timeout": 5_000_000_000_u64,
                "StartPeriod": 30_000_000_000_u64,
                "Retries": 3,
            },
            "Labels": {
                "org.opencontainers.image.title": "twofold",
                "org.opencontainers.image.version": source.version,
                "org.opencontainers.image.revision": source.commit,
                "org.opencontainers.image.licenses": "MIT OR Apache-2.0",
            },
        },
        "rootfs": { "type": "layers", "diff_ids": [unpacked] },
        "history": [{ "created": source.moment, "created_by": "cargo xtask package" }],
    })
}

fn describe(layout: &Tree, source: &Source, config: &Value, layer: &Value) -> Result<()> {
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let manifest =
        json!({ "schemaVersion": 2, "mediaType": media_type, "config": config, "layers": [layer] });
    let mut manifest = add(layout, manifest.to_string().as_bytes(), media_type)?;
    let named = manifest.as_object_mut().context("a manifest is an object")?;
    named.insert("platform".into(), json!({ "architecture": source.architecture, "os": "linux" }));
    let name = format!("twofold:{}", source.version);
    named.insert(
        "annotations".into(),
        json!({ "org.opencontainers.image.ref.name": source.version, "io.containerd.image.name": name }),
    );
    let index = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [manifest],
    });
    layout.write("index.json", 0o644, &index.to_string())?;
    layout.write("oci-layout", 0o644, &json!({ "imageLayoutVersion": "1.0.0" }).to_string())?;
    let path = |of: &Value| {
        let digest = of.get("digest").and_then(Value::as_str).unwrap_or_default();
        format!("blobs/{}", digest.replacen(':', "/", 1))
    };
    let docker = json!([{ "Config": path(config), "RepoTags": [name], "Layers": [path(layer)] }]);
    layout.write("manifest.json", 0o644, &docker.to_string())
}

/// Starts the program of an unpacked image, as its user where this process may do that.
pub(super) fn within(root: &Path, is_root: bool) -> Command {
    let mut command = Command::new(if is_root { "chroot" } else { "unshare" });
    if is_root {
        command.arg(format!("--userspec={USER}:{USER}"));
    } else {
        command.args(["--map-root-user", "chroot"]);
    }
    command.arg(root).arg("/usr/bin/twofold").env_clear().stdin(Stdio::null());
    command.env("PATH", PATH).env("TWOFOLD_CONFIG", "/etc/twofold/twofold.toml");
    command
}
