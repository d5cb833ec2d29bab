//! A log with a past: batches, erased users, what was deleted by age, events that wait; kept copies of all of it, and of earlier
//! moments.

use crate::support::{self, Kind};
use domain::audit::{Event, EventKind, Place};
use domain::name::{Label, Reason, SiteId, User, UserId};
use domain::ports::{Clock as _, Store};
use domain::seal::{KeyId, KeyRing, SealingKey};
use domain::testing::{MovedClock, SeededEntropy};
use domain::time::Timestamp;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, QueryResult, Statement, TransactionTrait,
};
use std::sync::Arc;
use std::time::Duration;
use storage::chain::Verdict;
use storage::{Chain, Database, SqlStore};

/// The tables of the log, and in which order a row of them is told from the others.
pub(crate) const TABLES: [(&str, &str); 5] = [
    ("event", "site_id, at, id"),
    ("event_batch", "number"),
    ("chain_head", "id"),
    ("chain_cut", "id"),
    // Last, since there is always something in it.
    ("event_writer", "number"),
];
/// How many earlier moments are kept.
pub(crate) const MOMENTS: u64 = 8;
/// Before these moments what was old was deleted.
const CUTS: [u64; 2] = [5, 7];

pub(crate) struct Column {
    pub(crate) table: &'static str,
    pub(crate) name: String,
    /// As the database calls it, in lower case.
    pub(crate) kind: String,
}

pub(crate) struct Archive {
    kind: Kind,
    bare: Database,
    entropy: Arc<SeededEntropy>,
    clock: MovedClock,
    pub(crate) raw: DatabaseConnection,
    pub(crate) tables: Vec<(&'static str, &'static str)>,
}

fn keys() -> KeyRing {
    KeyRing::new(vec![(KeyId(3), SealingKey::from_bytes(&[3; 32]).unwrap())]).unwrap()
}

impl Archive {
    pub(crate) async fn filled(kind: Kind) -> Self {
        let url = support::empty_url(kind).await;
        let bare = Database::open(&url).await.unwrap();
        storage::migrate(&bare).await.unwrap();
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let raw = sea_orm::Database::connect(options).await.unwrap();
        if let Kind::Sqlite = kind {
            raw.execute_unprepared("PRAGMA synchronous = OFF").await.unwrap();
        }
        let entropy = Arc::new(SeededEntropy::new(131));
        let clock = MovedClock::at(Timestamp::from_millis(1_800_000_000_000));
        let mut archive = Self { kind, bare, entropy, clock, raw, tables: Vec::new() };
        archive.tables = archive.present().await;
        archive.fill().await;
        archive
    }

    async fn present(&self) -> Vec<(&'static str, &'static str)> {
        let mut tables = Vec::new();
        for table in TABLES {
            if self.raw.execute_unprepared(&format!("SELECT 1 FROM {}", table.0)).await.is_ok() {
                tables.push(table);
            }
        }
        tables
    }

    fn event(&self, of: &str, kind: EventKind) -> Event {
        let place = Place { address: Some("192.0.2.7".to_owned()), browser: Some("Firefox".to_owned()) };
        let event = Event::new(kind, &user(of), &place, self.clock.now(), self.entropy.as_ref());
        event.for_reason(Some(Reason::parse("Lost the phone").unwrap())).about("Pixel 9")
    }

    async fn fill(&self) {
        let (database, chain) = self.process().await;
        let store = SqlStore::new(database);
        let mut number = 0;
        for moment in 0..MOMENTS {
            for _ in 0..2 {
                for name in ["ada", "bob", "cem", "dan", "eve", "fay", "gus"] {
                    let kinds = [EventKind::UserReset, EventKind::ChallengePassed, EventKind::SessionOpened];
                    number += 1;
                    store.record(self.event(name, kinds[number % kinds.len()])).await.unwrap();
                    self.clock.advance(Duration::from_millis(700));
                }
            }
            match moment {
                3 => self.erase(&store, "ada").await,
                5 => self.erase(&store, "bob").await,
                _ => {}
            }
            self.clock.advance(Duration::from_secs(6));
            assert!(self.close(&chain).await > 0, "{:?}", self.kind);
            if CUTS.contains(&moment) {
                self.cut(&chain).await;
            }
            self.keep(&format!("early_{moment}")).await;
        }
        for name in ["ada", "bob", "cem", "dan"] {
            store.record(self.event(name, EventKind::ChallengeRefused)).await.unwrap();
            self.clock.advance(Duration::from_millis(700));
        }
        self.close(&chain).await;
        self.keep("kept").await;
        let said = self.rows("SELECT 1 FROM event WHERE still_wiped IS NOT NULL").await;
        assert!(!said.is_empty(), "{:?}: an erasure is there of which some went", self.kind);
        assert_eq!(self.verify().await.misfit, None, "{:?}: it is whole before all of it", self.kind);
    }

