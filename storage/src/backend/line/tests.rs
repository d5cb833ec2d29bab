//! Verbs that wait while another process holds the lock, so that they are there together once it lets go.

use super::*;
use crate::backend::Database;
use crate::health::Cause;
use sea_orm::DbBackend;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::task::JoinHandle;

pub(super) const PATIENT: Limits =
    Limits { verbs: 32, age: Duration::from_mins(1), breath: Duration::ZERO, patience: PATIENCE };

/// A database with one table of our own, another process that may hold its lock, and what was told of it.
pub(super) struct Desk {
    pub(super) db: Database,
    other: DatabaseConnection,
    told: Arc<Mutex<Vec<String>>>,
    folder: PathBuf,
}

impl Desk {
    pub(super) async fn open(limits: Limits) -> Self {
        Self::with_pages(limits, None).await
    }

    pub(super) async fn with_pages(limits: Limits, most: Option<u32>) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("twofold-line-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}/twofold.db", folder.display());
        let db = match most {
            Some(pages) => Database::open_small(&url, pages).await.unwrap(),
            None => Database::open(&url).await.unwrap(),
        };
        let other =
            sea_orm::Database::connect(sea_orm::ConnectOptions::new(&url).max_connections(1).to_owned());
        let other = other.await.unwrap();
        other.execute_unprepared("CREATE TABLE entry (name TEXT PRIMARY KEY, size BLOB)").await.unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let db = db.told_to(move |statement| heard.lock().unwrap().push(statement.sql.clone()));
        Self { db: Database { line: Line::limited(limits), ..db }, other, told, folder }
    }

    pub(super) async fn lock(&self) {
        self.other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    }

    pub(super) async fn unlock(&self) {
        self.other.execute_unprepared("ROLLBACK").await.unwrap();
    }

    async fn until_waiting(&self, verbs: usize) {
        while self.db.transactions_waiting() < verbs {
            tokio::task::yield_now().await;
        }
    }

    /// What has committed, as another process sees it.
    pub(super) async fn entries(&self) -> Vec<String> {
        let asked = Statement::from_string(DbBackend::Sqlite, "SELECT name FROM entry ORDER BY name");
        let rows = self.other.query_all_raw(asked).await.unwrap();
        rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
    }

    pub(super) fn count(&self, what: &str) -> usize {
        self.told.lock().unwrap().iter().filter(|sql| sql.as_str() == what).count()
    }

    /// A verb that comes while others wait, behind them.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        verb: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        let before = self.db.transactions_waiting();
        let asked = tokio::spawn(verb);
        self.until_waiting(before + 1).await;
        asked
    }

    pub(super) async fn enter(
        &self,
        name: &str,
        then: Then,
    ) -> JoinHandle<Result<bool, domain::ports::StoreError>> {
        let (db, name) = (self.db.clone(), name.to_owned());
        self.ask(async move { db.guarded(steps!(tx => entering(tx, name, then))).await }).await
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a verb does once its entry is made.
#[derive(Clone, Copy)]
pub(super) enum Then {
    Succeed,
    FailItsGuard,
    FailAStatement,
    GoOnAfterAFailure,
    Panic,
    FillTheDisk,
}

async fn entering(tx: &DatabaseTransaction, name: String, then: Then) -> Step {
    tx.execute_raw(entry(&name, 1)).await?;
    let again = || tx.execute_raw(entry(&name, 1));
    match then {
        Then::Succeed => Ok(()),
        Then::FailItsGuard => Err(Stop::Guard),
        Then::FailAStatement => Ok(again().await.map(|_| ())?),
        Then::GoOnAfterAFailure => {
            let _ = again().await;
            Ok(())
        }
        Then::Panic => panic!("of its own"),
        Then::FillTheDisk => {
            let large = entry("large", 40_000_000);
            Ok(tx.execute_raw(large).await.map(|_| ())?)
        }
    }
}

pub(super) fn entry(name: &str, size: i64) -> Statement {
    let sql = "INSERT INTO entry (name, size) VALUES (?, zeroblob(?))";
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, [name.into(), size.into()])
}

