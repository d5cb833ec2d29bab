//! The server as `twofold serve` runs it, on SQLite, with a clock that is moved; and a site whose users have an
//! authenticator each.

use crate::client::Client;
use crate::totp::code;
use clap::Parser;
use domain::name::{Issuer, Name, SiteId};
use domain::ports::Clock;
use domain::seal::{KeyId, KeyRing, SealingKey};
use domain::site::{PlainKey, Scope, SitePolicy};
use domain::testing::{MovedClock, SeededEntropy};
use domain::time::Timestamp;
use serde_json::{Value, json};
use server::config::Given;
use server::serving::{self, Limits};
use server::state::{Materials, Server};
use std::future::pending;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use storage::Database;
use storage::site::SiteProfile;
use tokio::net::TcpListener;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    given: Given,
}

/// A running server and what its site knows.
pub(crate) struct Shop {
    address: SocketAddr,
    host: String,
    key: PlainKey,
    clock: Arc<MovedClock>,
    /// What their apps keep, in base32.
    secrets: Vec<String>,
}

impl Shop {
    pub(crate) async fn open(folder: &Path, users: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (url, host) = (
            format!("sqlite://{}", folder.join("twofold.db").display()),
            format!("localhost:{}", address.port()),
        );
        let public_url = format!("http://{host}");
        let line = Line::try_parse_from(["twofold", "--database-url", &url, "--public-url", &public_url]);
        let settings = line.unwrap().given.settings().unwrap();
        let database = Database::open(&url).await.unwrap();
        storage::migrate(&database).await.unwrap();
        let clock = Arc::new(MovedClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let entropy = Arc::new(SeededEntropy::new(1));
        let keys = KeyRing::new(vec![(KeyId(1), SealingKey::new(entropy.as_ref()))]).unwrap();
        let server = Server::new(Materials { settings, database, keys, clock: clock.clone(), entropy });
        let key = site(&server).await;
        let limits = Limits::of(server.settings());
        tokio::spawn(serving::serve(listener, server::router(server.clone()), limits, pending()));
        let mut shop = Self { address, host, key, clock, secrets: Vec::new() };
        let mut client = shop.connect().await;
        for user in 0..users {
            let secret = shop.enroll(&mut client, user).await;
            shop.secrets.push(secret);
        }
        shop
    }

    pub(crate) async fn connect(&self) -> Client {
        Client::connect(self.address, &self.host, self.key.expose()).await
    }

    /// Moves on to where every app shows another code.
    pub(crate) fn next_step(&self) {
        self.clock.advance(Duration::from_secs(30));
    }

    /// One login by the host's own form: opened, answered, and redeemed with the answer.
    pub(crate) async fn log_in(&self, client: &mut Client, user: usize) {
        let challenge = self.challenge(client, user).await;
        let answer = json!({ "code": self.code(user) });
        client.post(&format!("/v1/challenges/{challenge}/answers"), &answer).await;
    }

    async fn challenge(&self, client: &mut Client, user: usize) -> String {
        let asked = json!({ "user": { "id": id(user) }, "action": "sign_in" });
        text(&client.post("/v1/challenges", &asked).await["id"])
    }

    fn code(&self, user: usize) -> String {
        code(&self.secrets[user], self.clock.now())
    }

    async fn enroll(&self, client: &mut Client, user: usize) -> String {
        let (id, label) = (id(user), "alice@example.com");
        let asked = json!({ "user": { "id": id, "label": label }, "kind": "totp" });
        let begun = client.post("/v1/enrollments", &asked).await;
        let secret = text(&begun["secret"]);
        let enrollment = format!("/v1/enrollments/{}", text(&begun["id"]));
        let confirmation = json!({ "user": { "id": id }, "code": code(&secret, self.clock.now()) });
        client.post(&format!("{enrollment}/confirm"), &confirmation).await;
        client.post(&format!("{enrollment}/acknowledge"), &json!({ "user": { "id": id } })).await;
        secret
    }
}

async fn site(server: &Server) -> PlainKey {
    let (id, created_at) = (SiteId::new(server.now(), server.entropy()), server.now());
    let (name, issuer) = (Name::parse("Shop").unwrap(), Issuer::parse("Shop").unwrap());
    let (origins, policy) = (Vec::new(), SitePolicy::default());
    let profile = SiteProfile { id, name, issuer, origins, created_at, policy };
    server.sites().create(&profile, None).await.unwrap();
    let key = PlainKey::new(server.entropy());
    server.sites().create_key(id, &key, &Scope::ALL, created_at, None).await.unwrap();
    key
}

fn id(user: usize) -> String {
    format!("user {user}")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
