//! What migrations do with the rows of an earlier version, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::name::{Label, SiteId, User, UserId};
use domain::ports::Store;
use domain::time::Timestamp;
use sea_orm::ConnectionTrait;
use storage::{Database, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// An account whose user has no address, as it was before; and a step that was not taken yet.
const BEFORE: [&str; 2] = [
    "INSERT INTO account (site_id, id, user_id, email, email_key, role, password_failures, password_not_before, created_at)
     SELECT site_id, site_id, user_id, 'ada@example.com', user_id, 'admin', 0, 0, 0 FROM \"user\" WHERE label = 'ada'",
    "DELETE FROM seaql_migrations WHERE version = '0120_email_of_accounts'",
];

#[tokio::test]
async fn the_users_of_accounts_have_their_addresses() {
    for kind in Kind::ALL {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let store = SqlStore::new(db.clone());
        let user = |id: &str| User { site: SiteId::BUILT_IN, id: UserId::parse(id).unwrap() };
        for name in ["ada", "bob"] {
            store.remember_user(&user(name), &Label::parse(name).unwrap(), NOW).await.unwrap();
        }
        let raw = sea_orm::Database::connect(&url).await.unwrap();
        for statement in BEFORE {
            assert_eq!(raw.execute_unprepared(statement).await.unwrap().rows_affected(), 1, "{kind:?}");
        }
        storage::migrate(&db).await.unwrap();
        let ada = store.user_state(&user("ada")).await.unwrap().email.unwrap();
        assert_eq!(ada.as_str(), "ada@example.com", "{kind:?}");
        assert_eq!(store.user_state(&user("bob")).await.unwrap().email, None, "{kind:?}");
    }
}
