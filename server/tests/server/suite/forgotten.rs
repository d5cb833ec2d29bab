//! A forgotten password: by a mailed link, by an administrator's, by the operator's.

use super::support::{Answer, Browser, EMAIL, House, PASSWORD, protected};
use std::process::Command;
use std::time::Duration;
use storage::account::Email;

const NEW: &str = "quite another phrase";
const ASKED: &str = "/forgotten-password?asked";

/// Asks, and waits for what happens afterwards.
async fn ask(house: &House, email: &str) -> Answer {
    let answer = house.browser().post("/forgotten-password", &[("email", email)]).await;
    assert!(house.server.work().ended_within(Duration::from_secs(5)).await);
    answer
}

/// The secrets of the links in the letters, the newest first.
async fn mailed(administrator: &mut Browser) -> Vec<String> {
    let box_ = administrator.get("/organization/mail").await;
    box_.is(200);
    secrets(&box_.body)
}

fn secrets(html: &str) -> Vec<String> {
    html.split("http://localhost:3000/new-password#").skip(1).map(|link| link[..64].to_owned()).collect()
}

async fn choose(browser: &mut Browser, secret: &str, password: &str) -> Answer {
    browser.post("/new-password/choose", &[("secret", secret), ("password", password)]).await
}

async fn signs_in(house: &House, password: &str) -> Answer {
    house.browser().post("/sign-in", &[("email", EMAIL), ("password", password)]).await
}

#[tokio::test]
async fn a_new_password_is_chosen_by_a_mailed_link_and_the_second_factor_is_asked_for_still() {
    let mut at = protected().await;
    let form = at.house.browser().get("/sign-in").await.body;
    assert!(form.contains("<a href=\"/forgotten-password\">Forgot your password?</a>"), "{form}");
    ask(&at.house, " ADA@example.com ").await.leads_to(ASKED);
    let secret = mailed(&mut at.owner).await.remove(0);
    assert!(!at.house.database_bytes().windows(64).any(|bytes| bytes == secret.as_bytes()), "sealed");

    let mut browser = at.house.browser();
    let opened = browser.post("/new-password", &[("secret", &secret)]).await;
    opened.is(200);
    assert!(opened.body.contains(EMAIL) && opened.body.contains("autocomplete=\"new-password\""));
    let weak = choose(&mut browser, &secret, "password1").await;
    weak.is(422);
    assert!(weak.body.contains("among the most common") && weak.body.contains(&secret), "{}", weak.body);
    at.owner.get("/account/security").await.is(200);

    let whole = format!("http://localhost:3000/new-password#{secret}");
    choose(&mut browser, &whole, NEW).await.leads_to("/sign-in/challenge");
    assert_eq!(browser.held(), ["twofold-pending"], "nobody is in before the second factor");
    at.owner.get("/account/security").await.leads_to("/sign-in");
    let passed =
        browser.call("/fn/answer_challenge", serde_json::json!({ "text": at.code(), "remember": null }));
    passed.await.is(200);
    browser.post("/sign-in/complete", &[]).await.leads_to("/account/security");
    assert!(
        browser.get("/organization/mail").await.body.contains("Your password was reset"),
        "they are told"
    );
    let told = browser.get("/account/security").await.body;
    assert!(told.contains("New password chosen with a link") && told.contains("Asked for a link"), "{told}");

    signs_in(&at.house, PASSWORD).await.is(422);
    signs_in(&at.house, NEW).await.leads_to("/sign-in/challenge");
    let again = choose(&mut at.house.browser(), &secret, "once more a phrase").await;
    again.is(422);
    assert!(again.body.contains("used already or replaced by a newer one"), "{}", again.body);
    assert!(again.set_cookies().is_empty());
}

