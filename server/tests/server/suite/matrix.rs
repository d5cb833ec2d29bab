//! Every route × who asks × from where × with what (docs/ARCHITECTURE.md, rule 10). A route that is not in the table fails.

use super::support::{Ask, Browser, EMAIL, House, PASSWORD};
use domain::name::{Issuer, Name, SiteId};
use domain::site::{PlainKey, Scope, SitePolicy};
use http::{Method, StatusCode};
use serde_json::json;
use server::guard::BODY_LIMIT;
use server::route::{Route, Takes};
use server::widget::FRAMES;
use storage::site::SiteProfile;

/// Who may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    Everybody,
    Session,
    Admin,
    Pending,
    /// Whoever signs in, or has a moment ago.
    PendingOrSession,
}

/// The row of a route. There is no other way to get one than to think about it.
fn whom(route: &Route) -> Option<For> {
    match (route.takes, route.path) {
        (Takes::Nothing, "/" | "/healthz" | "/readyz" | "/sign-in" | "/welcome" | "/invitation") => {
            Some(For::Everybody)
        }
        (Takes::Nothing | Takes::Form, "/forgotten-password" | "/new-password") => Some(For::Everybody),
        (Takes::Form, "/new-password/choose") => Some(For::Everybody),
        (Takes::Nothing | Takes::Form, "/account/sessions") => Some(For::Session),
        (Takes::Nothing, "/embed.js" | "/embed.d.ts" | "/docs") => Some(For::Everybody),
        // Whoever has a ticket; what becomes of everybody else, the suite of the widgets tells.
        (Takes::Ticket, "/widget/security" | "/widget/challenge") => Some(For::Everybody),
        (Takes::Form, "/sign-in" | "/sign-out" | "/welcome" | "/invitation" | "/invitation/join") => {
            Some(For::Everybody)
        }
        (Takes::Nothing, "/account/security" | "/account/password" | "/account/code") => Some(For::Session),
        (Takes::Form, "/account/password" | "/account/code") => Some(For::Session),
        (
            Takes::Nothing,
            "/organization/users"
            | "/organization/users/{user}"
            | "/organization/users/{user}/reset"
            | "/organization/users/{user}/unlock"
            | "/organization/users/{user}/bypass-code"
            | "/organization/users/{user}/requirement"
            | "/organization/requirement",
        ) => Some(For::Admin),
        (Takes::Form, "/organization/users/{user}/requirement" | "/organization/requirement") => {
            Some(For::Admin)
        }
        (
            Takes::Form,
            "/organization/users/{user}/reset"
            | "/organization/users/{user}/unlock"
            | "/organization/users/{user}/bypass-code",
        ) => Some(For::Admin),
        (
            Takes::Nothing | Takes::Form,
            "/organization/users/new"
            | "/organization/users/{user}/edit"
            | "/organization/users/{user}/make-admin"
            | "/organization/users/{user}/make-member"
            | "/organization/users/{user}/deactivate"
            | "/organization/users/{user}/reactivate"
            | "/organization/users/{user}/invite-again"
            | "/organization/users/{user}/sign-out"
            | "/organization/users/{user}/password-link"
            | "/organization/users/{user}/withdraw",
        ) => Some(For::Admin),
        (
            Takes::Nothing,
            "/organization/audit"
            | "/organization/audit/export"
            | "/organization/mail"
            | "/organization/sites"
            | "/organization/sites/new"
            | "/organization/sites/{site}"
            | "/organization/sites/{site}/edit"
            | "/organization/sites/{site}/keys/new"
            | "/organization/sites/{site}/keys/{key}/revoke",
        ) => Some(For::Admin),
        (
            Takes::Form,
            "/organization/sites/new"
            | "/organization/sites/{site}/edit"
            | "/organization/sites/{site}/keys/new"
            | "/organization/sites/{site}/keys/{key}/revoke",
        ) => Some(For::Admin),
        (Takes::Nothing, "/sign-in/challenge") => Some(For::Pending),
        (Takes::Form, "/sign-in/complete") => Some(For::PendingOrSession),
        (Takes::Json, "/fn/answer_challenge" | "/fn/mail_challenge_code") => Some(For::Pending),
        (
            Takes::Json,
            "/fn/acknowledge_enrollment"
            | "/fn/begin_email_enrollment"
            | "/fn/begin_enrollment"
            | "/fn/mail_enrollment_code"
            | "/fn/mail_step_up_code"
            | "/fn/resume_email_enrollment"
            | "/fn/cancel_enrollment"
            | "/fn/confirm_enrollment"
            | "/fn/forget_devices"
            | "/fn/overview"
            | "/fn/recovery_codes_again"
            | "/fn/remove_authenticator"
            | "/fn/rename_authenticator"
            | "/fn/reset_recovery_codes"
            | "/fn/resume_enrollment"
            | "/fn/step_up"
            | "/fn/test_authenticator"
            | "/fn/turn_off",
        ) => Some(For::Session),
        _ => None,
    }
}

