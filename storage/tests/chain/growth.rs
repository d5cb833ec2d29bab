//! What sign-ins leave behind for good: the events of each, three of them, with what closes them. Everything else of a sign-in is
//! tidied.

use super::Archive;
use crate::support::Kind;
use domain::audit::{Event, EventKind, Place};
use domain::factor::FactorKind;
use domain::name::{SiteId, User, UserId};
use domain::ports::{Clock as _, Store as _};
use domain::time::Date;
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

/// As many days are kept, and as many more are lived through.
const DAYS: u32 = 30;
const A_DAY: i64 = 20;
const DAY: Duration = Duration::from_hours(24);

/// Where events go by age, what sign-ins leave behind stops growing: there is never more than those days hold, with the day that
/// runs and one batch.
#[tokio::test]
async fn what_sign_ins_leave_behind_stops_growing_where_events_go_by_age() {
    for kind in Kind::ALL {
        let archive = Archive::open(kind).await;
        let (mut most, mut sizes) = (0, Vec::new());
        for day in 0..3 * DAYS {
            let midnight = Date::of(archive.clock.now()).start();
            archive.cut(midnight - DAYS * DAY).await;
            sign_ins(&archive, A_DAY).await;
            let rows = number(&archive, "SELECT CAST(count(*) AS bigint) AS n FROM event").await;
            most = rows.max(most);
            if day % DAYS == DAYS - 1 {
                sizes.push(left(&archive).await.1);
            }
            archive.clock.advance(DAY.saturating_sub(archive.clock.now().since(midnight)));
        }
        // Three a sign-in, and one each day that tells of what was deleted.
        let held = i64::from(DAYS + 1) * (3 * A_DAY + 1) + i64::from(domain::chain::BATCH);
        let written = i64::from(3 * DAYS) * 3 * A_DAY;
        println!(
            "{kind:?}: of {written} events at most {most} were there; bytes after each {DAYS} days: {sizes:?}"
        );
        assert!(most <= held && held < written, "{kind:?}: {most} of {held}");
        let [first, second, third] = sizes[..] else { panic!("{sizes:?}") };
        assert!(second < first * 5 / 4 && third < first * 5 / 4, "{kind:?}: {sizes:?}");
        assert_eq!(archive.verify().await.misfit, None, "{kind:?}");
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
