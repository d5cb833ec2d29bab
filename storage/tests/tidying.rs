//! Tidying goes on until nothing that is over is left, however little it reads at a time, and takes nothing else.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

#[macro_use]
mod support;

use domain::name::{Issuer, SiteId, last_id_of};
use domain::ports::{Site, Store};
use domain::site::SitePolicy;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::time::Duration;
use storage::{Database, SqlStore};
use support::Kind;

/// More than goes by two statements.
const OVER: u64 = 450;
const KEPT: u64 = 30;
const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

struct Bench {
    store: SqlStore,
    raw: DatabaseConnection,
    kind: Kind,
}

impl Bench {
    async fn open(kind: Kind) -> Self {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        Self { store: SqlStore::new(db), raw: sea_orm::Database::connect(&url).await.unwrap(), kind }
    }

    /// Rows of the built-in site, which differ in their number `n` alone.
    async fn fill(&self, table: &str, columns: &str, values: &str, rows: u64) {
        let numbers = match self.kind {
            Kind::Sqlite => format!(
                "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) SELECT n FROM numbers)"
            ),
            Kind::Postgres => format!("generate_series(1, {rows}) AS numbers(n)"),
        };
        let sql = format!("INSERT INTO {table} ({columns}) SELECT {values} FROM {numbers}");
        self.raw.execute_unprepared(&sql).await.unwrap();
    }

    fn bytes(&self, digits: &str, width: usize) -> String {
        match self.kind {
            Kind::Sqlite => format!("unhex('{digits}' || printf('%0{width}x', n))"),
            Kind::Postgres => format!("decode('{digits}' || lpad(to_hex(n), {width}, '0'), 'hex')"),
        }
    }

    /// An id as it was made then.
    fn id(&self, made_at: Timestamp) -> String {
        let begins = &last_id_of(made_at).simple().to_string()[..12];
        match self.kind {
            Kind::Sqlite => self.bytes(begins, 20),
            Kind::Postgres => format!("('{begins}' || lpad(to_hex(n), 20, '0'))::uuid"),
        }
    }

    fn site(&self) -> String {
        let digits = SiteId::BUILT_IN.uuid().simple().to_string();
        match self.kind {
            Kind::Sqlite => format!("unhex('{digits}')"),
            Kind::Postgres => format!("'{digits}'::uuid"),
        }
    }

    async fn left(&self, table: &str) -> i64 {
        let count = format!("SELECT count(*) AS count FROM {table}");
        let count = Statement::from_string(self.raw.get_database_backend(), count);
        self.raw.query_one_raw(count).await.unwrap().unwrap().try_get("", "count").unwrap()
    }
}

async fn everything_that_is_over_goes_and_nothing_else(bench: Bench) {
    let site =
        Site { id: SiteId::BUILT_IN, issuer: Issuer::parse("Here").unwrap(), policy: SitePolicy::default() };
    bench.store.remember_site(&site, NOW).await.unwrap();
    let long_ago = NOW - Duration::from_hours(24 * 30);
    for (rows, end, prefix) in [(OVER, long_ago, "aa"), (KEPT, NOW, "bb")] {
        let (token, id, user) = (bench.bytes(prefix, 62), bench.id(end), bench.bytes("", 8));
        let (site, end) = (bench.site(), end.millis());
        let ticket = format!("{token}, {site}, {user}, {end}");
        bench.fill("ticket", "token_hash, site_id, user_id, expires_at", &ticket, rows).await;
        let notice = format!("{site}, {id}, {user}, {end}, 0");
        bench.fill("notice", "site_id, event_id, user_id, at, attempts", &notice, rows).await;
        let challenge = format!("{site}, {id}, {user}, 'sign_in', 'open', 0, {end}, {end}, false, 0");
        let columns = "site_id, id, user_id, action, state, failures, opened_at, expires_at, \
                       remembers_device, revision";
        bench.fill("challenge", columns, &challenge, rows).await;
    }
    // What was made long ago and is not over stays, and stands in nobody's way.
    let (id, user, site) = (bench.id(long_ago - Duration::from_secs(1)), bench.bytes("", 8), bench.site());
    let old = format!("{site}, {id}, {user}, {}, 0", NOW.millis());
    bench.fill("notice", "site_id, event_id, user_id, at, attempts", &old, OVER).await;
    assert_eq!(bench.store.tidy(NOW - Duration::from_hours(24)).await.unwrap(), 3 * OVER);
    let kept = i64::try_from(KEPT).unwrap();
    assert_eq!(bench.left("ticket").await, kept);
    assert_eq!(bench.left("challenge").await, kept);
    assert_eq!(bench.left("notice").await, kept + i64::try_from(OVER).unwrap());
    assert_eq!(bench.store.tidy(NOW - Duration::from_hours(24)).await.unwrap(), 0);
    bench.raw.close().await.unwrap();
}

on_both! { everything_that_is_over_goes_and_nothing_else }
