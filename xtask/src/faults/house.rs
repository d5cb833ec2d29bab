//! A server under fault: the binary, its database, a site and its key. It is killed, and started again, as often as one
//! likes.

use std::collections::HashSet;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, process};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::http::{Ask, Client};
use super::time::{now, pause};
use super::{Scene, rows};
use crate::postgres::Postgres;
use crate::{command, instance};

/// Where the site's pages are.
pub(super) const SHOP: &str = "https://shop.example";

/// Where its rows are.
enum Rows<'a> {
    Sqlite(PathBuf),
    Postgres(&'a Postgres, String),
}

/// A running server. Dropping it kills it and removes its folder.
pub(super) struct House<'a> {
    binary: PathBuf,
    folder: PathBuf,
    database_url: String,
    rows: Rows<'a>,
    address: SocketAddr,
    server: Option<Child>,
    /// Further ones on the same database.
    others: Vec<Child>,
    key: String,
    /// How many files it may open, where the system says so.
    files: Option<u32>,
    /// Further settings, as variables.
    settings: &'static [(&'static str, &'static str)],
}

impl<'a> House<'a> {
    /// With a SQLite file in a folder of its own.
    pub(super) fn on_sqlite(scene: &Scene<'a>) -> Result<Self> {
        let folder = folder()?;
        Self::on_sqlite_in(scene, folder.clone(), &folder)
    }

    /// With a SQLite file in this folder.
    pub(super) fn on_sqlite_in(scene: &Scene<'a>, folder: PathBuf, data: &Path) -> Result<Self> {
        let file = data.join("twofold.db");
        Self::start(scene, folder, format!("sqlite://{}", file.display()), Rows::Sqlite(file))
    }

    /// With a new database in PostgreSQL.
    pub(super) fn on_postgres(scene: &Scene<'a>) -> Result<Self> {
        Self::on_postgres_through(scene, scene.postgres.port())
    }

    /// With a new database in PostgreSQL, which it reaches at this port.
    pub(super) fn on_postgres_through(scene: &Scene<'a>, port: u16) -> Result<Self> {
        let name = format!("faults_{}", number());
        scene.postgres.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        let url = scene.postgres.url_of(&name, port);
        Self::start(scene, folder()?, url, Rows::Postgres(scene.postgres, name))
    }

    /// With a SQLite file, and further settings.
    pub(super) fn with_settings(
        scene: &Scene<'a>,
        settings: &'static [(&'static str, &'static str)],
    ) -> Result<Self> {
        let folder = folder()?;
        let file = folder.join("twofold.db");
        let url = format!("sqlite://{}", file.display());
        let mut house = Self::new(scene, folder, url, Rows::Sqlite(file), None)?;
        house.settings = settings;
        house.open()
    }

    /// With a SQLite file, and no more than so many open files.
    pub(super) fn with_few_files(scene: &Scene<'a>, files: u32) -> Result<Self> {
        let folder = folder()?;
        let file = folder.join("twofold.db");
        let url = format!("sqlite://{}", file.display());
        Self::new(scene, folder, url, Rows::Sqlite(file), Some(files))?.open()
    }

    fn start(scene: &Scene<'a>, folder: PathBuf, database_url: String, rows: Rows<'a>) -> Result<Self> {
        Self::new(scene, folder, database_url, rows, None)?.open()
    }

    fn new(
        scene: &Scene<'a>,
        folder: PathBuf,
        database_url: String,
        rows: Rows<'a>,
        files: Option<u32>,
    ) -> Result<Self> {
        let (binary, address, key) = (scene.binary.to_owned(), instance::free_address()?, String::new());
        Ok(Self {
            binary,
            folder,
            database_url,
            rows,
            address,
            server: None,
            others: Vec::new(),
            key,
            files,
            settings: &[],
        })
    }

