//! The attempt budget: how many tries a user has left with one kind of factor, and when the next one is allowed.
//!
//! It belongs to (user, factor kind) and lives in the database: a new challenge, code, address, endpoint, replica or
//! restart never resets it. Kinds are counted apart, so that a locked app still leaves the recovery codes.

use crate::factor::FactorKind;
use crate::time::Timestamp;
use std::time::Duration;

/// Wrong answers in a row that cost no waiting.
pub const FREE: u32 = 5;
/// Wrong answers allowed in [`ROLLING`], whatever happens between them (NIST SP 800-63B-4, 3.2.2 allows 100 in a row;
/// a count that every success resets would let a patient guesser in beside a daily user).
pub const STOP: usize = 50;
/// The rolling time over which [`STOP`] counts: 30 days.
pub const ROLLING: Duration = Duration::from_hours(30 * 24);
/// The longest wait between two tries: 15 minutes.
pub const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// Failures of one user with one kind of factor.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Budget {
    /// Wrong answers since the last right one.
    pub consecutive: u32,
    /// When the wrong answers of the last 30 days came, oldest first; never more than [`STOP`]. One that a clock ahead
    /// stamped does not count, and goes with the next change.
    pub failures: Vec<Timestamp>,
    /// Changes so far, compared and set at each one. Zero: no row yet.
    pub version: i64,
}

/// What the budget says before an answer is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// An answer may be judged.
    Open,
    /// Not before this much time has passed.
    Wait(Duration),
    /// The rolling limit is reached; it ends by itself after this time, or by an admin's unlock.
    Stopped(Duration),
}

impl Budget {
    /// Whether an answer may be judged at `now`.
    #[must_use]
    pub fn allowance(&self, now: Timestamp) -> Allowance {
        let recent = self.recent(now);
        if let (true, Some(oldest)) = (recent.len() >= STOP, recent.first()) {
            return Allowance::Stopped((*oldest + ROLLING).since(now));
        }
        let Some(last) = recent.last() else { return Allowance::Open };
        let wait = (*last + self.delay()).since(now);
        if wait.is_zero() { Allowance::Open } else { Allowance::Wait(wait) }
    }

    /// Tries left before waiting begins; at least one while an answer may be judged at all.
    #[must_use]
    pub fn attempts_left(&self, now: Timestamp) -> u32 {
        let until_stop = u32::try_from(STOP.saturating_sub(self.recent(now).len())).unwrap_or(0);
        FREE.saturating_sub(self.consecutive).max(1).min(until_stop)
    }

    /// The budget after a wrong answer at `now`.
    #[must_use]
    pub fn after_failure(&self, now: Timestamp) -> Self {
        let mut failures = self.recent(now);
        failures.push(now);
        Self { consecutive: self.consecutive.saturating_add(1), failures, version: self.version + 1 }
    }

    /// The budget after a right answer, which forgives what the same ceremony had got wrong (`forgiven`) and nobody
    /// else's failures: a guesser's count is not wiped by the user's own daily success.
    #[must_use]
    pub fn after_success(&self, forgiven: u32, now: Timestamp) -> Self {
        let mut failures = self.recent(now);
        let kept = failures.len().saturating_sub(usize::try_from(forgiven).unwrap_or(usize::MAX));
        failures.truncate(kept);
        Self { consecutive: 0, failures, version: self.version + 1 }
    }

    /// 1 s after the fifth wrong answer, then 2 s, 4 s … to 15 min.
    fn delay(&self) -> Duration {
        let Some(doublings) = self.consecutive.checked_sub(FREE) else { return Duration::ZERO };
        let seconds = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
        Duration::from_secs(seconds).min(LONGEST_WAIT)
    }

    fn recent(&self, now: Timestamp) -> Vec<Timestamp> {
        let since = now - ROLLING;
        self.failures.iter().copied().filter(|at| *at > since && at.is_plausible(now)).collect()
    }
}

/// A change of a budget that holds only if nobody changed it since it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetChange {
    /// The kind whose budget it is.
    pub kind: FactorKind,
    /// The budget that was read has the version before this one's.
    pub next: Budget,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn failed(times: u32, now: Timestamp) -> Budget {
        (0..times).fold(Budget::default(), |budget, _| budget.after_failure(now))
    }

    #[test]
    fn four_wrong_answers_cost_no_waiting_and_the_fifth_costs_a_second() {
        assert_eq!(failed(4, at(0)).allowance(at(0)), Allowance::Open);
        assert_eq!(failed(4, at(0)).attempts_left(at(0)), 1);
        assert_eq!(failed(5, at(0)).allowance(at(0)), Allowance::Wait(Duration::from_secs(1)));
        assert_eq!(failed(5, at(0)).allowance(at(1)), Allowance::Open);
    }

    #[test]
    fn the_wait_doubles_and_stays_at_fifteen_minutes() {
        let waits: Vec<u64> = (5..17)
            .map(|times| match failed(times, at(0)).allowance(at(0)) {
                Allowance::Wait(wait) => wait.as_secs(),
                Allowance::Open | Allowance::Stopped(_) => 0,
            })
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }

    #[test]
    fn fifty_wrong_answers_in_thirty_days_stop_the_kind_until_the_first_is_thirty_days_old() {
        let hour = |n: u32| at(i64::from(n) * 3600);
        let budget = (0..50).fold(Budget::default(), |budget, n| budget.after_failure(hour(n)));
        let month = ROLLING.as_secs().cast_signed();
        assert!(matches!(budget.allowance(hour(60)), Allowance::Stopped(_)));
        assert!(matches!(budget.allowance(at(month - 1)), Allowance::Stopped(_)));
        assert_eq!(budget.allowance(at(month)), Allowance::Open);
    }

    #[test]
    fn a_daily_success_does_not_wipe_what_a_guesser_got_wrong() {
        let mut budget = Budget::default();
        let mut judged = 0;
        for day in 0..365_i64 {
            for guess in 0..49 {
                let now = at(day * 86_400 + guess * 1_000);
                if budget.allowance(now) == Allowance::Open {
                    budget = budget.after_failure(now);
                    judged += 1;
                }
            }
            budget = budget.after_success(0, at(day * 86_400 + 80_000));
        }
        assert!(judged <= 50 * 13, "{judged} guesses were judged in a year");
    }

    #[test]
    fn a_failure_that_a_clock_ahead_stamped_locks_nobody() {
        let ahead = at(80 * 365 * 86_400);
        assert_eq!(failed(9, ahead).allowance(at(0)), Allowance::Open);
        let stopped = (0..50).fold(Budget::default(), |budget, _| budget.after_failure(ahead));
        assert!(matches!(stopped.allowance(ahead), Allowance::Stopped(_)));
        assert_eq!((stopped.allowance(at(0)), stopped.attempts_left(at(0))), (Allowance::Open, 1));
        assert_eq!(stopped.after_failure(at(0)).failures, [at(0)]);
        assert!(matches!(failed(6, at(60)).allowance(at(0)), Allowance::Wait(_)), "a minute is believed");
    }

    #[test]
    fn a_success_forgives_the_mistakes_of_its_own_ceremony() {
        let budget = failed(3, at(0)).after_failure(at(5)).after_failure(at(6));
        let after = budget.after_success(2, at(7));
        assert_eq!((after.consecutive, after.failures.len()), (0, 3));
    }
}
