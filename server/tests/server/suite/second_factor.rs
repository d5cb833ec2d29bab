//! Signing in with two factors.

use super::support::{EMAIL, PASSWORD, protected};
use serde_json::json;

const SESSION: &str = "twofold-session";
const PENDING: &str = "twofold-pending";

#[tokio::test]
async fn a_right_code_of_the_app_completes_the_sign_in() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    assert!(!browser.cookies.contains_key(SESSION));
    let page = browser.get("/sign-in/challenge").await;
    page.is(200);
    assert!(page.body.contains(EMAIL));
    let answer = browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await;
    answer.is(200);
    assert_eq!(
        answer.set_cookies().len(),
        3,
        "the session's, no more waiting, a known browser: {:?}",
        answer.headers
    );
    assert_eq!(browser.held(), [SESSION], "it is there when the answer says so");
    browser.get("/sign-in/challenge").await.leads_to("/sign-in");
    browser.get("/sign-in").await.leads_to("/account/security");
    browser.post("/sign-in/complete", &[("next", "")]).await.leads_to("/account/security");
    assert_eq!(browser.held(), [SESSION]);
    browser.get("/account/security").await.is(200);
}

/// Whoever is told that nine are left has burned one of ten, and is in, whatever becomes of the page.
#[tokio::test]
async fn a_recovery_code_lets_in_with_the_answer_that_counts_it_and_leads_to_new_ones() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    let passed = browser.call("/fn/answer_challenge", json!({ "text": at.recovery_codes[0] })).await;
    assert_eq!(passed.json()["recovery_left"], 9);
    let mut closed = browser.clone();
    closed.get("/account/security").await.is(200);
    closed.call("/fn/reset_recovery_codes", json!({})).await.is(200);
    let form = [("next", "recovery-codes")];
    browser.post("/sign-in/complete", &form).await.leads_to("/account/security#recovery-codes");
    let mut again = at.half_way().await;
    again.call("/fn/answer_challenge", json!({ "text": at.recovery_codes[0] })).await.is(422);
}

#[tokio::test]
async fn only_our_own_pages_follow_a_sign_in() {
    let at = protected().await;
    for next in ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)"] {
        at.house.advance(30);
        let mut browser = at.half_way().await;
        browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(200);
        browser.post("/sign-in/complete", &[("next", next)]).await.leads_to("/account/security");
    }
}

#[tokio::test]
async fn nothing_is_complete_before_the_challenge_is_passed() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    browser.post("/sign-in/complete", &[]).await.leads_to("/sign-in/challenge");
    browser.call("/fn/answer_challenge", json!({ "text": "000000" })).await.is(422);
    browser.post("/sign-in/complete", &[]).await.leads_to("/sign-in/challenge");
    assert!(!browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn of_many_that_answer_one_sign_in_one_gets_a_session() {
    let at = protected().await;
    let browser = at.half_way().await;
    let tries = (0..8).map(|n| {
        // Each with a code of its own that is right.
        let (mut racer, code) = (browser.clone(), at.recovery_codes[n].clone());
        tokio::spawn(async move {
            racer.call("/fn/answer_challenge", json!({ "text": code })).await;
            racer.cookies.contains_key(SESSION)
        })
    });
    let mut won = 0;
    for one in tries.collect::<Vec<_>>() {
        won += usize::from(one.await.unwrap());
    }
    assert_eq!(won, 1);
    let account = at.house.accounts.account_by_typed(EMAIL).await.unwrap().unwrap();
    let left = at.house.server.two_factor().recovery_codes_left(&account.user).await.unwrap();
    assert_eq!(left, 9, "of the others none was burned");
}

#[tokio::test]
async fn a_waiting_sign_in_opens_nothing_but_its_challenge() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    browser.get("/account/security").await.leads_to("/sign-in");
    browser.get("/account/password").await.leads_to_sign_in();
    for path in server_fns() {
        if !["/fn/answer_challenge", "/fn/mail_challenge_code"].contains(&path) {
            browser.call(path, arguments()).await.is(401);
        }
    }
}

#[tokio::test]
async fn a_session_answers_no_challenge() {
    let mut at = protected().await;
    let answer = at.owner.call("/fn/answer_challenge", json!({ "text": at.house.code(&at.key) })).await;
    answer.is(404);
    at.owner.get("/sign-in/challenge").await.leads_to("/sign-in");
    at.owner.post("/sign-in/complete", &[]).await.leads_to("/account/security");
    at.house.browser().post("/sign-in/complete", &[]).await.leads_to("/sign-in");
}

