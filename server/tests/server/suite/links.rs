//! One-time links.

use super::support::{EMAIL, House, PASSWORD};

fn form<'a>(secret: &'a str, email: &'a str) -> [(&'static str, &'a str); 3] {
    [("secret", secret), ("email", email), ("password", PASSWORD)]
}

#[tokio::test]
async fn the_first_link_creates_the_first_administrator_and_signs_in() {
    let house = House::empty().await;
    let secret = house.first_link().await;
    let mut browser = house.browser();
    browser.get("/welcome").await.is(200);
    browser.post("/welcome", &form(&secret, EMAIL)).await.leads_to("/account/security");
    browser.get("/account/security").await.is(200);
    let email = storage::account::Email::parse(EMAIL).unwrap();
    let account = house.accounts.account_by_email(&email).await.unwrap().unwrap();
    assert_eq!(account.role, storage::account::Role::Admin);
    assert!(account.password_hash.unwrap().starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
    assert_eq!(server::standalone::first_link(&house.server).await.unwrap(), None);
}

#[tokio::test]
async fn a_link_is_good_once() {
    let house = House::empty().await;
    let secret = house.first_link().await;
    house.browser().post("/welcome", &form(&secret, EMAIL)).await.leads_to("/account/security");
    let again = house.browser().post("/welcome", &form(&secret, "eve@example.com")).await;
    again.is(422);
    assert!(again.set_cookies().is_empty());
}

#[tokio::test]
async fn of_many_that_use_a_link_at_once_one_gets_in() {
    let house = House::empty().await;
    let secret = house.first_link().await;
    let tries = (0..8).map(|n| {
        let (mut browser, secret) = (house.browser(), secret.clone());
        tokio::spawn(async move {
            let email = format!("racer{n}@example.com");
            browser.post("/welcome", &form(&secret, &email)).await.status.as_u16()
        })
    });
    let mut won = 0;
    for one in tries.collect::<Vec<_>>() {
        won += usize::from(one.await.unwrap() == 303);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_link_expires_after_a_day() {
    let house = House::empty().await;
    let secret = house.first_link().await;
    house.advance(24 * 3600 - 1);
    house.browser().post("/welcome", &form(&secret, "not an address")).await.is(422);
    house.advance(1);
    house.browser().post("/welcome", &form(&secret, EMAIL)).await.is(422);
    assert!(!house.accounts.accounts_exist().await.unwrap());
}

#[tokio::test]
async fn a_second_start_without_an_account_prints_the_link_again_and_prolongs_it() {
    let house = House::empty().await;
    let first = house.first_link().await;
    house.advance(23 * 3600);
    assert_eq!(house.first_link().await, first);
    house.advance(24 * 3600 - 1);
    house.browser().post("/welcome", &form(&first, "not an address")).await.is(422);
    house.browser().post("/welcome", &form(&first, EMAIL)).await.leads_to("/account/security");
}

#[tokio::test]
async fn a_start_after_the_link_is_over_replaces_it() {
    let house = House::empty().await;
    let old = house.first_link().await;
    house.advance(24 * 3600);
    let new = house.first_link().await;
    house.browser().post("/welcome", &form(&old, EMAIL)).await.is(422);
    house.browser().post("/welcome", &form(&new, EMAIL)).await.leads_to("/account/security");
}

#[tokio::test]
async fn a_refused_password_leaves_the_link_good() {
    let house = House::empty().await;
    let secret = house.first_link().await;
    let mut browser = house.browser();
    for password in ["short", "password1", EMAIL, "twofold1"] {
        let form = [("secret", secret.as_str()), ("email", EMAIL), ("password", password)];
        browser.post("/welcome", &form).await.is(422);
    }
    browser.post("/welcome", &form(&secret, EMAIL)).await.leads_to("/account/security");
}

#[tokio::test]
async fn a_link_for_an_address_is_for_no_other() {
    let house = House::with_account().await;
    let secret = house.account_link("bob@example.com").await;
    house.browser().post("/welcome", &form(&secret, "eve@example.com")).await.is(422);
    house.browser().post("/welcome", &form(&secret, "Bob@example.com")).await.leads_to("/account/security");
}

#[tokio::test]
async fn what_is_no_secret_says_nothing_of_the_password() {
    let house = House::empty().await;
    house.first_link().await;
    let mut browser = house.browser();
    let said = browser.post("/welcome", &[("secret", "x"), ("email", "y"), ("password", "z")]).await;
    let other = browser.post("/welcome", &form(&"a".repeat(64), "y")).await;
    said.is(422);
    assert_eq!(said.body, other.body);
}
