//! Who may open a frame, once, and where.

use super::{Embedded, SHOP, embedded, meta, policy};
use crate::suite::support::Answer;
use futures::future::join_all;
use serde_json::json;

const ANCESTORS: &str = "https://shop.example https://www.shop.example:8443";
const BOTH: [&str; 2] = ["/widget/security", "/widget/challenge"];

/// A page of the site says that it is over, to the page around it too.
#[track_caller]
fn over(answer: &Answer) {
    answer.is(410);
    assert_eq!(policy(answer, "frame-ancestors"), ANCESTORS);
    assert_eq!(
        (meta(answer, "says").as_deref(), meta(answer, "host").as_deref()),
        (Some("expired"), Some(SHOP))
    );
    closed(answer);
}

/// No page shows it, and nobody is told.
#[track_caller]
fn nowhere(answer: &Answer, status: u16) {
    answer.is(status);
    assert_eq!(policy(answer, "frame-ancestors"), "'none'");
    assert_eq!(meta(answer, "host"), None);
    closed(answer);
}

/// A page of an origin that is not the site's hears that it is none. Whoever shows it, it says nothing else.
#[track_caller]
fn told(answer: &Answer, host: Option<&str>) {
    answer.is(403);
    assert_eq!(policy(answer, "frame-ancestors"), "*");
    assert_eq!(meta(answer, "host").as_deref(), host);
    assert_eq!(meta(answer, "says").as_deref(), Some("error"));
    assert_eq!(meta(answer, "reason").as_deref(), Some("wrong_origin"));
    assert!(!answer.body.contains("shop.example:8443"), "the site's origins are nobody's business");
    closed(answer);
}

#[track_caller]
fn closed(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(meta(answer, "bearer").is_none() && !answer.body.contains("leptos-island"), "{}", answer.body);
    assert!(answer.set_cookies().is_empty());
}

#[tokio::test]
async fn a_ticket_opens_a_frame_of_its_site_and_of_no_other() {
    let at = embedded().await;
    let page = at.open_at(&at.ticket().await).await;
    page.is(200);
    assert_eq!(policy(&page, "frame-ancestors"), ANCESTORS);
    assert_eq!(policy(&page, "form-action"), "'none'");
    assert_eq!(policy(&page, "default-src"), "'none'");
    assert_eq!(policy(&page, "script-src"), "'self' 'wasm-unsafe-eval'");
    assert_eq!(page.header("cross-origin-opener-policy"), "");
    assert_eq!(page.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(page.header("cross-origin-embedder-policy"), "require-corp");
    assert_eq!(page.header("x-frame-options"), "");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.set_cookies().is_empty());
    assert_eq!(meta(&page, "host").as_deref(), Some(SHOP));
    assert_eq!(meta(&page, "bearer").unwrap().len(), 64);
}

#[tokio::test]
async fn a_used_an_expired_and_an_unknown_ticket_open_nothing() {
    let at = embedded().await;
    let used = at.ticket().await;
    at.open_at(&used).await.is(200);
    over(&at.open_at(&used).await);
    let late = at.ticket().await;
    at.house.advance(60);
    over(&at.open_at(&late).await);
    over(&at.open_at(&used).await);
    for unknown in ["0".repeat(64), "0".repeat(63), "G".repeat(64), String::new(), "'\"<script>".to_owned()] {
        for path in BOTH {
            nowhere(&at.send(at.opening(path, &unknown, &[])).await, 410);
        }
    }
    let bearer = at.open("ada").await;
    nowhere(&at.open_at(&bearer).await, 410);
}