#[tokio::test]
async fn whoever_asks_learns_nothing_of_who_has_an_account() {
    let house = House::with_account().await;
    let mut administrator = house.browser();
    administrator.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let hashed = house.server.passwords().hashes();
    let headers = |answer: &Answer| {
        let names = answer.headers.iter().filter(|(name, _)| name.as_str() != "x-request-id");
        names.map(|(name, value)| format!("{name}: {value:?}")).collect::<Vec<_>>()
    };
    let known = ask(&house, EMAIL).await;
    for stranger in ["bob@example.com", "nobody@nowhere.test"] {
        let answer = ask(&house, stranger).await;
        assert_eq!(
            (answer.status, headers(&answer), &answer.body),
            (known.status, headers(&known), &known.body)
        );
    }
    for _ in 0..5 {
        ask(&house, EMAIL).await.leads_to(ASKED);
    }
    assert_eq!(mailed(&mut administrator).await.len(), 4, "so many letters a day, and the same answer");
    let links = mailed(&mut administrator).await;
    assert!(links.iter().all(|link| *link == links[0]), "with one link, which nobody ends by asking");
    assert_eq!(house.server.passwords().hashes(), hashed, "and nothing is hashed for a stranger");
    let no_address = ask(&house, "no address").await;
    no_address.is(422);
    assert!(no_address.body.contains("That is not an e-mail address."));
    let asked = house.browser().get(ASKED).await.body;
    assert!(asked.contains("If there is an account with that e-mail address"), "{asked}");
}

#[tokio::test]
async fn a_link_is_good_for_half_an_hour_and_for_the_password_that_was_forgotten() {
    let house = House::empty().await;
    let mut ada = house.create_account(EMAIL, PASSWORD).await;
    ask(&house, EMAIL).await;
    let secret = mailed(&mut ada).await.remove(0);
    house.advance(30 * 60 - 1);
    house.browser().post("/new-password", &[("secret", &secret)]).await.is(200);
    house.advance(1);
    house.browser().post("/new-password", &[("secret", &secret)]).await.is(422);

    let mut ada = house.browser();
    ada.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    ask(&house, EMAIL).await;
    let secret = mailed(&mut ada).await.remove(0);
    let form = [("current", PASSWORD), ("new", NEW)];
    ada.post("/account/password", &form).await.leads_to("/account/password?changed");
    choose(&mut house.browser(), &secret, "once more a phrase").await.is(422);
    signs_in(&house, NEW).await.leads_to("/account/security");
}

#[tokio::test]
async fn an_administrator_hands_a_link_over_and_signs_somebody_out() {
    let house = House::empty().await;
    let mut ada = house.create_account(EMAIL, PASSWORD).await;
    let mut bob = house.create_account("bob@example.com", PASSWORD).await;
    let email = Email::parse("bob@example.com").unwrap();
    let id = house.accounts.account_by_email(&email).await.unwrap().unwrap().id;
    let at = format!("/organization/users/{id}");
    let page = ada.get(&at).await.body;
    assert!(page.contains("Password link") && page.contains("Sign out everywhere"), "{page}");

    assert!(
        ada.get(&format!("{at}/password-link")).await.body.contains("Their second factor is asked for still")
    );
    let shown = ada.post(&format!("{at}/password-link"), &[]).await;
    shown.is(200);
    assert_eq!(shown.header("cache-control"), "no-store");
    let secret = secrets(&shown.body).remove(0);
    assert!(!ada.get(&at).await.body.contains(&secret));
    let letters = ada.get("/organization/mail").await.body;
    assert!(
        letters.contains("A link for a new password was made") && !letters.contains(&secret),
        "{letters}"
    );
    bob.get("/account/security").await.is(200);

    assert!(ada.get(&format!("{at}/sign-out")).await.body.contains("Sign out “bob@example.com” everywhere?"));
    ada.post(&format!("{at}/sign-out"), &[]).await.leads_to(&format!("{at}?signed-out"));
    assert!(ada.get(&format!("{at}?signed-out")).await.body.contains("Signed out everywhere."));
    bob.get("/account/security").await.leads_to("/sign-in");
    ada.get("/account/security").await.is(200);

    choose(&mut bob, &secret, NEW).await.leads_to("/account/security");
    let told = bob.get("/account/security").await.body;
    assert!(told.contains("Signed out everywhere by an administrator"), "{told}");
}

