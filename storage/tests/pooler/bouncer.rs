//! A PgBouncer of our own before the PostgreSQL of the tests: a real one, on a free port, gone at the end.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where Debian keeps it, off the PATH of most users.
const DEBIAN: &str = "/usr/sbin/pgbouncer";
/// Who runs it where the tests run as root, which it refuses: nobody.
const NOBODY: u32 = 65_534;

pub(crate) struct Bouncer {
    process: Child,
    settings: PathBuf,
    port: u16,
}

impl Bouncer {
    /// Before the database of this URL, with these lines of configuration.
    pub(crate) fn start(database: &str, lines: &[&str]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let name = format!("twofold-pooler-{}-{number}.ini", std::process::id());
        let settings = std::env::temp_dir().join(name);
        std::fs::write(&settings, configuration(database, port, lines)).unwrap();
        let mut command = Command::new(if Path::new(DEBIAN).is_file() { DEBIAN } else { "pgbouncer" });
        command.arg(&settings).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            std::os::unix::fs::chown(&settings, Some(NOBODY), Some(NOBODY)).unwrap();
            command.uid(NOBODY).gid(NOBODY);
        }
        let mut process = command.spawn().expect("the tests need PgBouncer: apt-get install pgbouncer");
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let is_up = log.by_ref().map(Result::unwrap).any(|line| {
            said.push(line);
            said.last().unwrap().contains("process up")
        });
        assert!(is_up, "PgBouncer ended at once: {said:#?}");
        // Read on, or it would wait for a reader.
        std::thread::spawn(move || log.for_each(drop));
        Self { process, settings, port }
    }

    /// The URL of the database behind it.
    pub(crate) fn url(&self) -> String {
        self.url_of("anybody")
    }

    /// The same for this user, with a password perhaps.
    pub(crate) fn url_of(&self, user: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/twofold", self.port)
    }
}

fn configuration(database: &str, port: u16, lines: &[&str]) -> String {
    let rest = database.split_once("://").unwrap().1.split('?').next().unwrap();
    let (user, place) = rest.rsplit_once('@').unwrap();
    // An empty password is none to PgBouncer.
    let secret = user.split_once(':').map_or(String::new(), |(_, password)| format!("password={password}"));
    let user = user.split(':').next().unwrap();
    let (host, name) = place.split_once('/').unwrap();
    let (host, host_port) = host.split_once(':').unwrap_or((host, "5432"));
    let mut text = format!(
        "[databases]\ntwofold = host={host} port={host_port} dbname={name} user={user} {secret}\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
    );
    for line in lines {
        writeln!(text, "{line}").unwrap();
    }
    text
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_file(&self.settings);
    }
}
