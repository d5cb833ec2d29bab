//! What enrolling costs in memory: at rest, at most while many confirm at once, and a minute later.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::{Value, json};

use crate::authenticator::{begin, code, text};
use crate::instance::Instance;

/// How many confirm at once. Each of them draws and hashes ten recovery codes.
const AT_ONCE: usize = 24;
/// After this long what was needed for a moment has been given back.
const CALM: Duration = Duration::from_mins(1);

pub(super) fn measure(binary: &Path) -> Result<()> {
    let server = Instance::start(binary)?;
    let site = server.command(&["site", "create", "--name", "Shop", "--issuer", "Shop"])?;
    let scopes = ["key", "create", "--site", text(&site, "id")?, "--scope", "verify,enroll,admin"];
    let key = server.command(&scopes)?;
    let key = text(&key, "key")?;
    let at_start = kib(&server, "VmRSS:")?;
    let pending = (0..AT_ONCE).map(|number| pending(&server, key, number)).collect::<Result<Vec<_>>>()?;
    let answered = confirm_all(&server, key, &pending)?;
    let most = kib(&server, "VmHWM:")?;
    pause(CALM);
    let at_rest = kib(&server, "VmRSS:")?;
    println!("memory at start: {at_start} KiB");
    println!("memory at most, {answered} of {AT_ONCE} enrollments confirmed at once: {most} KiB");
    println!("memory {} s later: {at_rest} KiB", CALM.as_secs());
    ensure!(answered == AT_ONCE, "{} enrollments were not confirmed", AT_ONCE - answered);
    Ok(())
}

/// Where an enrollment is confirmed, and with what.
struct Pending {
    path: String,
    body: Value,
}

fn pending(server: &Instance, key: &str, number: usize) -> Result<Pending> {
    let user = format!("user-{number}");
    let begun = begin(server, key, &user)?;
    let path = format!("/v1/enrollments/{}/confirm", text(&begun, "id")?);
    Ok(Pending { path, body: json!({ "user": { "id": user }, "code": code(text(&begun, "secret")?)? }) })
}

/// How many of them were confirmed.
fn confirm_all(server: &Instance, key: &str, all: &[Pending]) -> Result<usize> {
    let confirm = |pending: &Pending| server.post(&pending.path, key, &pending.body);
    thread::scope(|scope| {
        let begun: Vec<_> = all.iter().map(|pending| scope.spawn(move || confirm(pending))).collect();
        let ended = begun.into_iter().map(|one| one.join().map_err(|_| anyhow!("a client panicked")));
        let ended = ended.collect::<Result<Vec<_>>>()?;
        for error in ended.iter().filter_map(|one| one.as_ref().err()) {
            println!("not confirmed: {error:#}");
        }
        Ok(ended.iter().filter(|one| one.is_ok()).count())
    })
}

/// A line of what Linux says of the process.
fn kib(server: &Instance, field: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process()))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).context("no such field")?;
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).context("no number")
}

#[expect(clippy::disallowed_methods, reason = "there is no runtime to stall here")]
fn pause(duration: Duration) {
    thread::sleep(duration);
}
