//! Rows that contradict one another let nobody in, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use domain::audit::Place;
use domain::error::Fault;
use domain::letter_limit::IN_ALL;
use domain::name::{Name, Reason};
use domain::ports::{Action, Store};
use domain::seal::{KeyId, KeyRing, SealingKey};
use domain::session::Home;
use domain::testing::contract::Bench;
use domain::testing::{InlineHasher, MovedClock, SeededEntropy};
use domain::time::Timestamp;
use domain::{Parts, TwoFactor};
use sea_orm::{ConnectOptions, ConnectionTrait};
use std::sync::Arc;
use storage::{Database, SqlStore};
use support::Kind;

const ON: &str = "UPDATE \"user\" SET protected_since = 1";
const OFF: &str = "UPDATE \"user\" SET protected_since = NULL";
const NO_APP: &str = "DELETE FROM authenticator";
const NO_USER: &str = "DELETE FROM \"user\"";

fn core(store: Arc<dyn Store>) -> TwoFactor {
    TwoFactor::new(Parts {
        store,
        clock: Arc::new(MovedClock::at(Timestamp::from_millis(1_800_000_000_000))),
        entropy: Arc::new(SeededEntropy::new(183)),
        hasher: Arc::new(InlineHasher::default()),
        first_factor: None,
        keys: KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[7; 32]).unwrap())]).unwrap(),
        mails: false,
        letters_in_all: IN_ALL,
    })
}

#[tokio::test]
async fn factors_without_protection_and_protection_without_factors_let_nobody_in() {
    for kind in Kind::ALL {
        for (n, deed) in
            [&[OFF][..], &[OFF, NO_APP], &[NO_APP], &[NO_USER], &[NO_USER, NO_APP]].into_iter().enumerate()
        {
            let url = support::empty_url(kind).await;
            let db = Database::open(&url).await.unwrap();
            storage::migrate(&db).await.unwrap();
            let store: Arc<dyn Store> = Arc::new(SqlStore::new(db.clone()));
            let bench = Bench::new(Arc::clone(&store), domain::race!(), "somebody whose rows are odd");
            bench.protected().await;
            let (two_factor, place) = (core(store), Place::default());
            let (user, action) = (&bench.user, || Action(Name::parse("sign_in").unwrap()));
            let asked = two_factor.open_challenge(user, action(), &place).await.unwrap();
            assert!(matches!(asked, domain::challenge::Opened::Open(_)), "{kind:?}: as it should be");
            let label = domain::name::Label::parse("ada").unwrap();
            let ticket = two_factor.issue_session_ticket(user, &label).await.unwrap().ticket;
            let revision = bench.store.user_state(user).await.unwrap().revision;
            let opened =
                two_factor.open_session(user, revision, Home::Embedded, false, &place).await.unwrap();
            let (_, session) = opened.unwrap();
            let caller = domain::step_up::Caller { session, place: place.clone() };

            let mut options = ConnectOptions::new(url);
            options.max_connections(1);
            let raw = sea_orm::Database::connect(options).await.unwrap();
            for statement in deed {
                raw.execute_unprepared(statement).await.unwrap();
            }
            let odd = |fault: &Fault| {
                let said = fault.to_string();
                said.contains("somebody whose rows are odd") && said.ends_with("reset the user")
            };
            let denied = two_factor.open_challenge(user, action(), &place).await.unwrap_err();
            assert!(odd(&denied), "{kind:?} {n}: {denied}");
            let denied = two_factor.tear_ticket(&ticket, &place).await.unwrap_err();
            assert!(odd(&denied), "{kind:?} {n}: {denied}");
            let denied = two_factor.overview(&caller).await.unwrap_err();
            assert!(odd(&denied), "{kind:?} {n}: {denied}");

            // Whoever helps sees what there is, and the way out that the log names is one.
            two_factor.remember_user(user, &label).await.unwrap();
            assert!(two_factor.user(user).await.unwrap().is_some());
            let reason = Reason::parse("Rows that contradict one another").unwrap();
            two_factor.reset_user(user, None, reason, &place).await.unwrap();
            let asked = two_factor.open_challenge(user, action(), &place).await.unwrap();
            assert!(matches!(asked, domain::challenge::Opened::NotEnrolled), "{kind:?} {n}");
            raw.execute_unprepared(ON).await.unwrap();
            let denied = two_factor.open_challenge(user, action(), &place).await.unwrap_err();
            assert!(odd(&denied), "{kind:?} {n}: {denied}");
            raw.close().await.unwrap();
            db.close().await;
        }
    }
}
