//! Tries of passwords, races included, on SQLite and on PostgreSQL: two pools, as two processes have them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test panics where it fails, and prints what it saw"
)]

mod support;

use domain::name::{SessionId, SiteId, User, UserId};
use domain::password_budget::{FREE, Guesser, HOUR, Network, PER_HOUR};
use domain::time::Timestamp;
use std::time::Duration;
use storage::account::{Claim, PasswordTry};
use storage::{AccountStore, Database};
use support::Kind;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const ROUNDS: u8 = 20;

/// Two processes.
async fn two(kind: Kind) -> [AccountStore; 2] {
    let url = support::empty_url(kind).await;
    let one = Database::open(&url).await.unwrap();
    storage::migrate(&one).await.unwrap();
    [AccountStore::new(one), AccountStore::new(Database::open(&url).await.unwrap())]
}

fn owner() -> User {
    User { site: SiteId::BUILT_IN, id: UserId::parse(&Uuid::from_u128(7).to_string()).unwrap() }
}

/// The `subject`-th address, known where it is odd.
fn by(subject: u8, guesser: Guesser, at: Timestamp) -> PasswordTry {
    let owner = (subject % 2 == 1).then(owner);
    PasswordTry { subject: [subject; 32], owner, guesser, at }
}

fn from(network: usize) -> Guesser {
    Guesser::Stranger(Network::of(Some(&format!("10.{}.{}.1", network / 256, network % 256))))
}

async fn is_taken(store: &AccountStore, tried: PasswordTry) -> bool {
    match store.claim_password_try(tried).await.unwrap() {
        Claim::Taken(claimed) => {
            store.refuse_password(claimed, None).await.unwrap();
            true
        }
        Claim::Wait(wait) => {
            assert!(!wait.is_zero());
            false
        }
    }
}

/// Runs the tries side by side, by turns in one process and the other, and answers how many were taken.
async fn race(stores: &[AccountStore; 2], tries: Vec<PasswordTry>) -> usize {
    let tasks: Vec<_> = tries
        .into_iter()
        .enumerate()
        .map(|(n, tried)| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move { is_taken(&store, tried).await })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += usize::from(task.await.unwrap());
    }
    taken
}

macro_rules! on_both {
    ($($case:ident)*) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)] async fn $case() {
            super::$case(super::Kind::Sqlite).await;
        })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)] async fn $case() {
            super::$case(super::Kind::Postgres).await;
        })* }
    };
}

on_both! {
    five_of_a_network_are_taken_however_many_race
    a_hundred_of_all_networks_are_taken_however_many_race
    the_hour_is_exact_and_has_no_edge
    right_and_wrong_ones_that_race_never_exceed_the_hour
    a_known_browser_and_a_session_count_for_themselves
    a_try_that_was_not_judged_is_as_if_it_had_not_been
    waiting_doubles_and_ends_with_a_rest
    what_is_forgotten_is_tidied
}

async fn five_of_a_network_are_taken_however_many_race(kind: Kind) {
    let stores = two(kind).await;
    for round in 0..ROUNDS {
        let taken = race(&stores, (0..24).map(|_| by(round, from(1), NOW)).collect()).await;
        assert_eq!(taken, FREE as usize, "{kind:?}, round {round}");
    }
    println!("{kind:?}: {ROUNDS} rounds of 24 racers in two processes, {FREE} taken in each");
}

async fn a_hundred_of_all_networks_are_taken_however_many_race(kind: Kind) {
    let stores = two(kind).await;
    for round in 0..4 {
        let mut taken = 0;
        // As many at once as a pool has connections for, in time.
        for some in 0..4 {
            let tries = (0..35).map(|network| by(round, from(network + some % 2), NOW)).collect();
            taken += race(&stores, tries).await;
        }
        assert_eq!(taken, PER_HOUR as usize, "{kind:?}, round {round}");
    }
    println!(
        "{kind:?}: 4 rounds of four times 35 racers from 36 networks in two processes, {PER_HOUR} taken in each"
    );
}

async fn the_hour_is_exact_and_has_no_edge(kind: Kind) {
    let [store, _] = two(kind).await;
    let mut taken: Vec<Timestamp> = Vec::new();
    for minute in 0..180_u64 {
        let at = NOW + Duration::from_mins(minute);
        // In bursts, with pauses between: what would find the edge of a window.
        for n in 0..if minute % 50 < 10 { 14 } else { 1 } {
            let network = usize::try_from(minute).unwrap() * 20 + n;
            if is_taken(&store, by(1, from(network), at)).await {
                taken.push(at);
            }
        }
    }
    let most = taken.iter().map(|end| {
        let within = |at: &&Timestamp| **at <= *end && **at > *end - HOUR;
        taken.iter().filter(within).count()
    });
    assert_eq!(most.max(), Some(PER_HOUR as usize), "{kind:?}");
    assert!(taken.len() > 200, "{kind:?}: {} in three hours", taken.len());
}

