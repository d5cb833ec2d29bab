//! The server as the unit starts it: told by a socket, with its key as a file that is root's.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::Scene;
use super::started::Started;
use crate::command;
use crate::package::image::{PATH, USER};
use crate::package::tree::{self, Tree};

pub(super) fn says_how_it_stands(scene: &Scene) -> Result<String> {
    let place = Tree::new(scene.scratch.join("service"))?;
    place.copy(&scene.installed.join("etc/twofold/twofold.toml"), "credentials/twofold.toml", 0o644)?;
    place.folder("state", 0o700)?;
    // As an administrator is told to.
    command::output(settings(Command::new(scene.installed.join("usr/bin/twofold")), &place).arg("migrate"))?;
    let key = place.at("credentials/sealing.key");
    let owned = if scene.is_root { "root's" } else { "our own, as only root can give one away" };
    // As systemd makes a state directory of a user that it makes up: elsewhere, and linked to.
    fs::rename(place.at("state"), place.at("private"))?;
    symlink(place.at("private"), place.at("state"))?;
    if scene.is_root {
        for path in tree::files(&place.at("private"))?.iter().chain([&place.at("private")]) {
            chown(path, Some(USER), Some(USER))?;
        }
        chown(&key, Some(0), Some(USER))?;
    }
    fs::set_permissions(&key, Permissions::from_mode(0o444))?;
    let exposed = serving(scene, &place).arg("serve").stdout(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&exposed.stderr);
    ensure!(!exposed.status.success() && said.contains("can be read by others"), "0444 was taken: {said}");
    fs::set_permissions(&key, Permissions::from_mode(if scene.is_root { 0o440 } else { 0o400 }))?;
    let told = listen(&place.at("notify"))?;
    let mut server = Started::start(serving(scene, &place).env("NOTIFY_SOCKET", place.at("notify")))?;
    heard(&told, "READY=1\n")?;
    server.is_healthy().context("it said that it is ready")?;
    server.end()?;
    heard(&told, "STOPPING=1\n")?;
    Ok(format!("READY=1, /healthz 204, STOPPING=1; the key {owned}, 0440 taken and 0444 refused"))
}

fn settings(mut command: Command, place: &Tree) -> Command {
    let database = place.at("state/twofold.db");
    command
        .current_dir(place.root())
        .env_clear()
        .env("PATH", PATH)
        .env("TWOFOLD_CONFIG", place.at("credentials/twofold.toml"));
    command.env("TWOFOLD_DATABASE_URL", format!("sqlite://{}", database.display()));
    command.env("TWOFOLD_SEALING_KEY_FILE", place.at("credentials/sealing.key"));
    command
}

/// As another user than root, where this process may do that.
fn serving(scene: &Scene, place: &Tree) -> Command {
    let binary = scene.installed.join("usr/bin/twofold");
    if !scene.is_root {
        return settings(Command::new(binary), place);
    }
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={USER}"), format!("--regid={USER}")]).arg("--clear-groups").arg(binary);
    settings(command, place)
}

fn listen(at: &Path) -> Result<UnixDatagram> {
    let socket = UnixDatagram::bind(at).with_context(|| format!("cannot listen on {}", at.display()))?;
    fs::set_permissions(at, Permissions::from_mode(0o666))?;
    socket.set_read_timeout(Some(Duration::from_secs(30)))?;
    Ok(socket)
}

fn heard(socket: &UnixDatagram, expected: &str) -> Result<()> {
    let mut bytes = [0; 256];
    let length = socket.recv(&mut bytes).with_context(|| format!("nobody said {expected:?}"))?;
    let said = String::from_utf8_lossy(bytes.get(..length).unwrap_or_default());
    ensure!(said == expected, "{said:?} in place of {expected:?}");
    Ok(())
}
