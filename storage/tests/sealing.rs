//! What the database remembers of its sealing key, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::seal::{KeyCheck, KeyId};
use storage::{Database, key_check, remembered_key_check, replace_key_check};
use support::Kind;

fn check(key: u32, byte: u8) -> KeyCheck {
    KeyCheck { key: KeyId(key), digest: [byte; 32] }
}

#[tokio::test]
async fn of_many_first_starts_one_is_remembered_and_replaced_once() {
    for kind in Kind::ALL {
        let db = Database::open(&support::empty_url(kind).await).await.unwrap();
        storage::migrate(&db).await.unwrap();
        assert_eq!(remembered_key_check(&db).await.unwrap(), None, "{kind:?}");
        let starts = (0..8).map(|n| {
            let db = db.clone();
            tokio::spawn(async move { key_check(&db, &check(1, n)).await.unwrap() })
        });
        let mut seen = Vec::new();
        for start in starts.collect::<Vec<_>>() {
            seen.push(start.await.unwrap());
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{kind:?}: all see the same");
        assert_eq!(remembered_key_check(&db).await.unwrap(), Some(seen[0]), "{kind:?}");
        let rotations = (0..8).map(|n| {
            let (db, first) = (db.clone(), seen[0]);
            tokio::spawn(async move { replace_key_check(&db, &first, &check(2, n)).await.unwrap() })
        });
        let mut won = 0;
        for rotation in rotations.collect::<Vec<_>>() {
            won += usize::from(rotation.await.unwrap());
        }
        assert_eq!(won, 1, "{kind:?}");
        assert_eq!(key_check(&db, &check(3, 0)).await.unwrap().key, KeyId(2));
        db.close().await;
    }
}