/// How a foreign page, or none, sends what our page would have sent.
type Sender = fn(Ask) -> Ask;

/// A server with an account that has two factors, and one browser of each kind.
struct Cast {
    house: House,
    nobody: Browser,
    pending: Browser,
    session: Browser,
    member: Browser,
}

/// A site, and the public half of a key of it.
const SITE: &str = "018f0000-0000-7000-8000-0000000000aa";
const KEY: &str = "0123456789abcdef";
/// Somebody who is looked after.
const USER: &str = "018f0000-0000-7000-8000-0000000000bb";

/// A path with every part filled in.
fn at(path: &str) -> String {
    path.replace("{site}", SITE).replace("{key}", KEY).replace("{user}", USER)
}

async fn cast() -> Cast {
    let house = House::empty().await;
    let mut session = house.create_account(EMAIL, PASSWORD).await;
    house.set_up(&mut session).await;
    let member = house.create_account("bob@example.com", PASSWORD).await;
    house.account_of("cyd@example.com", USER).await;
    let (name, issuer) = (Name::parse("Shop").unwrap(), Issuer::parse("Shop").unwrap());
    let (id, created_at) = (SiteId::parse(SITE).unwrap(), house.server.now());
    let (origins, policy) = (Vec::new(), SitePolicy::default());
    let site = SiteProfile { id, name, issuer, origins, created_at, policy };
    house.server.sites().create(&site, None).await.unwrap();
    let key = PlainKey::parse(&format!("tf_{KEY}_{}", "0".repeat(64))).unwrap();
    house.server.sites().create_key(id, &key, &[Scope::Verify], created_at, None).await.unwrap();
    // What was proved is forgotten: no change is made without another proof.
    house.advance(5 * 60);
    let mut pending = house.browser();
    let form = [("email", EMAIL), ("password", PASSWORD)];
    pending.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
    Cast { nobody: house.browser(), pending, session, member, house }
}

