//! A page acts for whom it shows, or not at all: somebody else may have signed in in another tab meanwhile.

use super::support::{Browser, EMAIL, House, PASSWORD};
use serde_json::json;

const BOB: &str = "bob@example.com";

/// The id of whom a page shows, as it says in its head.
fn shown(html: &str) -> String {
    let from = html.split_once("name=\"twofold-for\" content=\"").unwrap().1;
    from.split_once('"').unwrap().0.to_owned()
}

/// Ada's page, in a browser in which Bob has signed in since.
async fn two_tabs(house: &House) -> (String, Browser) {
    let mut browser = house.create_account(EMAIL, PASSWORD).await;
    let ada = shown(&browser.get("/account/security").await.body);
    house.create_account(BOB, PASSWORD).await;
    sign_in(&mut browser, BOB).await.leads_to("/account/security");
    (ada, browser)
}

async fn sign_in(browser: &mut Browser, email: &str) -> super::support::Answer {
    browser.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await
}

async fn call_for(browser: &mut Browser, whom: &str, path: &str) -> super::support::Answer {
    let arguments = json!({ "purpose": "first", "text": "000000", "remember": null });
    let ask = browser.ask(http::Method::POST, path).body("application/json", arguments.to_string());
    browser.send(ask.header("accept", "application/json").header("twofold-for", whom)).await
}

#[tokio::test]
async fn a_tab_that_shows_one_person_sets_nothing_up_for_another() {
    let house = House::empty().await;
    let (ada, mut browser) = two_tabs(&house).await;
    let answer = call_for(&mut browser, &ada, "/fn/begin_enrollment").await;
    answer.is(409);
    let told = answer.json();
    assert_eq!((told["code"].as_str(), told["who"].as_str()), (Some("somebody_else"), Some(BOB)));
    let bob = shown(&browser.get("/account/security").await.body);
    assert_ne!(ada, bob);
    call_for(&mut browser, &bob, "/fn/begin_enrollment").await.is(200);
}

#[tokio::test]
async fn a_form_of_one_person_changes_nothing_of_another() {
    let house = House::empty().await;
    let (ada, mut browser) = two_tabs(&house).await;
    let form = [("current", PASSWORD), ("new", "another horse battery")];
    let answer = browser.post(&format!("/account/password?for={ada}"), &form).await;
    answer.is(409);
    assert!(answer.body.contains("You are signed in as bob@example.com now."), "{}", answer.body);
    // Nor is somebody signed out.
    browser.post(&format!("/sign-out?for={ada}"), &[]).await.is(409);
    // The forms carry whom they are for by themselves.
    let bob = shown(&browser.get("/account/password").await.body);
    let page = browser.get("/account/password").await.body;
    for action in
        [format!("action=\"/account/password?for={bob}\""), format!("action=\"/sign-out?for={bob}\"")]
    {
        assert!(page.contains(&action), "{action} is not in {page}");
    }
    browser.post(&format!("/account/password?for={bob}"), &form).await.leads_to("/account/password?changed");
    // A program that says nothing is served as before.
    browser.post("/sign-out", &[]).await.leads_to("/sign-in?signed-out");
}

#[tokio::test]
async fn no_try_of_one_sign_in_is_spent_on_another() {
    let house = House::empty().await;
    let mut ada = house.create_account(EMAIL, PASSWORD).await;
    house.set_up(&mut ada).await;
    let mut bob = house.create_account(BOB, PASSWORD).await;
    house.set_up(&mut bob).await;
    let mut browser = house.browser();
    sign_in(&mut browser, EMAIL).await.leads_to("/sign-in/challenge");
    let ada = shown(&browser.get("/sign-in/challenge").await.body);
    sign_in(&mut browser, BOB).await.leads_to("/sign-in/challenge");
    let bob = shown(&browser.get("/sign-in/challenge").await.body);
    call_for(&mut browser, &ada, "/fn/answer_challenge").await.is(409);
    let answer = call_for(&mut browser, &bob, "/fn/answer_challenge").await;
    assert_eq!(answer.json()["attempts_left"], 4, "the first of Bob's: {}", answer.body);
}

#[tokio::test]
async fn a_sign_in_that_waits_acts_for_its_own_person_beside_a_session() {
    let house = House::empty().await;
    let mut browser = house.create_account(EMAIL, PASSWORD).await;
    let mut bob = house.create_account(BOB, PASSWORD).await;
    house.set_up(&mut bob).await;
    sign_in(&mut browser, BOB).await.leads_to("/sign-in/challenge");
    let bob = shown(&browser.get("/sign-in/challenge").await.body);
    // Ada's session is in the browser still: what Bob's page asks for is not done for her.
    call_for(&mut browser, &bob, "/fn/begin_enrollment").await.is(401);
    call_for(&mut browser, &bob, "/fn/answer_challenge").await.is(422);
}
