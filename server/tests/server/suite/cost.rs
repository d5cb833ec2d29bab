//! What the verbs cost that every sign-in waits for: statements, commits and, on PostgreSQL, round trips. They are counted
//! over `/v1`, as a site's server asks, and do not grow unnoticed.

mod count;
mod wire;

use super::api::enroll;
use super::support::{Answer, Folder, House, Program};
use count::{Cost, Counter};
use domain::audit::Place;
use domain::challenge::Remember;
use domain::name::ChallengeId;
use domain::ports::Clock;
use domain::site::Scope;
use http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use storage::Database;
use wire::Wire;

#[path = "../../../../storage/tests/support/mod.rs"]
mod databases;

use databases::Kind;

/// Of each verb: its name, the statements that it costs on SQLite and on PostgreSQL, where several may be one message, the commits on
/// either, and the most round trips on PostgreSQL: one more or less is how a connection was found.
const COSTS: [(&str, [usize; 2], usize, usize); 8] = [
    ("open a challenge", [7, 3], 1, 8),
    ("open one of a user who is named", [9, 5], 1, 12),
    ("open one under an Idempotency-Key", [9, 7], 1, 13),
    ("another ticket", [3, 3], 1, 8),
    ("a wrong answer", [7, 3], 1, 8),
    ("an answer, redeemed", [8, 2], 1, 6),
    ("look at a challenge", [3, 3], 0, 8),
    ("redeem what was passed", [7, 3], 1, 8),
];

/// Sign-ins of which the cheapest counts: the first ones prepare statements and open connections.
const ROUNDS: usize = 8;
/// Until a connection that was given back has been asked for a sign of life.
const GIVEN_BACK: Duration = Duration::from_millis(30);

/// A shop whose database is watched, and the least that each verb cost.
struct Watched {
    house: House,
    shop: Program,
    secret: String,
    counter: Counter,
    wire: Option<Wire>,
    seen: BTreeMap<&'static str, (Cost, usize)>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_costs_few_statements_on_sqlite() {
    counted(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_costs_few_statements_on_postgres() {
    counted(Kind::Postgres).await;
}

async fn counted(kind: Kind) {
    let mut watched = Watched::open(kind).await;
    for _ in 0..ROUNDS {
        watched.sign_in().await;
    }
    let mut changed = Vec::new();
    for (verb, [on_sqlite, on_postgres], commits, trips) in COSTS {
        let statements = match kind {
            Kind::Sqlite => on_sqlite,
            Kind::Postgres => on_postgres,
        };
        let (cost, took) = watched.seen[verb];
        let Cost { statements: run, commits: committed } = cost;
        println!("{kind:?}, {verb}: statements: {run}, commits: {committed}, round trips: {took}");
        // What costs less than it says here is noticed, too: then it may not grow back.
        let as_known = cost == Cost { statements, commits };
        let on_the_wire = watched.wire.is_none() || (run..=trips).contains(&took);
        if !as_known || !on_the_wire {
            changed.push(format!("{verb}: {cost:?}, {took} round trips"));
        }
    }
    assert!(changed.is_empty(), "{kind:?}: {changed:#?}");
}

impl Watched {
    async fn open(kind: Kind) -> Self {
        let (folder, counter) = (Folder::new(), Counter::default());
        let url = databases::empty_url(kind).await;
        let wire = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Wire::to(&url).await),
        };
        let url = wire.as_ref().map_or(url, |wire| wire.url.clone());
        let database = Database::open(&url).await.unwrap().told_to(counter.listener());
        let key = folder.0.join("sealing.key").display().to_string();
        let flags = ["--public-url", "http://localhost:3000", "--sealing-key-file", &key];
        let house = House::in_database(folder, database, &url, &flags).await;
        let site = house.site("Shop").await;
        let shop = house.program(site, &Scope::ALL).await;
        let (secret, _) = enroll(&house, &shop, "ada").await;
        Self { house, shop, secret, counter, wire, seen: BTreeMap::new() }
    }

    /// Two sign-ins: by the site's own form, and by the widget.
    async fn sign_in(&mut self) {
        self.house.advance(30);
        let id = self.opened().await;
        let tickets = format!("/v1/challenges/{id}/tickets");
        self.costs("another ticket", self.post(&tickets, json!({}))).await.is(201);
        let answers = format!("/v1/challenges/{id}/answers");
        let wrong = json!({ "code": self.house.code_of(&self.secret, 3_000_000) });
        self.costs("a wrong answer", self.post(&answers, wrong)).await.is(422);
        let right = json!({ "code": self.house.code(&self.secret) });
        self.costs("an answer, redeemed", self.post(&answers, right)).await.is(200);
        self.house.advance(30);
        let id = self.opened().await;
        self.costs("look at a challenge", self.get(&format!("/v1/challenges/{id}"))).await.is(200);
        let (challenge, code) = (ChallengeId::parse(&id).unwrap(), self.house.code(&self.secret));
        let core = self.house.server.two_factor();
        let (site, place) = (self.shop.site, Place::default());
        core.answer_challenge(site, challenge, &code, Remember::No, &place).await.unwrap();
        let redeem = self.post(&format!("/v1/challenges/{id}/redeem"), json!({}));
        self.costs("redeem what was passed", redeem).await.is(200);
        self.open_in_other_ways().await;
    }

    async fn open_in_other_ways(&mut self) {
        let user = json!({ "id": "ada", "label": "ada@example.com", "email": "ada@example.com" });
        let named = json!({ "user": user, "action": "sign_in" });
        self.costs("open one of a user who is named", self.post("/v1/challenges", named)).await.is(201);
        let asked = json!({ "user": { "id": "ada" }, "action": "sign_in" });
        let ask = self.shop.ask(Method::POST, "/v1/challenges").body("application/json", asked.to_string());
        let ask = ask.header("idempotency-key", &self.house.clock.now().millis().to_string());
        let shop = self.shop.clone();
        self.costs("open one under an Idempotency-Key", async move { shop.send(ask).await }).await.is(201);
    }

    async fn opened(&mut self) -> String {
        // Writes that the key was used, once a minute.
        self.shop.get("/v1/me").await.is(200);
        let asked = json!({ "user": { "id": "ada" }, "action": "sign_in" });
        let opened = self.costs("open a challenge", self.post("/v1/challenges", asked)).await;
        opened.is(201);
        opened.json()["id"].as_str().unwrap().to_owned()
    }

    fn post(&self, path: &str, json: Value) -> impl Future<Output = Answer> + use<> {
        let (shop, path) = (self.shop.clone(), path.to_owned());
        async move { shop.post(&path, json).await }
    }

    fn get(&self, path: &str) -> impl Future<Output = Answer> + use<> {
        let (shop, path) = (self.shop.clone(), path.to_owned());
        async move { shop.get(&path).await }
    }

    /// Counts what this costs, and keeps the least.
    async fn costs<T>(&mut self, verb: &'static str, work: impl Future<Output = T>) -> T {
        tokio::time::sleep(GIVEN_BACK).await;
        let _ = (self.counter.told(), self.wire.as_ref().map(Wire::trips));
        let done = work.await;
        tokio::time::sleep(GIVEN_BACK).await;
        let told = self.counter.told();
        let (cost, trips) = (Cost::of(&told), self.wire.as_ref().map_or(0, Wire::trips));
        let least = self.seen.entry(verb).or_insert((cost, trips));
        *least = (
            Cost {
                statements: least.0.statements.min(cost.statements),
                commits: least.0.commits.min(cost.commits),
            },
            least.1.min(trips),
        );
        done
    }
}
