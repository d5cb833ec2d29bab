//! Copies of a database as of one moment: by the real backup of SQLite, and by a template on PostgreSQL.

use crate::support::Kind;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use storage::backup::{BackupError, inspect};
use storage::{Database, OpenError};

pub(crate) struct Copied {
    pub(crate) original: Database,
    pub(crate) copies: [Database; 2],
}

pub(crate) async fn copied(kind: Kind, db: Database, url: &str) -> Copied {
    match kind {
        Kind::Sqlite => of_sqlite(db, url).await,
        Kind::Postgres => of_postgres(db, url).await,
    }
}

/// The server goes on.
async fn of_sqlite(db: Database, url: &str) -> Copied {
    let path = PathBuf::from(url.strip_prefix("sqlite://").unwrap());
    let (first, second) = (path.with_extension("backup"), path.with_extension("second"));
    for old in [&first, &second] {
        let _ = std::fs::remove_file(old);
    }
    let contents = db.back_up(&first).await.unwrap();
    assert!(contents.events > 0 && contents.users == 7 && contents.head.is_some(), "{contents:?}");
    assert_eq!(inspect(&first).await.unwrap(), contents);
    assert_eq!(std::fs::metadata(&first).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(db.back_up(&first).await, Err(BackupError::Exists(_))), "it overwrites nothing");
    std::fs::copy(&first, &second).unwrap();
    let before = std::fs::read(&first).unwrap();
    let named = format!("sqlite://{}", first.display());
    let refused = Database::open_existing(&named).await;
    assert!(matches!(refused, Err(OpenError::Unfenced(_))), "{refused:?}");
    assert!(std::fs::read(&first).unwrap() == before, "whoever is refused leaves it as it is");
    Copied { original: db, copies: [opened(&first).await, opened(&second).await] }
}

async fn opened(path: &Path) -> Database {
    Database::open_unfenced(path).await.unwrap()
}

/// A template has nobody in it.
async fn of_postgres(db: Database, url: &str) -> Copied {
    db.close().await;
    let (server, query) = url.split_once('?').unwrap_or((url, ""));
    let (host, name) = server.rsplit_once('/').unwrap();
    let admin =
        sea_orm::Database::connect(std::env::var("TWOFOLD_TEST_POSTGRES_URL").unwrap()).await.unwrap();
    let mut copies = Vec::new();
    for copy in ["a", "b"] {
        let made = format!("CREATE DATABASE \"{name}_{copy}\" TEMPLATE \"{name}\"");
        let mut tries = 0;
        // A process of PostgreSQL ends a moment after its connection.
        while let Err(error) = admin.execute_unprepared(&made).await {
            tries += 1;
            assert!(tries < 200, "{error}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        copies.push(Database::open(&format!("{host}/{name}_{copy}?{query}")).await.unwrap());
    }
    admin.close().await.unwrap();
    let second = copies.pop().unwrap();
    let first = copies.pop().unwrap();
    Copied { original: Database::open(url).await.unwrap(), copies: [first, second] }
}

/// How many rows each other table has.
pub(crate) async fn rows_but_of(db: &DatabaseConnection, kept: &[&str]) -> BTreeMap<String, i64> {
    let ask = |sql: String| Statement::from_string(db.get_database_backend(), sql);
    let tables =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'";
    let tables = db.query_all_raw(ask(tables.to_owned())).await.unwrap();
    let names = tables.iter().map(|row| row.try_get::<String>("", "name").unwrap());
    let mut rows = BTreeMap::new();
    for name in names.filter(|name| !kept.contains(&name.as_str())) {
        let count = db.query_one_raw(ask(format!("SELECT count(*) AS count FROM \"{name}\""))).await.unwrap();
        rows.insert(name, count.unwrap().try_get("", "count").unwrap());
    }
    rows
}