    /// Serves, with a site and its key.
    fn open(mut self) -> Result<Self> {
        self.serve()?;
        let create = ["site", "create", "--name", "Shop", "--issuer", "Shop", "--origin", SHOP, "--json"];
        let site = self.say(&create)?;
        let site = site.get("id").and_then(Value::as_str).context("the site has no id")?.to_owned();
        let scopes = ["key", "create", "--site", &site, "--scope", "verify,enroll,admin", "--json"];
        let key = self.say(&scopes)?;
        key.get("key").and_then(Value::as_str).context("there is no key")?.clone_into(&mut self.key);
        Ok(self)
    }

    /// Starts the server, and waits until it is ready.
    pub(super) fn serve(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.folder.join("log"))?;
        self.serve_to(Stdio::null(), log.into())
    }

    /// The same, with its two outputs somewhere else.
    pub(super) fn serve_to(&mut self, stdout: Stdio, stderr: Stdio) -> Result<()> {
        let mut serve = self.command();
        serve.arg("serve").stdout(stdout).stderr(stderr);
        self.server = Some(serve.spawn()?);
        ensure!(
            self.is_ready_within(Duration::from_secs(20)),
            "the server does not get ready:\n{}",
            self.log()
        );
        Ok(())
    }

    /// Another server on the same database, which ends with this one. Where it answers.
    pub(super) fn another(&mut self) -> Result<SocketAddr> {
        let (log, address) = (
            File::options().create(true).append(true).open(self.folder.join("log"))?,
            instance::free_address()?,
        );
        let mut serve = self.command_at(address);
        self.others.push(serve.arg("serve").stdout(Stdio::null()).stderr(log).spawn()?);
        ensure!(
            is_ready_within(self.client_of(address), Duration::from_secs(20)),
            "the other server does not get ready:\n{}",
            self.log()
        );
        Ok(address)
    }

    /// The ends at which its two outputs are read, where they are pipes.
    pub(super) fn pipes(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        self.server.as_mut().map_or((None, None), |server| (server.stdout.take(), server.stderr.take()))
    }

    /// `kill -9`.
    pub(super) fn kill(&mut self) -> Result<()> {
        for mut server in self.server.take().into_iter().chain(self.others.drain(..)) {
            server.kill()?;
            server.wait()?;
        }
        Ok(())
    }

    /// Asks it to end, and does not wait for that.
    pub(super) fn ask_to_end(&self) -> Result<()> {
        let server = self.server.as_ref().context("the server is not running")?;
        command::run(Command::new("kill").args(["-s", "TERM", &server.id().to_string()]))
    }

    /// Waits until it has ended by itself. Whether it did so well, and in time.
    pub(super) fn has_ended_within(&mut self, patience: Duration) -> Result<bool> {
        let begun = now();
        while begun.elapsed() < patience {
            match self.server.as_mut().map(Child::try_wait).transpose()?.flatten() {
                Some(status) => return Ok(status.success()),
                None => pause(Duration::from_millis(20)),
            }
        }
        Ok(false)
    }

    /// Whether `/readyz` says so before the time is over.
    pub(super) fn is_ready_within(&self, patience: Duration) -> bool {
        is_ready_within(self.client(), patience)
    }

    /// What a path answers on a connection of its own. 0: nothing.
    pub(super) fn status_of(&self, path: &str) -> u16 {
        self.client().ask(&Ask::get(path)).map_or(0, |answer| answer.status)
    }

    pub(super) fn client(&self) -> Client {
        self.client_of(self.address)
    }

    /// A client of the server there.
    pub(super) fn client_of(&self, address: SocketAddr) -> Client {
        Client::new(address, &self.key)
    }

    /// The same, from this address.
    pub(super) fn status_from(&self, own: Ipv4Addr, path: &str) -> u16 {
        self.client_from(own).ask(&Ask::get(path)).map_or(0, |answer| answer.status)
    }

    /// A client at this address.
    pub(super) fn client_from(&self, own: Ipv4Addr) -> Client {
        Client::at(own, self.address, &self.key)
    }

    /// How many files it has open, connections included.
    pub(super) fn open_files(&self) -> Result<usize> {
        let server = self.server.as_ref().context("the server is not running")?;
        Ok(fs::read_dir(format!("/proc/{}/fd", server.id()))?.count())
    }

    /// Where it answers.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The file of SQLite.
    pub(super) fn file(&self) -> Result<&Path> {
        match &self.rows {
            Rows::Sqlite(file) => Ok(file),
            Rows::Postgres(..) => bail!("PostgreSQL has no file"),
        }
    }

    /// What is stored, seen from outside.
    pub(super) fn rows(&self) -> Result<HashSet<(String, String)>> {
        match &self.rows {
            Rows::Sqlite(file) => rows::of_sqlite(file),
            Rows::Postgres(postgres, database) => rows::of_postgres(postgres, database),
        }
    }

    /// `twofold audit verify` finds the log as it was written.
    pub(super) fn verify_log(&self) -> Result<()> {
        let verdict = self.say(&["audit", "verify", "--json"])?;
        ensure!(verdict.get("fits") == Some(&Value::Bool(true)), "audit verify: {verdict}");
        Ok(())
    }

    /// What it says that refuses to serve.
    pub(super) fn refusal(&self) -> Result<String> {
        let said = self.folder.join("refusal");
        let mut serve = self.command();
        let mut server = serve.arg("serve").stdout(Stdio::null()).stderr(File::create(&said)?).spawn()?;
        let begun = now();
        while server.try_wait()?.is_none() {
            if begun.elapsed() > Duration::from_secs(20) {
                server.kill()?;
                server.wait()?;
                return Ok("nothing: it serves".to_owned());
            }
            pause(Duration::from_millis(20));
        }
        Ok(fs::read_to_string(said)?)
    }

    /// How many lines it has logged.
    pub(super) fn lines(&self) -> usize {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default().lines().count()
    }

    /// The last troubles that it logged.
    pub(super) fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let is_trouble = |line: &&str| line.contains("ERROR") || line.contains("panic");
        let lines: Vec<&str> = log.lines().filter(is_trouble).collect();
        lines.iter().skip(lines.len().saturating_sub(4)).map(|line| format!("{line}\n")).collect()
    }

    fn say(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.command().args(arguments).stderr(Stdio::piped()).output()?;
        if !output.status.success() {
            bail!("twofold {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn command(&self) -> Command {
        self.command_at(self.address)
    }

    fn command_at(&self, address: SocketAddr) -> Command {
        let mut twofold = match self.files {
            None => Command::new(&self.binary),
            Some(files) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]).arg(&self.binary);
                shell
            }
        };
        twofold
            .current_dir(&self.folder)
            .env("TWOFOLD_DATABASE_URL", &self.database_url)
            .env("TWOFOLD_SEALING_KEY_FILE", self.folder.join("sealing.key"))
            .env("TWOFOLD_LISTEN", address.to_string())
            .env("TWOFOLD_PUBLIC_URL", format!("http://localhost:{}", address.port()))
            .envs(self.settings.iter().copied());
        twofold
    }
}

impl Drop for House<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            println!("the server was not killed: {error:#}");
        }
        // For whoever has to find out why.
        if env::var_os("TWOFOLD_FAULTS_KEEP").is_none()
            && let Err(error) = fs::remove_dir_all(&self.folder)
        {
            println!("{} was not removed: {error}", self.folder.display());
        }
    }
}

fn is_ready_within(mut client: Client, patience: Duration) -> bool {
    let (begun, ready) = (now(), Ask::get("/readyz"));
    while begun.elapsed() < patience {
        if client.ask(&ready).is_ok_and(|answer| answer.status == 204) {
            return true;
        }
        pause(Duration::from_millis(20));
    }
    false
}

/// A new folder.
pub(super) fn folder() -> Result<PathBuf> {
    let folder = env::temp_dir().join(format!("twofold-faults-{}-{}", process::id(), number()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
