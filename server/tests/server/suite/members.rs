//! Adding people, editing them, letting them go: in the pages of an administrator, and in theirs.

use super::support::{Answer, Browser, EMAIL, House, PASSWORD};
use serde_json::json;
use storage::account::Email;

const BOB: &str = "bob@example.com";
const NEW: &str = "/organization/users/new";
const WEEK: u64 = 7 * 24 * 3600;

/// Ada, who looks after the others, and has just proved that it is she.
async fn office() -> (House, Browser) {
    let house = House::empty().await;
    let ada = house.create_account(EMAIL, PASSWORD).await;
    (house, ada)
}

fn bob<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let fields = [("email", BOB), ("name", "Bob B."), ("role", "member")];
    let kept = fields.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more.iter().copied()).collect()
}

/// The secret of the link that the page shows, once.
fn secret(shown: &Answer) -> String {
    shown.is(200);
    assert_eq!(shown.header("cache-control"), "no-store");
    let link = shown.body.split("http://localhost:3000/invitation#").nth(1).expect(&shown.body);
    link[..64].to_owned()
}

/// Where the page of this person is.
async fn path(house: &House, email: &str) -> String {
    let account = house.accounts.account_by_email(&Email::parse(email).unwrap()).await.unwrap().unwrap();
    format!("/organization/users/{}", account.id)
}

async fn join(browser: &mut Browser, secret: &str, password: &str) -> Answer {
    browser.post("/invitation/join", &[("secret", secret), ("password", password)]).await
}

/// Bob, who was invited and has joined, his browser, and where he is looked at.
async fn joined(house: &House, ada: &mut Browser) -> (Browser, String) {
    let secret = secret(&ada.post(NEW, &bob(&[])).await);
    let mut browser = house.browser();
    join(&mut browser, &secret, PASSWORD).await.leads_to("/account/security");
    (browser, path(house, BOB).await)
}

