//! The attempt budget: how many tries a user has left with one kind of factor, and when the next one is allowed.
//!
//! It belongs to (user, factor kind) and lives in the database: a new challenge, code, address, endpoint, replica or
//! restart never resets it. Kinds are counted apart, so that a locked app still leaves the recovery codes.
//!
//! # The bound, and who starts a kind again
//!
//! A guess at an app's code is right with a chance of 3 in a million: three time steps, six digits. In any 365 days no
//! more than [`STOP`] answers are judged that are not forgiven, so that a guesser is in with a chance of no more than
//! 50 × 3 ÷ 10⁶ = 1.5·10⁻⁴ a year, whatever else happens:
//!
//! - A kind stops after the first [`FIRST_STOP`]. Whoever then passes a challenge with another kind, or comes with a
//!   trusted device, has shown to be the owner, and starts it again for [`MORE`] further ones, twice in 365 days:
//!   30 + 10 + 10 = 50. A guesser cannot do that without having passed already.
//! - What the owner got wrong in a challenge and then passed with the same kind is forgiven, and nothing else is: a
//!   success every day forgives nothing of what a guesser got wrong.
//! - An administrator's unlock forgives everything. It is a decision of a person who can be asked, and each one adds
//!   50 × 3 ÷ 10⁶ at most.

use crate::factor::FactorKind;
use crate::policy;
use crate::time::Timestamp;
use std::time::Duration;

/// Wrong answers in a row that cost no waiting.
pub const FREE: u32 = 5;
/// Wrong answers allowed in [`ROLLING`], whatever happens between them (NIST SP 800-63B-4, 3.2.2 allows 100 in a row;
/// a count that every success resets would let a patient guesser in beside a daily user).
pub const STOP: usize = 50;
/// Wrong answers after which a kind stops for the first time.
pub const FIRST_STOP: usize = 30;
/// Wrong answers more that are allowed when the owner started a kind again.
pub const MORE: usize = 10;
/// The rolling time over which they count: 365 days.
pub const ROLLING: Duration = Duration::from_hours(365 * 24);
/// The longest wait between two tries: 15 minutes.
pub const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// Failures of one user with one kind of factor.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Budget {
    /// Wrong answers since the last right one.
    pub consecutive: u32,
    /// When the wrong answers of the last 365 days came, oldest first; never more than [`STOP`]. One that a clock ahead
    /// stamped does not count, and goes with the next change.
    pub failures: Vec<Timestamp>,
    /// When the owner started the kind again in the last 365 days, oldest first.
    pub restarts: Vec<Timestamp>,
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
    /// The rolling limit is reached; it ends by itself after this time, when the owner passes in another way, or by an
    /// admin's unlock.
    Stopped(Duration),
}

impl Budget {
    /// Whether an answer may be judged at `now`.
    #[must_use]
    pub fn allowance(&self, now: Timestamp) -> Allowance {
        let recent = self.recent(now);
        let stop = self.stop(now);
        // So many have to be over until there are fewer than the limit.
        if let Some(last) = recent.len().checked_sub(stop).and_then(|over| recent.get(over)) {
            return Allowance::Stopped((*last + ROLLING).since(now));
        }
        let Some(last) = recent.last() else { return Allowance::Open };
        let wait = (*last + self.delay()).since(now);
        if wait.is_zero() { Allowance::Open } else { Allowance::Wait(wait) }
    }

    /// Tries left before waiting begins; at least one while an answer may be judged at all.
    #[must_use]
    pub fn attempts_left(&self, now: Timestamp) -> u32 {
        let until_stop = u32::try_from(self.stop(now).saturating_sub(self.recent(now).len())).unwrap_or(0);
        FREE.saturating_sub(self.consecutive).max(1).min(until_stop)
    }

    /// The budget after a wrong answer at `now`.
    #[must_use]
    pub fn after_failure(&self, now: Timestamp) -> Self {
        let mut failures = self.recent(now);
        failures.push(now);
        let consecutive = self.consecutive.saturating_add(1);
        Self { consecutive, failures, restarts: self.restarts_since(now), version: self.version + 1 }
    }

    /// The budget after a wrong answer whose attempt was taken before it was judged.
    #[must_use]
    pub fn after_taken_failure(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// The budget after an attempt was taken at `taken` and its answer was not judged.
    #[must_use]
    pub fn given_back(&self, taken: Timestamp) -> Self {
        let mut failures = self.failures.clone();
        if let Some(at) = failures.iter().rposition(|at| *at == taken) {
            failures.remove(at);
        }
        let (consecutive, restarts) = (self.consecutive.saturating_sub(1), self.restarts.clone());
        Self { consecutive, failures, restarts, version: self.version + 1 }
    }

    /// The budget after a right answer, which forgives what the same ceremony had got wrong (`forgiven`) and nobody
    /// else's failures: a guesser's count is not wiped by the user's own daily success.
    #[must_use]
    pub fn after_success(&self, forgiven: u32, now: Timestamp) -> Self {
        let mut failures = self.recent(now);
        // Of those since the ceremony can have begun the oldest go: what stays counts for no shorter than it should.
        let began = now - policy::CHALLENGE_OPEN;
        let first = failures.iter().position(|at| *at >= began).unwrap_or(failures.len());
        let forgiven = usize::try_from(forgiven).unwrap_or(usize::MAX);
        failures.drain(first..first.saturating_add(forgiven).min(failures.len()));
        Self { consecutive: 0, failures, restarts: self.restarts_since(now), version: self.version + 1 }
    }

    /// The budget after the owner passed in another way at `now`. `None`: nothing has stopped it, or it was started again
    /// as often as it may be.
    #[must_use]
    pub fn restarted(&self, now: Timestamp) -> Option<Self> {
        let stopped = matches!(self.allowance(now), Allowance::Stopped(_));
        let more = self.stop(now) < STOP;
        (stopped && more).then(|| {
            let mut restarts = self.restarts_since(now);
            restarts.push(now);
            Self { consecutive: 0, failures: self.recent(now), restarts, version: self.version + 1 }
        })
    }

    /// Wrong answers that are allowed in the time before `now`.
    fn stop(&self, now: Timestamp) -> usize {
        FIRST_STOP.saturating_add(self.restarts_since(now).len().saturating_mul(MORE)).min(STOP)
    }

    fn restarts_since(&self, now: Timestamp) -> Vec<Timestamp> {
        let since = now - ROLLING;
        self.restarts.iter().copied().filter(|at| *at > since && at.is_plausible(now)).collect()
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
mod tests;
