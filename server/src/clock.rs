//! The present moment, read from the machine in this one place, and whether it is to be believed.

mod ahead;
mod phones;
mod steady;
mod watch;

pub(crate) use ahead::end as end_what_lies_ahead;
use domain::ports::{Clock, ClockStanding};
use domain::time::Timestamp;
pub(crate) use phones::listen as listen_to_phones;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};
use steady::{AT_ONCE, READINGS, Steady, millis};
use storage::Database;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;
use watch::{Doubt, Look, Reading, Watch};

/// How often the database is asked for its clock.
const EVERY: Duration = Duration::from_secs(5);
/// From here on it is told that the database's clock says something else; codes are judged for a while still.
const TOLD: i64 = 5_000;
/// A clock that was moved and by so much more since was moved again.
const ANOTHER: u64 = 1_000;

/// The machine's clock, under watch. With the feature `test-clock`, which no user's build has, tests move it.
#[derive(Debug)]
pub struct SystemClock {
    watched: Mutex<Watched>,
    steady: Steady,
    /// How far tests moved both of the machine's clocks, as if time had passed. Nothing but the feature's own method does.
    passed_millis: AtomicI64,
    /// How far tests moved the wall clock alone. Nothing but the feature's own method does.
    moved_millis: AtomicI64,
    /// Told when a test let time pass.
    passes: Notify,
}

#[derive(Debug)]
struct Watched {
    watch: Watch,
    told: Told,
}

/// What the log says last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Told {
    doubt: Option<Doubt>,
    /// How far the clock was moved then.
    moved: i64,
    off: bool,
}

impl Default for SystemClock {
    fn default() -> Self {
        let steady = Steady::new();
        let watched = Watched { watch: Watch::new(read(&steady, 0, 0)), told: Told::default() };
        let (passed_millis, moved_millis) = (AtomicI64::new(0), AtomicI64::new(0));
        Self { watched: Mutex::new(watched), steady, passed_millis, moved_millis, passes: Notify::new() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.look().now
    }

    fn standing(&self) -> ClockStanding {
        let look = self.look();
        ClockStanding {
            trusted: look.doubt.is_none(),
            settled: look.settled,
            moved_millis: look.moved,
            ahead_of_database_millis: look.ahead_of_database,
        }
    }
}

impl SystemClock {
    /// Looks at the clocks, and tells what has begun or ended since the last look.
    fn look(&self) -> Look {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock: an older reading after a newer one would look like a clock that was moved.
        let mut reading = self.reading();
        if !watched.watch.expects(reading) {
            self.steady.count_suspension();
            reading = self.reading();
        }
        let look = watched.watch.look(reading);
        let before = watched.told;
        let after = before.after(&look);
        watched.told = after;
        drop(watched);
        tell(before, after, &look);
        look
    }

    fn reading(&self) -> Reading {
        let (passed, moved) = (&self.passed_millis, &self.moved_millis);
        read(&self.steady, passed.load(Ordering::SeqCst), moved.load(Ordering::SeqCst))
    }

    /// Waits until a test has let time pass; for ever, where none does. What is done every minute is done then, too.
    pub(super) async fn passes(&self) {
        self.passes.notified().await;
    }

    /// Asks the database for its clock.
    async fn ask(&self, database: &Database) {
        self.steady.count_suspension();
        let before = self.reading();
        // A database that does not answer is noticed where it is needed.
        let Ok(Some(said)) = database.clock().await else { return };
        let after = self.reading();
        // Time that a test let pass has passed there, too.
        let said =
            Timestamp::from_millis(said.millis().saturating_add(self.passed_millis.load(Ordering::SeqCst)));
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.watch.hear(before, said, after);
    }
}

/// Holds the clock against the database's, and tells of it, until it is dropped.
pub(crate) async fn keep_watch(clock: std::sync::Arc<SystemClock>, database: Database) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        clock.ask(&database).await;
        clock.look();
    }
}

impl Told {
    fn after(self, look: &Look) -> Self {
        let is_moved = look.doubt == Some(Doubt::Moved);
        // What is found a little later is no other move.
        let goes_on = is_moved && self.doubt == look.doubt && look.moved.abs_diff(self.moved) <= ANOTHER;
        let moved = if goes_on { self.moved } else { look.moved };
        // While the clock is moved, that it differs from the database's is no news.
        let differs = look.ahead_of_database.is_some_and(|ahead| ahead.saturating_abs() > TOLD);
        let off = if is_moved { self.off } else { differs };
        Self { doubt: look.doubt, moved: if is_moved { moved } else { 0 }, off }
    }
}

/// Each once, when it begins and when it ends; and each further move of a clock that was moved.
fn tell(before: Told, after: Told, look: &Look) {
    let (clock_moved_ms, clock_ahead_of_database_ms) = (look.moved, look.ahead_of_database);
    if before.doubt == look.doubt && before.moved != after.moved {
        tracing::warn!(
            clock_moved_ms,
            clock_moved_before_ms = before.moved,
            "the machine's clock was moved again: still no code is judged"
        );
    }
    if before.doubt != look.doubt {
        match look.doubt {
            Some(Doubt::Moved) => tracing::warn!(
                clock_moved_ms,
                "the machine's clock was moved: no code is judged until it is moved back, the database's clock says the \
                 same, or it has kept to its new time for five minutes"
            ),
            Some(Doubt::Database) => tracing::warn!(
                clock_ahead_of_database_ms,
                "the machine's clock and the database's differ by more than 30 s: no code is judged until they agree; set \
                 them by a time server"
            ),
            None => tracing::warn!("the machine's clock is trusted again: codes are judged"),
        }
    }
    if before.off != after.off {
        if after.off {
            tracing::warn!(
                clock_ahead_of_database_ms,
                "the machine's clock and the database's differ; set them by a time server"
            );
        } else {
            tracing::warn!("the machine's clock and the database's do not differ any more");
        }
    }
}

/// The machine's clocks, moved by so much for a test.
fn read(steady: &Steady, passed: i64, moved: i64) -> Reading {
    let mut reading = Reading { wall: 0, steady: 0 };
    for _ in 0..READINGS {
        let before = steady.millis();
        #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked")]
        let wall = std::time::SystemTime::now();
        let after = steady.millis();
        // A machine before 1970 stands at the epoch: nothing overflows.
        let wall = millis(wall.duration_since(UNIX_EPOCH).unwrap_or_default());
        let wall = wall.saturating_add(passed).saturating_add(moved).max(0);
        reading = Reading { wall, steady: after.saturating_add(passed) };
        if after.saturating_sub(before) < AT_ONCE {
            break;
        }
    }
    reading
}

#[cfg(feature = "test-clock")]
impl SystemClock {
    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        self.passed_millis.fetch_add(millis(span), Ordering::SeqCst);
        self.passes.notify_one();
    }

    /// Moves the wall clock alone by so many milliseconds, backwards if negative, as whoever sets a machine's clock does.
    pub fn move_wall(&self, by: i64) {
        self.moved_millis.fetch_add(by, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests;
