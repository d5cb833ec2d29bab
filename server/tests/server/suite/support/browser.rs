//! A browser: it keeps cookies, says where it comes from, and follows nothing by itself.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use tower::ServiceExt;

#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    origin: String,
    address: Option<IpAddr>,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// A request to be sent.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Ask {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Once more, beside what is there.
    pub(crate) fn also(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    #[track_caller]
    pub(crate) fn leads_to(&self, path: &str) {
        assert_eq!((self.status, self.location()), (StatusCode::SEE_OTHER, path), "{}", self.body);
    }

    /// Whoever asked is to sign in first, and is led back afterwards.
    #[track_caller]
    pub(crate) fn leads_to_sign_in(&self) {
        let (there, back) = (self.location() == "/sign-in", self.location().starts_with("/sign-in?next=/"));
        assert!(self.status == StatusCode::SEE_OTHER && (there || back), "{} {}", self.location(), self.body);
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.body))
    }

    /// The cookies that are set, whole.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }
}

impl Browser {
    pub(crate) fn new(router: Router, origin: &str) -> Self {
        Self { router, origin: origin.to_owned(), address: None, cookies: BTreeMap::new() }
    }

    /// The same place, nobody known.
    pub(crate) fn stranger(&self) -> Self {
        Self { cookies: BTreeMap::new(), ..self.clone() }
    }

    /// The same browser at this address.
    pub(crate) fn from(self, address: &str) -> Self {
        Self { address: Some(address.parse().unwrap()), ..self }
    }

    /// The names of its cookies, but for the one that says that it was here before.
    pub(crate) fn held(&self) -> Vec<&str> {
        self.cookies.keys().map(String::as_str).filter(|name| !name.ends_with("twofold-browser")).collect()
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let ask = self.ask(Method::GET, path);
        self.send(ask).await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let ask = self.form(path, form);
        self.send(ask).await
    }

    pub(crate) async fn call(&mut self, path: &str, arguments: serde_json::Value) -> Answer {
        let ask = self.ask(Method::POST, path).body("application/json", arguments.to_string());
        self.send(ask.header("accept", "application/json")).await
    }

    /// A request as a page of the server makes it.
    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask {
        let host = self.origin.split_once("://").unwrap().1;
        let ask = Ask::new(method, path).header(HOST.as_str(), host).header(ACCEPT.as_str(), "text/html");
        ask.header(ORIGIN.as_str(), &self.origin.clone()).header("sec-fetch-site", "same-origin")
    }

    pub(crate) fn form(&self, path: &str, form: &[(&str, &str)]) -> Ask {
        let fields: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.ask(Method::POST, path).body("application/x-www-form-urlencoded", fields.join("&"))
    }

    pub(crate) async fn send(&mut self, ask: Ask) -> Answer {
        let mut request = Request::builder().method(ask.method).uri(&ask.path);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(SocketAddr::from((address, 40_000))));
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, pairs.join("; "));
        }
        let response =
            self.router.clone().oneshot(request.body(Body::from(ask.body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        let answer = Answer { status: parts.status, headers: parts.headers, body: read(&body) };
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.set_cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// As it is read: the word that stays in one line is a word of its sentence. An island marks where its texts end.
fn read(body: &str) -> String {
    let unwrapped = |body: String, word: &str| {
        let wrapped = ["", "<!>"].map(|end| format!("<span class=\"whole\">{word}{end}</span>"));
        wrapped.iter().fold(body, |body, wrapped| body.replace(wrapped, word))
    };
    ["Two-factor", "two-factor"].into_iter().fold(body.to_owned(), unwrapped)
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
