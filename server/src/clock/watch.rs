//! Whether the wall clock is to be believed: a pure decision over what a machine's two clocks and the database's say.
//!
//! The *wall* clock says what time it is and may be moved at any moment. The *steady* one counts since the machine began, is
//! moved by nobody, and goes on while the machine is suspended. Their difference therefore changes only when somebody moves
//! the wall clock. Where it does:
//!
//! * By up to [`TOLERANCE`]: the wall clock is believed. Time servers do that, and a code's window is as wide.
//! * By more: from the first look on the wall clock is not believed. Now is what it would be had nobody moved it, so that
//!   nothing is stamped with the new time, and codes are not judged.
//! * It moves back: it is believed again, at once.
//! * It stays, and the database's clock says the same: it is believed at once. That is a machine that began with a wrong
//!   clock and was set right, or one that stood still without noticing: the database is the witness, and the clock that the
//!   other replicas are held against.
//! * It stays, and there is no witness (SQLite has the clock of the same machine): it is believed after [`SETTLED`]. Whatever
//!   was open by the old time, a challenge or a proof, is over by then.
//!
//! Whoever believes the wall clock for [`SETTLED`] may also end what lies ahead of it: what was stamped while another time was
//! believed would be live once more when that time comes.
//!
//! A database that says something else than the machine, by more than [`TOLERANCE`], has codes wait too, whoever is right:
//! another replica would judge the same code by another time.

use domain::policy;
use domain::time::Timestamp;
use std::time::Duration;

/// How far the wall clock may leave the steady one, and the database's: one step of a code, as far as its window reaches.
const TOLERANCE: i64 = 30_000;
/// A wall clock that keeps to its new time for this long is believed without a witness: longer than a challenge is open and a
/// step-up is good.
const SETTLED: Duration = policy::CHALLENGE_OPEN;
/// Two readings of one difference may be so far apart, and nobody moved a clock: the clocks are read one after the other.
const NOISE: i64 = 1_000;
/// What the database said longer ago than this says nothing any more.
const FRESH: i64 = 60_000;

/// What a machine's clocks say, in milliseconds: the wall clock since 1970, the steady one since whenever it began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) wall: i64,
    pub(super) steady: i64,
}

/// Why codes are not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The wall clock was moved.
    Moved,
    /// The database's clock says something else.
    Database,
}

/// What a look found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// Now.
    pub(super) now: Timestamp,
    /// Why codes are not judged; `None`: they are.
    pub(super) doubt: Option<Doubt>,
    /// By how many milliseconds the wall clock was moved forward, since it was last believed.
    pub(super) moved: i64,
    /// Whether this time has been believed for [`SETTLED`], and is.
    pub(super) settled: bool,
    /// By how many milliseconds the wall clock, believed or not, lies ahead of the database's, if that was heard of lately.
    pub(super) ahead_of_database: Option<i64>,
}

/// What was seen so far.
#[derive(Debug)]
pub(super) struct Watch {
    /// Wall less steady, as it is believed.
    believed: i64,
    /// Since when, by the steady clock.
    believed_since: i64,
    /// Wall less steady as it was found instead, and since when by the steady clock.
    stray: Option<(i64, i64)>,
    /// The database's clock less the steady one, and when that was heard.
    database: Option<(i64, i64)>,
}

impl Watch {
    /// The clocks as they are now are believed: there is nothing yet to hold them against.
    pub(super) fn new(first: Reading) -> Self {
        Self { believed: first.difference(), believed_since: first.steady, stray: None, database: None }
    }

    /// Whether nobody has moved the wall clock, as far as this reading says.
    pub(super) fn expects(&self, at: Reading) -> bool {
        near(at.difference(), self.believed)
    }

    /// Holds the clocks against what was seen before.
    pub(super) fn look(&mut self, at: Reading) -> Look {
        self.settle(at);
        let moved = at.difference().saturating_sub(self.believed);
        let has_left = moved.saturating_abs() > TOLERANCE;
        let now = if has_left { at.steady.saturating_add(self.believed) } else { at.wall };
        let ahead_of_database = self.heard(at).map(|database| at.difference().saturating_sub(database));
        let other = ahead_of_database.is_some_and(|ahead| ahead.saturating_abs() > TOLERANCE);
        let doubt = match (has_left, other) {
            (true, _) => Some(Doubt::Moved),
            (false, true) => Some(Doubt::Database),
            (false, false) => None,
        };
        let settled = doubt.is_none() && lasted(self.believed_since, at.steady) >= SETTLED;
        Look { now: Timestamp::from_millis(now), doubt, moved, settled, ahead_of_database }
    }

    /// The database was asked between two readings, and said this.
    pub(super) fn hear(&mut self, before: Reading, database: Timestamp, after: Reading) {
        // In the middle of them, as likely as not; an answer that took long says nothing to half that time.
        let took = after.steady.saturating_sub(before.steady);
        if (0..=TOLERANCE / 2).contains(&took) {
            let middle = before.steady.saturating_add(took / 2);
            self.database = Some((database.millis().saturating_sub(middle), after.steady));
        }
    }

    /// Believes a wall clock that keeps to another time, where there is a reason to.
    fn settle(&mut self, at: Reading) {
        let found = at.difference();
        if near(found, self.believed) {
            self.stray = None;
            return;
        }
        let since = self.stray.filter(|(stray, _)| near(*stray, found)).map_or(at.steady, |(_, since)| since);
        self.stray = Some((found, since));
        let witness = self.heard(at).is_some_and(|database| within(database, found, TOLERANCE));
        if witness || lasted(since, at.steady) >= SETTLED {
            (self.believed, self.believed_since, self.stray) = (found, at.steady, None);
        }
    }

    /// The database's clock less the steady one, if it was heard lately.
    fn heard(&self, at: Reading) -> Option<i64> {
        let (difference, heard_at) = self.database?;
        (at.steady.saturating_sub(heard_at) <= FRESH).then_some(difference)
    }
}

impl Reading {
    fn difference(self) -> i64 {
        self.wall.saturating_sub(self.steady)
    }
}

fn lasted(since: i64, until: i64) -> Duration {
    Duration::from_millis(u64::try_from(until.saturating_sub(since)).unwrap_or(0))
}

fn near(one: i64, other: i64) -> bool {
    within(one, other, NOISE)
}

fn within(one: i64, other: i64, span: i64) -> bool {
    one.saturating_sub(other).saturating_abs() <= span
}

#[cfg(test)]
mod tests;