/// What the route is asked for, by its own page, with arguments that change nothing.
fn right(browser: &Browser, route: &Route) -> Ask {
    let id = "018f0000-0000-7000-8000-000000000000";
    let json = json!({ "id": id, "code": "000000", "name": "x", "purpose": "first", "address": "", "password": null, "text": "nonsense" });
    let at = at(route.path);
    match (route.takes, route.path) {
        (Takes::Nothing, _) => browser.ask(Method::GET, &at),
        (Takes::Json, path) => browser.ask(Method::POST, path).body("application/json", json.to_string()),
        (Takes::Form, "/sign-in") => browser.form(route.path, &[("email", "x"), ("password", "x")]),
        (Takes::Form, "/welcome") => {
            browser.form(route.path, &[("secret", "x"), ("email", "x"), ("password", "x")])
        }
        (Takes::Form, "/account/password") => browser.form(route.path, &[("current", "x"), ("new", "x")]),
        (Takes::Ticket, path) => browser.form(path, &[("ticket", "x"), ("origin", "x")]),
        (Takes::Form, "/organization/sites/new" | "/organization/sites/{site}/edit") => {
            let form = [("name", "x"), ("issuer", "x"), ("origins", ""), ("trusted_device_days", "0")];
            browser.form(&at, &form)
        }
        (Takes::Form, "/organization/requirement") => {
            browser.form(&at, &[("who", "admins"), ("when", "off"), ("day", "")])
        }
        (Takes::Form, "/organization/users/{user}/requirement") => {
            browser.form(&at, &[("what", "end"), ("day", ""), ("reason", "")])
        }
        (Takes::Form, "/organization/users/{user}/reset" | "/organization/users/{user}/unlock") => {
            browser.form(&at, &[("reason", "x")])
        }
        (Takes::Form, "/organization/users/new") => {
            browser.form(&at, &[("email", "x"), ("name", ""), ("role", "member")])
        }
        (Takes::Form, "/organization/users/{user}/edit") => {
            browser.form(&at, &[("email", "x"), ("name", "")])
        }
        (Takes::Form, "/forgotten-password") => browser.form(&at, &[("email", "x")]),
        (Takes::Form, "/new-password") => browser.form(&at, &[("secret", "x")]),
        (Takes::Form, "/new-password/choose") => browser.form(&at, &[("secret", "x"), ("password", "x")]),
        (Takes::Form, "/account/sessions") => browser.form(&at, &[("session", "x")]),
        (Takes::Form, "/invitation") => browser.form(&at, &[("secret", "x")]),
        (Takes::Form, "/invitation/join") => browser.form(&at, &[("secret", "x"), ("password", "x")]),
        (Takes::Form, "/organization/users/{user}/bypass-code") => {
            browser.form(&at, &[("reason", "x"), ("minutes", "15")])
        }
        (Takes::Form, _) => browser.form(&at, &[]),
    }
}

#[test]
fn every_route_has_a_row() {
    for route in server::routes() {
        assert!(whom(&route).is_some(), "{:?} {} is in no row of the matrix", route.takes, route.path);
    }
}

#[tokio::test]
async fn who_may_not_have_a_route_is_refused_and_who_may_is_not() {
    let cast = cast().await;
    let browsers = [
        (None, &cast.nobody),
        (Some(For::Pending), &cast.pending),
        (Some(For::Session), &cast.member),
        (Some(For::Admin), &cast.session),
    ];
    for route in server::routes() {
        let whom = whom(&route).unwrap();
        for (who, browser) in &browsers {
            // Each in its own house would be cleaner, and take minutes: a clone forgets what it was told.
            if route.path == "/sign-out" {
                continue;
            }
            let mut browser = (*browser).clone();
            let answer = browser.send(right(&browser, &route)).await;
            let refused = matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND)
                && answer.body.contains(if whom == For::Pending { "challenge_gone" } else { "signed_out" })
                || answer.status == StatusCode::NOT_FOUND && whom == For::Admin
                || (answer.location() == "/sign-in" || answer.location().starts_with("/sign-in?next="))
                    && route.path != "/";
            let may = whom == For::Everybody
                || *who == Some(whom)
                || (who.is_some() && whom == For::PendingOrSession)
                || (*who == Some(For::Admin) && whom == For::Session);
            assert_eq!(!refused, may, "{:?} {} for {who:?}: {}", route.takes, route.path, answer.status);
            assert!(!answer.status.is_server_error(), "{} {}", route.path, answer.body);
        }
    }
    drop(cast.house);
}

