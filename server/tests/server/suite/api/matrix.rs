//! Every route of the API × who asks × with what (docs/ARCHITECTURE.md, rule 10). A route that is not in the table fails.

mod bodies;

use super::{Enrolled, begin, enrolled, refused, text};
use crate::suite::support::{Answer, Ask, Program};
use domain::site::{PlainKey, Scope};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use server::api::{Endpoint, endpoints};

/// What a route is asked for.
struct Row {
    /// With one of which it may be asked; without any it needs no key.
    scopes: Vec<Scope>,
    body: Value,
    /// Fields that may be missing.
    optional: &'static [&'static str],
}

/// The row of a route. There is no other way to get one than to think about it.
fn row(route: &Endpoint) -> Option<Row> {
    let named = json!({ "id": "ada", "label": "ada@example.com" });
    let user = json!({ "id": "bob" });
    let end_user = json!({ "address": "192.0.2.7", "user_agent": "curl/8" });
    let (scopes, body, optional): (Vec<Scope>, _, &'static [&'static str]) = match (
        route.method.as_str(),
        route.path,
    ) {
        ("GET", "/v1/openapi.json") => (vec![], json!(null), &[]),
        ("POST", "/v1/sessions") => (vec![Scope::Verify], json!({ "user": named }), &[]),
        ("POST", "/v1/challenges") => {
            let body = json!({ "user": user, "action": "sign_in", "device": "x", "end_user": end_user });
            (vec![Scope::Verify], body, &["device", "end_user"])
        }
        ("GET", "/v1/challenges/{id}") => (vec![Scope::Verify], json!(null), &[]),
        ("POST", "/v1/challenges/{id}/answers") => {
            let body =
                json!({ "code": "nonsense", "kind": "totp", "remember_device": false, "end_user": end_user });
            (vec![Scope::Verify], body, &["kind", "remember_device", "end_user"])
        }
        ("POST", "/v1/challenges/{id}/email-codes") => {
            (vec![Scope::Verify], json!({ "end_user": end_user }), &["end_user"])
        }
        ("POST", "/v1/challenges/{id}/redeem") => {
            let body = json!({ "remember_device": false, "end_user": end_user });
            (vec![Scope::Verify], body, &["remember_device", "end_user"])
        }
        ("POST", "/v1/challenges/{id}/tickets") => (vec![Scope::Verify], json!({}), &[]),
        ("POST", "/v1/enrollments") => {
            let body = json!({ "user": named, "kind": "totp", "end_user": end_user });
            (vec![Scope::Enroll], body, &["end_user"])
        }
        ("POST", "/v1/enrollments/{id}/confirm") => {
            let body = json!({ "user": user, "code": "000000", "name": "x", "end_user": end_user });
            (vec![Scope::Enroll], body, &["name", "end_user"])
        }
        ("POST", "/v1/enrollments/{id}/acknowledge") => {
            (vec![Scope::Enroll], json!({ "user": user, "end_user": end_user }), &["end_user"])
        }
        ("GET", "/v1/me") => (Scope::ALL.to_vec(), json!(null), &[]),
        ("GET", "/v1/users/{id}") => (vec![Scope::Admin, Scope::Read], json!(null), &[]),
        ("GET", "/v1/users" | "/v1/audit-events") => (vec![Scope::Admin], json!(null), &[]),
        ("DELETE", "/v1/users/{id}" | "/v1/users/{id}/authenticators/{authenticator_id}") => {
            (vec![Scope::Admin], json!(null), &[])
        }
        ("DELETE", "/v1/users/{id}/exemption") => (vec![Scope::Admin], json!(null), &[]),
        ("PUT", "/v1/users/{id}/requirement") => {
            let body = json!({ "required": true, "deadline": "2999-01-01", "reason": "asked" });
            (vec![Scope::Admin], body, &["deadline", "reason"])
        }
        ("PUT", "/v1/users/{id}/exemption") => {
            (vec![Scope::Admin], json!({ "until": "2999-01-01", "reason": "asked" }), &[])
        }
        ("POST", "/v1/users/{id}/reset") => (vec![Scope::Admin], json!({ "reason": "lost" }), &[]),
        ("POST", "/v1/users/{id}/bypass-codes") => {
            (vec![Scope::Admin], json!({ "reason": "no phone", "minutes": 5 }), &["minutes"])
        }
        ("POST", "/v1/users/{id}/unlock") => (vec![Scope::Admin], json!({ "reason": "asked" }), &["reason"]),
        _ => return None,
    };
    Some(Row { scopes, body, optional })
}

/// A site with an open challenge of one user and a pending enrollment of another, and programs of every kind.
struct Cast {
    at: Enrolled,
    other: Program,
    challenge: String,
    enrollment: String,
    authenticator: String,
}

async fn cast() -> Cast {
    let at = enrolled().await;
    let challenge = at.open().await;
    let enrollment = text(&begin(&at.shop, "bob").await.json()["id"]);
    let other = at.house.program(at.house.site("Other").await, &Scope::ALL).await;
    let authenticator = text(&at.shop.get("/v1/users/ada").await.json()["authenticators"][0]["id"]);
    Cast { at, other, challenge, enrollment, authenticator }
}