#[tokio::test]
async fn neither_cookie_is_taken_for_the_other() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    let pending = browser.cookies.remove(PENDING).unwrap();
    browser.cookies.insert(SESSION.to_owned(), pending);
    browser.get("/account/security").await.leads_to("/sign-in");
    let mut other = at.house.browser();
    other.cookies.insert(PENDING.to_owned(), at.owner.cookies[SESSION].clone());
    other.get("/sign-in/challenge").await.leads_to("/sign-in");
    other.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(404);
}

#[tokio::test]
async fn each_step_has_a_new_id_and_the_old_one_is_dead() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    let half_way = browser.clone();
    browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(200);
    browser.post("/sign-in/complete", &[]).await.leads_to("/account/security");
    assert_ne!(browser.cookies[SESSION], half_way.cookies[PENDING]);
    half_way.clone().get("/sign-in/challenge").await.leads_to("/sign-in");
    half_way.clone().post("/sign-in/complete", &[]).await.leads_to("/sign-in");
}

#[tokio::test]
async fn a_challenge_is_over_after_five_minutes() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    at.house.advance(5 * 60);
    browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(404);
    let page = browser.get("/sign-in/challenge").await;
    page.is(422);
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn a_session_of_somebody_else_asks_for_the_challenge_all_the_same() {
    let at = protected().await;
    let mut browser = at.house.create_account("bob@example.com", PASSWORD).await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    browser.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
    let page = browser.get("/account/security").await;
    assert!(page.body.contains("bob@example.com") && !page.body.contains(EMAIL));
    let bob = browser.clone();
    browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(200);
    assert!(browser.get("/account/security").await.body.contains(EMAIL));
    bob.clone().get("/account/security").await.leads_to("/sign-in");
}

#[tokio::test]
async fn changing_the_password_asks_for_a_code_and_ends_every_other_session() {
    let mut at = protected().await;
    at.house.advance(5 * 60);
    let code = at.code();
    let new = "another horse battery";
    let without = [("current", PASSWORD), ("new", new)];
    at.owner.post("/account/password", &without).await.is(422);
    let wrong = [("current", PASSWORD), ("new", new), ("code", "000000")];
    at.owner.post("/account/password", &wrong).await.is(422);
    let before = at.owner.clone();
    let with = [("current", PASSWORD), ("new", new), ("code", code.as_str())];
    at.owner.post("/account/password", &with).await.leads_to("/account/password?changed");
    at.owner.get("/account/password?changed").await.is(200);
    assert_ne!(at.owner.cookies[SESSION], before.cookies[SESSION]);
    before.clone().get("/account/security").await.leads_to("/sign-in");
    let overview = at.owner.call("/fn/begin_enrollment", json!({ "purpose": "further" })).await;
    overview.is(403);
}

#[tokio::test]
async fn who_proved_every_factor_a_moment_ago_changes_it_with_the_password_alone() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    browser.call("/fn/answer_challenge", json!({ "text": at.code() })).await.is(200);
    browser.post("/sign-in/complete", &[]).await.leads_to("/account/security");
    let form = [("current", "wrong password"), ("new", "another horse battery")];
    browser.post("/account/password", &form).await.is(422);
    let form = [("current", PASSWORD), ("new", "another horse battery")];
    browser.post("/account/password", &form).await.leads_to("/account/password?changed");
}

#[tokio::test]
async fn a_changed_password_ends_a_sign_in_that_waits() {
    let mut at = protected().await;
    let mut waiting = at.half_way().await;
    let code = at.code();
    let form = [("current", PASSWORD), ("new", "another horse battery"), ("code", code.as_str())];
    at.owner.post("/account/password", &form).await.leads_to("/account/password?changed");
    waiting.get("/sign-in/challenge").await.leads_to("/sign-in");
}

#[tokio::test]
async fn somebody_else_can_begin_again_from_the_challenge() {
    let at = protected().await;
    let mut browser = at.half_way().await;
    let half_way = browser.clone();
    browser.post("/sign-out", &[]).await.leads_to("/sign-in?signed-out");
    half_way.clone().get("/sign-in/challenge").await.leads_to("/sign-in");
}

fn server_fns() -> Vec<&'static str> {
    let json = |route: &server::route::Route| route.takes == server::route::Takes::Json;
    server::routes().iter().filter(|route| json(route)).map(|route| route.path).collect()
}

/// Every argument that any server function takes.
fn arguments() -> serde_json::Value {
    let id = "018f0000-0000-7000-8000-000000000000";
    json!({ "id": id, "code": "000000", "name": "x", "purpose": "first", "address": "", "password": null, "text": "000000" })
}
