//! Changing the password without two-factor authentication.

use super::support::{EMAIL, House, PASSWORD};

const NEW: &str = "another horse battery";

#[tokio::test]
async fn the_current_password_changes_it_and_every_other_browser_is_signed_out() {
    let house = House::with_account().await;
    let (mut owner, mut other) = (house.browser(), house.browser());
    for browser in [&mut owner, &mut other] {
        browser
            .post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)])
            .await
            .leads_to("/account/security");
    }
    owner.get("/account/password").await.is(200);
    let form = [("current", PASSWORD), ("new", NEW)];
    owner.post("/account/password", &form).await.leads_to("/account/password?changed");
    owner.get("/account/security").await.is(200);
    other.get("/account/security").await.leads_to("/sign-in");
    other.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.is(422);
    other.post("/sign-in", &[("email", EMAIL), ("password", NEW)]).await.leads_to("/account/security");
}

#[tokio::test]
async fn a_wrong_current_password_changes_nothing_and_counts() {
    let house = House::with_account().await;
    let mut owner = house.browser();
    owner.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    for _ in 0..5 {
        owner.post("/account/password", &[("current", "wrong password"), ("new", NEW)]).await.is(422);
    }
    let waiting = owner.post("/account/password", &[("current", PASSWORD), ("new", NEW)]).await;
    waiting.is(429);
    house.advance(1);
    house
        .browser()
        .post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)])
        .await
        .leads_to("/account/security");
}

#[tokio::test]
async fn a_new_password_that_will_not_do_is_not_even_compared() {
    let house = House::with_account().await;
    let mut owner = house.browser();
    owner.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    for new in ["short", "password1", "ADA@example.com", "TwoFold2026"] {
        owner.post("/account/password", &[("current", PASSWORD), ("new", new)]).await.is(422);
    }
    owner.get("/account/security").await.is(200);
}

#[tokio::test]
async fn who_is_signed_out_is_sent_to_the_sign_in() {
    let house = House::with_account().await;
    let mut browser = house.browser();
    browser.get("/account/password").await.leads_to("/sign-in?next=/account/password");
    browser.post("/account/password", &[("current", PASSWORD), ("new", NEW)]).await.leads_to("/sign-in");
}
