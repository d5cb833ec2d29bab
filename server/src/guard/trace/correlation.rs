//! What a proxy or a client calls a request, kept beside our own id so that two logs can be laid side by side.

use http::HeaderMap;

/// The longest id that is kept: a UUID has 36 characters, the ids of the common proxies at most 64.
const LONGEST: usize = 64;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Correlation {
    /// The header `traceparent` (W3C Trace Context, section 3.2).
    pub(super) parent: Option<String>,
    /// The header `X-Request-Id`.
    pub(super) request_id: Option<String>,
}

impl Correlation {
    /// What reads as one: nobody writes anything else into the log.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            parent: text("traceparent").filter(|value| is_parent(value)).map(str::to_owned),
            request_id: text("x-request-id").filter(|value| is_id(value)).map(str::to_owned),
        }
    }
}

/// `00-`, 32 digits, `-`, 16 digits, `-`, 2 digits, all of them lower-case hexadecimal.
fn is_parent(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let is_hex = |part: &&str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    parts.iter().all(is_hex) && lengths == [2, 32, 16, 2] && value.starts_with("00-")
}

fn is_id(value: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=LONGEST).contains(&value.len()) && value.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn of(name: &'static str, value: &str) -> Correlation {
        let value = HeaderValue::from_str(value).unwrap();
        Correlation::of(&[(http::HeaderName::from_static(name), value)].into_iter().collect())
    }

    #[test]
    fn the_ids_of_others_are_kept() {
        assert_eq!(of("traceparent", PARENT).parent.as_deref(), Some(PARENT));
        assert_eq!(of("x-request-id", "a1.b_c-d").request_id.as_deref(), Some("a1.b_c-d"));
    }

    #[test]
    fn what_is_no_id_is_not_written_down() {
        let shouted = PARENT.to_uppercase();
        let later = PARENT.replacen("00-", "ff-", 1);
        for parent in ["", "00", &shouted, &later, &PARENT.replace('-', "_"), &format!("{PARENT}-00")] {
            assert_eq!(of("traceparent", parent), Correlation::default(), "{parent}");
        }
        for id in ["", "two words", "a=b", &"a".repeat(LONGEST + 1)] {
            assert_eq!(of("x-request-id", id), Correlation::default(), "{id}");
        }
    }
}
