//! The server functions of the islands.

use super::support::House;
use http::Method;
use serde_json::json;
use server::route::Takes;

/// A server function that is missing here was added without a thought for who may call it.
const ALL: [&str; 20] = [
    "/fn/acknowledge_enrollment",
    "/fn/answer_challenge",
    "/fn/begin_email_enrollment",
    "/fn/begin_enrollment",
    "/fn/cancel_enrollment",
    "/fn/confirm_enrollment",
    "/fn/forget_devices",
    "/fn/mail_challenge_code",
    "/fn/mail_enrollment_code",
    "/fn/mail_step_up_code",
    "/fn/overview",
    "/fn/recovery_codes_again",
    "/fn/remove_authenticator",
    "/fn/rename_authenticator",
    "/fn/reset_recovery_codes",
    "/fn/resume_email_enrollment",
    "/fn/resume_enrollment",
    "/fn/step_up",
    "/fn/test_authenticator",
    "/fn/turn_off",
];

#[test]
fn all_server_functions_are_known_and_take_json() {
    let routes = server::routes();
    let mut paths: Vec<&str> =
        routes.iter().filter(|route| route.takes == Takes::Json).map(|route| route.path).collect();
    paths.sort_unstable();
    assert_eq!(paths, ALL);
    assert!(server_fn::axum::server_fn_paths().all(|(_, method)| method == Method::POST));
}

#[tokio::test]
async fn nobody_calls_them_signed_out() {
    let house = House::with_account().await;
    let id = "018f0000-0000-7000-8000-000000000000";
    let arguments = json!({ "id": id, "code": "000000", "name": "x", "purpose": "first", "password": null, "text": "000000", "address": "" });
    for path in ALL {
        let of_a_challenge = ["/fn/answer_challenge", "/fn/mail_challenge_code"].contains(&path);
        let expected = if of_a_challenge { 404 } else { 401 };
        house.browser().call(path, arguments.clone()).await.is(expected);
    }
}

#[tokio::test]
async fn a_foreign_referer_is_never_redirected_to() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    let ask = browser.ask(Method::POST, "/fn/overview").body("application/json", "{}");
    let answer =
        browser.send(ask.header("referer", "https://evil.test/").header("accept", "text/html")).await;
    assert_eq!(answer.location(), "");
    answer.is(401);
}

#[tokio::test]
async fn what_does_not_read_tells_nothing_of_its_inside() {
    let mut browser =
        House::with_account().await.create_account("bob@example.com", super::support::PASSWORD).await;
    for body in ["", "{", "null", "[]", "{\"id\":{}}", "{\"id\":\"a\",\"id\":\"b\"}"] {
        let ask = browser.ask(Method::POST, "/fn/resume_enrollment").body("application/json", body);
        let answer = browser.send(ask).await;
        assert!(!answer.status.is_success(), "{body}");
        assert!(!answer.body.contains("expected") && !answer.body.contains("line 1"), "{}", answer.body);
    }
}
