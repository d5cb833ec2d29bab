//! The same with many users as with few: two servers on each database, one of which has a crowd, asked by turns.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::json;

use super::crowd::Place;
use super::load::{Client, Sample, run};
use super::rates::Shop;
use super::server::built;
use crate::authenticator::{begin, text};
use crate::instance::Instance;
use crate::postgres::Postgres;
use crate::step::timed;

/// The rows, and the connections of each.
const CONNECTIONS: [usize; 2] = [1, 8];
const ROWS: [&str; 3] = ["POST /v1/challenges", "POST …/answers, redeemed", "a whole login"];
/// Enrollments that are confirmed, one after the other, a round.
const CONFIRMED: usize = 4;

#[derive(Args)]
pub(crate) struct Growth {
    /// A binary with the feature `test-clock`; without one it is built
    #[arg(long, env = "TWOFOLD_BINARY")]
    binary: Option<PathBuf>,
    /// Users of the small site
    #[arg(long, default_value_t = 10)]
    few: usize,
    /// Users who are added to the other
    #[arg(long, default_value_t = 100_000)]
    many: usize,
    /// Rounds for every number of connections
    #[arg(long, default_value_t = 40)]
    rounds: usize,
}

/// What is measured of both, by turns.
struct Pair {
    few: Shop,
    many: Shop,
    rounds: usize,
}

pub(crate) fn measure(asked: &Growth) -> Result<()> {
    let binary = built(asked.binary.as_deref())?;
    on_sqlite(asked, &binary)?;
    on_postgres(asked, &binary)
}

fn on_sqlite(asked: &Growth, binary: &Path) -> Result<()> {
    let start = || Shop::open(Instance::start(binary)?, asked.few);
    let (few, many) = (start()?, start()?);
    let file = many.server.folder().join("twofold.db");
    Pair { few, many, rounds: asked.rounds }.measure("SQLite", asked.many, &Place::Sqlite(&file))
}

fn on_postgres(asked: &Growth, binary: &Path) -> Result<()> {
    let postgres = Postgres::start_durable()?;
    let start = |database: &str| {
        postgres.sql("postgres", &format!("CREATE DATABASE {database}"))?;
        let url = postgres.url_of(database, postgres.port());
        Shop::open(Instance::start_on(binary, &url)?, asked.few)
    };
    let (few, many) = (start("few")?, start("many")?);
    let place = Place::Postgres(&postgres, "many");
    Pair { few, many, rounds: asked.rounds }.measure("PostgreSQL", asked.many, &place)
}

impl Pair {
    fn measure(mut self, database: &str, many: usize, place: &Place<'_>) -> Result<()> {
        // The one who is copied has signed in.
        self.many.round(&mut self.many.clients(1)?)?;
        let user = &self.many.users.first().context("nobody")?.id;
        let (filled, took) = timed(|| place.fill(user, many));
        filled?;
        println!("{database}: {many} users more in {} s", took.as_secs());
        println!("{:<28} {:>4} {:>9} {:>9} {:>9}", "median ms", "conn", "few", "many", "many:few");
        for connections in CONNECTIONS {
            self.sign_ins(connections)?;
        }
        self.confirming()
    }

    fn sign_ins(&mut self, connections: usize) -> Result<()> {
        let (mut of_few, mut of_many) = (self.few.clients(connections)?, self.many.clients(connections)?);
        let mut found: [[Sample; 3]; 2] = Default::default();
        for _ in 0..self.rounds {
            let round = [self.few.round(&mut of_few)?, self.many.round(&mut of_many)?];
            for (all, new) in found.iter_mut().flatten().zip(round.into_iter().flatten()) {
                all.add(new);
            }
        }
        let [few, many] = &found;
        for (row, (few, many)) in ROWS.iter().zip(few.iter().zip(many)) {
            print(row, connections, few, many);
        }
        Ok(())
    }

    fn confirming(&self) -> Result<()> {
        let (mut few, mut many) = (Sample::default(), Sample::default());
        for round in 0..self.rounds.div_ceil(CONFIRMED) {
            few.add(confirm(&self.few, round)?);
            many.add(confirm(&self.many, round)?);
        }
        print("POST …/confirm", 1, &few, &many);
        Ok(())
    }
}

/// Enrollments of new users, confirmed.
fn confirm(shop: &Shop, round: usize) -> Result<Sample> {
    let begun = (0..CONFIRMED).map(|number| {
        let user = format!("new-{round}-{number}");
        let begun = begin(&shop.server, &shop.key, &user)?;
        let path = format!("/v1/enrollments/{}/confirm", text(&begun, "id")?);
        let code = shop.code_now(text(&begun, "secret")?)?;
        Ok((path, json!({ "user": { "id": user }, "code": code }).to_string()))
    });
    let begun = begun.collect::<Result<Vec<_>>>()?;
    run(shop.server.process(), &mut shop.clients(1)?, CONFIRMED, |client: &mut Client, number| {
        let (path, body) = begun.get(number).context("nobody")?;
        client.post(path, body).map(drop)
    })
}

fn print(row: &str, connections: usize, few: &Sample, many: &Sample) {
    let (few, many) = (few.percentile(500), many.percentile(500));
    println!("{row:<28} {connections:>4} {few:>9.2} {many:>9.2} {:>9.2}", many / few);
}
