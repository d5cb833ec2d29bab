//! A PostgreSQL of our own for the tests: a fresh cluster in a temporary folder, gone at the end.

use std::fs::{self, File};
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{command, preflight};

/// A running server. Dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    folder: PathBuf,
    server: Child,
    url: String,
}

impl Postgres {
    pub(crate) fn start() -> Result<Self> {
        let programs = programs()?;
        let user = Unprivileged::current()?;
        let (port, password) = (free_port()?, password()?);
        let folder = std::env::temp_dir().join(format!("twofold-postgres-{}", std::process::id()));
        create(&programs, user, &folder, &password)?;
        let server = user.command(&programs.join("postgres"));
        let server = serve(server, &folder, port)?;
        let url = format!("postgres://twofold:{password}@127.0.0.1:{port}/postgres");
        let mut postgres = Self { folder, server, url };
        postgres.wait_until_ready(&programs.join("pg_isready"), port)?;
        Ok(postgres)
    }

    /// For `TWOFOLD_TEST_POSTGRES_URL`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    #[expect(clippy::disallowed_methods, reason = "there is no runtime to stall here")]
    fn wait_until_ready(&mut self, is_ready: &Path, port: u16) -> Result<()> {
        for _ in 0..150 {
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended at once ({status}):\n{}", self.log());
            }
            let mut probe = Command::new(is_ready);
            probe.args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")]);
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
        if let Err(error) = command::stop(&mut self.server, "INT") {
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
        if id(&["-u"])? != 0 {
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

fn serve(mut server: Command, folder: &Path, port: u16) -> Result<Child> {
    let log = File::create(folder.join("log"))?;
    let sockets = format!("unix_socket_directories={}", folder.display());
    let port = format!("port={port}");
    server.current_dir(folder).arg("-D").arg(folder.join("data"));
    for setting in [&port, &sockets, "listen_addresses=127.0.0.1", "fsync=off", "max_connections=300"] {
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
