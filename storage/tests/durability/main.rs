//! What was acknowledged is stored: after a disk was full, and whoever gives up half-way.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a test panics where it fails, prints what it saw, and is one binary"
)]

mod beside;
mod impatience;
mod small_disk;
#[path = "../support/mod.rs"]
mod support;
mod witness;

use domain::audit::{Event, EventKind, Place};
use domain::name::{SessionId, SiteId, User, UserId};
use domain::ports::{Store, Ticket, TicketFor};
use domain::session::TokenHash;
use domain::testing::contract::{Bench, Racer, Racing};
use domain::testing::flows::Person;
use domain::testing::{SeededEntropy, contract, flows};
use domain::time::Timestamp;
use impatience::Impatience;
use sea_orm::ConnectionTrait;
use small_disk::Small;
use std::sync::Arc;
use std::time::Duration;
use storage::{Chain, Database, SqlStore};
use support::Kind;
use witness::{WRITES, Witnessed};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Racers one after the other, so that whoever watches knows whose work it is.
fn in_turn(racers: Vec<Racer>) -> Racing {
    Box::pin(async move {
        let mut winners = 0;
        for racer in racers {
            winners += usize::from(racer.await);
        }
        winners
    })
}

type Live = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

macro_rules! live {
    ($store:ident: flows [$($flow:ident)*] cases [$($case:ident)*]) => {
        // A function for each, on the heap: in one function, all of them would lie on the stack beside each other.
        $({
            fn flow(store: Arc<dyn Store>) -> Live {
                Box::pin(async { flows::$flow(Person::new(store, in_turn, stringify!($flow)).await).await })
            }
            flow(Arc::clone($store) as Arc<dyn Store>).await;
        })*
        $({
            fn case(store: Arc<dyn Store>) -> Live {
                Box::pin(async { contract::$case(Bench::new(store, in_turn, stringify!($case))).await })
            }
            case(Arc::clone($store) as Arc<dyn Store>).await;
        })*
    };
}

/// What people do with every verb of the store, and how it has to be.
async fn live(store: &Arc<Witnessed>) {
    live!(store:
        flows [
        a_person_sets_up_and_signs_in
        the_next_session_of_a_page_goes_on_where_the_last_one_was
        starting_over_gives_another_secret
        a_further_authenticator_works_beside_the_first
        a_result_is_given_out_once
        a_recovery_code_signs_in_once_in_any_spelling
        a_new_set_of_recovery_codes_ends_the_old_one
        a_bypass_code_signs_in_once_in_any_spelling
        a_stale_session_proves_everything_again_before_a_change
        a_removed_authenticator_answers_nothing
        a_test_tells_whether_this_very_authenticator_works
        a_widget_is_opened_by_a_ticket_once_within_a_minute
        a_trusted_device_is_not_asked_until_a_factor_changes
        what_is_required_is_not_turned_off
        switching_off_asks_for_password_and_code_however_fresh_the_session
        a_mailed_code_sets_up_and_signs_in
        everything_that_happened_is_in_the_log
        ] cases [
        a_site_is_known_with_its_issuer_and_policy_however_many_race
        a_requirement_is_set_under_what_was_seen_and_of_known_users_only
        an_address_is_remembered_of_a_known_user_only
        a_cancelled_enrollment_leaves_nothing_behind
        an_authenticator_is_renamed_by_its_owner_only
        a_session_is_found_by_its_bearer_until_it_ends
        a_change_of_factors_reaches_the_other_sessions
        a_reset_takes_every_factor_and_ends_everything_that_is_open
        an_unlock_forgives_and_a_budget_read_before_it_changes_nothing
        an_erased_user_leaves_nothing_personal_and_is_erased_once_however_many_race
        every_change_of_factors_forgets_every_device
        every_device_is_forgotten_once_however_many_race
        an_answer_is_kept_for_its_claim_and_no_longer_than_it_is_good
        what_is_opened_under_a_key_is_opened_once_with_its_answer_however_many_race
        an_abandoned_claim_neither_settles_nor_releases_the_one_that_took_it_over
        answers_are_wiped_when_their_time_is_over_and_with_their_user
        a_letter_is_taken_once_however_many_race_and_wiped_when_it_is_settled
        tidying_deletes_only_what_ended
        what_a_clock_ahead_stamped_is_ended_and_nothing_else
        whoever_is_protected_is_told_at_the_address_that_they_had
        ]
    );
}

/// What was acknowledged, and how much of it another connection does not see.
struct Books {
    db: Database,
    written: SqlStore,
    witness: SqlStore,
    user: User,
    entropy: SeededEntropy,
    acknowledged: usize,
    lost: usize,
}

impl Books {
    async fn new(small: &Small) -> Self {
        let db = small.open().await;
        let written = SqlStore::new(db.clone());
        let witness = SqlStore::new(Database::open(&small.url()).await.unwrap());
        let user = User { site: SiteId::BUILT_IN, id: UserId::parse("ada").unwrap() };
        Self { db, written, witness, user, entropy: SeededEntropy::new(5), acknowledged: 0, lost: 0 }
    }

