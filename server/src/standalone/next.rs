//! Where a browser goes on after it has signed in: the page that was asked for, if it is one of ours. It stands in the address of
//! the sign-in and in its form, and while a second factor is asked for, in a cookie.

use super::session::see_other;
use super::{SECURITY, SIGN_IN};
use crate::config::PublicUrl;
use axum::extract::Query;
use axum::response::Response;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use http::{Method, Uri};
use serde::Deserialize;

/// Longer is no page of ours.
const LONGEST: usize = 512;
/// What is asked of somebody who is signed in. Nothing else is gone on to.
const OURS: [&str; 2] = ["/account/", "/organization/"];

/// A path of ours, with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Next(String);

#[derive(Deserialize)]
struct Asked {
    next: Option<String>,
}

impl Next {
    /// What an address, a form or a cookie says; `None` unless it is a page of ours. No character that a browser reads as
    /// more than itself gets through: no backslash, no second slash, no dot, and an escape in the query only.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let in_path = |byte: u8| plain(byte) || byte == b'/';
        let in_query = |byte: u8| plain(byte) || matches!(byte, b'.' | b'=' | b'&' | b'%' | b'+' | b'~');
        let ours = OURS.iter().any(|prefix| path.starts_with(prefix) && path.len() > prefix.len());
        let well_formed = path.bytes().all(in_path) && query.bytes().all(in_query) && !path.contains("//");
        (text.len() <= LONGEST && ours && well_formed && !path.ends_with("/export"))
            .then(|| Self(text.to_owned()))
    }

    /// What the address of the sign-in says.
    pub(super) fn asked(uri: &Uri) -> Option<Self> {
        let Query(Asked { next }) = Query::try_from_uri(uri).ok()?;
        Self::parse(&next?)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Asks whoever wanted this page to sign in first.
pub(super) fn sign_in_first(method: &Method, uri: &Uri) -> Response {
    let wanted = uri.path_and_query().filter(|_| *method == Method::GET);
    let next = wanted.and_then(|wanted| Next::parse(wanted.as_str()));
    match next.filter(|next| next.as_str() != SECURITY) {
        Some(next) => see_other(format!("{SIGN_IN}?next={}", escaped(next.as_str()))),
        None => see_other(SIGN_IN),
    }
}

/// As the value of a query: what would end it is escaped.
fn escaped(text: &str) -> String {
    let escape = |read: String, one: char| match one {
        '%' | '&' | '+' | '=' | '?' => format!("{read}%{:02X}", u32::from(one)),
        _ => read + one.encode_utf8(&mut [0; 4]),
    };
    text.chars().fold(String::new(), escape)
}

fn name(of: &PublicUrl) -> &'static str {
    if of.is_https() { "__Host-twofold-next" } else { "twofold-next" }
}

/// What the cookie says.
pub(super) fn kept(headers: &HeaderMap, of: &PublicUrl) -> Option<Next> {
    let sent = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = sent.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name(of)).and_then(|(_, value)| Next::parse(value))
}

/// `Set-Cookie` with it; without one, what takes an earlier one away.
pub(super) fn cookie(next: Option<&Next>, of: &PublicUrl) -> Option<HeaderValue> {
    let (value, ends) = next.map_or(("", "; Max-Age=0"), |next| (next.as_str(), ""));
    let secure = if of.is_https() { "; Secure" } else { "" };
    let written = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{ends}", name(of));
    HeaderValue::from_str(&written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_page_of_ours_is_gone_on_to() {
        for ours in [
            "/account/password",
            "/organization/users?search=ada%40example.com&show=locked",
            "/organization/users/018f0000-0000-7000-8000-0000000000bb/edit",
        ] {
            assert_eq!(Next::parse(ours).as_ref().map(Next::as_str), Some(ours));
        }
        for foreign in [
            "",
            "/",
            "/account/",
            "//evil.test",
            "//evil.test/account/password",
            "/\\evil.test",
            "\\/evil.test",
            "/account/\\evil.test",
            "/account//evil.test",
            "/account/../evil",
            "/account/%2e%2e/%2fevil.test",
            "/%2fevil.test",
            "%2f%2fevil.test",
            "/account/%5cevil.test",
            "https://evil.test/account/password",
            "https:/account/password",
            "javascript:alert(1)",
            " /account/password",
            "/account/password\r\nSet-Cookie: x=1",
            "/account/password#x",
            "/account/p\u{e4}ssword",
            "/sign-out",
            "/fn/turn_off",
            "/organization/audit/export",
        ] {
            assert_eq!(Next::parse(foreign), None, "{foreign:?}");
        }
        assert_eq!(Next::parse(&format!("/account/{}", "a".repeat(LONGEST))), None);
    }

    #[test]
    fn what_was_asked_for_stands_in_the_address_of_the_sign_in() {
        let leads = |method: Method, wanted: &'static str| {
            let response = sign_in_first(&method, &Uri::from_static(wanted));
            response.headers()[http::header::LOCATION].to_str().unwrap().to_owned()
        };
        let wanted = "/organization/users?show=locked&search=a%40b";
        let to = leads(Method::GET, wanted);
        assert_eq!(to, "/sign-in?next=/organization/users%3Fshow%3Dlocked%26search%3Da%2540b");
        assert_eq!(Next::asked(&to.parse().unwrap()).unwrap().as_str(), wanted, "and is read there");
        assert_eq!(leads(Method::POST, wanted), "/sign-in");
        assert_eq!(leads(Method::GET, "/account/security"), "/sign-in", "where one goes anyway");
        for foreign in [
            "/sign-in?next=//evil.test",
            "/sign-in?next=%2F%5Cevil.test",
            "/sign-in?next=%252F%252Fevil",
            "/sign-in?signed-out",
        ] {
            assert_eq!(Next::asked(&foreign.parse().unwrap()), None, "{foreign}");
        }
    }

    #[test]
    fn the_cookie_is_read_by_the_same_rule() {
        let url = PublicUrl::parse("https://2fa.example.com", false).unwrap();
        let written = cookie(Next::parse("/account/password").as_ref(), &url).unwrap();
        assert_eq!(written, "__Host-twofold-next=/account/password; Path=/; HttpOnly; SameSite=Lax; Secure");
        let sent = |value: &str| {
            let value = HeaderValue::from_str(value).unwrap();
            kept(&HeaderMap::from_iter([(COOKIE, value)]), &url)
        };
        assert_eq!(sent("a=b; __Host-twofold-next=/account/password"), Next::parse("/account/password"));
        assert_eq!(sent("__Host-twofold-next=//evil.test"), None);
        assert_eq!(
            cookie(None, &url).unwrap(),
            "__Host-twofold-next=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"
        );
    }
}
