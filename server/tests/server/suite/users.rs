//! The people who sign in, in the pages of an administrator.

use super::support::{Browser, EMAIL, House, PASSWORD};
use serde_json::json;

const BOB: &str = "bob@example.com";

/// Ada, who looks after the others, and bob, who has two factors.
struct Office {
    house: House,
    ada: Browser,
    bob: Browser,
    /// Of bob's app.
    key: String,
    codes: Vec<String>,
    /// Where bob is looked at.
    path: String,
}

async fn office() -> Office {
    let house = House::empty().await;
    let mut ada = house.create_account(EMAIL, PASSWORD).await;
    let mut bob = house.create_account(BOB, PASSWORD).await;
    let (key, codes) = house.set_up(&mut bob).await;
    house.advance(30);
    let path = path_of(&mut ada, BOB).await;
    Office { house, ada, bob, key, codes, path }
}

/// Where the list leads for this address.
async fn path_of(admin: &mut Browser, email: &str) -> String {
    let list = admin.get("/organization/users").await;
    list.is(200);
    let before = list.body.split(&format!(">{email}</a>")).next().unwrap();
    before.rsplit("href=\"").next().unwrap().trim_end_matches('"').to_owned()
}

/// The addresses on a page of the list.
async fn shown(admin: &mut Browser, query: &str) -> Vec<String> {
    let page = admin.get(&format!("/organization/users{query}")).await;
    page.is(200);
    let links = page.body.split("<h2><a href=\"/organization/users/").skip(1);
    links.map(|link| link.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()).collect()
}

impl Office {
    async fn half_way(&self) -> Browser {
        let mut browser = self.house.browser();
        let form = [("email", BOB), ("password", PASSWORD)];
        browser.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
        browser
    }

    /// Wrong codes of bob, until a wait begins.
    async fn lock(&self) {
        let mut browser = self.half_way().await;
        for _ in 0..5 {
            browser.call("/fn/answer_challenge", json!({ "text": "000000" })).await.is(422);
        }
    }
}

#[tokio::test]
async fn the_list_is_searched_and_narrowed() {
    let Office { house, mut ada, codes, key, .. } = office().await;
    assert_eq!(shown(&mut ada, "").await, [EMAIL, BOB]);
    assert_eq!(shown(&mut ada, "?search=BOB%40").await, [BOB]);
    assert_eq!(shown(&mut ada, "?show=protected").await, [BOB]);
    assert_eq!(shown(&mut ada, "?show=unprotected").await, [EMAIL]);
    assert_eq!(shown(&mut ada, "?show=nonsense").await, [EMAIL, BOB], "everybody");
    let none = ada.get("/organization/users?search=%3Cb%3E&show=locked").await.body;
    assert!(none.contains("Nobody here matches that.") && none.contains("value=\"&lt;b&gt;\""), "{none}");
    assert!(none.contains("value=\"locked\" selected"), "what was asked for stays: {none}");
    assert_eq!(shown(&mut ada, "?show=codes-low").await, Vec::<String>::new());
    for code in &codes[..7] {
        let form = [("email", BOB), ("password", PASSWORD)];
        let mut browser = house.browser();
        browser.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
        browser.call("/fn/answer_challenge", json!({ "text": code })).await.is(200);
    }
    assert_eq!(shown(&mut ada, "?show=codes-low").await, [BOB]);
    let page = ada.get("/organization/users").await.body;
    assert!(page.contains("3 recovery codes left"), "{page}");
    assert!(!page.contains(&key) && !codes.iter().any(|code| page.contains(code)));
    for bad in ["?after=nonsense", "?search=a&search=b", "?colour=red"] {
        ada.get(&format!("/organization/users{bad}")).await.is(400);
    }
}