#[tokio::test]
async fn nothing_is_changed_from_a_foreign_page() {
    let cast = cast().await;
    let sent_by: [(&str, Sender); 10] = [
        ("no origin at all", |ask| ask.without("origin").without("sec-fetch-site")),
        ("a foreign origin", |ask| ask.without("sec-fetch-site").header("origin", "https://evil.test")),
        ("an opaque origin", |ask| ask.without("sec-fetch-site").header("origin", "null")),
        ("an origin of the same host", |ask| {
            ask.without("sec-fetch-site").header("origin", "https://localhost:3000")
        }),
        ("a foreign site", |ask| ask.without("origin").header("sec-fetch-site", "cross-site")),
        ("the same site", |ask| ask.without("origin").header("sec-fetch-site", "same-site")),
        ("the address bar", |ask| ask.without("origin").header("sec-fetch-site", "none")),
        ("a foreign site with our origin", |ask| ask.header("sec-fetch-site", "cross-site")),
        ("our site with a foreign origin", |ask| ask.header("origin", "https://evil.test")),
        ("our origin and a foreign one", |ask| ask.also("origin", "https://evil.test")),
    ];
    for route in server::routes().iter().filter(|route| route.takes != Takes::Nothing) {
        assert_eq!(route.takes == Takes::Ticket, FRAMES.contains(&route.path), "{}", route.path);
        for browser in [&cast.nobody, &cast.pending, &cast.session, &cast.member] {
            for (who, sent) in sent_by {
                let mut browser = browser.clone();
                let answer = browser.send(sent(right(&browser, route))).await;
                if route.takes == Takes::Ticket {
                    assert_eq!(
                        answer.status,
                        StatusCode::GONE,
                        "{} from {who}: no ticket, no frame",
                        route.path
                    );
                    continue;
                }
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} from {who}", route.path);
                assert!(answer.set_cookies().is_empty());
            }
        }
    }
    cast.session.clone().get("/account/security").await.is(200);
    cast.pending.clone().get("/sign-in/challenge").await.is(200);
}

#[tokio::test]
async fn one_of_the_two_headers_is_enough_where_it_is_right() {
    let cast = cast().await;
    for gone in ["origin", "sec-fetch-site"] {
        let mut browser = cast.session.clone();
        let ask = browser.ask(Method::POST, "/fn/overview").body("application/json", "{}").without(gone);
        browser.send(ask).await.is(200);
    }
}

#[tokio::test]
async fn a_body_too_long_is_refused_on_every_route() {
    let cast = cast().await;
    for route in server::routes() {
        for browser in [&cast.nobody, &cast.pending, &cast.session, &cast.member] {
            let mut browser = browser.clone();
            let mut ask = right(&browser, &route);
            ask.body = vec![b'a'; BODY_LIMIT + 1];
            let answer = browser.send(ask).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{:?} {}", route.takes, route.path);
        }
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let cast = cast().await;
    for route in server::routes().iter().filter(|route| route.takes != Takes::Nothing) {
        let own =
            if route.takes == Takes::Json { "application/json" } else { "application/x-www-form-urlencoded" };
        let types = [
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/plain",
            "",
        ];
        for other in types.into_iter().filter(|other| *other != own) {
            let mut browser = cast.session.clone();
            let answer = browser.send(right(&browser, route).header("content-type", other)).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{} {other}", route.path);
        }
        for sent in [
            right(&cast.session, route).without("content-type"),
            right(&cast.session, route).also("content-type", own),
        ] {
            let answer = cast.session.clone().send(sent).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", route.path);
        }
    }
    cast.session.clone().get("/account/security").await.is(200);
}

#[tokio::test]
async fn another_method_is_not_allowed() {
    let cast = cast().await;
    let routes = server::routes();
    let takes = |path: &str, method: &Method| {
        routes.iter().filter(|route| route.path == path).any(|route| match route.takes {
            Takes::Nothing => matches!(*method, Method::GET | Method::HEAD),
            Takes::Form | Takes::Ticket | Takes::Json => *method == Method::POST,
        })
    };
    for route in &routes {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS]
        {
            if takes(route.path, &method) {
                continue;
            }
            let mut browser = cast.session.clone();
            let answer = browser.send(browser.ask(method.clone(), &at(route.path))).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {}", route.path);
            assert!(!answer.header("allow").is_empty(), "{method} {}", route.path);
        }
    }
}

#[tokio::test]
async fn a_foreign_host_is_refused_on_every_route() {
    let cast = cast().await;
    for route in server::routes().iter().filter(|route| !matches!(route.path, "/healthz" | "/readyz")) {
        for host in ["evil.test", "localhost", "localhost:3001", "localhost:3000.evil.test", ""] {
            let mut browser = cast.session.clone();
            let answer = browser.send(right(&browser, route).header("host", host)).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{} {host}", route.path);
        }
        let mut browser = cast.session.clone();
        let answer = browser.send(right(&browser, route).without("host")).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{}", route.path);
    }
}
