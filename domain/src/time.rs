//! Time as the core sees it: an argument, never read from the machine.

mod date;
mod utc;

pub use date::Date;

use std::time::Duration;

/// How far ahead of now a stored moment may lie and still be believed.
///
/// Whatever is stored was stamped with the now of whoever stored it, so a moment that lies ahead was stamped by a clock
/// that ran ahead. Codes are judged only while a server's clock is off by 30 s at most; two servers, each off by that
/// much to either side, stamp and read a minute apart. What lies further ahead is not live, not fresh, and does not
/// count: the clock that stamped it was wrong.
pub const MAX_AHEAD: Duration = Duration::from_mins(1);

/// A moment: whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the Unix epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch; zero before it.
    #[must_use]
    pub fn seconds(self) -> u64 {
        u64::try_from(self.0 / 1000).unwrap_or(0)
    }

    /// The latest moment that a row may hold as its own and be believed now; see [`MAX_AHEAD`].
    #[must_use]
    pub fn horizon(self) -> Self {
        self + MAX_AHEAD
    }

    /// Whether a stored moment may have been stamped by a clock that was right; see [`MAX_AHEAD`].
    #[must_use]
    pub fn is_plausible(self, now: Self) -> bool {
        self <= now.horizon()
    }

    /// Whether what began at this stored moment and lasts for `lifetime` goes on at `now`.
    #[must_use]
    pub fn lasts(self, lifetime: Duration, now: Self) -> bool {
        self.is_plausible(now) && now < self + lifetime
    }

    /// Whether what ends at this stored moment goes on at `now`, having been meant to last for `longest` at most: what
    /// ends later than that was begun by a clock that ran ahead.
    #[must_use]
    pub fn ends_within(self, longest: Duration, now: Self) -> bool {
        now < self && self <= now.horizon() + longest
    }

    /// How long `self` lies after `earlier`; zero if it does not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// A TOTP time step: Unix seconds divided by [`TimeStep::SECONDS`] (RFC 6238, section 4: X = 30 s, T0 = 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeStep(i64);

impl TimeStep {
    /// Length of a step in seconds (RFC 6238, section 5.2 recommends 30).
    pub const SECONDS: u64 = 30;

    /// Below every step: the watermark of an authenticator that has accepted nothing yet.
    pub const NONE: Self = Self(-1);

    /// The step that contains `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(i64::try_from(now.seconds() / Self::SECONDS).unwrap_or(i64::MAX))
    }

    /// The step of this number.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The step's number, as stored.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The step `offset` steps later (earlier, if negative).
    #[must_use]
    pub const fn offset(self, offset: i64) -> Self {
        Self(self.0.saturating_add(offset))
    }

    /// The highest step of which a code can be right at `now`: that of a phone whose clock is as far ahead as is allowed.
    #[must_use]
    pub fn highest(now: Timestamp) -> Self {
        Self::at(now).offset(crate::factor::totp::SKEW)
    }

    /// Whether a watermark may have been left by a code that was judged by a clock that was right; see [`MAX_AHEAD`].
    #[must_use]
    pub fn is_plausible(self, now: Timestamp) -> bool {
        self <= Self::highest(now.horizon())
    }

    /// The first second of the step; zero for a step before the epoch.
    #[must_use]
    pub fn start_seconds(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0).saturating_mul(Self::SECONDS)
    }

    /// The moment the step begins.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(self.start_seconds().saturating_mul(1000)).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_thirty_seconds_long() {
        assert_eq!(TimeStep::at(Timestamp::from_millis(59_999)), TimeStep::from_number(1));
        assert_eq!(TimeStep::at(Timestamp::from_millis(60_000)), TimeStep::from_number(2));
        assert_eq!(TimeStep::from_number(2).start(), Timestamp::from_millis(60_000));
    }

    #[test]
    fn time_before_the_epoch_and_at_the_end_of_numbers_does_not_overflow() {
        assert_eq!(TimeStep::at(Timestamp::from_millis(-5)), TimeStep::from_number(0));
        let end = Timestamp::from_millis(i64::MAX) + Duration::from_secs(1);
        assert_eq!(end.millis(), i64::MAX);
        assert_eq!(Timestamp::from_millis(1).since(end), Duration::ZERO);
        assert_eq!(end.horizon(), end);
    }

    #[test]
    fn what_lies_more_than_a_minute_ahead_is_not_believed() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        assert!(at(60).is_plausible(at(0)) && !at(61).is_plausible(at(0)));
        let hour = Duration::from_hours(1);
        assert!(at(60).lasts(hour, at(0)) && !at(61).lasts(hour, at(0)));
        assert!(at(0).lasts(hour, at(3599)) && !at(0).lasts(hour, at(3600)));
        assert!(at(3660).ends_within(hour, at(0)) && !at(3661).ends_within(hour, at(0)));
        assert!(at(1).ends_within(hour, at(0)) && !at(0).ends_within(hour, at(0)));
    }

    #[test]
    fn a_watermark_is_believed_as_far_as_a_code_can_leave_it() {
        let now = Timestamp::from_millis(60_000);
        assert_eq!(TimeStep::highest(now), TimeStep::from_number(3));
        assert!(TimeStep::from_number(5).is_plausible(now) && !TimeStep::from_number(6).is_plausible(now));
        assert!(TimeStep::NONE.is_plausible(now));
    }
}