impl Cast {
    fn path(&self, route: &Endpoint) -> String {
        let names = ids(route).map(|name| (name, self.id(route, name)));
        names.fold(route.path.to_owned(), |path, (name, id)| path.replace(name, id))
    }

    /// What stands in the path at this place.
    fn id(&self, route: &Endpoint, name: &str) -> &str {
        match (name, route.path.split('/').nth(2)) {
            ("{authenticator_id}", _) => &self.authenticator,
            ("{id}", Some("challenges")) => &self.challenge,
            ("{id}", Some("enrollments")) => &self.enrollment,
            ("{id}", Some("users")) => "ada",
            other => panic!("{other:?} is the id of nothing"),
        }
    }

    /// What the route is asked for by this program, with arguments that change as little as may be.
    fn right(&self, program: &Program, route: &Endpoint) -> Ask {
        let ask = program.ask(route.method.clone(), &self.path(route));
        if takes_a_body(route) {
            ask.body("application/json", row(route).unwrap().body.to_string())
        } else {
            ask
        }
    }

    async fn sent(&self, ask: Ask) -> Answer {
        self.at.shop.send(ask).await
    }

    /// What the site knows of its challenge, of the user who was challenged, and of the one who is enrolling.
    async fn known(&self) -> Vec<String> {
        let mut known = Vec::new();
        for path in
            [format!("/v1/challenges/{}", self.challenge), "/v1/users/ada".into(), "/v1/users/bob".into()]
        {
            known.push(self.at.shop.get(&path).await.body);
        }
        known
    }
}

fn keyed() -> impl Iterator<Item = (Endpoint, Vec<Scope>)> {
    let with_scopes = |route: Endpoint| (row(&route).unwrap().scopes, route);
    endpoints()
        .into_iter()
        .map(with_scopes)
        .filter(|(scopes, _)| !scopes.is_empty())
        .map(|(scopes, route)| (route, scopes))
}

/// The places of ids in the path of a route.
fn ids(route: &Endpoint) -> impl Iterator<Item = &'static str> {
    route.path.split('/').filter(|part| part.starts_with('{'))
}

fn bodied() -> impl Iterator<Item = Endpoint> {
    endpoints().into_iter().filter(takes_a_body)
}

fn takes_a_body(route: &Endpoint) -> bool {
    [Method::POST, Method::PUT].contains(&route.method)
}

#[test]
fn every_route_has_a_row() {
    for route in endpoints() {
        assert!(row(&route).is_some(), "{} {} is in no row of the matrix", route.method, route.path);
        assert!(server::api::is_api(route.path), "{} is behind the guards of pages", route.path);
    }
}

#[tokio::test]
async fn nobody_asks_without_a_good_key() {
    let cast = cast().await;
    let (revoked, now) =
        (cast.at.house.program(cast.at.shop.site, &Scope::ALL).await, cast.at.house.server.now());
    revoked.get("/v1/users/ada").await.is(200);
    assert!(
        cast.at.house.server.sites().revoke_key(revoked.site, revoked.key.name(), now, None).await.unwrap()
    );
    let good = cast.at.shop.key.expose().to_owned();
    let forged = format!("tf_{}_{}", cast.at.shop.key.name().as_str(), "0".repeat(64));
    let unknown = PlainKey::new(cast.at.house.server.entropy());
    let bad = [
        (String::new(), "key_malformed"),
        (good.clone(), "key_malformed"),
        ("Bearer".to_owned(), "key_malformed"),
        ("Bearer ".to_owned(), "key_malformed"),
        (format!("Basic {good}"), "key_malformed"),
        (format!("Bearer {good}x"), "key_malformed"),
        (format!("Bearer  {good}"), "key_malformed"),
        (format!("Bearer {}", good.to_uppercase()), "key_malformed"),
        (format!("Bearer {}", &good[..good.len() - 1]), "key_malformed"),
        (format!("Bearer {forged}"), "key_unknown"),
        (format!("Bearer {}", unknown.expose()), "key_unknown"),
        (format!("Bearer {}", revoked.key.expose()), "key_revoked"),
    ];
    let before = cast.known().await;
    for (route, _) in keyed() {
        let right = cast.right(&cast.at.shop, &route);
        let asked =
            |(key, code): &(String, &'static str)| (right.clone().header("authorization", key), *code);
        let mut asks: Vec<(Ask, &str)> = bad.iter().map(asked).collect();
        asks.push((right.clone().without("authorization"), "key_missing"));
        asks.push((right.clone().also("authorization", &format!("Bearer {good}")), "key_malformed"));
        let cookie =
            right.clone().without("authorization").header("cookie", &format!("twofold-session={good}"));
        asks.push((cookie, "key_missing"));
        if takes_a_body(&route) {
            // Whose key it is comes before what is wrong with what is asked for.
            let malformed = right.clone().body("application/json", "{".to_owned());
            asks.extend(
                bad.iter().map(|(key, code)| (malformed.clone().header("authorization", key), *code)),
            );
        }
        for (ask, code) in asks {
            let sent = ask.headers.iter().find(|(name, _)| *name == "authorization");
            let sent = sent.and_then(|(_, key)| PlainKey::parse(key.strip_prefix("Bearer ")?));
            let answer = cast.sent(ask).await;
            refused(&answer, 401, code);
            let named = ["key_unknown", "key_revoked"].contains(&code);
            let name = sent.filter(|_| named).map(|key| key.name().as_str().to_owned());
            assert_eq!(answer.json().get("key").map(text), name, "{code}");
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{}", route.path);
        }
    }
    assert_eq!(cast.known().await, before);
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_and_nothing_else() {
    let cast = cast().await;
    let before = cast.known().await;
    for (route, scopes) in keyed() {
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|other| !scopes.contains(other)).collect();
        if others.is_empty() {
            continue;
        }
        let program = cast.at.house.program(cast.at.shop.site, &others).await;
        refused(&program.send(cast.right(&program, &route)).await, 403, "scope_missing");
    }
    assert_eq!(cast.known().await, before);
    for (route, scopes) in keyed() {
        for scope in scopes {
            let program = cast.at.house.program(cast.at.shop.site, &[scope]).await;
            let answer = program.send(cast.right(&program, &route)).await;
            let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status);
            assert!(!refused && !answer.status.is_server_error(), "{} {}", route.path, answer.body);
        }
    }
}

