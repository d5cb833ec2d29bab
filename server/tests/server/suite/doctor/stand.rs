//! A shop with a page that embeds Twofold, and a Twofold behind a proxy, each at a port of its own.

use crate::suite::support::{House, Program};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use domain::ports::Clock;
use domain::site::{PlainKey, Scope};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use server::clock::SystemClock;
use server::doctor::{Examined, Report, examine};
use server::serving::{Limits, serve};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tower::ServiceExt;
use url::Url;

const COOKIE: &str = "session=ada";

/// How `session-url` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Session {
    Good,
    Absent,
    WantsCsrf,
    Kept,
    Stale,
    Open,
    Get,
    Cors,
    Signs,
}

/// The page, and what stands around it.
#[derive(Clone, Debug)]
pub(super) struct Shop {
    pub(super) script: String,
    pub(super) element: String,
    pub(super) policy: String,
    pub(super) permissions: String,
    pub(super) session: Session,
}

/// Both, and how the doctor is asked.
pub(super) struct Stand {
    pub(super) house: House,
    pub(super) program: Program,
    pub(super) twofold: String,
    pub(super) shop: Arc<Mutex<Shop>>,
    pub(super) proxy_frames: Arc<AtomicBool>,
    pub(super) port: u16,
    good: Shop,
}

pub(super) async fn stand() -> Stand {
    let (listener, twofold) = listening().await;
    let house = House::at(&format!("http://localhost:{twofold}")).await;
    house.clock.set(SystemClock::default().now());
    let twofold = house.origin.clone();
    let (page, port) = listening().await;
    let site = house.site("Shop").await;
    house.register(site, &[&format!("http://shop.localhost:{port}")]).await;
    let program = house.program(site, &[Scope::Verify]).await;
    let proxy_frames = Arc::new(AtomicBool::new(false));
    let behind = proxied(house.router.clone(), Arc::clone(&proxy_frames));
    tokio::spawn(serve(listener, behind, Limits::of(house.server.settings()), std::future::pending()));
    let good = good(&twofold);
    let shop = Arc::new(Mutex::new(good.clone()));
    let site = pages(Arc::clone(&shop), program.clone());
    tokio::spawn(serve(page, site, Limits::of(house.server.settings()), std::future::pending()));
    Stand { house, program, twofold, shop, proxy_frames, port, good }
}

async fn listening() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn good(twofold: &str) -> Shop {
    let policy = format!(
        "default-src 'none'; script-src 'self' {twofold}; frame-src {twofold}; form-action 'self' {twofold}; connect-src 'self'"
    );
    Shop {
        script: format!("<script type=\"module\" src=\"{twofold}/embed.js\"></script>"),
        element: "<twofold-security session-url=\"/twofold-session\"></twofold-security>".to_owned(),
        policy,
        permissions: format!("clipboard-write=(self \"{twofold}\"), camera=()"),
        session: Session::Good,
    }
}

/// Twofold's answers, as a proxy passes them on.
fn proxied(router: Router, frames: Arc<AtomicBool>) -> Router {
    Router::new().fallback(move |request: Request| {
        let (router, adds) = (router.clone(), frames.load(Ordering::SeqCst));
        async move {
            let is_script = request.uri().path() == "/embed.js";
            let Ok(mut response) = router.oneshot(request).await;
            // A binary of tests is built without its pages: of this one only that it is there matters.
            if is_script && response.status() == StatusCode::NOT_FOUND {
                response = Response::new(Body::from("export {};"));
            }
            if adds {
                response.headers_mut().insert("x-frame-options", HeaderValue::from_static("SAMEORIGIN"));
            }
            response
        }
    })
}

