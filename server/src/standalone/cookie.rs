//! The cookies: of a session, of a sign-in that waits for its second factor, of a remembered device, and of a known browser. None is ever
//! taken for another: they have different names, and their tokens lie in different tables.

use crate::config::PublicUrl;
use domain::session::SessionToken;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use std::time::Duration;

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// A signed-in browser.
    Session,
    /// A browser that gave the password and is asked for the second factor.
    Pending,
    /// A browser in which a user is not asked for the second factor. It outlives sessions.
    Device,
    /// A browser in which the password was given before: what is typed there is counted for itself, and nothing more.
    Browser,
}

impl Cookie {
    /// Its name. The prefix makes browsers refuse one that another host or a plain connection sets (RFC 6265bis, 4.1.3.2);
    /// over plain http, on localhost, it cannot be had.
    pub fn name(self, of: &PublicUrl) -> &'static str {
        match (self, of.is_https()) {
            (Self::Session, true) => "__Host-twofold-session",
            (Self::Session, false) => "twofold-session",
            (Self::Pending, true) => "__Host-twofold-pending",
            (Self::Pending, false) => "twofold-pending",
            (Self::Device, true) => "__Host-twofold-device",
            (Self::Device, false) => "twofold-device",
            (Self::Browser, true) => "__Host-twofold-browser",
            (Self::Browser, false) => "twofold-browser",
        }
    }

    /// The token that the browser sends. `None` if there is none, if there are two, or if it is none of ours.
    pub(super) fn token(self, headers: &HeaderMap, of: &PublicUrl) -> Option<SessionToken> {
        let name = self.name(of);
        let mut sent =
            headers.get_all(COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        let mut ours = sent.by_ref().filter_map(|pair| {
            let (key, value) = str::from_utf8(pair).ok()?.trim().split_once('=')?;
            (key == name).then_some(value)
        });
        match (ours.next(), ours.next()) {
            (Some(value), None) => SessionToken::parse(value),
            _ => None,
        }
    }

    /// `Set-Cookie` with this token.
    pub(crate) fn set(self, token: &SessionToken, of: &PublicUrl) -> Option<HeaderValue> {
        self.secret(token, "", of)
    }

    /// The same, for so long; otherwise it goes when the browser is closed.
    pub(super) fn set_for(
        self,
        token: &SessionToken,
        lifetime: Duration,
        of: &PublicUrl,
    ) -> Option<HeaderValue> {
        self.secret(token, &format!("; Max-Age={}", lifetime.as_secs()), of)
    }

    /// `Set-Cookie` that takes it away.
    pub(super) fn clear(self, of: &PublicUrl) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.written("", "; Max-Age=0", of)).ok()
    }

    fn secret(self, token: &SessionToken, more: &str, of: &PublicUrl) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&self.written(token.expose(), more, of)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    fn written(self, value: &str, more: &str, of: &PublicUrl) -> String {
        let secure = if of.is_https() { "; Secure" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}", self.name(of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &[&str]) -> Option<String> {
        let url = PublicUrl::parse("http://localhost", false).unwrap();
        let headers = cookies.iter().map(|value| (COOKIE, HeaderValue::from_str(value).unwrap())).collect();
        Cookie::Session.token(&headers, &url).map(|token| token.expose().to_owned())
    }

    #[test]
    fn a_doubled_or_malformed_cookie_is_none() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        assert_eq!(sent(&[&format!("x=1; twofold-session={a}; y")]), Some(a.clone()));
        assert_eq!(sent(&[&format!("twofold-session={a}; twofold-session={b}")]), None);
        assert_eq!(sent(&[&format!("twofold-session={a}"), &format!("twofold-session={a}")]), None);
        for wrong in [String::new(), a[1..].to_owned(), format!("{a}0"), "G".repeat(64), format!("\"{a}\"")] {
            assert_eq!(sent(&[&format!("twofold-session={wrong}")]), None, "{wrong}");
        }
        assert_eq!(sent(&[&format!("__Host-twofold-session={a}")]), None);
        assert_eq!(sent(&[&format!("twofold-pending={a}")]), None);
    }

    #[test]
    fn a_cookie_belongs_to_this_host_and_not_to_scripts() {
        let token = SessionToken::parse(&"a".repeat(64)).unwrap();
        let written = |url: &str| {
            let url = PublicUrl::parse(url, false).unwrap();
            Cookie::Pending.set(&token, &url).unwrap().to_str().unwrap().replace(token.expose(), "…")
        };
        let secure = "__Host-twofold-pending=…; Path=/; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(written("https://example.com"), secure);
        assert_eq!(written("http://localhost:3000"), "twofold-pending=…; Path=/; HttpOnly; SameSite=Lax");
        let url = PublicUrl::parse("https://example.com", false).unwrap();
        let kept = Cookie::Device.set_for(&token, Duration::from_hours(24), &url).unwrap();
        assert!(kept.to_str().unwrap().starts_with("__Host-twofold-device="), "{kept:?}");
        assert!(kept.to_str().unwrap().ends_with("; HttpOnly; SameSite=Lax; Secure; Max-Age=86400"));
    }
}
