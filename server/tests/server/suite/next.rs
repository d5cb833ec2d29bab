//! What was asked for before signing in is what one gets afterwards, if it is a page of ours.

use super::support::{EMAIL, House, PASSWORD, protected};
use serde_json::json;

const WANTED: &str = "/organization/users?show=locked&search=a%40b";
const ESCAPED: &str = "/sign-in?next=/organization/users%3Fshow%3Dlocked%26search%3Da%2540b";

fn form(next: &str) -> [(&'static str, &str); 3] {
    [("email", EMAIL), ("password", PASSWORD), ("next", next)]
}

#[tokio::test]
async fn a_page_that_was_asked_for_survives_the_password() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    browser.get(WANTED).await.leads_to(ESCAPED);
    for path in ["/account/password", "/account/sessions", "/account/code"] {
        browser.get(path).await.leads_to(&format!("/sign-in?next={path}"));
    }
    let shown = browser.get(ESCAPED).await.body;
    let field =
        "<input type=\"hidden\" name=\"next\" value=\"/organization/users?show=locked&amp;search=a%40b\">";
    assert!(shown.contains(field), "{shown}");
    let wrong = [("email", EMAIL), ("password", "not the password"), ("next", WANTED)];
    assert!(browser.post("/sign-in", &wrong).await.body.contains(field), "a wrong password loses nothing");
    browser.post("/sign-in", &form(WANTED)).await.leads_to(WANTED);
    browser.get(ESCAPED).await.leads_to(WANTED);
}

#[tokio::test]
async fn it_survives_the_second_factor_too_and_is_good_for_one_sign_in() {
    let at = protected().await;
    let mut browser = at.house.browser();
    browser.post("/sign-in", &form("/account/password")).await.leads_to("/sign-in/challenge");
    assert_eq!(browser.cookies["twofold-next"], "/account/password");
    browser.call("/fn/answer_challenge", json!({ "text": at.code(), "remember": null })).await.is(200);
    browser.post("/sign-in/complete", &[]).await.leads_to("/account/password");
    assert!(!browser.cookies.contains_key("twofold-next"));
    at.house.advance(30);
    browser.post("/sign-in", &form("/account/password")).await;
    browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert!(!browser.cookies.contains_key("twofold-next"), "a sign-in that wants nothing takes it away");
    browser.cookies.insert("twofold-next".to_owned(), "//evil.test".to_owned());
    browser.call("/fn/answer_challenge", json!({ "text": at.code(), "remember": null })).await.is(200);
    browser.post("/sign-in/complete", &[]).await.leads_to("/account/security");
}

#[tokio::test]
async fn no_other_page_is_gone_on_to() {
    let house = House::with_account().await;
    for foreign in [
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/account/\\evil.test",
        "https://evil.test/account/password",
        "/%2fevil.test",
        "/%5cevil.test",
        "/account//evil.test",
        "/account/../../evil.test",
        "/account/%2e%2e/evil",
        "javascript:alert(1)",
        "/sign-out",
        "/account/password\r\nLocation: //evil.test",
    ] {
        let mut browser = house.browser();
        let encoded: String = foreign.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let shown = browser.get(&format!("/sign-in?next={encoded}")).await.body;
        assert!(!shown.contains("name=\"next\"") && !shown.contains("evil"), "{foreign}: {shown}");
        browser.post("/sign-in", &form(foreign)).await.leads_to("/account/security");
    }
}
