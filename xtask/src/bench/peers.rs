//! The same answer by others: django-otp and better-auth, each behind the smallest server that it comes with (`bench/peers`),
//! asked by the same load generator as we are, and beside the same bare UPDATE.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs, process};

use anyhow::{Context as _, Result, bail};

use super::floor;
use super::load::{Client, Sample, print, print_head, run};
use super::rates::{CONNECTIONS, STEP, codes, now};
use crate::instance::free_address;
use crate::postgres::Postgres;
use crate::{command, npm, python, workspace};

/// Who answers with each number of connections. A code of django-otp's is good once, and a cookie of better-auth's, too.
const DJANGO_USERS: usize = 200;
const BETTER_AUTH_USERS: usize = 20;
/// Sign-ins of each of better-auth's users that wait for a code, for each number of connections.
const SIGN_INS: usize = 4;

/// A server of somebody else's, until it is dropped.
struct Peer {
    child: Child,
    address: SocketAddr,
}

/// One who answers: which body is sent, of which user or cookie, and the app's secret.
struct Person {
    cookie: String,
    id: String,
    secret: String,
}

/// Measures both, on the databases that they run on here.
pub(crate) fn measure() -> Result<()> {
    let folder = env::temp_dir().join(format!("twofold-bench-peers-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let measured = in_folder(&folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn in_folder(folder: &Path) -> Result<()> {
    let postgres = Postgres::start_durable()?;
    let on = |database: &str| {
        postgres.sql("postgres", &format!("CREATE DATABASE {database}"))?;
        Ok::<_, anyhow::Error>(postgres.url_of(database, postgres.port()))
    };
    let on_sqlite = |_| floor::sqlite(folder, 1);
    let on_postgres = |connections| floor::postgres(&postgres, folder, connections);
    let file = format!("sqlite://{}", folder.join("django.db").display());
    django("django-otp, SQLite", &file, on_sqlite)?;
    django("django-otp, PostgreSQL", &on("django")?, on_postgres)?;
    // Its driver of SQLite is built when it is installed, by a script, of which none are run here.
    better_auth("better-auth, PostgreSQL", &on("better_auth")?, on_postgres)
}

fn django(name: &str, database: &str, floor: impl Fn(usize) -> Result<f64>) -> Result<()> {
    let place = folder_of("django-otp");
    let programs = python::environment("peer-django-otp", &place.join("requirements.txt"), "django-otp")?;
    let mut fill = Command::new(programs.join("python"));
    fill.current_dir(&place).env("DATABASE_URL", database);
    let people = (DJANGO_USERS * CONNECTIONS.len()).to_string();
    let secrets = command::output(fill.args(["app.py", &people]))?;
    let address = free_address()?;
    let mut serve = Command::new(programs.join("gunicorn"));
    serve.current_dir(&place).env("DATABASE_URL", database);
    serve.args(["--workers=2", "--threads=16", "--keep-alive=60", "--bind", &address.to_string()]);
    let peer = Peer::start(serve.args(["--no-control-socket", "app:application"]), address)?;
    let person = |(number, secret): (usize, &str)| Person {
        cookie: String::new(),
        id: format!("user-{number}"),
        secret: secret.to_owned(),
    };
    let all: Vec<_> = secrets.lines().enumerate().map(person).collect();
    peer.measure(name, "/answer", &all, floor)
}

fn better_auth(name: &str, database: &str, floor: impl Fn(usize) -> Result<f64>) -> Result<()> {
    let place = folder_of("better-auth");
    npm::install(&place)?;
    let node = |arguments: &[&str]| {
        let mut node = Command::new("node");
        node.current_dir(&place).env("DATABASE_URL", database).arg("app.mjs").args(arguments);
        node
    };
    let sign_ins = (SIGN_INS * CONNECTIONS.len()).to_string();
    let waiting = command::output(&mut node(&["fill", &BETTER_AUTH_USERS.to_string(), &sign_ins]))?;
    let address = free_address()?;
    let peer = Peer::start(&mut node(&["serve", &address.port().to_string()]), address)?;
    let person = |line: &str| {
        let (secret, cookie) = line.split_once(' ')?;
        Some(Person { cookie: cookie.to_owned(), id: String::new(), secret: secret.to_owned() })
    };
    let all: Vec<_> = waiting.lines().map_while(person).collect();
    peer.measure(name, "/api/auth/two-factor/verify-totp", &all, floor)
}

fn folder_of(peer: &str) -> PathBuf {
    workspace::path("bench/peers").join(peer)
}

impl Peer {
    fn start(serve: &mut Command, address: SocketAddr) -> Result<Self> {
        let child = serve.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut peer = Self { child, address };
        for _ in 0..300 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(peer);
            }
            if let Some(status) = peer.child.try_wait()? {
                bail!("it ended at once ({status})");
            }
            pause();
        }
        bail!("it does not answer")
    }

    /// A part of the people for each number of connections, who answer with what their apps show now.
    fn measure(
        &self,
        name: &str,
        path: &str,
        people: &[Person],
        floor: impl Fn(usize) -> Result<f64>,
    ) -> Result<()> {
        print_head(name);
        let each = people.len() / CONNECTIONS.len();
        for (connections, people) in CONNECTIONS.into_iter().zip(people.chunks(each)) {
            let bare = floor(connections)?;
            let sample = self.answers(path, people, connections)?;
            print("an answer", connections, &sample, bare);
        }
        Ok(())
    }

    fn answers(&self, path: &str, people: &[Person], connections: usize) -> Result<Sample> {
        let mut clients = (0..connections)
            .map(|_| Client::connect(self.address, "Origin: http://localhost"))
            .collect::<Result<Vec<_>>>()?;
        let first = now()? / STEP;
        // Those of later steps, too: it may take longer than one.
        let apps = people.iter().map(|one| codes(&one.secret, first, 8)).collect::<Result<Vec<_>>>()?;
        run(self.child.id(), &mut clients, people.len(), |client, number| {
            let (person, app) = (people.get(number).context("nobody")?, apps.get(number).context("nobody")?);
            let step = usize::try_from(now()? / STEP - first)?;
            let code = app.get(step).context("it took minutes")?;
            let body = format!(r#"{{"user":"{}","code":"{code}"}}"#, person.id);
            client.post_with(path, &person.cookie, &body).map(drop)
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Err(error) = command::stop(&mut self.child, "TERM") {
            println!("it was not stopped: {error:#}");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "there is no runtime to stall here")]
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(100));
}
