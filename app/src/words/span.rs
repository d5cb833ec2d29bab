//! Spans of time in words.

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

/// A span as a person would say it: `12 seconds`, `2 minutes`, `3 hours`, `5 days`. Rounded up.
pub(crate) fn span(seconds: u32) -> String {
    let (size, one, many) = match seconds {
        0..=90 => (1, " second", " seconds"),
        91..=5400 => (MINUTE, " minute", " minutes"),
        5401..=129_600 => (HOUR, " hour", " hours"),
        129_601.. => (DAY, " day", " days"),
    };
    let count = seconds.div_ceil(size);
    let mut words = count.to_string();
    words.push_str(if count == 1 { one } else { many });
    words
}

/// What the button says while it waits: `12 s`, `2:05` from a minute on, `5 days` if it takes so long.
pub(crate) fn seconds(left: usize) -> String {
    if left < 60 {
        return format!("{left} s");
    }
    // Nobody watches hours go by.
    if left > 3600 {
        return span(u32::try_from(left).unwrap_or(u32::MAX));
    }
    format!("{}:{:02}", left / 60, left % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_the_unit_a_person_would_choose() {
        let said = [1, 30, 90, 91, 120, 3600, 5400, 7200, 86_400, 172_800, 2_592_000].map(span);
        let expected = [
            "1 second",
            "30 seconds",
            "90 seconds",
            "2 minutes",
            "2 minutes",
            "60 minutes",
            "90 minutes",
            "2 hours",
            "24 hours",
            "2 days",
            "30 days",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_countdown_is_short() {
        assert_eq!([5, 59, 60, 125, 900].map(seconds), ["5 s", "59 s", "1:00", "2:05", "15:00"]);
        assert_eq!([3600, 7200, 31_536_000].map(seconds), ["60:00", "2 hours", "365 days"]);
    }
}