#[tokio::test]
async fn a_page_of_another_origin_opens_nothing_and_tears_nothing() {
    let at = embedded().await;
    let ticket = at.ticket().await;
    let origins = [
        ("https://evil.example", true),
        ("https://other.example", true),
        ("https://shop.example/", false),
        ("https://SHOP.example", true),
        ("http://shop.example", true),
        ("http://192.168.0.7:4000", true),
        ("https://shop.example:443", true),
        ("https://shop.example.evil.example", true),
        ("https://ada@shop.example", false),
        ("ftp://shop.example", false),
        ("null", false),
        ("*", false),
        ("", false),
        ("'none'", false),
        ("https://shop.example https://evil.example", false),
    ];
    for (origin, is_told) in origins {
        let form = [("ticket", ticket.as_str()), ("origin", origin)];
        let ask = at.browser.form("/widget/security", &form).without("origin").without("sec-fetch-site");
        told(&at.send(ask).await, is_told.then_some(origin));
    }
    let right = || at.opening("/widget/security", &ticket, &[]);
    // What is said goes to pages of the site only: nobody who pretends to be one hears it.
    told(&at.send(right().header("origin", "https://evil.example")).await, Some(SHOP));
    told(&at.send(right().header("origin", "https://www.shop.example:8443")).await, Some(SHOP));
    told(&at.send(right().header("sec-fetch-dest", "document")).await, Some(SHOP));
    let hidden = right().header("origin", "null").without("sec-fetch-dest").without("sec-fetch-site");
    at.send(hidden).await.is(200);
}

#[tokio::test]
async fn a_ticket_of_the_other_kind_is_refused_and_not_torn() {
    let at = embedded().await;
    let bearer = at.open("ada").await;
    at.enroll(&bearer).await;
    let (_, challenge) = at.challenge("ada").await;
    let session = at.ticket().await;
    for (path, ticket) in [("/widget/security", &challenge), ("/widget/challenge", &session)] {
        let refused = at.send(at.opening(path, ticket, &[])).await;
        refused.is(403);
        assert_eq!(policy(&refused, "frame-ancestors"), ANCESTORS);
        assert_eq!(meta(&refused, "says").as_deref(), Some("error"));
        assert_eq!(meta(&refused, "reason").as_deref(), Some("wrong_ticket"));
        closed(&refused);
    }
    at.send(at.opening("/widget/challenge", &challenge, &[])).await.is(200);
    at.send(at.opening("/widget/security", &session, &[])).await.is(200);
}

#[tokio::test]
async fn a_ticket_that_a_hundred_send_opens_one_frame() {
    let at = embedded().await;
    let ticket = at.ticket().await;
    let answers = join_all((0..100).map(|_| at.open_at(&ticket))).await;
    let opened: Vec<&Answer> = answers.iter().filter(|answer| answer.status.as_u16() == 200).collect();
    assert_eq!(opened.len(), 1);
    let refused = answers.iter().filter(|answer| answer.status.as_u16() != 200);
    refused.for_each(over);
    let bearer = meta(opened[0], "bearer").unwrap();
    at.call(&bearer, "/fn/overview", json!({})).await.is(200);
}

#[tokio::test]
async fn a_site_without_origins_shows_nothing() {
    let at = embedded().await;
    let bare = at.house.site("Bare").await;
    let bare = at.house.program(bare, &domain::site::Scope::ALL).await;
    let ticket = at.ticket_of(&bare, "ada").await;
    told(&at.open_at(&ticket).await, Some(SHOP));
}

#[tokio::test]
async fn a_challenge_that_is_over_is_not_opened() {
    let at = embedded().await;
    let bearer = at.open("ada").await;
    let key = at.enroll(&bearer).await;
    let (id, ticket) = at.challenge("ada").await;
    let answers = format!("/v1/challenges/{id}/answers");
    at.shop.post(&answers, json!({ "code": at.house.code(&key) })).await.is(200);
    over(&at.send(at.opening("/widget/challenge", &ticket, &[])).await);
}

#[tokio::test]
async fn a_form_that_does_not_read_is_refused() {
    let at: Embedded = embedded().await;
    for path in BOTH {
        for form in [
            vec![("ticket", "x")],
            vec![("origin", SHOP)],
            vec![("ticket", "x"), ("origin", SHOP), ("ticket", "y")],
            vec![("ticket", "x"), ("origin", SHOP), ("session", "y")],
        ] {
            let answer = at.send(at.browser.form(path, &form)).await;
            answer.is(400);
            assert_eq!(policy(&answer, "frame-ancestors"), "'none'");
        }
    }
}
