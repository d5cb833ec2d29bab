//! Whoever gives up: polls a verb a number of times and drops it, as a browser that leaves and a time limit do.

use crate::support::Kind;
use domain::ports::StoreError;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

/// What a verb answers that has changed something.
pub trait Done: Sized + Send {
    fn done(changed: u64) -> Self;
}

impl Done for () {
    fn done(_changed: u64) {}
}

impl Done for bool {
    fn done(_changed: u64) -> Self {
        true
    }
}

impl Done for u64 {
    fn done(changed: u64) -> Self {
        changed.max(1)
    }
}

/// Gives up on each verb before it waits for it: after no poll, the next time after one, and so on until the verb is
/// quicker.
pub struct Impatience {
    kind: Kind,
    /// Sees what is committed and what is left behind, on a connection of its own.
    watch: DatabaseConnection,
    polls: Mutex<BTreeMap<&'static str, usize>>,
    resting: usize,
}

impl Impatience {
    /// Of the database of this URL, in which nothing else happens.
    pub async fn new(kind: Kind, url: &str) -> Self {
        let mut options = sea_orm::ConnectOptions::new(url);
        options
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None::<Duration>)
            .max_lifetime(None::<Duration>);
        let watch = sea_orm::Database::connect(options).await.unwrap();
        // The tasks of the pools themselves, which are there as long as they are.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let polls = Mutex::new(BTreeMap::new());
        Self { kind, watch, polls, resting: tasks() }
    }

    /// Gives up once; whether anything came of it is told by what is stored, and only where nothing did the verb is tried
    /// again.
    pub async fn write<T: Done, F: Future<Output = Result<T, StoreError>> + Send>(
        &self,
        verb: &'static str,
        attempt: impl Fn() -> F + Send + Sync,
    ) -> Result<T, StoreError> {
        self.rest().await;
        let before = self.stored().await;
        if let Some(answer) = self.give_up(verb, attempt()).await {
            return answer;
        }
        let after = self.stored().await;
        if after.0 == before.0 { attempt().await } else { Ok(T::done(before.1.abs_diff(after.1))) }
    }

    /// `None`: it was dropped, and what it left to be done is done.
    pub async fn give_up<F: Future + Send>(&self, verb: &'static str, attempt: F) -> Option<F::Output> {
        let polls = self.polls.lock().unwrap().get(verb).copied().unwrap_or_default();
        let answer = for_polls(polls, attempt).await;
        let next = if answer.is_some() { 0 } else { polls + 1 };
        self.polls.lock().unwrap().insert(verb, next);
        self.rest().await;
        let left = self.left_open().await;
        assert_eq!(left, 0, "{verb}, dropped after {polls} polls, leaves a connection in a transaction");
        answer
    }

    /// Those of these verbs that nobody gave up on.
    pub fn untried<'a>(&self, verbs: &[&'a str]) -> Vec<&'a str> {
        let tried = self.polls.lock().unwrap();
        verbs.iter().copied().filter(|verb| !tried.contains_key(verb)).collect()
    }

    /// Until nothing runs any more but what always does.
    async fn rest(&self) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        while tasks() > self.resting {
            assert!(tokio::time::Instant::now() < deadline, "{} tasks do not end", tasks() - self.resting);
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
    }

    /// A digest of all that is committed, and how many rows that is.
    async fn stored(&self) -> (String, u64) {
        let all = match self.kind {
            Kind::Sqlite => sqlite_tables(&self.watch).await,
            Kind::Postgres => postgres_tables(&self.watch).await,
        };
        all.into_iter()
            .fold((String::new(), 0), |(text, rows), (digest, count)| (text + &digest, rows + count))
    }

    /// Connections to this database that began something and neither work at it nor end it.
    async fn left_open(&self) -> i64 {
        match self.kind {
            // One that writes is open as long as nobody else can begin to.
            Kind::Sqlite => match self.watch.execute_unprepared("BEGIN IMMEDIATE").await {
                Ok(_) => self.watch.execute_unprepared("ROLLBACK").await.map(|_| 0).unwrap(),
                Err(_) => 1,
            },
            Kind::Postgres => {
                let left = "SELECT count(*) AS n FROM pg_stat_activity
                    WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
                one(&self.watch, left).await
            }
        }
    }
}

/// The answer, if the future has it within so many polls.
async fn for_polls<F: Future>(polls: usize, attempt: F) -> Option<F::Output> {
    let attempt = pin!(attempt);
    Impatient { attempt, polls }.await
}

struct Impatient<'a, F> {
    attempt: Pin<&'a mut F>,
    polls: usize,
}

impl<F: Future> Future for Impatient<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(left) = self.polls.checked_sub(1) else { return Poll::Ready(None) };
        self.polls = left;
        match self.attempt.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => {
                if self.polls == 0 {
                    Poll::Ready(None)
                } else {
                    Poll::Pending
                }
            }
        }
    }
}

fn tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

async fn sqlite_tables(db: &DatabaseConnection) -> Vec<(String, u64)> {
    let version = one(db, "SELECT data_version AS n FROM pragma_data_version").await;
    let rows = all(db, "SELECT name AS t FROM sqlite_master WHERE type = 'table'").await;
    let mut found = vec![(version.to_string(), 0)];
    for table in rows {
        let rows = one(db, &format!("SELECT count(*) AS n FROM \"{table}\"")).await;
        found.push((String::new(), u64::try_from(rows).unwrap()));
    }
    found
}

async fn postgres_tables(db: &DatabaseConnection) -> Vec<(String, u64)> {
    let tables = all(db, "SELECT tablename::text AS t FROM pg_tables WHERE schemaname = 'public'").await;
    let digest = |table: &String| {
        format!(
            "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') || ' ' || count(*) AS t FROM \"{table}\" t"
        )
    };
    let each: Vec<_> = tables.iter().map(digest).collect();
    let mut found = all(db, &each.join(" UNION ALL ")).await;
    found.sort();
    let parts = found.iter().map(|row| row.split_once(' ').unwrap());
    parts.map(|(digest, rows)| (digest.to_owned(), rows.parse().unwrap())).collect()
}

async fn one(db: &DatabaseConnection, sql: &str) -> i64 {
    let asked = Statement::from_string(db.get_database_backend(), sql);
    db.query_one_raw(asked).await.unwrap().unwrap().try_get("", "n").unwrap()
}

async fn all(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let asked = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(asked).await.unwrap();
    rows.iter().map(|row| row.try_get("", "t").unwrap()).collect()
}