fn pages(shop: Arc<Mutex<Shop>>, program: Program) -> Router {
    Router::new().fallback(move |request: Request| {
        let (shop, program) = (shop.lock().unwrap().clone(), program.clone());
        async move {
            match (request.method(), request.uri().path()) {
                (&Method::GET, "/account") => page(&shop),
                (method, "/twofold-session") => session(&shop, &program, method, request.headers()).await,
                _ => answer(StatusCode::NOT_FOUND, &[], "no such page"),
            }
        }
    })
}

fn page(shop: &Shop) -> Response {
    let html = format!(
        "<!doctype html><html lang=en><title>Shop</title>{}<main>{}</main>",
        shop.script, shop.element
    );
    let headers = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", shop.policy.as_str()),
        ("permissions-policy", shop.permissions.as_str()),
    ];
    answer(StatusCode::OK, &headers, &html)
}

async fn session(shop: &Shop, program: &Program, method: &Method, headers: &HeaderMap) -> Response {
    let is_ada = headers.get("cookie").is_some_and(|cookie| cookie == COOKIE);
    let kept = if shop.session == Session::Kept { "public, max-age=60" } else { "no-store" };
    let mut around = vec![("content-type", "application/json"), ("cache-control", kept)];
    if shop.session == Session::Cors {
        let origin = headers.get("origin").map_or("", |origin| origin.to_str().unwrap());
        around
            .extend([("access-control-allow-origin", origin), ("access-control-allow-credentials", "true")]);
    }
    let is_asked = *method == Method::POST || (shop.session == Session::Get && *method == Method::GET);
    let is_signed_in = is_ada || shop.session == Session::Open;
    match shop.session {
        Session::Absent => return answer(StatusCode::NOT_FOUND, &around, "{}"),
        Session::WantsCsrf => return answer(StatusCode::FORBIDDEN, &around, "CSRF token missing"),
        Session::Signs if is_ada => return answer(StatusCode::OK, &around, "<h1>Sign in</h1>"),
        Session::Good
        | Session::Kept
        | Session::Stale
        | Session::Open
        | Session::Get
        | Session::Cors
        | Session::Signs => {}
    }
    if !is_asked {
        return answer(StatusCode::METHOD_NOT_ALLOWED, &around, "{}");
    }
    if !is_signed_in {
        return answer(StatusCode::UNAUTHORIZED, &around, "{}");
    }
    let ticket: Value = if shop.session == Session::Stale {
        "0".repeat(64).into()
    } else {
        let asked = json!({ "user": { "id": "ada", "label": "ada" } });
        program.post("/v1/sessions", asked).await.json()["ticket"].clone()
    };
    answer(StatusCode::OK, &around, &json!({ "ticket": ticket }).to_string())
}

fn answer(status: StatusCode, headers: &[(&str, &str)], body: &str) -> Response {
    let response = Response::builder().status(status);
    let response = headers.iter().fold(response, |response, (name, value)| response.header(*name, *value));
    response.body(Body::from(body.to_owned())).unwrap()
}

impl Stand {
    /// Where the page is.
    pub(super) fn page(&self, host: &str) -> Url {
        Url::parse(&format!("http://{host}:{}/account", self.port)).unwrap()
    }

    /// What is to be looked at, where nothing is wrong.
    pub(super) fn examined(&self) -> Examined {
        Examined {
            page: self.page("shop.localhost"),
            cookie: Some(COOKIE.to_owned()),
            session_url: None,
            key: Some(self.key(&self.program.key)),
            site: None,
            now: SystemClock::default().now(),
        }
    }

    pub(super) fn key(&self, key: &PlainKey) -> (PlainKey, Option<Url>) {
        (key.clone(), Some(Url::parse(&self.twofold).unwrap()))
    }

    /// A copy of the page, with this mistake, and of what is looked at.
    pub(super) async fn copy(&self, mistake: impl FnOnce(&mut Shop, &mut Examined)) -> Report {
        let (mut shop, mut examined) = (self.good.clone(), self.examined());
        mistake(&mut shop, &mut examined);
        *self.shop.lock().unwrap() = shop;
        examine(examined).await.unwrap()
    }
}
