//! A moment as the API writes it.

use domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

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
        Self(at.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up() {
        let written = |millis| Moment::not_before(Timestamp::from_millis(millis)).0;
        assert_eq!(written(0), "1970-01-01T00:00:00Z");
        assert_eq!([written(1), written(1000)], ["1970-01-01T00:00:01Z"; 2]);
    }
}
