//! Opens fresh, migrated databases: SQLite files in a directory of this process, and one PostgreSQL database for each
//! test binary on the server that `TWOFOLD_TEST_POSTGRES_URL` names (a URL of a user who may create databases).
#![allow(
    dead_code,
    unreachable_pub,
    unused_macros,
    clippy::allow_attributes,
    reason = "each test binary uses a part of it"
)]

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use storage::Database;
use tokio::sync::{Mutex, OnceCell};

const MISSING: &str = "run `cargo xtask test`, or set TWOFOLD_TEST_POSTGRES_URL";

/// Makes of every case two tests, one on each database: a case takes the `Bench` of its file.
macro_rules! on_both {
    ($($case:ident)*) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)] async fn $case() {
            super::$case(super::Bench::open(super::Kind::Sqlite).await).await;
        })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)] async fn $case() {
            super::$case(super::Bench::open(super::Kind::Postgres).await).await;
        })* }
    };
}

/// The databases that every test of this crate runs on.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// A migrated database: a new one each time on SQLite, this binary's one on PostgreSQL.
pub async fn open(kind: Kind) -> Database {
    let url = match kind {
        Kind::Sqlite => sqlite_url(),
        Kind::Postgres => shared_postgres().await.to_owned(),
    };
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    db
}

/// The URL of an empty database that nobody else uses.
pub async fn empty_url(kind: Kind) -> String {
    match kind {
        Kind::Sqlite => sqlite_url(),
        Kind::Postgres => create_postgres().await,
    }
}

fn sqlite_url() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let directory =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(prefix()).join(std::process::id().to_string());
    let path = directory.join(format!("{number}.db"));
    for leftover in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{leftover}", path.display()));
    }
    format!("sqlite://{}", path.display())
}

async fn shared_postgres() -> &'static str {
    static SHARED: OnceCell<String> = OnceCell::const_new();
    SHARED.get_or_init(create_postgres).await
}

/// Creates a database, and drops those that earlier runs of this binary left: a test binary has no end of its own.
async fn create_postgres() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    let _guard = ONE_AT_A_TIME.lock().await;
    let server = std::env::var("TWOFOLD_TEST_POSTGRES_URL").expect(MISSING);
    let admin = sea_orm::Database::connect(&server).await.expect("PostgreSQL does not answer");
    let own = format!("{}_{}_", prefix(), std::process::id());
    for name in databases(&admin).await {
        if name.starts_with(&format!("{}_", prefix())) && !name.starts_with(&own) {
            // Another run that is still using it keeps it.
            let _ = admin.execute_unprepared(&format!("DROP DATABASE IF EXISTS \"{name}\"")).await;
        }
    }
    let name = format!("{own}{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    admin.execute_unprepared(&format!("CREATE DATABASE \"{name}\"")).await.unwrap();
    admin.close().await.unwrap();
    let (server, query) =
        server.split_once('?').map_or((server.as_str(), ""), |(server, query)| (server, query));
    let (host, _) = server.rsplit_once('/').filter(|(host, _)| !host.ends_with('/')).unwrap_or((server, ""));
    format!("{host}/{name}?{query}")
}

async fn databases(admin: &DatabaseConnection) -> Vec<String> {
    let all =
        Statement::from_string(admin.get_database_backend(), "SELECT datname::text AS name FROM pg_database");
    let rows = admin.query_all_raw(all).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

/// Of this test binary, whose name cargo ends with a hash.
fn prefix() -> String {
    let binary = std::env::current_exe().unwrap();
    let name = binary.file_stem().unwrap().to_string_lossy().into_owned();
    format!("twofold_{}", name.split('-').next().unwrap())
}
