//! Moments as people and programs write them: RFC 3339, in UTC.

use super::Timestamp;

pub(super) const DAY: i64 = 86_400;

impl Timestamp {
    /// `2026-11-22T03:45:00Z`: to the second that it lies in.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let seconds = self.millis().div_euclid(1000);
        let (year, month, day) = date(seconds.div_euclid(DAY));
        let of_day = seconds.rem_euclid(DAY);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// Reads [`Self::rfc3339`], or a date alone, which is its first moment. `None` for everything else: another spelling
    /// of a moment, or a day that no calendar has.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(10)?;
        let days = Days::parse(date)?.0;
        let of_day = if time.is_empty() { 0 } else { of_day(time)? };
        Some(Self::from_millis((days * DAY + of_day) * 1000))
    }
}

/// Days since 1970-01-01.
struct Days(i64);

impl Days {
    /// `2026-11-22`, in the years 1970 to 9999.
    fn parse(text: &str) -> Option<Self> {
        let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
        // From March on, so that a leap day is the last of its year (Howard Hinnant, `days_from_civil`).
        let (year_from_march, month_from_march) =
            if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let days = 365 * year_from_march + year_from_march / 4 - year_from_march / 100
            + year_from_march / 400
            + of_year
            - 719_468;
        (days >= 0 && date(days) == (year, month, day)).then_some(Self(days))
    }
}

/// Seconds of the day, of `T03:45:00Z`.
fn of_day(text: &str) -> Option<i64> {
    let [hour, minute, second] = numbers(text.strip_prefix('T')?.strip_suffix('Z')?, ':', [2, 2, 2])?;
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Three numbers of exactly so many digits.
fn numbers(text: &str, between: char, digits: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(between);
    let mut number = |digits| {
        let part = parts.next()?;
        let is_one = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_one { part.parse::<i64>().ok() } else { None }
    };
    let [first, second, third] = digits;
    let read = [number(first)?, number(second)?, number(third)?];
    parts.next().is_none().then_some(read)
}

/// Year, month and day of a count of days since 1970-01-01 (Howard Hinnant, `civil_from_days`): the year begins in
/// March, so that a leap day is its last.
pub(super) const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + (month <= 2) as i64, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(millis: i64) -> String {
        Timestamp::from_millis(millis).rfc3339()
    }

    #[test]
    fn a_moment_is_written_as_rfc_3339_says() {
        assert_eq!(written(0), "1970-01-01T00:00:00Z");
        assert_eq!(written(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(written(1_795_319_112_999), "2026-11-22T03:45:12Z");
        assert_eq!(written(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn what_was_written_reads_back_on_every_day() {
        for day in 0..200_000 {
            let moment = Timestamp::from_millis((day * DAY + day % DAY) * 1000);
            assert_eq!(Timestamp::parse_rfc3339(&moment.rfc3339()), Some(moment));
            let midnight = Timestamp::from_millis(day * DAY * 1000);
            assert_eq!(Timestamp::parse_rfc3339(&moment.rfc3339()[..10]), Some(midnight));
        }
    }

    #[test]
    fn other_spellings_and_days_that_no_calendar_has_are_no_moment() {
        for text in [
            "",
            "2026",
            "2026-11-22T",
            "2026-11-22T03:45Z",
            "2026-11-22T03:45:00",
            "2026-11-22T03:45:00+01:00",
            "2026-11-22 03:45:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T03:60:00Z",
            "2026-11-22T03:45:60Z",
            "2026-11-2",
            "2026-11-022",
            "2026-13-01",
            "2026-00-01",
            "2026-02-29",
            "2026-01-00",
            "1969-12-31",
            "+026-11-22",
            "2026-11-22é",
            "２０26-1-22",
        ] {
            assert_eq!(Timestamp::parse_rfc3339(text), None, "{text}");
        }
    }
}