#[tokio::test]
async fn another_sites_ids_are_not_found() {
    let cast = cast().await;
    let before = cast.known().await;
    for (route, _) in keyed().filter(|(route, _)| route.path.contains("{id}")) {
        let answer = cast.other.send(cast.right(&cast.other, &route)).await;
        // What is required of a user may be said before they come: the other site has said it of its own `ada`.
        if introduces(&route) {
            answer.is(204);
        } else {
            refused(&answer, 404, "not_found");
        }
        cast.other.delete("/v1/users/ada").await;
    }
    assert_eq!(cast.known().await, before);
}

#[tokio::test]
async fn what_is_no_id_is_not_found() {
    let cast = cast().await;
    for (route, _) in keyed() {
        for name in ids(&route) {
            for id in [
                "x",
                "0",
                "%00",
                "%ff",
                "..%2F..",
                "018f0000-0000-7000-8000-000000000000",
                "'--",
                &"a".repeat(4000),
            ] {
                let ask = cast.right(&cast.at.shop, &route);
                let ask = Ask { path: ask.path.replace(cast.id(&route, name), id), ..ask };
                let answer = cast.sent(ask).await;
                // A site's own id may be any text.
                let own = introduces(&route) && !["%00", "%ff", &"a".repeat(4000)].contains(&id);
                if own {
                    answer.is(204);
                } else {
                    refused(&answer, 404, "not_found");
                }
                if own {
                    cast.at.shop.delete(&format!("/v1/users/{id}")).await.is(204);
                }
            }
        }
    }
}

/// Whether a user need not be known to it.
fn introduces(route: &Endpoint) -> bool {
    route.method == Method::PUT
        && ["/v1/users/{id}/requirement", "/v1/users/{id}/exemption"].contains(&route.path)
}

#[tokio::test]
async fn another_method_is_not_allowed() {
    let cast = cast().await;
    for route in endpoints() {
        let taken: Vec<Method> = endpoints()
            .into_iter()
            .filter(|other| other.path == route.path)
            .map(|other| other.method)
            .collect();
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        {
            if taken.contains(&method) {
                continue;
            }
            let answer = cast
                .sent(cast.at.shop.ask(method.clone(), &cast.path(&route)).header("accept", "text/html"))
                .await;
            refused(&answer, 405, "method_not_allowed");
            let allowed = answer.header("allow");
            assert!(taken.iter().all(|taken| allowed.contains(taken.as_str())), "{method} {}", route.path);
        }
    }
}

#[tokio::test]
async fn no_foreign_page_is_told_that_it_may_read() {
    // Each in a house of its own, where the same happened before.
    let (cast, same) = (cast().await, cast().await);
    for route in endpoints() {
        let foreign = same.right(&same.at.shop, &route).header("origin", "https://evil.test");
        let foreign = foreign.header("sec-fetch-site", "cross-site");
        let (own, foreign) = (cast.sent(cast.right(&cast.at.shop, &route)).await, same.sent(foreign).await);
        assert_eq!(own.status, foreign.status, "{}", route.path);
        let preflight =
            cast.at.shop.ask(Method::OPTIONS, &cast.path(&route)).header("origin", "https://evil.test");
        let preflight = preflight.header("access-control-request-method", "POST");
        for answer in [foreign, cast.sent(preflight).await] {
            assert!(
                !answer.headers.keys().any(|name| name.as_str().starts_with("access-control")),
                "{}",
                route.path
            );
            assert!(answer.set_cookies().is_empty());
        }
    }
}
