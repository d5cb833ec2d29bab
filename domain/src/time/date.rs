//! Days of the calendar, in UTC.

use super::{Timestamp, utc};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day, `2026-11-22` say, as its first moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(Timestamp);

impl Date {
    /// The day that a moment falls on.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self(Timestamp::from_millis(at.millis() - at.millis().rem_euclid(utc::DAY * 1000)))
    }

    /// Reads `2026-11-22`. `None` unless it is a day of the calendar, written like that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Timestamp::parse_rfc3339(text).filter(|_| text.len() == 10).map(Self)
    }

    /// Its first moment.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        self.0
    }

    /// The day in words: `22 November 2026`.
    #[must_use]
    pub fn in_words(self) -> String {
        let (year, month, day) = self.numbers();
        let month = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at));
        format!("{day} {} {year}", month.copied().unwrap_or_default())
    }

    const fn numbers(self) -> (i64, i64, i64) {
        utc::date(self.0.millis().div_euclid(utc::DAY * 1000))
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.numbers();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_and_read_back() {
        for (millis, text, words) in [
            (0, "1970-01-01", "1 January 1970"),
            (951_782_400_000, "2000-02-29", "29 February 2000"),
            (1_795_305_600_000, "2026-11-22", "22 November 2026"),
        ] {
            let date = Date::of(Timestamp::from_millis(millis + 86_399_999));
            assert_eq!((date.to_string().as_str(), date.in_words().as_str()), (text, words));
            assert_eq!((Date::parse(text), date.start().millis()), (Some(date), millis));
        }
        assert_eq!(Date::parse("2026-11-22T00:00:00Z"), None, "a moment is no day");
    }
}