#[tokio::test]
async fn where_no_mail_leaves_whoever_forgot_is_sent_to_an_administrator() {
    let house = House::at("https://2fa.example.com").await;
    house.create_account(EMAIL, PASSWORD).await;
    let form = house.browser().get("/sign-in").await.body;
    assert!(form.contains("Forgot your password? Ask your administrator for a link."), "{form}");
    let page = house.browser().get("/forgotten-password").await.body;
    assert!(page.contains("This server sends no mail.") && !page.contains("<form"), "{page}");
    let asked = ask(&house, EMAIL).await;
    asked.is(200);
    let account = house.accounts.account_by_email(&Email::parse(EMAIL).unwrap()).await.unwrap().unwrap();
    assert_eq!(house.accounts.password_link_of(account.id, house.server.now()).await.unwrap(), None);
}

#[tokio::test]
async fn the_operator_makes_a_link_beside_a_server_that_runs() {
    let house = House::with_account().await;
    house.clock.set(domain::time::Timestamp::from_millis(
        i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap(),
    ));
    let url = house.server.settings().database_url.expose().to_owned();
    let typed = |email: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
        let command = command.env_clear().env("TWOFOLD_DATABASE_URL", &url);
        command.args(["account", "reset-password", email]).output().unwrap()
    };
    let made = typed("ADA@example.com");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let said = String::from_utf8(made.stdout).unwrap();
    assert!(said.starts_with("Good once, for 30 minutes: http://localhost:3000/new-password#"), "{said}");
    let secret = secrets(&said).remove(0);
    choose(&mut house.browser(), &secret, NEW).await.leads_to("/account/security");
    assert!(!typed("nobody@example.com").status.success());
}

#[tokio::test]
async fn a_link_that_is_pasted_in_the_wrong_place_says_where_it_belongs() {
    let house = House::with_account().await;
    let secret = "a".repeat(64);
    for (page, other, words) in [
        ("/invitation", "/new-password", "That is a link for a new password."),
        ("/new-password", "/invitation", "That is the link of an invitation."),
        ("/new-password", "/welcome", "That is a link that creates an account."),
    ] {
        let pasted = format!("https://2fa.example.com{other}#{secret}");
        let answer = house.browser().post(page, &[("secret", &pasted)]).await;
        answer.is(422);
        let led = format!("<a href=\"{other}\">");
        assert!(answer.body.contains(words) && answer.body.contains(&led), "{}", answer.body);
    }
    let cut =
        house.browser().post("/invitation", &[("secret", "https://2fa.example.com/invitation#0123")]).await;
    assert!(cut.body.contains("That link is not whole"), "{}", cut.body);
}

/// Asks from another network, and waits for what happens afterwards.
async fn asks_from(house: &House, network: &str, email: &str) {
    house.browser().from(network).post("/forgotten-password", &[("email", email)]).await.leads_to(ASKED);
    assert!(house.server.work().ended_within(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn nobody_who_asks_for_links_to_other_addresses_keeps_an_owner_from_one() {
    let house = House::empty().await;
    let mut ada = house.create_account(EMAIL, PASSWORD).await;
    for number in 0..300 {
        let network = format!("203.0.{}.9", number / 20);
        let nobody = format!("nobody-{number}@example.com");
        house
            .browser()
            .from(&network)
            .post("/forgotten-password", &[("email", &nobody)])
            .await
            .leads_to(ASKED);
    }
    asks_from(&house, "192.0.2.7", EMAIL).await;
    assert_eq!(mailed(&mut ada).await.len(), 1);
}

#[tokio::test]
async fn whoever_asks_for_an_owners_links_leaves_those_of_the_owners_browser() {
    let house = House::empty().await;
    let mut ada = house.create_account(EMAIL, PASSWORD).await;
    for _ in 0..6 {
        asks_from(&house, "203.0.1.9", EMAIL).await;
    }
    assert_eq!(mailed(&mut ada).await.len(), 4, "of one network");
    asks_from(&house, "203.0.2.9", EMAIL).await;
    assert_eq!(mailed(&mut ada).await.len(), 5, "the owner's network is another one");
    for network in 3..20 {
        asks_from(&house, &format!("203.0.{network}.9"), EMAIL).await;
    }
    assert_eq!(mailed(&mut ada).await.len(), 10, "of all strangers");
    for _ in 0..6 {
        ada.post("/forgotten-password", &[("email", EMAIL)]).await.leads_to(ASKED);
        assert!(house.server.work().ended_within(Duration::from_secs(5)).await);
    }
    assert_eq!(mailed(&mut ada).await.len(), 14, "the browser in which the password was given has its own");
}
