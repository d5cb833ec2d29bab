//! A moment as the API writes it.

use domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

const DAY: i64 = 86_400;

/// RFC 3339, in UTC, to the second: `2026-11-22T03:45:00Z`.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-22T03:45:00Z")]
pub(super) struct Moment(String);

impl Moment {
    /// The first whole second that is not before `at`: whoever waits until then has waited long enough.
    pub(super) fn not_before(at: Timestamp) -> Self {
        Self::from(Timestamp::from_millis(at.millis().saturating_add(999)))
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        let seconds = at.millis().div_euclid(1000);
        let (year, month, day) = date(seconds.div_euclid(DAY));
        let of_day = seconds.rem_euclid(DAY);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        Self(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }
}

/// Year, month and day of a count of days since 1970-01-01 (Howard Hinnant, `civil_from_days`): the year begins in
/// March, so that a leap day is its last.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_rfc_3339_says() {
        let written = |millis| Moment::from(Timestamp::from_millis(millis)).0;
        assert_eq!(written(0), "1970-01-01T00:00:00Z");
        assert_eq!(written(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(written(1_795_319_112_999), "2026-11-22T03:45:12Z");
        assert_eq!(Moment::not_before(Timestamp::from_millis(1)).0, "1970-01-01T00:00:01Z");
        assert_eq!(Moment::not_before(Timestamp::from_millis(1000)).0, "1970-01-01T00:00:01Z");
    }
}
