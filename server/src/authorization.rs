//! The one credential of a request that is no cookie (RFC 6750, section 2.1).

use http::HeaderMap;
use http::header::AUTHORIZATION;

/// What stands behind `Bearer`. Two headers are no credential.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(token)
}