/// How many commits 24 verbs took that waited together.
async fn commits_of_24(limits: Limits) -> usize {
    let desk = Desk::open(limits).await;
    desk.lock().await;
    let mut asked = Vec::new();
    for number in 10..34 {
        asked.push(desk.enter(&format!("of {number}"), Then::Succeed).await);
    }
    desk.unlock().await;
    for verb in asked {
        assert_eq!(verb.await.unwrap(), Ok(true));
        assert!(desk.count("COMMIT") > 0, "nobody is answered before the commit");
    }
    assert_eq!(desk.entries().await.len(), 24);
    assert_eq!(desk.db.transactions_waiting(), 0);
    desk.count("COMMIT")
}

#[tokio::test(flavor = "multi_thread")]
async fn verbs_that_wait_share_a_commit() {
    let (together, in_turn) =
        (commits_of_24(PATIENT).await, commits_of_24(Limits { verbs: 1, ..PATIENT }).await);
    println!("24 verbs that wait: {together} commit; where nobody joins: {in_turn}");
    assert_eq!((together, in_turn), (1, 24));
    assert_eq!(commits_of_24(Limits { verbs: 8, ..PATIENT }).await, 3);
    // Each takes longer than that.
    assert_eq!(commits_of_24(Limits { age: Duration::ZERO, ..PATIENT }).await, 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verb_that_is_alone_costs_what_it_did() {
    let desk = Desk::open(PATIENT).await;
    for name in ["a", "b"] {
        let done = desk.db.guarded(steps!(tx => entering(tx, name.to_owned(), Then::Succeed))).await;
        assert_eq!(done, Ok(true));
    }
    assert_eq!(desk.db.execute(entry("c", 1)).await.unwrap(), 1);
    let told = desk.told.lock().unwrap().clone();
    let first: Vec<_> = told.iter().map(|sql| sql.split(' ').next().unwrap()).collect();
    assert_eq!(first, ["BEGIN", "INSERT", "COMMIT", "BEGIN", "INSERT", "COMMIT", "INSERT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verb_that_fails_takes_none_with_it() {
    let desk = Desk::open(PATIENT).await;
    desk.lock().await;
    let kinds = [
        Then::Succeed,
        Then::FailItsGuard,
        Then::FailAStatement,
        Then::Succeed,
        Then::GoOnAfterAFailure,
        Then::Panic,
        Then::Succeed,
    ];
    let mut asked = Vec::new();
    for (number, then) in kinds.into_iter().enumerate() {
        asked.push(desk.enter(&number.to_string(), then).await);
    }
    let (db, taken) = (desk.db.clone(), entry("0", 1));
    let taken = desk.ask(async move { db.execute(taken).await }).await;
    let (db, free) = (desk.db.clone(), entry("8", 1));
    let free = desk.ask(async move { db.execute(free).await }).await;
    desk.unlock().await;
    let mut answers = Vec::new();
    for verb in asked {
        answers.push(match verb.await {
            Ok(Ok(done)) => done.to_string(),
            Ok(Err(fault)) => fault.to_string().split(':').next_back().unwrap().trim().to_owned(),
            Err(ended) => (*ended.into_panic().downcast_ref::<&str>().unwrap()).to_owned(),
        });
    }
    let twice = "(code 1555) UNIQUE constraint failed";
    let went_on = "a statement failed, and its verb went on";
    assert_eq!(answers[..2], ["true", "false"]);
    assert!(answers[2].contains("entry.name"), "{twice}: {answers:?}");
    assert_eq!(answers[3..], ["true", went_on, "of its own", "true"]);
    assert!(taken.await.unwrap().is_err());
    assert_eq!(free.await.unwrap().unwrap(), 1);
    assert_eq!(desk.entries().await, ["0", "3", "6", "8"]);
    assert_eq!((desk.count("BEGIN"), desk.count("COMMIT")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_first_one_fails_the_others_begin_anew() {
    for then in [Then::FailItsGuard, Then::FailAStatement, Then::GoOnAfterAFailure, Then::Panic] {
        let desk = Desk::open(PATIENT).await;
        desk.lock().await;
        let first = desk.enter("first", then).await;
        let second = desk.enter("second", Then::Succeed).await;
        desk.unlock().await;
        assert!(!matches!(first.await, Ok(Ok(true))));
        assert_eq!(second.await.unwrap(), Ok(true));
        assert_eq!(desk.entries().await, ["second"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_disk_is_full_nobody_of_that_commit_is_acknowledged() {
    // The last one but some, and the very first.
    for before in [3, 0] {
        let desk = Desk::with_pages(PATIENT, Some(300)).await;
        desk.lock().await;
        let mut lost = Vec::new();
        for number in 0..before {
            lost.push(desk.enter(&format!("before {number}"), Then::Succeed).await);
        }
        lost.push(desk.enter("in vain", Then::FillTheDisk).await);
        let behind =
            [desk.enter("behind 1", Then::Succeed).await, desk.enter("behind 2", Then::Succeed).await];
        desk.unlock().await;
        for verb in lost {
            let fault = verb.await.unwrap().unwrap_err().to_string();
            assert!(fault.contains("full"), "{fault}");
        }
        for verb in behind {
            assert_eq!(verb.await.unwrap(), Ok(true));
        }
        assert_eq!(desk.entries().await, ["behind 1", "behind 2"]);
        let next = desk.db.guarded(steps!(tx => entering(tx, "next".to_owned(), Then::Succeed))).await;
        assert_eq!(next, Ok(true));
        assert_eq!(desk.entries().await, ["behind 1", "behind 2", "next"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_away_has_it_done_all_the_same() {
    let desk = Desk::open(PATIENT).await;
    desk.lock().await;
    for number in 0..4 {
        desk.enter(&number.to_string(), Then::Succeed).await.abort();
    }
    desk.unlock().await;
    let last = desk.enter("last", Then::Succeed).await;
    assert_eq!(last.await.unwrap(), Ok(true));
    assert_eq!(desk.entries().await, ["0", "1", "2", "3", "last"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_waited_for_too_long_is_told_so_and_nothing_is_done() {
    let desk = Desk::open(Limits { patience: Duration::from_millis(50), ..PATIENT }).await;
    desk.lock().await;
    let first = desk.enter("has its turn", Then::Succeed).await;
    let db = desk.db.clone();
    let second = db.attempt(|()| false, steps!(tx => entering(tx, "waits".to_owned(), Then::Succeed))).await;
    assert!(
        matches!(&second, Err(Stop::Database(error)) if Cause::of(error) == Cause::NoAnswer),
        "{second:?}"
    );
    let gone = desk.enter("waits and is gone", Then::Succeed).await;
    gone.abort();
    sleep(Duration::from_millis(60)).await;
    desk.unlock().await;
    assert_eq!(first.await.unwrap(), Ok(true));
    let last = desk.db.guarded(steps!(tx => entering(tx, "last".to_owned(), Then::Succeed))).await;
    assert_eq!(last, Ok(true));
    assert_eq!(desk.entries().await, ["has its turn", "last"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_process_has_its_turn_beside_many_verbs() {
    let desk = Desk::open(Limits::default()).await;
    let mut crowd = Vec::new();
    for one in 0..40 {
        let db = desk.db.clone();
        crowd.push(tokio::spawn(async move {
            for number in 0.. {
                let name = format!("{one} {number}");
                db.guarded(steps!(tx => entering(tx, name, Then::Succeed))).await.unwrap();
            }
        }));
    }
    let beside = Database::open(&format!("sqlite://{}/twofold.db", desk.folder.display())).await.unwrap();
    let mut slowest = Duration::ZERO;
    for number in 0..100 {
        let asked_at = Instant::now();
        beside.guarded(steps!(tx => entering(tx, format!("beside {number}"), Then::Succeed))).await.unwrap();
        slowest = slowest.max(asked_at.elapsed());
    }
    crowd.iter().for_each(JoinHandle::abort);
    println!("beside 40 that write: 100 writes of another process, the slowest in {slowest:?}");
    println!("{} commits, {} joined", desk.count("COMMIT"), desk.count("RELEASE"));
}