#[tokio::test]
async fn a_long_list_has_pages_that_miss_nobody() {
    let (house, mut all) = (House::empty().await, vec![EMAIL.to_owned()]);
    let mut ada = house.create_account(EMAIL, PASSWORD).await;
    for n in 0..50 {
        let email = format!("user-{n:02}@example.com");
        house.account_of(&email, &format!("018f0000-0000-7000-8000-{n:012}")).await;
        all.push(email);
    }
    let mut seen = shown(&mut ada, "?search=example").await;
    assert_eq!(seen.len(), 50);
    let first = ada.get("/organization/users?search=example").await.body;
    assert!(first.contains("Next page") && !first.contains("First page"), "{first}");
    assert!(first.contains("type=\"hidden\" name=\"search\" value=\"example\""), "{first}");
    let after = first.split("name=\"after\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let query = format!("?search=example&show=all&after={after}");
    seen.extend(shown(&mut ada, &query).await);
    assert_eq!(seen, all);
    let last = ada.get(&format!("/organization/users{query}")).await.body;
    assert!(last.contains("First page") && !last.contains("Next page"), "{last}");
}

#[tokio::test]
async fn whoever_lost_everything_is_reset_for_a_reason() {
    let Office { house, mut ada, mut bob, path, key, codes } = office().await;
    let page = ada.get(&path).await.body;
    for said in ["Pixel 9", "10 of 10 left", "On since ", "Two-factor authentication turned on", "Member"] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(page.contains(&format!("{path}/reset")) && !page.contains(&format!("{path}/unlock")));
    assert!(!page.contains(&key) && !codes.iter().any(|code| page.contains(code)), "no secret");
    let reset = format!("{path}/reset");
    let asked = ada.get(&reset).await.body;
    assert!(asked.contains("Reset two-factor authentication of “bob@example.com”?"), "{asked}");
    assert!(asked.contains("signed out everywhere"), "{asked}");
    for (reason, said) in [(" ", "Fill this in."), (&*"x".repeat(257), "at most 256 characters")] {
        let refused = ada.post(&reset, &[("reason", reason)]).await;
        refused.is(422);
        assert!(refused.body.contains(said) && refused.body.contains("id=\"reason-trouble\""));
    }
    bob.get("/account/security").await.is(200);
    house.advance(1);
    ada.post(&reset, &[("reason", "Lost the phone <b>")]).await.leads_to(&format!("{path}?reset"));
    bob.get("/account/security").await.leads_to("/sign-in");
    let mut again = house.browser();
    let form = [("email", BOB), ("password", PASSWORD)];
    again.post("/sign-in", &form).await.leads_to("/account/security");
    let page = ada.get(&format!("{path}?reset")).await.body;
    for said in [
        "Two-factor authentication was reset.",
        "signing in asks for the password only",
        "By ada@example.com",
        "Reason: Lost the phone &lt;b&gt;",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(!page.contains("Pixel 9</h3>") && !page.contains(&reset), "{page}");
}

#[tokio::test]
async fn whoever_is_locked_is_unlocked() {
    let office = office().await;
    office.lock().await;
    let Office { house, mut ada, path, key, .. } = office;
    assert_eq!(shown(&mut ada, "?show=locked").await, [BOB]);
    assert!(ada.get("/organization/users").await.body.contains("Locked for 1 second"));
    let page = ada.get(&path).await.body;
    assert!(page.contains("Too many wrong codes of an app."), "{page}");
    let unlock = format!("{path}/unlock");
    assert!(page.contains(&unlock));
    assert!(ada.get(&unlock).await.body.contains("Unlock “bob@example.com”?"));
    ada.post(&unlock, &[("reason", "")]).await.leads_to(&format!("{path}?unlocked"));
    let page = ada.get(&format!("{path}?unlocked")).await.body;
    assert!(page.contains("Unlocked.") && page.contains("By ada@example.com"), "{page}");
    assert!(!page.contains("Too many wrong codes") && !page.contains("Reason:"), "{page}");
    assert_eq!(shown(&mut ada, "?show=locked").await, Vec::<String>::new());
    let mut bob = house.browser();
    let form = [("email", BOB), ("password", PASSWORD)];
    bob.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
    let code = house.code(&key);
    bob.call("/fn/answer_challenge", json!({ "text": code })).await.is(200);
}

#[tokio::test]
async fn whoever_typed_wrong_passwords_is_unlocked() {
    let Office { house, mut ada, path, .. } = office().await;
    for seconds in [0, 0, 0, 0, 0, 1, 2] {
        house.advance(seconds);
        let form = [("email", BOB), ("password", "not the password")];
        house.browser().post("/sign-in", &form).await.is(422);
    }
    let right = [("email", BOB), ("password", PASSWORD)];
    house.browser().post("/sign-in", &right).await.is(429);
    assert_eq!(shown(&mut ada, "?show=locked").await, [BOB]);
    assert!(ada.get(&path).await.body.contains("Too many wrong passwords."));
    ada.post(&format!("{path}/unlock"), &[("reason", "")]).await.leads_to(&format!("{path}?unlocked"));
    house.browser().post("/sign-in", &right).await.leads_to("/sign-in/challenge");
    assert_eq!(shown(&mut ada, "?show=locked").await, Vec::<String>::new());
}

fn form<'a>(verb: &str, password: &'a str) -> Vec<(&'static str, &'a str)> {
    let minutes = (verb == "bypass-code").then_some(("minutes", "15"));
    [("reason", "He called"), ("password", password)].into_iter().chain(minutes).collect()
}

#[tokio::test]
async fn help_asks_for_a_proof_and_helps_nobody_without() {
    let Office { house, mut ada, mut bob, path, .. } = office().await;
    for verb in ["reset", "unlock", "bypass-code"] {
        house.advance(5 * 60);
        let at = format!("{path}/{verb}");
        assert!(ada.get(&at).await.body.contains("name=\"password\""));
        for (password, said) in [("", "Nothing was changed yet"), ("wrong one", "not right")] {
            let refused = ada.post(&at, &form(verb, password)).await;
            refused.is(422);
            assert!(refused.body.contains(said) && refused.body.contains("value=\"He called\""), "{verb}");
        }
        bob.get("/account/security").await.is(200);
        assert_eq!(shown(&mut ada, "?show=protected").await, [BOB], "{verb}");
    }
    let done = [("reason", "He called"), ("password", PASSWORD)];
    ada.post(&format!("{path}/reset"), &done).await.leads_to(&format!("{path}?reset"));
}

#[tokio::test]
async fn nobody_else_is_found() {
    let Office { house: _house, mut ada, mut bob, path, .. } = office().await;
    for id in [
        "nonsense",
        "018f0000-0000-7000-8000-000000000000",
        "%00",
        &path.rsplit('/').next().unwrap().to_uppercase(),
    ] {
        for verb in ["", "/reset", "/unlock", "/bypass-code"] {
            ada.get(&format!("/organization/users/{id}{verb}")).await.is(404);
        }
        ada.post(&format!("/organization/users/{id}/reset"), &[("reason", "x")]).await.is(404);
    }
    for verb in ["", "/reset", "/unlock", "/bypass-code"] {
        bob.get(&format!("{path}{verb}")).await.is(404);
    }
    bob.post(&format!("{path}/reset"), &[("reason", "x")]).await.is(404);
    assert_eq!(shown(&mut ada, "?show=protected").await, [BOB]);
}