    /// What was closed fifty seconds ago goes: a few batches, of erased users, too.
    async fn cut(&self, chain: &Chain) {
        let (now, entropy) = (self.clock.now(), self.entropy.as_ref());
        let gone = chain.cut(now, now - Duration::from_secs(50), entropy).await.unwrap();
        assert!(gone.is_some_and(|gone| gone.batches > 1), "{:?}", self.kind);
        // With its event.
        self.clock.advance(Duration::from_secs(6));
        self.close(chain).await;
    }

    async fn erase(&self, store: &SqlStore, name: &str) {
        let (user, label) = (user(name), Label::parse(name).unwrap());
        store.remember_user(&user, &label, self.clock.now()).await.unwrap();
        let event = Event::new(
            EventKind::UserErased,
            &user,
            &Place::default(),
            self.clock.now(),
            self.entropy.as_ref(),
        );
        assert!(store.erase_user(&user, event).await.unwrap());
    }

    /// A server that has just started on what it finds: behind a chain that was changed it proves nothing.
    async fn process(&self) -> (Database, Chain) {
        let entropy = Arc::clone(&self.entropy);
        let begun = Chain::begin(self.bare.clone(), &keys(), entropy, self.clock.now()).await;
        let database = begun.unwrap_or_else(|_| self.bare.clone());
        (database.clone(), Chain::new(database, keys()))
    }

    async fn close(&self, chain: &Chain) -> usize {
        let mut batches = 0;
        while let Ok(Some(_)) = chain.close(self.clock.now()).await {
            batches += 1;
        }
        // A server that finds the chain changed says so in its log, and goes on.
        let _ = chain.count(self.clock.now(), false).await;
        batches
    }

    /// The server starts again and closes what it can, a while later.
    pub(crate) async fn serve_on(&self) {
        let (_, chain) = self.process().await;
        self.clock.advance(Duration::from_secs(20));
        self.close(&chain).await;
    }

    pub(crate) async fn verify(&self) -> Verdict {
        Chain::new(self.bare.clone(), keys()).verify(None).await.unwrap()
    }

    async fn keep(&self, name: &str) {
        for (table, _) in &self.tables {
            let copy = format!("CREATE TABLE {name}_{table} AS SELECT * FROM {table}");
            self.raw.execute_unprepared(&copy).await.unwrap();
        }
    }

    #[expect(clippy::disallowed_methods, reason = "somebody writes who is not Twofold")]
    /// `false`: the database refuses, and nothing was changed.
    pub(crate) async fn apply(&self, statements: &[Statement]) -> bool {
        let transaction = self.raw.begin().await.unwrap();
        let mut rows = 0;
        for statement in statements {
            match transaction.execute_raw(statement.clone()).await {
                Ok(done) => rows = done.rows_affected(),
                Err(_) => {
                    transaction.rollback().await.unwrap();
                    return false;
                }
            }
        }
        // The last statement of each is one that changes something, or nothing was changed.
        if rows == 0 {
            transaction.rollback().await.unwrap();
            return false;
        }
        transaction.commit().await.unwrap();
        true
    }

    #[expect(clippy::disallowed_methods, reason = "somebody writes who is not Twofold")]
    pub(crate) async fn restore(&self) {
        let transaction = self.raw.begin().await.unwrap();
        for (table, _) in &self.tables {
            transaction.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
            let put_back = format!("INSERT INTO {table} SELECT * FROM kept_{table}");
            transaction.execute_unprepared(&put_back).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }

    pub(crate) async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        self.raw.query_all_raw(statement).await.unwrap()
    }

    pub(crate) async fn columns(&self) -> Vec<Column> {
        let mut columns = Vec::new();
        for (table, _) in &self.tables {
            let sql = match self.kind {
                Kind::Sqlite => format!("SELECT name, lower(type) AS kind FROM pragma_table_info('{table}')"),
                Kind::Postgres => format!(
                    "SELECT column_name::text AS name, data_type::text AS kind FROM information_schema.columns
                     WHERE table_name = '{table}'"
                ),
            };
            for row in self.rows(&sql).await {
                let (name, kind) = (row.try_get("", "name").unwrap(), row.try_get("", "kind").unwrap());
                columns.push(Column { table, name, kind });
            }
        }
        columns
    }

    pub(crate) async fn end(self) {
        self.raw.close().await.unwrap();
        self.bare.close().await;
    }
}

pub(crate) fn user(of: &str) -> User {
    User { site: SiteId::BUILT_IN, id: UserId::parse(of).unwrap() }
}