async fn right_and_wrong_ones_that_race_never_exceed_the_hour(kind: Kind) {
    let stores = two(kind).await;
    for round in 0..6 {
        let tasks: Vec<_> = (0..160_usize)
            .map(|n| {
                let (store, tried) = (stores[n % 2].clone(), by(round, from(n % 40), NOW));
                tokio::spawn(async move {
                    let Claim::Taken(claimed) = store.claim_password_try(tried).await.unwrap() else {
                        return 0;
                    };
                    match n % 8 {
                        0 => store.forgive_password_tries(claimed).await.map(|()| 0),
                        1 => store.return_password_try(claimed).await.map(|()| 0),
                        _ => store.refuse_password(claimed, None).await.map(|()| 1),
                    }
                    .unwrap()
                })
            })
            .collect();
        let mut wrong = 0;
        for task in tasks {
            wrong += task.await.unwrap();
        }
        let mut after = 0;
        for network in 100..220 {
            after += i32::from(is_taken(&stores[0], by(round, from(network), NOW)).await);
        }
        println!("{kind:?}: {wrong} wrong ones in the race and {after} after it");
        assert!(wrong + after <= 100, "{kind:?}: {wrong} and {after}");
        assert!(wrong + after >= 60, "{kind:?}: right ones leave the hour: {wrong} and {after}");
    }
}

async fn a_known_browser_and_a_session_count_for_themselves(kind: Kind) {
    let [store, _] = two(kind).await;
    for n in 0..120 {
        is_taken(&store, by(1, from(n), NOW)).await;
    }
    assert!(!is_taken(&store, by(1, from(500), NOW)).await, "the hour is full");
    let session = Guesser::Session(SessionId::from_uuid(Uuid::from_u128(5)));
    for own in [Guesser::Browser([1; 12]), Guesser::Browser([2; 12]), session] {
        for n in 0..8 {
            let taken = is_taken(&store, by(1, own.clone(), NOW)).await;
            assert_eq!(taken, n < FREE, "{kind:?}: {own:?}");
        }
    }
    assert!(is_taken(&store, by(3, from(1), NOW)).await, "and other addresses, too");
}

async fn a_try_that_was_not_judged_is_as_if_it_had_not_been(kind: Kind) {
    let [store, _] = two(kind).await;
    for _ in 0..200 {
        let Claim::Taken(claimed) = store.claim_password_try(by(1, from(1), NOW)).await.unwrap() else {
            panic!("{kind:?}: it waits")
        };
        store.return_password_try(claimed).await.unwrap();
    }
    let taken = race(&[store.clone(), store.clone()], (0..24).map(|_| by(1, from(1), NOW)).collect()).await;
    assert_eq!(taken, FREE as usize);
    let later = NOW + Duration::from_secs(1);
    let Claim::Taken(claimed) = store.claim_password_try(by(1, from(1), later)).await.unwrap() else {
        panic!("{kind:?}: it waits")
    };
    store.return_password_try(claimed).await.unwrap();
    assert!(is_taken(&store, by(1, from(1), later)).await, "{kind:?}: its wait came back with it");
    assert!(!is_taken(&store, by(1, from(1), later)).await);
}

async fn waiting_doubles_and_ends_with_a_rest(kind: Kind) {
    let [store, _] = two(kind).await;
    let mut now = NOW;
    let mut waits = Vec::new();
    for _ in 0..17 {
        assert!(is_taken(&store, by(1, from(1), now)).await, "{kind:?}");
        match store.claim_password_try(by(1, from(1), now)).await.unwrap() {
            Claim::Wait(wait) => {
                waits.push(wait.as_secs());
                assert!(!is_taken(&store, by(1, from(1), now + wait - Duration::from_millis(1))).await);
                now = now + wait;
            }
            Claim::Taken(claimed) => {
                waits.push(0);
                store.return_password_try(claimed).await.unwrap();
            }
        }
    }
    assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900], "{kind:?}");
    let rested = now + Duration::from_hours(24);
    assert_eq!(race(&[store.clone(), store.clone()], vec![by(1, from(1), rested); 24]).await, FREE as usize);
}

async fn what_is_forgotten_is_tidied(kind: Kind) {
    let [store, _] = two(kind).await;
    for n in 0..3 {
        is_taken(&store, by(2, from(n), NOW)).await;
    }
    for _ in 0..FREE {
        is_taken(&store, by(4, from(1), NOW)).await;
    }
    assert_eq!(store.tidy_password_tries(NOW).await.unwrap(), 0);
    // Three networks, the turns and three slots; the turns and five slots.
    assert_eq!(store.tidy_password_tries(NOW + HOUR).await.unwrap(), 7 + 6, "{kind:?}");
    assert_eq!(store.tidy_password_tries(NOW + Duration::from_hours(24)).await.unwrap(), 1, "{kind:?}");
}
