//! A PostgreSQL of our own for the tests: a fresh cluster in a temporary folder, gone at the end.

use std::fs::{self, File};
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{command, machine, preflight};

/// A running server. Dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    user: Unprivileged,
    settings: &'static [&'static str],
    server: Mutex<Child>,
    port: u16,
    password: String,
    url: String,
}

impl Postgres {
    /// Quick and forgetful: for tests.
    pub(crate) fn start() -> Result<Self> {
        Self::with(&["fsync=off"])
    }

    /// As people run it: for measuring.
    pub(crate) fn start_durable() -> Result<Self> {
        Self::with(&[])
    }

    fn with(settings: &'static [&'static str]) -> Result<Self> {
        let programs = programs()?;
        let user = Unprivileged::current()?;
        let (port, password) = (free_port()?, password()?);
        let folder = std::env::temp_dir().join(format!("twofold-postgres-{}", std::process::id()));
        create(&programs, user, &folder, &password)?;
        let server = serve(user.command(&programs.join("postgres")), &folder, port, settings)?;
        let url = format!("postgres://twofold:{password}@127.0.0.1:{port}/postgres");
        let server = Mutex::new(server);
        let postgres = Self { folder, programs, user, settings, server, port, password, url };
        postgres.wait_until_ready()?;
        Ok(postgres)
    }

    /// Where it listens.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a database in it, reached at this port.
    pub(crate) fn url_of(&self, database: &str, port: u16) -> String {
        format!("postgres://twofold:{}@127.0.0.1:{port}/{database}", self.password)
    }

    /// Runs a statement, and answers its rows: a line each, a blank between columns.
    pub(crate) fn sql(&self, database: &str, statement: &str) -> Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--field-separator= "]);
        psql.args(["--set=ON_ERROR_STOP=1", "--command", statement, "--dbname"]);
        command::output(
            psql.arg(format!("postgresql://twofold@127.0.0.1:{}/{database}", self.port))
                .env("PGPASSWORD", &self.password),
        )
    }

    /// What pgbench makes of a script on so many connections, in transactions a second.
    pub(crate) fn bench(
        &self,
        database: &str,
        script: &Path,
        connections: usize,
        seconds: u32,
    ) -> Result<f64> {
        let mut pgbench = Command::new(self.programs.join("pgbench"));
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--file"]).arg(script);
        pgbench.arg(format!("--client={connections}")).arg(format!("--time={seconds}"));
        let place = format!("postgresql://twofold@127.0.0.1:{}/{database}", self.port);
        let said = command::output(pgbench.arg(place).env("PGPASSWORD", &self.password))?;
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
        Ok(rate.context("pgbench says no rate")?.parse()?)
    }

    /// Ends every connection, stops, and starts again.
    pub(crate) fn restart(&self) -> Result<()> {
        let mut server = self.server();
        command::stop(&mut server, "INT")?;
        let program = self.user.command(&self.programs.join("postgres"));
        *server = serve(program, &self.folder, self.port, self.settings)?;
        drop(server);
        self.wait_until_ready()
    }

    /// Sends a signal to the server and to each of its processes.
    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        let first = self.server().id().to_string();
        let children = command::output(Command::new("pgrep").args(["--parent", &first]))?;
        command::run(Command::new("kill").args(["-s", name, &first]).args(children.split_whitespace()))
    }

    fn server(&self) -> MutexGuard<'_, Child> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For `TWOFOLD_TEST_POSTGRES_URL`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    #[expect(clippy::disallowed_methods, reason = "there is no runtime to stall here")]
    fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..150 {
            if let Some(status) = self.server().try_wait()? {
                bail!("PostgreSQL ended at once ({status}):\n{}", self.log());
            }
            let mut probe = Command::new(self.programs.join("pg_isready"));
            probe.args(["--quiet", "--host=127.0.0.1", &format!("--port={}", self.port)]);
            if probe.status()?.success() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        bail!("PostgreSQL is not ready after 30 s:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT: end the connections, then stop.
        if let Err(error) = command::stop(&mut self.server(), "INT") {
            println!("PostgreSQL was not stopped: {error:#}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("{} was not removed: {error}", self.folder.display());
        }
    }
}

/// Who runs the server: it refuses root.
#[derive(Clone, Copy)]
struct Unprivileged(Option<(u32, u32)>);

impl Unprivileged {
    fn current() -> Result<Self> {
        if !machine::is_root()? {
            return Ok(Self(None));
        }
        let missing = "PostgreSQL refuses to run as root, and there is no user `postgres`";
        let user = id(&["-u", "postgres"]).context(missing)?;
        Ok(Self(Some((user, id(&["-g", "postgres"])?))))
    }

    fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }

    fn own(self, path: &Path, mode: u32) -> Result<()> {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        if let Some((user, group)) = self.0 {
            chown(path, Some(user), Some(group))?;
        }
        Ok(())
    }
}

fn id(arguments: &[&str]) -> Result<u32> {
    Ok(command::output(Command::new("id").args(arguments))?.trim().parse()?)
}

fn create(programs: &Path, user: Unprivileged, folder: &Path, password: &str) -> Result<()> {
    fs::create_dir(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    user.own(folder, 0o700)?;
    let secret = folder.join("password");
    fs::write(&secret, password)?;
    user.own(&secret, 0o600)?;
    let mut initdb = user.command(&programs.join("initdb"));
    initdb.args([
        "--username=twofold",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
    ]);
    initdb.arg("--pwfile").arg(secret).arg("--pgdata").arg(folder.join("data"));
    command::output(initdb.current_dir(folder)).map(drop)
}

fn serve(mut server: Command, folder: &Path, port: u16, settings: &[&str]) -> Result<Child> {
    let log = File::create(folder.join("log"))?;
    let sockets = format!("unix_socket_directories={}", folder.display());
    let port = format!("port={port}");
    server.current_dir(folder).arg("-D").arg(folder.join("data"));
    let all = [&port, &sockets, "listen_addresses=127.0.0.1", "max_connections=300"];
    for setting in all.iter().chain(settings) {
        server.args(["-c", setting]);
    }
    server.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    server.spawn().context("cannot start PostgreSQL")
}

/// Debian keeps the server's programs off the PATH: the newest under `/usr/lib`, or where `pg_config` says.
fn programs() -> Result<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed
        .filter(|entry| entry.path().join("bin/initdb").is_file())
        .max_by_key(|entry| entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
    if let Some(newest) = newest {
        return Ok(newest.path().join("bin"));
    }
    ensure!(preflight::answers("pg_config"), "the tests need PostgreSQL. Run: apt-get install postgresql");
    let folder = command::output(Command::new("pg_config").arg("--bindir"))?;
    Ok(PathBuf::from(folder.trim()))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn password() -> Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