async fn signs_in(house: &House, email: &str, password: &str) -> Answer {
    house.browser().post("/sign-in", &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn somebody_is_added_opens_the_link_and_joins() {
    let (house, mut ada) = office().await;
    let form = ada.get(NEW).await.body;
    assert!(form.contains("name=\"requires_two_factor\"") && form.contains("value=\"member\" selected"));
    let shown = ada.post(NEW, &bob(&[])).await;
    assert!(shown.body.contains("This server sends no mail"), "{}", shown.body);
    let secret = secret(&shown);
    let at = path(&house, BOB).await;
    let list = ada.get("/organization/users?show=invited").await.body;
    assert!(list.contains("<span class=\"badge\">Invited</span>") && list.contains("Bob B."), "{list}");
    assert!(!list.contains("Not protected</span>"), "who cannot sign in is no danger: {list}");
    let user = ada.get(&at).await.body;
    assert!(user.contains("Invited, until ") && user.contains("Invited by an administrator"), "{user}");
    assert!(!user.contains(&secret) && !ada.get("/organization/users").await.body.contains(&secret));
    assert!(!house.database_bytes().windows(64).any(|bytes| bytes == secret.as_bytes()), "sealed");

    let mut browser = house.browser();
    browser.get("/invitation").await.is(200);
    let opened = browser.post("/invitation", &[("secret", &secret)]).await;
    opened.is(200);
    for said in [BOB, "Bob B.", EMAIL, "autocomplete=\"new-password\""] {
        assert!(opened.body.contains(said), "{said} in {}", opened.body);
    }
    signs_in(&house, BOB, PASSWORD).await.is(422);
    let weak = join(&mut browser, &secret, "password1").await;
    weak.is(422);
    assert!(weak.body.contains("among the most common") && weak.body.contains(&secret), "{}", weak.body);
    join(&mut browser, &secret, PASSWORD).await.leads_to("/account/security");
    browser.get("/account/security").await.is(200);
    browser.get("/organization/users").await.is(404);
    signs_in(&house, BOB, PASSWORD).await.leads_to("/account/security");
    assert!(ada.get(&at).await.body.contains("Make admin"), "and is one of us");
}

#[tokio::test]
async fn of_whom_it_is_required_sets_up_before_they_are_let_in() {
    let (house, mut ada) = office().await;
    let secret = secret(&ada.post(NEW, &bob(&[("requires_two_factor", "on")])).await);
    let mut browser = house.browser();
    join(&mut browser, &secret, PASSWORD).await.leads_to("/sign-in/challenge");
    browser.get("/sign-in/challenge").await.is(200);
    browser.get("/account/security").await.leads_to("/sign-in");
    browser.get("/account/password").await.leads_to_sign_in();
}

#[tokio::test]
async fn an_invitation_is_good_once_and_for_a_week() {
    let (house, mut ada) = office().await;
    let first = secret(&ada.post(NEW, &bob(&[])).await);
    let again = format!("{}/invite-again", path(&house, BOB).await);
    assert!(ada.get(&again).await.body.contains("The link from before stops working."));
    let second = secret(&ada.post(&again, &[]).await);
    for gone in [first.as_str(), "nonsense", &"0".repeat(64)] {
        let answer = house.browser().post("/invitation", &[("secret", gone)]).await;
        answer.is(422);
        assert!(answer.body.contains("used or replaced, or it has expired"), "{}", answer.body);
        join(&mut house.browser(), gone, PASSWORD).await.is(422);
    }
    house.advance(WEEK - 1);
    house.browser().post("/invitation", &[("secret", &second)]).await.is(200);
    house.advance(1);
    join(&mut house.browser(), &second, PASSWORD).await.is(422);
    signs_in(&house, EMAIL, PASSWORD).await.leads_to("/account/security");
    let mut ada = house.browser();
    ada.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.leads_to("/account/security");
    assert!(ada.get("/organization/users").await.body.contains("Invitation expired"));
    let third = secret(&ada.post(&again, &[]).await);
    join(&mut house.browser(), &third, PASSWORD).await.leads_to("/account/security");
    join(&mut house.browser(), &third, PASSWORD).await.is(422);
    let late = ada.post(&again, &[]).await;
    late.is(422);
    assert!(late.body.contains("somebody was quicker"), "{}", late.body);
}

#[tokio::test]
async fn an_invitation_is_withdrawn() {
    let (house, mut ada) = office().await;
    let gone = secret(&ada.post(NEW, &bob(&[])).await);
    let at = path(&house, BOB).await;
    ada.post(&format!("{at}/withdraw"), &[]).await.leads_to("/organization/users?withdrawn=1");
    let list = ada.get("/organization/users?withdrawn=1").await.body;
    assert!(list.contains("The invitation was withdrawn.") && !list.contains(BOB), "{list}");
    join(&mut house.browser(), &gone, PASSWORD).await.is(422);
    ada.get(&at).await.is(404);
    assert!(ada.get("/organization/audit").await.body.contains("Invitation of “bob@example.com” taken back"));
    secret(&ada.post(NEW, &bob(&[])).await);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_nobody_is_added() {
    let (house, mut ada) = office().await;
    let (_, at) = joined(&house, &mut ada).await;
    let long = "x".repeat(65);
    for (form, field, said) in [
        ([("email", "Cyd"), ("name", "Cyd")], "email", "That is not an e-mail address."),
        ([("email", ""), ("name", "Cyd")], "email", "That is not an e-mail address."),
        ([("email", "ADA@example.com"), ("name", "Cyd")], "email", "has that e-mail address already"),
        ([("email", "cyd@example.com"), ("name", &long)], "name", "at most 64 characters"),
        ([("email", "cyd@example.com"), ("name", "C\u{7}d")], "name", "a character that is not allowed"),
    ] {
        let add = [&form[..], &[("role", "admin"), ("requires_two_factor", "on")]].concat();
        for (path, form) in [(NEW, add), (&format!("{at}/edit"), form.to_vec())] {
            let answer = ada.post(path, &form).await;
            answer.is(422);
            let beside = answer.body.split(&format!("id=\"{field}-trouble\"")).nth(1).expect(&answer.body);
            assert!(beside.split("</p>").next().unwrap().contains(said), "{beside}");
            if path == NEW {
                assert!(answer.body.contains("value=\"admin\" selected"), "{}", answer.body);
                assert!(answer.body.contains("type=\"checkbox\" checked"), "what was typed stays");
            }
        }
    }
    ada.post(NEW, &bob(&[("role", "owner")])).await.is(400);
    assert_eq!(ada.get("/organization/users").await.body.matches("<li>").count(), 2);
    assert!(ada.get(&at).await.body.contains("Bob B."), "nothing was changed");
}

#[tokio::test]
async fn somebody_is_edited_and_both_addresses_are_told() {
    let (house, mut ada) = office().await;
    let (mut browser, at) = joined(&house, &mut ada).await;
    let form = ada.get(&format!("{at}/edit")).await.body;
    assert!(form.contains("value=\"bob@example.com\"") && form.contains("value=\"Bob B.\""), "{form}");
    house.advance(1);
    let edited = [("email", "robert@example.com"), ("name", "Robert")];
    ada.post(&format!("{at}/edit"), &edited).await.leads_to(&format!("{at}?saved"));
    let page = ada.get(&format!("{at}?saved")).await.body;
    assert!(page.contains("<h1>robert@example.com</h1>") && page.contains("Robert"), "{page}");
    browser.get("/account/security").await.is(200);
    signs_in(&house, BOB, PASSWORD).await.is(422);
    signs_in(&house, "robert@example.com", PASSWORD).await.leads_to("/account/security");
    let mailbox = ada.get("/organization/mail").await.body;
    for to in ["To bob@example.com", "To robert@example.com"] {
        assert!(mailbox.contains(to), "{to} in {mailbox}");
    }
    assert_eq!(mailbox.matches("Your e-mail address was changed").count(), 2, "{mailbox}");
    assert_eq!(ada.get("/organization/users?search=ROBERT").await.body.matches("<li>").count(), 1);
}

#[tokio::test]
async fn another_role_is_another_sign_in() {
    let (house, mut ada) = office().await;
    let (mut browser, at) = joined(&house, &mut ada).await;
    let asked = ada.get(&format!("{at}/make-admin")).await.body;
    assert!(asked.contains("Make “bob@example.com” an admin?"), "{asked}");
    browser.get("/account/security").await.is(200);
    ada.post(&format!("{at}/make-admin"), &[]).await.leads_to(&format!("{at}?role"));
    browser.get("/account/security").await.leads_to("/sign-in");
    browser.post("/sign-in", &[("email", BOB), ("password", PASSWORD)]).await.leads_to("/account/security");
    browser.get("/organization/users").await.is(200);
    let ada_at = path(&house, EMAIL).await;
    browser.post(&format!("{ada_at}/make-member"), &[]).await.leads_to(&format!("{ada_at}?role"));
    ada.get("/organization/users").await.leads_to_sign_in();
    for verb in ["make-member", "deactivate"] {
        let refused = browser.post(&format!("{at}/{verb}"), &[]).await;
        refused.is(422);
        assert!(refused.body.contains("this is the last active admin"), "{}", refused.body);
        assert!(refused.body.contains("This is your own account"), "{}", refused.body);
    }
    browser.get("/organization/users").await.is(200);
}

#[tokio::test]
async fn whoever_is_deactivated_is_out_at_once_and_told_what_a_stranger_is_told() {
    let (house, mut ada) = office().await;
    let (mut browser, at) = joined(&house, &mut ada).await;
    house.set_up(&mut browser).await;
    house.advance(30);
    let mut waiting = house.browser();
    let form = [("email", BOB), ("password", PASSWORD)];
    waiting.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
    assert!(ada.get(&format!("{at}/deactivate")).await.body.contains("signed out everywhere at once"));
    ada.post(&format!("{at}/deactivate"), &[]).await.leads_to(&format!("{at}?deactivated"));
    browser.clone().get("/account/security").await.leads_to("/sign-in");
    browser.call("/fn/overview", json!({})).await.is(401);
    waiting.get("/sign-in/challenge").await.leads_to("/sign-in");
    let wrong = signs_in(&house, BOB, "wrong password").await;
    let right = signs_in(&house, BOB, PASSWORD).await;
    wrong.is(422);
    assert_eq!((right.status, &right.body), (wrong.status, &wrong.body), "no difference");
    let page = ada.get(&at).await.body;
    assert!(page.contains("Deactivated on ") && page.contains("Pixel 9"), "the factors stay: {page}");
    ada.post(NEW, &bob(&[])).await.is(422);
    ada.post(&format!("{at}/reactivate"), &[]).await.leads_to(&format!("{at}?reactivated"));
    signs_in(&house, BOB, PASSWORD).await.leads_to("/sign-in/challenge");
}

/// A sign-in is half way through when the account is deactivated.
#[tokio::test]
async fn a_sign_in_under_way_at_that_very_moment_opens_nothing() {
    let (house, mut ada) = office().await;
    let (_, at) = joined(&house, &mut ada).await;
    let bob = house.accounts.account_by_email(&Email::parse(BOB).unwrap()).await.unwrap().unwrap();
    let judged = house.accounts.revision(&bob).await.unwrap().unwrap();
    ada.post(&format!("{at}/deactivate"), &[]).await.leads_to(&format!("{at}?deactivated"));
    assert_eq!(house.accounts.revision(&bob).await.unwrap(), None, "the password is good for nothing");
    let (home, place) = (domain::session::Home::Standalone, domain::audit::Place::default());
    let opened = house.server.two_factor().open_session(&bob.user, judged, home, true, &place).await.unwrap();
    assert!(opened.is_none());
}

#[tokio::test]
async fn every_form_asks_for_a_proof_and_does_nothing_without() {
    let (house, mut ada) = office().await;
    let (mut browser, at) = joined(&house, &mut ada).await;
    let add = [("email", "cyd@example.com"), ("name", ""), ("role", "member")];
    let edit = [("email", "eve@example.com"), ("name", "Eve")];
    house.advance(5 * 60);
    let forms: [(&str, &[(&str, &str)]); 4] = [
        (NEW, &add),
        (&format!("{at}/edit"), &edit),
        (&format!("{at}/make-admin"), &[]),
        (&format!("{at}/deactivate"), &[]),
    ];
    for (path, form) in forms {
        assert!(ada.get(path).await.body.contains("name=\"password\""), "{path}");
        for (password, said) in [("", "Nothing was changed yet"), ("wrong one", "not right")] {
            let refused = ada.post(path, &[form, &[("password", password)]].concat()).await;
            refused.is(422);
            assert!(refused.body.contains(said), "{path} {}", refused.body);
        }
    }
    browser.get("/account/security").await.is(200);
    assert_eq!(ada.get("/organization/users").await.body.matches("<li>").count(), 2);
    let page = ada.get(&at).await.body;
    assert!(page.contains("<h1>bob@example.com</h1>") && page.contains("Make admin"), "{page}");
    let proved = [&add[..], &[("password", PASSWORD)]].concat();
    secret(&ada.post(NEW, &proved).await);
}

#[tokio::test]
async fn a_member_and_a_stranger_add_and_change_nobody() {
    let (house, mut ada) = office().await;
    let (mut member, at) = joined(&house, &mut ada).await;
    for verb in ["make-admin", "make-member", "deactivate", "reactivate", "invite-again", "withdraw"] {
        let path = format!("{at}/{verb}");
        member.get(&path).await.is(404);
        member.post(&path, &[]).await.is(404);
        house.browser().post(&path, &[]).await.leads_to("/sign-in");
        for nobody in ["nonsense", "018f0000-0000-7000-8000-000000000000"] {
            ada.post(&format!("/organization/users/{nobody}/{verb}"), &[]).await.is(404);
        }
    }
    member.post(NEW, &bob(&[("email", "cyd@example.com")])).await.is(404);
    member.post(&format!("{at}/edit"), &[("email", "eve@example.com"), ("name", "")]).await.is(404);
    assert_eq!(ada.get("/organization/users").await.body.matches("<li>").count(), 2);
}