    fn event(&self) -> Event {
        Event::new(EventKind::ChallengeRefused, &self.user, &Place::default(), NOW, &self.entropy)
    }

    /// In a transaction. `false`: it was refused.
    async fn record(&mut self) -> bool {
        let event = self.event();
        if self.written.record(event.clone()).await.is_err() {
            return false;
        }
        self.acknowledged += 1;
        self.lost +=
            usize::from(self.witness.event(event.user.site, event.at, event.id).await.unwrap().is_none());
        true
    }

    /// By one statement.
    async fn issue(&mut self) {
        let hash = TokenHash(*self.event().id.uuid().as_bytes().repeat(2).first_chunk().unwrap());
        let expires_at = NOW + Duration::from_mins(1);
        let ticket = Ticket {
            hash,
            user: self.user.clone(),
            opens: TicketFor::Session { sign_in: None },
            expires_at,
            torn: false,
        };
        self.written.issue_ticket(ticket).await.unwrap();
        self.acknowledged += 1;
        self.lost += usize::from(self.witness.ticket(hash).await.unwrap().is_none());
    }

    /// Somebody ends a session that is not there.
    async fn fail_a_guard(&self) {
        let nobody = SessionId::new(NOW, &self.entropy);
        assert!(!self.written.end_session(nobody, self.event()).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_full_disk_what_is_acknowledged_is_stored() {
    match Small::disk() {
        Some(small) => Box::pin(what_is_acknowledged_is_stored("a full disk", &small)).await,
        None => println!("no file system can be mounted here: few pages, below, have to do"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_the_last_page_what_is_acknowledged_is_stored() {
    Box::pin(what_is_acknowledged_is_stored("the last page", &Small::pages())).await;
}

async fn what_is_acknowledged_is_stored(after: &str, small: &Small) {
    let first = small.open().await;
    storage::migrate(&first).await.unwrap();
    first.close().await;
    let mut books = Books::new(small).await;
    let mut refused = 0;
    while refused < 3 {
        refused += usize::from(!books.record().await);
    }
    small.make_room().await;
    for _ in 0..3 {
        books.fail_a_guard().await;
    }
    for _ in 0..50 {
        assert!(books.record().await);
        books.issue().await;
    }
    println!("after {after}: {} acknowledged, {} lost", books.acknowledged, books.lost);
    assert_eq!(books.lost, 0, "lost, of {} that were acknowledged", books.acknowledged);
    assert_eq!(books.db.prove_commit().await, Ok(()));
    let Books { written: store, witness, .. } = books;
    live(&Arc::new(Witnessed { store, witness, impatience: None })).await;
}

async fn whoever_gives_up(kind: Kind) {
    let url = support::empty_url(kind).await;
    let db = Database::open(&url).await.unwrap();
    storage::migrate(&db).await.unwrap();
    let db = Chain::begin(db, &beside::keys(), Arc::new(SeededEntropy::new(6)), NOW).await.unwrap();
    let witness = Database::open(&url).await.unwrap();
    let impatience = Some(Impatience::new(kind, &url).await);
    let store = Witnessed { store: SqlStore::new(db.clone()), witness: SqlStore::new(witness), impatience };
    let store = Arc::new(store);
    live(&store).await;
    let impatience = store.impatience.as_ref().unwrap();
    Box::pin(beside::accounts(&db, impatience)).await;
    Box::pin(beside::the_rest(&db, impatience)).await;
    let untried = impatience.untried(WRITES);
    assert_eq!(untried, [""; 0], "{kind:?}: nobody gave up on these");
}

/// A transaction as nobody may begin one: dropped half-way it stays open, and the driver knows nothing of it.
async fn begin_and_end(kind: Kind, raw: sea_orm::DatabaseConnection) {
    let begin = match kind {
        Kind::Sqlite => "BEGIN IMMEDIATE",
        Kind::Postgres => "BEGIN",
    };
    for statement in [begin, "CREATE TABLE left_behind (id INTEGER)", "ROLLBACK"] {
        raw.execute_unprepared(statement).await.unwrap();
    }
}

/// What shows that the tests below are able to fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_leaves_a_transaction_open_is_found() {
    for kind in Kind::ALL {
        let url = support::empty_url(kind).await;
        let db = Database::open(&url).await.unwrap();
        storage::migrate(&db).await.unwrap();
        let mut one = sea_orm::ConnectOptions::new(url.clone());
        one.max_connections(1).test_before_acquire(false);
        let raw = sea_orm::Database::connect(one).await.unwrap();
        let found = tokio::spawn(async move {
            let impatience = Impatience::new(kind, &url).await;
            while impatience.give_up("begin_and_end", begin_and_end(kind, raw.clone())).await.is_none() {}
        });
        let said = found.await.unwrap_err().into_panic();
        let said = said.downcast_ref::<String>().unwrap();
        assert!(said.contains("leaves a connection in a transaction"), "{kind:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_gives_up_half_way_leaves_nothing_half_done_on_sqlite() {
    Box::pin(whoever_gives_up(Kind::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_gives_up_half_way_leaves_nothing_half_done_on_postgres() {
    Box::pin(whoever_gives_up(Kind::Postgres)).await;
}
