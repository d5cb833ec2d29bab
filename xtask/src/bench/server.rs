//! What the release binary costs while nobody asks: memory, and the time to its first answer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, process};

use anyhow::{Context as _, Result, ensure};

use crate::server::Build;
use crate::step::timed;
use crate::{command, server};

/// Starts on an existing database.
const STARTS: usize = 10;

/// Builds the release binary, starts it on an existing database and measures.
pub(crate) fn measure() -> Result<()> {
    let binary = server::build(&Build { release: true, features: Vec::new() })?;
    let directory = env::temp_dir().join(format!("twofold-bench-server-{}", process::id()));
    fs::create_dir_all(&directory)?;
    let measured = in_directory(&binary, &directory);
    fs::remove_dir_all(&directory)?;
    measured
}

fn in_directory(binary: &Path, directory: &Path) -> Result<()> {
    let mut starts = Vec::new();
    let mut memory = Memory::default();
    // The first one makes the database and does not count.
    for round in 0..=STARTS {
        let address = free_address()?;
        let (started, took) = timed(|| start(binary, directory, address));
        let mut child = started?;
        if round > 0 {
            starts.push(took);
        }
        memory = Memory::of(&child)?;
        command::stop(&mut child, "TERM")?;
    }
    starts.sort_unstable();
    let middle = starts.get(starts.len() / 2).context("no start was measured")?;
    println!("start to first answer, existing database: median {} ms of {STARTS}", middle.as_millis());
    println!("memory while idle: {} KiB (PSS), {} KiB (RSS)", memory.pss, memory.rss);
    Ok(())
}

/// Starts the server and asks until it answers.
fn start(binary: &Path, directory: &Path, address: SocketAddr) -> Result<Child> {
    let child = Command::new(binary)
        .arg("serve")
        .env("TWOFOLD_DATABASE_URL", format!("sqlite://{}", directory.join("twofold.db").display()))
        .env("TWOFOLD_LISTEN", address.to_string())
        .env("TWOFOLD_PUBLIC_URL", format!("http://localhost:{}", address.port()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    for _ in 0..5_000 {
        if answers(address).is_ok() {
            return Ok(child);
        }
        pause();
    }
    anyhow::bail!("the server does not answer")
}

#[expect(clippy::disallowed_methods, reason = "there is no runtime to stall here")]
fn pause() {
    std::thread::sleep(Duration::from_millis(2));
}

fn answers(address: SocketAddr) -> Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    let host = format!("localhost:{}", address.port());
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    // /healthz has nothing to say: 204.
    ensure!(answer.starts_with("HTTP/1.1 204"), "the server is not healthy");
    Ok(())
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// In KiB, as Linux counts it.
#[derive(Default)]
struct Memory {
    pss: u64,
    rss: u64,
}

impl Memory {
    fn of(child: &Child) -> Result<Self> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", child.id()))?;
        let field = |name: &str| {
            let line = rollup.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).context("no such field")
        };
        Ok(Self { pss: field("Pss:")?, rss: field("Rss:")? })
    }
}
