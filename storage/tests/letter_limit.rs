//! Letters of one site and letters in all are counted in the database, however many processes and users ask at once, on
//! SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

#[macro_use]
mod support;

use domain::audit::{Event, EventKind, Place};
use domain::factor::email_code::CodeDigest;
use domain::letter_limit::{HOUR, LetterCounts, LetterLimit, PER_SITE, Weight};
use domain::name::{EmailCodeId, Label, SessionId, SiteId, User, UserId};
use domain::ports::{MailedCode, NewEmailCode, Store};
use domain::seal::{KeyId, Sealed};
use domain::testing::SeededEntropy;
use domain::time::Timestamp;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};
use std::sync::Arc;
use std::time::Duration;
use storage::{Database, SqlStore};
use support::Kind;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const ONE: SiteId = SiteId::from_uuid(Uuid::from_u128(1));
const OTHER: SiteId = SiteId::from_uuid(Uuid::from_u128(2));
/// Who ask at once.
const RACERS: usize = 24;

/// Two processes on one database of their own, and a third hand in it.
struct Bench {
    stores: [Arc<dyn Store>; 2],
    raw: DatabaseConnection,
    entropy: SeededEntropy,
}

impl Bench {
    async fn open(kind: Kind) -> Self {
        let url = support::empty_url(kind).await;
        let first = Database::open(&url).await.unwrap();
        storage::migrate(&first).await.unwrap();
        let second = Database::open(&url).await.unwrap();
        let mut options = ConnectOptions::new(url);
        options.max_connections(1);
        Self {
            stores: [Arc::new(SqlStore::new(first)), Arc::new(SqlStore::new(second))],
            raw: sea_orm::Database::connect(options).await.unwrap(),
            entropy: SeededEntropy::new(20_261_129),
        }
    }

    /// Somebody of that site who wants a code mailed: to an address of their own, under a limit in all.
    async fn asks(&self, site: SiteId, name: &str, in_all: u32, now: Timestamp) -> NewEmailCode {
        let user = User { site, id: UserId::parse(name).unwrap() };
        let store = &self.stores[0];
        store.remember_user(&user, &Label::parse(name).unwrap(), NOW).await.unwrap();
        let mut address = [0; 32];
        address.iter_mut().zip(name.bytes()).for_each(|(byte, letter)| *byte = letter);
        let id = EmailCodeId::new(now, &self.entropy);
        let event = Event::new(EventKind::EmailCodeMailed, &user, &Place::default(), now, &self.entropy);
        let code = MailedCode {
            id,
            about: SessionId::new(now, &self.entropy).into(),
            digest: CodeDigest { key: KeyId(1), digest: [5; 32] },
            wrong: 0,
            alive: true,
            made_at: now,
            expires_at: now + Duration::from_mins(10),
        };
        NewEmailCode {
            user,
            code,
            letter: Sealed::from_bytes(vec![4; 80]),
            counts: LetterCounts { address, weight: Weight::Light, site, in_all },
            event: event.under(id.event()),
        }
    }

    /// How many of them are mailed to, of those who ask both processes at once.
    async fn race(&self, asking: Vec<NewEmailCode>) -> usize {
        let racers: Vec<_> = asking
            .into_iter()
            .zip(self.stores.iter().cycle())
            .map(|(new, store)| {
                let store = Arc::clone(store);
                tokio::spawn(async move { store.mail_code(new).await.unwrap() })
            })
            .collect();
        let mut mailed = 0;
        for racer in racers {
            mailed += usize::from(racer.await.unwrap());
        }
        mailed
    }

    async fn everybody(&self, site: SiteId, in_all: u32, now: Timestamp) -> Vec<NewEmailCode> {
        let mut asking = Vec::new();
        for n in 0..RACERS {
            asking.push(self.asks(site, &format!("user {n} at {}", now.millis()), in_all, now).await);
        }
        asking
    }

    /// As if so many letters had left under this limit.
    async fn sent(&self, limit: &LetterLimit, letters: u32) {
        let (backend, ends) = (self.raw.get_database_backend(), (NOW + limit.window).millis());
        let values = if backend == sea_orm::DbBackend::Postgres { "$1, $2, $3, $4" } else { "?, ?, ?, ?" };
        let insert = format!("INSERT INTO letter_count (scope, sent, since, forget_at) VALUES ({values})");
        let values = [limit.scope.clone().into(), letters.into(), NOW.millis().into(), ends.into()];
        self.raw.execute_raw(Statement::from_sql_and_values(backend, insert, values)).await.unwrap();
    }
}

async fn a_site_sends_a_thousand_letters_an_hour_and_keeps_no_other_from_its_own(bench: Bench) {
    let [_, site, _] =
        LetterCounts { address: [0; 32], weight: Weight::Light, site: ONE, in_all: 100_000 }.limits();
    bench.sent(&site, PER_SITE - 5).await;
    let asking = bench.everybody(ONE, 100_000, NOW).await;
    assert_eq!(bench.race(asking).await, 5);
    let full = bench.asks(ONE, "one more", 100_000, NOW).await;
    assert_eq!(bench.stores[1].letter_wait(&full.counts, NOW).await.unwrap(), HOUR);
    let other = bench.everybody(OTHER, 100_000, NOW).await;
    assert_eq!(bench.race(other).await, RACERS);
    let later = bench.everybody(ONE, 100_000, NOW + HOUR).await;
    assert_eq!(bench.race(later).await, RACERS, "an hour later it begins anew");
}

async fn so_many_letters_leave_in_all_and_no_more_of_any_site(bench: Bench) {
    let mut asking = bench.everybody(ONE, 7, NOW).await;
    asking.extend(bench.everybody(OTHER, 7, NOW).await);
    assert_eq!(bench.race(asking).await, 7);
    let other = bench.asks(OTHER, "one more", 7, NOW).await;
    assert_eq!(bench.stores[1].letter_wait(&other.counts, NOW).await.unwrap(), HOUR);
    assert!(!bench.stores[1].mail_code(other).await.unwrap());
    let later = bench.everybody(ONE, 7, NOW + HOUR).await;
    assert_eq!(bench.race(later).await, 7, "an hour later it begins anew");
}

on_both! {
    a_site_sends_a_thousand_letters_an_hour_and_keeps_no_other_from_its_own
    so_many_letters_leave_in_all_and_no_more_of_any_site
}
