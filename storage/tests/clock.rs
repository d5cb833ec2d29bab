//! What a clock that ran ahead has left in the rows that storage alone looks after, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::audit::{Event, EventKind, Place};
use domain::name::{ChallengeId, EventId, SiteId, User, UserId};
use domain::ports::Store;
use domain::seal::{KeyId, KeyRing, SealingKey};
use domain::session::TokenHash;
use domain::testing::SeededEntropy;
use domain::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use storage::account::{CreatedLink, LinkPurpose, NewLink, PendingSignIn, Role};
use storage::{AccountStore, Chain, Database, Outbox, SqlStore};
use support::Kind;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
/// From 2027 to 2106.
const FAR: Duration = Duration::from_hours(79 * 365 * 24);
const HOUR: Duration = Duration::from_hours(1);

async fn fresh(kind: Kind) -> Database {
    let db = Database::open(&support::empty_url(kind).await).await.unwrap();
    storage::migrate(&db).await.unwrap();
    db
}

fn event(at: Timestamp, entropy: &SeededEntropy) -> Event {
    let user = User { site: SiteId::BUILT_IN, id: UserId::parse("ada").unwrap() };
    Event::new(EventKind::PasswordChanged, &user, &Place::default(), at, entropy)
}

#[tokio::test]
async fn events_that_a_clock_ahead_stamped_are_closed_and_the_chain_verifies() {
    for kind in Kind::ALL {
        let (db, entropy) = (fresh(kind).await, SeededEntropy::new(181));
        let keys = KeyRing::new(vec![(KeyId(3), SealingKey::from_bytes(&[3; 32]).unwrap())]).unwrap();
        let db = Chain::begin(db, &keys, Arc::new(SeededEntropy::new(182)), NOW).await.unwrap();
        let (store, chain) = (SqlStore::new(db.clone()), Chain::new(db.clone(), keys));
        for at in [NOW, NOW + FAR, NOW + HOUR, NOW + Duration::from_secs(30), Timestamp::from_millis(3)] {
            store.record(event(at, &entropy)).await.unwrap();
        }
        let later = NOW + Duration::from_secs(6);
        let closed = chain.close(later).await.unwrap().unwrap();
        assert_eq!(
            closed.count, 4,
            "{kind:?}: but for what is half a minute ahead, which settles like any other"
        );
        assert_eq!(chain.close(later).await.unwrap(), None, "{kind:?}");
        assert_eq!(chain.close(NOW + HOUR).await.unwrap().unwrap().count, 1, "{kind:?}");
        let verdict = chain.verify(None).await.unwrap();
        assert_eq!((verdict.events, verdict.open, verdict.misfit), (5, 0, None), "{kind:?}");
        db.close().await;
    }
}

#[tokio::test]
async fn a_link_or_a_waiting_sign_in_of_a_clock_ahead_is_not_good() {
    for kind in Kind::ALL {
        let db = fresh(kind).await;
        let accounts = AccountStore::new(db.clone());
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse("ada").unwrap() };
        let cases = [(30, true), (61, false), (3600, false), (79 * 365 * 86_400, false)];
        for (n, (seconds, good)) in (1_u8..).zip(cases) {
            let (token, at) = (TokenHash([n; 32]), NOW + Duration::from_secs(seconds));
            let expires_at = at + Duration::from_mins(5);
            let challenge = ChallengeId::from_uuid(uuid::Uuid::from_u128(n.into()));
            let pending = PendingSignIn { token, user: user.clone(), challenge, created_at: at, expires_at };
            accounts.open_pending(pending).await.unwrap();
            assert_eq!(accounts.pending(token, NOW).await.unwrap().is_some(), good, "{kind:?} {seconds} s");
            assert_eq!(accounts.close_pending(token, NOW).await.unwrap(), good, "{kind:?} {seconds} s");
            let (purpose, role) = (LinkPurpose::Account, Role::Member);
            let link = NewLink { token, purpose, email: None, role, created_at: at, expires_at };
            assert_eq!(accounts.create_link(link).await.unwrap(), CreatedLink::Created);
            assert_eq!(accounts.link(token, NOW).await.unwrap().is_some(), good, "{kind:?} {seconds} s");
        }
        db.close().await;
    }
}

#[tokio::test]
async fn a_notice_that_a_clock_ahead_queued_or_put_off_is_due() {
    for kind in Kind::ALL {
        let (db, entropy) = (fresh(kind).await, SeededEntropy::new(182));
        let (store, outbox) = (SqlStore::new(db.clone()), Outbox::new(db.clone()));
        let told: Vec<Event> = [NOW, NOW, NOW + FAR].map(|at| event(at, &entropy)).into();
        for event in &told {
            store.record(event.clone()).await.unwrap();
        }
        let due = || async {
            let due = outbox.due(NOW, 10).await.unwrap();
            due.into_iter().map(|queued| queued.event).collect::<Vec<EventId>>()
        };
        assert_eq!(due().await.len(), 3, "{kind:?}");
        // One is tried again within the hour, as always; one was put off by a clock in 2106.
        let queued = outbox.due(NOW, 10).await.unwrap();
        let seen = |of: &Event| queued.iter().find(|one| one.event == of.id).unwrap().clone();
        assert!(outbox.take(&seen(&told[0]), NOW + HOUR).await.unwrap());
        assert!(outbox.take(&seen(&told[1]), NOW + FAR - HOUR).await.unwrap());
        assert_eq!(due().await, [told[1].id, told[2].id], "{kind:?}");
        assert_eq!(outbox.due(NOW, 1).await.unwrap().len(), 1, "{kind:?}: and no more than were asked for");
        db.close().await;
    }
}

#[tokio::test]
async fn postgres_says_its_clock_and_sqlite_has_none_of_its_own() {
    #[expect(clippy::disallowed_methods, reason = "the database's clock is held against the machine's")]
    let now = || {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        i64::try_from(since.as_millis()).unwrap()
    };
    let before = now();
    let said = support::open(Kind::Postgres).await.clock().await.unwrap().unwrap().millis();
    // The server of the tests runs on this machine. It rounds to the nearest millisecond, where we leave the rest off.
    assert!((before..=now() + 1).contains(&said), "{before} {said}");
    assert_eq!(support::open(Kind::Sqlite).await.clock().await.unwrap(), None);
}
