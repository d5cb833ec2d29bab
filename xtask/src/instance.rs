//! A server under test or measurement: the binary on a free port, with a database of its own in a temporary folder.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, process};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::command;

/// A running server. Dropping it stops it and removes its folder.
pub(crate) struct Instance {
    folder: PathBuf,
    database: Option<String>,
    binary: PathBuf,
    address: SocketAddr,
    child: Child,
}

impl Instance {
    /// Starts the binary on a SQLite file of its own, and asks until it answers.
    pub(crate) fn start(binary: &Path) -> Result<Self> {
        Self::on(binary, None)
    }

    /// The same on this database.
    pub(crate) fn start_on(binary: &Path, database: &str) -> Result<Self> {
        Self::on(binary, Some(database.to_owned()))
    }

    fn on(binary: &Path, database: Option<String>) -> Result<Self> {
        let address = free_address()?;
        let folder = env::temp_dir().join(format!("twofold-{}-{}", process::id(), address.port()));
        fs::create_dir_all(&folder)?;
        let child = asked(settings(binary, &folder, address, database.as_deref()), address)?;
        Ok(Self { folder, database, binary: binary.to_owned(), address, child })
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Its folder, for what belongs to it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What a command of the binary says in JSON.
    pub(crate) fn command(&self, arguments: &[&str]) -> Result<Value> {
        let mut twofold = settings(&self.binary, &self.folder, self.address, self.database.as_deref());
        Ok(serde_json::from_str(&command::output(twofold.args(arguments).arg("--json"))?)?)
    }

    /// Posts JSON with an API key, and returns what was answered.
    pub(crate) fn post(&self, path: &str, key: &str, json: &Value) -> Result<Value> {
        let body = json.to_string();
        let mut stream = TcpStream::connect(self.address)?;
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address.port(),
            body.len()
        )?;
        let mut answer = BufReader::new(stream);
        let mut status = String::new();
        answer.read_line(&mut status)?;
        let mut rest = String::new();
        answer.read_to_string(&mut rest)?;
        ensure!(status.starts_with("HTTP/1.1 2"), "{path}: {status}{rest}");
        let body = rest.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(body)?) }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Err(error) = command::stop(&mut self.child, "TERM") {
            println!("the server was not stopped: {error:#}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("{} was not removed: {error}", self.folder.display());
        }
    }
}

/// Starts the server with its database in `folder`, and asks until it answers.
pub(crate) fn start(binary: &Path, folder: &Path, address: SocketAddr) -> Result<Child> {
    asked(settings(binary, folder, address, None), address)
}

fn asked(mut serve: Command, address: SocketAddr) -> Result<Child> {
    let mut child = serve.arg("serve").stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    for _ in 0..5_000 {
        if answers(address).is_ok() {
            return Ok(child);
        }
        if let Some(status) = child.try_wait()? {
            bail!("the server ended at once ({status})");
        }
        pause();
    }
    child.kill()?;
    bail!("the server does not answer")
}

/// An address where nobody listens yet.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn settings(binary: &Path, folder: &Path, address: SocketAddr, database: Option<&str>) -> Command {
    let file = || format!("sqlite://{}", folder.join("twofold.db").display());
    let mut command = Command::new(binary);
    command
        .current_dir(folder)
        .env("TWOFOLD_DATABASE_URL", database.map_or_else(file, str::to_owned))
        .env("TWOFOLD_LISTEN", address.to_string())
        .env("TWOFOLD_PUBLIC_URL", format!("http://localhost:{}", address.port()));
    command
}

#[expect(clippy::disallowed_methods, reason = "there is no runtime to stall here")]
pub(crate) fn pause() {
    std::thread::sleep(Duration::from_millis(2));
}

/// Whether `/healthz` says that it is well.
pub(crate) fn answers(address: SocketAddr) -> Result<()> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    let host = format!("localhost:{}", address.port());
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).context("no answer")?;
    ensure!(answer.starts_with("HTTP/1.1 204"), "the server is not healthy");
    Ok(())
}
