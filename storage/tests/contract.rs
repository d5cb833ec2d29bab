//! The contract of `domain::ports::Store`, races included, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::ports::Store;
use std::sync::Arc;
use storage::SqlStore;
use support::Kind;

mod sqlite {
    use super::*;

    async fn open() -> Arc<dyn Store> {
        Arc::new(SqlStore::new(support::open(Kind::Sqlite).await))
    }

    domain::store_contract!(open);
}

mod postgres {
    use super::*;

    async fn open() -> Arc<dyn Store> {
        Arc::new(SqlStore::new(support::open(Kind::Postgres).await))
    }

    domain::store_contract!(open);
}
