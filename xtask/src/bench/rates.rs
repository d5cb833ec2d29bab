//! What a sign-in costs over HTTP, on each database beside its bare UPDATE: rates, the server's processor, and how long it
//! takes. Only the ratios mean something elsewhere.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::json;

use super::load::{Client, Sample, field, print, print_head, run};
use super::{floor, server::Rounds};
use crate::authenticator::{begin, text};
use crate::instance::Instance;
use crate::postgres::Postgres;

pub(super) const CONNECTIONS: [usize; 3] = [1, 8, 32];
/// An app shows a code for so many seconds.
pub(super) const STEP: u64 = 30;
/// Codes that are worked out beforehand, of each user: more than are used.
const CODES: u64 = 400;

/// A server and the users who sign in there.
pub(super) struct Shop {
    pub(super) server: Instance,
    pub(super) key: String,
    pub(super) users: Vec<User>,
    /// By how many seconds the server's clock is ahead of ours.
    ahead: u64,
}

pub(super) struct User {
    pub(super) id: String,
    /// What the app shows, step by step.
    codes: Vec<String>,
    first: u64,
}

/// Measures both databases.
pub(super) fn measure(binary: &Path, rounds: &Rounds) -> Result<()> {
    let shop = Shop::open(Instance::start(binary)?, rounds.users)?;
    let folder = shop.server.folder().to_owned();
    let together = floor::sqlite(&folder, 32)?;
    println!("\nSQLite (WAL, FULL): {together:.0} bare UPDATEs a second, 32 of them in a commit");
    shop.measure("SQLite", rounds, |_| floor::sqlite(&folder, 1))?;
    let postgres = Postgres::start_durable()?;
    postgres.sql("postgres", "CREATE DATABASE shop")?;
    let url = postgres.url_of("shop", postgres.port());
    let shop = Shop::open(Instance::start_on(binary, &url)?, rounds.users)?;
    let folder = shop.server.folder().to_owned();
    shop.measure("PostgreSQL", rounds, |connections| floor::postgres(&postgres, &folder, connections))
}

impl Shop {
    pub(super) fn open(server: Instance, count: usize) -> Result<Self> {
        let site = server.command(&["site", "create", "--name", "Shop", "--issuer", "Shop"])?;
        let scopes = ["key", "create", "--site", text(&site, "id")?, "--scope", "verify,enroll,admin"];
        let key = server.command(&scopes)?;
        let key = text(&key, "key")?.to_owned();
        println!("enrolling {count} users …");
        let users = (0..count).map(|user| User::enroll(&server, &key, user)).collect::<Result<_>>()?;
        Ok(Self { server, key, users, ahead: 0 })
    }

    fn measure(
        mut self,
        database: &str,
        rounds: &Rounds,
        floor: impl Fn(usize) -> Result<f64>,
    ) -> Result<()> {
        print_head(database);
        for connections in CONNECTIONS {
            let mut clients = self.clients(connections)?;
            let (mut bare, mut all) = (Vec::new(), [Sample::default(), Sample::default(), Sample::default()]);
            for _ in 0..rounds.rounds {
                bare.push(floor(connections)?);
                let found = self.round(&mut clients)?;
                all.iter_mut().zip(found).for_each(|(sample, more)| sample.add(more));
            }
            bare.sort_unstable_by(f64::total_cmp);
            let bare = *bare.get(bare.len() / 2).context("no round")?;
            println!("{:<28} {connections:>4} {bare:>9.0} {:>9.3}", "bare UPDATE", 1.0);
            let [opened, answered, signed_in] = &all;
            print("POST /v1/challenges", connections, opened, bare);
            print("POST …/answers, redeemed", connections, answered, bare);
            print("a whole login", connections, signed_in, bare);
        }
        Ok(())
    }

    pub(super) fn clients(&self, connections: usize) -> Result<Vec<Client>> {
        let bearer = format!("Authorization: Bearer {}", self.key);
        (0..connections).map(|_| Client::connect(self.server.address(), &bearer)).collect()
    }

