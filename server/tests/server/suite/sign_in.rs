//! The password, and what it opens.

use super::support::{EMAIL, House, PASSWORD};
use http::Method;

const SESSION: &str = "twofold-session";

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    browser.get("/").await.leads_to("/sign-in");
    browser.get("/sign-in").await.is(200);
    browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.leads_to("/account/security");
    let page = browser.get("/account/security").await;
    page.is(200);
    assert!(page.body.contains(EMAIL) && page.body.contains("Two-factor"));
    browser.get("/").await.leads_to("/account/security");
    browser.get("/sign-in").await.leads_to("/account/security");
}

#[tokio::test]
async fn the_address_is_known_in_any_case_and_the_password_only_as_it_was_typed() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    for password in ["Correct horse battery", " correct horse battery", "correct horse battery "] {
        browser.post("/sign-in", &[("email", EMAIL), ("password", password)]).await.is(422);
    }
    let form = [("email", " ADA@Example.com "), ("password", PASSWORD)];
    browser.post("/sign-in", &form).await.leads_to("/account/security");
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_the_same() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    for _ in 0..7 {
        let known = browser.post("/sign-in", &[("email", EMAIL), ("password", "wrong password")]).await;
        let unknown =
            browser.post("/sign-in", &[("email", "eve@example.com"), ("password", "wrong password")]).await;
        assert_eq!(known.status, unknown.status);
        assert_eq!(known.body.replace(EMAIL, ""), unknown.body.replace("eve@example.com", ""));
        assert_eq!(known.header("retry-after"), unknown.header("retry-after"));
        assert!(known.set_cookies().is_empty() && unknown.set_cookies().is_empty());
    }
}

#[tokio::test]
async fn no_refusal_is_quicker_than_another_by_what_was_written_meanwhile() {
    let house = House::with_account().await;
    for email in [EMAIL, "eve@example.com"] {
        let begun = tokio::time::Instant::now();
        house.browser().post("/sign-in", &[("email", email), ("password", "wrong password")]).await.is(422);
        assert!(begun.elapsed() >= std::time::Duration::from_millis(250), "{email}");
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused_like_a_wrong_one() {
    let house = House::with_account().await;
    let answer = house.browser().post("/sign-in", &[("email", "ada"), ("password", "x")]).await;
    answer.is(422);
    let empty = house.browser().post("/sign-in", &[("email", ""), ("password", "")]).await;
    empty.is(422);
}

#[tokio::test]
async fn the_sixth_try_has_to_wait_and_the_right_password_too() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    for _ in 0..5 {
        browser.post("/sign-in", &[("email", EMAIL), ("password", "wrong password")]).await.is(422);
    }
    let waiting = browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    waiting.is(429);
    assert_eq!(waiting.header("retry-after"), "1");
    house.advance(1);
    browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.leads_to("/account/security");
}

#[tokio::test]
async fn waiting_ends_after_fifteen_minutes_and_no_session_is_disturbed() {
    let house = House::with_account().await;
    let (mut owner, mut guesser) = (house.browser(), house.browser());
    owner.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.leads_to("/account/security");
    for _ in 0..20 {
        guesser.post("/sign-in", &[("email", EMAIL), ("password", "wrong password")]).await.is(422);
        owner.get("/account/security").await.is(200);
        house.advance(15 * 60);
    }
    owner.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.leads_to("/account/security");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let mut thief = browser.clone();
    browser.post("/sign-out", &[]).await.leads_to("/sign-in?signed-out");
    assert!(browser.held().is_empty());
    thief.get("/account/security").await.leads_to("/sign-in");
}

#[tokio::test]
async fn each_sign_in_has_a_new_id_and_ends_the_one_before() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    browser.cookies.insert(SESSION.to_owned(), "a".repeat(64));
    browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let first = browser.clone();
    assert_ne!(first.cookies[SESSION], "a".repeat(64));
    browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_ne!(browser.cookies[SESSION], first.cookies[SESSION]);
    first.clone().get("/account/security").await.leads_to("/sign-in");
    browser.get("/account/security").await.is(200);
}

#[tokio::test]
async fn an_idle_session_is_over_after_half_an_hour_and_any_after_twelve() {
    let house = House::with_account().await;
    let mut browser = house.create_account("bob@example.com", PASSWORD).await;
    house.advance(29 * 60);
    browser.get("/account/security").await.is(200);
    house.advance(30 * 60);
    browser.get("/account/security").await.leads_to("/sign-in");
    browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    for _ in 0..12 * 3 - 1 {
        house.advance(20 * 60);
        browser.get("/account/security").await.is(200);
    }
    house.advance(20 * 60);
    browser.get("/account/security").await.leads_to("/sign-in");
}

#[tokio::test]
async fn a_form_with_a_field_too_many_or_twice_is_not_read() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    let whole = [("email", EMAIL), ("password", PASSWORD)];
    for more in [("role", "admin"), ("email", "eve@example.com"), ("password", "x")] {
        browser.post("/sign-in", &[whole[0], whole[1], more]).await.is(400);
    }
    browser.post("/sign-in", &whole[..1]).await.is(400);
    let ask = browser
        .ask(Method::POST, "/sign-in")
        .body("application/x-www-form-urlencoded", vec![0xFF, b'=', b'%']);
    browser.send(ask).await.is(400);
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn cookies_over_https_are_bound_to_the_host() {
    let house = House::at("https://2fa.example.com").await;
    let mut browser = house.browser();
    let secret = house.first_link().await;
    let form = [("secret", secret.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    let answer = browser.post("/welcome", &form).await;
    let token = browser.cookies["__Host-twofold-session"].clone();
    let expected = "__Host-twofold-session=…; Path=/; HttpOnly; SameSite=Lax; Secure";
    assert_eq!(answer.set_cookies()[0].replace(&token, "…"), expected);
    browser.get("/account/security").await.is(200);
    let mut other = browser.stranger();
    other.cookies.insert(SESSION.to_owned(), token);
    other.get("/account/security").await.leads_to("/sign-in");
}
