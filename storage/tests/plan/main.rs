//! No statement of the contract and of the flows reads more than its result needs: each is taken once, with its parameters,
//! and both databases are asked for its plan over many users, without statistics and with them. And on SQLite, how many trees
//! each writes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test panics where it fails, and prints what it saw"
)]

#[path = "../support/mod.rs"]
mod support;

mod crowd;
mod judge;
mod writes;

use domain::factor::FactorKind;
use domain::name::ChallengeId;
use domain::ports::Store;
use domain::site::PlainKey;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use storage::site::Asking;
use storage::{Database, Sites, SqlStore};
use support::Kind;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// Each statement by its text, with the parameters with which it came first.
type Statements = Arc<Mutex<BTreeMap<String, Statement>>>;

struct Watched {
    url: String,
    store: Arc<dyn Store>,
    sites: Sites,
    seen: Statements,
}

impl Watched {
    async fn open(kind: Kind) -> Self {
        let (url, seen) = (support::empty_url(kind).await, Statements::default());
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let told = Arc::clone(&seen);
        let db = db.told_to(move |statement| {
            told.lock().unwrap().entry(statement.sql.clone()).or_insert_with(|| statement.clone());
        });
        Self { url, sites: Sites::new(db.clone()), store: Arc::new(SqlStore::new(db)), seen }
    }

    /// What an answer over the API begins with, which is none of the core's verbs.
    async fn keys(&self) {
        let key = format!("tf_{}_{}", "0".repeat(16), "0".repeat(64));
        let (key, now) = (PlainKey::parse(&key).unwrap(), Timestamp::from_millis(0));
        let id = ChallengeId::from_uuid(uuid::Uuid::nil());
        for kind in FactorKind::ALL {
            let (asking, found) = self.sites.caller_who_answers(&key, now, id, kind).await.unwrap();
            assert_eq!((asking, found.is_none()), (Asking::Unknown, true));
        }
        assert_eq!(self.sites.caller(&key, now).await.unwrap(), Asking::Unknown);
    }

    fn statements(&self) -> Vec<Statement> {
        self.seen.lock().unwrap().values().cloned().collect()
    }
}

macro_rules! watched {
    ($database:ident, $kind:expr) => {
        mod $database {
            use super::*;

            static WATCHED: OnceCell<Watched> = OnceCell::const_new();

            async fn open() -> Arc<dyn Store> {
                Arc::clone(&WATCHED.get_or_init(|| Watched::open($kind)).await.store)
            }

            domain::store_contract!(in_turn open);
            domain::store_flows!(in_turn open);

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn no_statement_reads_more_than_its_result_needs() {
                every_case().await;
                every_flow().await;
                WATCHED.get().unwrap().keys().await;
                judged($kind, WATCHED.get().unwrap()).await;
            }
        }
    };
}

watched!(sqlite, Kind::Sqlite);
watched!(postgres, Kind::Postgres);

/// The table as it was, and the two statements that made opening a challenge slow with many users.
const BEFORE: [&str; 3] = [
    "DROP TABLE recovery_code",
    "CREATE TABLE recovery_code (site_id, id, user_id, set_id, hash, used_at, PRIMARY KEY (site_id, id))",
    "CREATE INDEX recovery_code_of_set ON recovery_code (site_id, user_id, set_id)",
];
const SLOW: [&str; 2] = [
    "SELECT * FROM recovery_code WHERE site_id = X'00' AND user_id = X'00' AND set_id = X'00' ORDER BY id",
    "DELETE FROM recovery_code WHERE set_id IN (SELECT id FROM code_set WHERE site_id = X'00' AND user_id = X'00')",
];

#[tokio::test]
async fn what_read_the_codes_of_everybody_would_be_found() {
    let url = support::empty_url(Kind::Sqlite).await;
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    db.close().await;
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    for statement in BEFORE {
        raw.execute_unprepared(statement).await.unwrap();
    }
    for slow in SLOW {
        let statement = Statement::from_string(raw.get_database_backend(), slow);
        let why = judge::too_wide(&statement, &plan(Kind::Sqlite, &raw, &statement).await, false);
        println!("{why:?}: {slow}");
        assert!(why.is_some(), "{slow}");
    }
    raw.close().await.unwrap();
}

async fn judged(kind: Kind, watched: &Watched) {
    let raw = sea_orm::Database::connect(&watched.url).await.unwrap();
    let begun = Instant::now();
    crowd::gather(kind, &raw).await;
    println!("{kind:?}: gathered in {:.1} s", begun.elapsed().as_secs_f64());
    let statements = watched.statements();
    if let Kind::Sqlite = kind {
        writes::counted(&raw, &statements).await;
    }
    let mut wide = Vec::new();
    for statistics in [false, true] {
        if statistics {
            raw.execute_unprepared("ANALYZE").await.unwrap();
        }
        for statement in &statements {
            if let Some(why) = judge::too_wide(statement, &plan(kind, &raw, statement).await, statistics) {
                wide.push(format!("with statistics: {statistics}: {why}: {}", statement.sql));
            }
        }
    }
    raw.close().await.unwrap();
    println!("{kind:?}: {} statements, {} too wide", statements.len(), wide.len());
    assert!(statements.len() > 80, "{kind:?}: they were told: {}", statements.len());
    assert!(wide.is_empty(), "{kind:?}: {} are too wide: {wide:#?}", wide.len());
}

async fn plan(kind: Kind, raw: &DatabaseConnection, of: &Statement) -> Vec<String> {
    let (words, column) = match kind {
        Kind::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        Kind::Postgres => ("EXPLAIN", "QUERY PLAN"),
    };
    let mut asked = of.clone();
    asked.sql = format!("{words} {}", of.sql);
    match raw.query_all_raw(asked).await {
        Ok(rows) => rows.iter().map(|row| row.try_get("", column).unwrap()).collect(),
        // What begins and ends transactions has no plan.
        Err(error) => {
            let first = of.sql.split_whitespace().next().unwrap_or_default().to_uppercase();
            let planned = ["SELECT", "UPDATE", "DELETE", "INSERT"].contains(&first.as_str());
            assert!(!planned, "{kind:?}: {}: {error}", of.sql);
            Vec::new()
        }
    }
}