    /// Everybody opens a challenge; everybody answers; and then each of them does both.
    pub(super) fn round(&mut self, clients: &mut [Client]) -> Result<[Sample; 3]> {
        let (process, count) = (self.server.process(), self.users.len());
        let step = self.next_step()?;
        let opened = std::sync::Mutex::new(vec![String::new(); count]);
        let opening = run(process, clients, count, |client, user| {
            let id = self.open_challenge(client, user)?;
            let mut opened = opened.lock().map_err(|_| anyhow!("a client panicked"))?;
            *opened.get_mut(user).context("nobody")? = id;
            Ok(())
        })?;
        let opened = opened.into_inner().map_err(|_| anyhow!("a client panicked"))?;
        let answering = run(process, clients, count, |client, user| {
            self.answer(client, user, opened.get(user).context("nobody")?, step)
        })?;
        let step = self.next_step()?;
        let both = run(process, clients, count, |client, user| {
            let id = self.open_challenge(client, user)?;
            self.answer(client, user, &id, step)
        })?;
        Ok([opening, answering, both])
    }

    pub(super) fn open_challenge(&self, client: &mut Client, user: usize) -> Result<String> {
        let User { id, .. } = self.users.get(user).context("nobody")?;
        let asked = format!(r#"{{"user":{{"id":"{id}"}},"action":"sign_in"}}"#);
        Ok(field(&client.post("/v1/challenges", &asked)?, "id")?.to_owned())
    }

    fn answer(&self, client: &mut Client, user: usize, challenge: &str, step: u64) -> Result<()> {
        let code = self.users.get(user).context("nobody")?.code(step)?;
        let answer = format!(r#"{{"code":"{code}"}}"#);
        client.post(&format!("/v1/challenges/{challenge}/answers"), &answer).map(drop)
    }

    /// What an app with this secret shows by the server's clock.
    pub(super) fn code_now(&self, secret: &str) -> Result<String> {
        codes(secret, (now()? + self.ahead) / STEP, 1)?.pop().context("no code")
    }

    /// Moves the server's clock on to where every app shows another code, and answers which.
    fn next_step(&mut self) -> Result<u64> {
        self.ahead += STEP;
        let moved = self.server.post("/test/clock", &self.key, &json!({ "advance_seconds": STEP }));
        moved.context("the binary was built without the feature `test-clock`")?;
        Ok((now()? + self.ahead) / STEP)
    }
}

impl User {
    fn enroll(server: &Instance, key: &str, number: usize) -> Result<Self> {
        let id = format!("user-{number}");
        let begun = begin(server, key, &id)?;
        let first = now()? / STEP;
        let user = Self { codes: codes(text(&begun, "secret")?, first, CODES)?, id, first };
        let enrollment = format!("/v1/enrollments/{}", text(&begun, "id")?);
        let confirmed = json!({ "user": { "id": user.id }, "code": user.code(first)? });
        server.post(&format!("{enrollment}/confirm"), key, &confirmed)?;
        server.post(&format!("{enrollment}/acknowledge"), key, &json!({ "user": { "id": user.id } }))?;
        Ok(user)
    }

    fn code(&self, step: u64) -> Result<&str> {
        let at = usize::try_from(step.checked_sub(self.first).context("a step of before")?)?;
        Ok(self.codes.get(at).context("more steps than codes were worked out for")?)
    }
}

/// What an app shows from this step on. It is not ours.
pub(super) fn codes(secret: &str, first: u64, count: u64) -> Result<Vec<String>> {
    let mut oathtool = Command::new("oathtool");
    oathtool.args([
        "--totp",
        "--base32",
        &format!("--window={count}"),
        &format!("--now=@{}", first * STEP),
        "-",
    ]);
    let mut child = oathtool.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().context("oathtool has no stdin")?.write_all(secret.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "oathtool failed");
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

#[expect(clippy::disallowed_methods, reason = "an app and a server are asked by the machine's clock")]
pub(super) fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
