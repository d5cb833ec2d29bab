//! Entities and migrations describe the same tables: columns, types, nullability and unique keys (the primary one too).
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use std::collections::BTreeSet;
use storage::Database;
use support::Kind;

/// One fact of a schema, in words.
type Facts = BTreeSet<String>;

#[tokio::test]
async fn migrations_create_what_the_entities_say() {
    for kind in Kind::ALL {
        let migrated = facts(kind, async |db| storage::migrate(db).await.unwrap()).await;
        let declared = facts(kind, async |db| storage::create_tables_from_entities(db).await.unwrap()).await;
        assert!(declared.len() > 100, "{kind:?}: the schema was read");
        let drifted: Vec<_> = migrated.symmetric_difference(&declared).collect();
        assert!(drifted.is_empty(), "{kind:?}: {drifted:#?}");
    }
}

#[tokio::test]
async fn migrating_leaves_nothing_pending_and_twice_is_once() {
    for kind in Kind::ALL {
        let db = Database::open(&support::empty_url(kind).await).await.unwrap();
        assert_eq!(storage::pending_migrations(&db).await.unwrap(), ["0001_start"], "{kind:?}");
        let (one, other) = tokio::join!(storage::migrate(&db), storage::migrate(&db));
        assert_eq!((one, other), (Ok(()), Ok(())), "{kind:?}: two at once");
        storage::migrate(&db).await.unwrap();
        assert_eq!(storage::pending_migrations(&db).await.unwrap(), Vec::<String>::new(), "{kind:?}");
        db.close().await;
    }
}

async fn facts(kind: Kind, create: impl AsyncFnOnce(&Database)) -> Facts {
    let url = support::empty_url(kind).await;
    let db = Database::open(&url).await.unwrap();
    create(&db).await;
    db.close().await;
    let raw = sea_orm::Database::connect(&url).await.unwrap();
    let facts = match kind {
        Kind::Sqlite => sqlite_facts(&raw).await,
        Kind::Postgres => postgres_facts(&raw).await,
    };
    raw.close().await.unwrap();
    facts.into_iter().filter(|fact| !fact.starts_with("seaql_migrations")).collect()
}

async fn sqlite_facts(db: &DatabaseConnection) -> Facts {
    let columns = rows(
        db,
        r#"SELECT t.name || '.' || c.name || ' ' || lower(c.type) || ' not null ' || c."notnull" || ' default '
             || coalesce(c.dflt_value, '') AS fact
           FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"#,
    );
    let keys = rows(
        db,
        r#"SELECT t.name || ' unique ' || (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY name)) AS fact
           FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i."unique" = 1"#,
    );
    columns.await.into_iter().chain(keys.await).collect()
}

async fn postgres_facts(db: &DatabaseConnection) -> Facts {
    let columns = rows(
        db,
        "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(character_maximum_length, 0)
             || ' nullable ' || is_nullable || ' default ' || coalesce(column_default, '') AS fact
         FROM information_schema.columns WHERE table_schema = 'public'",
    );
    let keys = rows(
        db,
        "SELECT t.relname || ' unique ' || string_agg(a.attname::text, ',' ORDER BY a.attname::text) AS fact
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey)
         JOIN pg_namespace n ON n.oid = t.relnamespace
         WHERE i.indisunique AND n.nspname = 'public' GROUP BY t.relname, i.indexrelid",
    );
    columns.await.into_iter().chain(keys.await).collect()
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let found = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let fact = |row: &QueryResult| row.try_get::<String>("", "fact").unwrap();
    found.iter().map(fact).collect()
}
