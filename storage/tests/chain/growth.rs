//! What sign-ins leave behind for good: the events of each, three of them, with what closes them. Everything else of a sign-in is
//! tidied.

use super::Archive;
use crate::support::Kind;
use domain::audit::{Event, EventKind, Place};
use domain::factor::FactorKind;
use domain::name::{SiteId, User, UserId};
use domain::ports::{Clock as _, Store as _};
use sea_orm::{ConnectionTrait, Statement};
use std::time::Duration;

const SIGN_INS: i64 = 1_500;
const USERS: i64 = 500;
/// As many are closed together where somebody signs in once a second.
const TOGETHER: i64 = 3;
/// More than a sign-in may leave.
const MOST: i64 = 4_096;

#[tokio::test]
async fn what_a_sign_in_leaves_behind_is_bounded() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        // Somebody else, before: the first pages are there.
        sign_ins(&archive, 100).await;
        let (rows, bytes) = left(&archive).await;
        sign_ins(&archive, SIGN_INS).await;
        let (more, larger) = left(&archive).await;
        let (each, size) = (more - rows, (larger - bytes) / SIGN_INS);
        println!("{kind:?}: {SIGN_INS} sign-ins left {each} events, and {size} bytes each");
        assert_eq!(each, 3 * SIGN_INS, "{kind:?}");
        assert!((1..MOST).contains(&size), "{kind:?}: {size} bytes a sign-in");
        archive.end().await;
    }
}

async fn sign_ins(archive: &Archive, count: i64) {
    for n in 0..count {
        let user = UserId::parse(&format!("customer-{:06}", n % USERS)).unwrap();
        let user = User { site: SiteId::BUILT_IN, id: user };
        let browser = Some("Firefox on Windows".to_owned());
        let place = Place { address: Some("192.0.2.107".to_owned()), browser };
        for kind in [EventKind::ChallengeOpened, EventKind::ChallengePassed, EventKind::ChallengeRedeemed] {
            let event = Event::new(kind, &user, &place, archive.clock.now(), archive.entropy.as_ref());
            let event =
                if kind == EventKind::ChallengePassed { event.of_factor(FactorKind::Totp) } else { event };
            archive.store.record(event).await.unwrap();
        }
        archive.clock.advance(Duration::from_secs(1));
        if n % TOGETHER == 0 {
            archive.close().await;
        }
    }
    archive.close().await;
}

/// Events, and the bytes of the database with its indexes, once what was freed on the way is given back.
async fn left(archive: &Archive) -> (i64, i64) {
    let size = match archive.kind {
        Kind::Sqlite => {
            "SELECT (page_count - freelist_count) * page_size AS n
             FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
        }
        Kind::Postgres => {
            archive.sql(&["VACUUM FULL event", "VACUUM FULL event_batch"]).await;
            "SELECT (pg_total_relation_size('event') + pg_total_relation_size('event_batch'))::bigint AS n"
        }
    };
    (number(archive, "SELECT CAST(count(*) AS bigint) AS n FROM event").await, number(archive, size).await)
}

async fn number(archive: &Archive, sql: &str) -> i64 {
    let asked = Statement::from_string(archive.raw.get_database_backend(), sql);
    archive.raw.query_one_raw(asked).await.unwrap().unwrap().try_get("", "n").unwrap()
}
