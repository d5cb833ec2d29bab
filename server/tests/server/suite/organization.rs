//! Sites and API keys in the pages of an administrator.

use super::support::{Answer, Browser, EMAIL, House, PASSWORD, Protected, protected};
use domain::name::SiteId;
use domain::site::PlainKey;
use http::Method;

const SITE: [(&str, &str); 5] = [
    ("name", "Shop"),
    ("issuer", "The Shop"),
    ("origins", "https://shop.example.com\r\n\r\n https://www.shop.example.com \r\n"),
    ("totp", "on"),
    ("trusted_device_days", "14"),
];

/// The form with other values, and with more.
fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = SITE.into_iter().filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes.iter().copied()).collect()
}

/// Without a field.
fn without(field: &str) -> Vec<(&'static str, &'static str)> {
    SITE.into_iter().filter(|(name, _)| *name != field).collect()
}

/// Whether the form demands a second factor of the site's users.
fn ticked(form: &str) -> bool {
    let input = form.split("<input").find(|input| input.contains("name=\"requires_two_factor\"")).unwrap();
    input.split('>').next().unwrap().contains("checked")
}

/// Adds a site and answers where it is.
async fn add(admin: &mut Browser) -> String {
    let answer = admin.post("/organization/sites/new", &SITE).await;
    let path = answer.location().strip_suffix("?added").unwrap_or_else(|| panic!("{}", answer.body));
    path.to_owned()
}

/// The key in the page that shows it.
fn key_in(answer: &Answer) -> PlainKey {
    answer.is(200);
    let key = answer.body.split("value=\"").find_map(|part| PlainKey::parse(part.split('"').next()?));
    key.unwrap_or_else(|| panic!("{}", answer.body))
}

async fn make_key(admin: &mut Browser, site: &str) -> PlainKey {
    key_in(&admin.post(&format!("{site}/keys/new"), &[("verify", "on"), ("admin", "on")]).await)
}

/// Nobody but an administrator whose last proof is less than five minutes old.
async fn fresh() -> (House, Browser) {
    let house = House::empty().await;
    let admin = house.create_account(EMAIL, PASSWORD).await;
    (house, admin)
}

#[tokio::test]
async fn a_site_is_added_listed_and_edited() {
    let (_house, mut admin) = fresh().await;
    let empty = admin.get("/organization/sites").await;
    empty.is(200);
    assert!(empty.body.contains("No site yet") && empty.body.contains("href=\"/organization/sites/new\""));
    assert!(!empty.body.contains(&SiteId::BUILT_IN.to_string()), "nobody embeds the built-in one");
    let site = add(&mut admin).await;
    let shown = admin.get(&format!("{site}?added")).await;
    for said in
        ["Shop", "The Shop", "https://www.shop.example.com", "Remembered for 14 days", "The site was added"]
    {
        assert!(shown.body.contains(said), "{said} in {}", shown.body);
    }
    let form = admin.get(&format!("{site}/edit")).await.body;
    assert!(form.contains("https://shop.example.com\nhttps://www.shop.example.com</textarea>"), "{form}");
    assert!(shown.body.contains("<dd>Optional</dd>"), "{}", shown.body);
    assert!(!ticked(&form), "{form}");
    let changed = with(&[
        ("name", "Shop & Co"),
        ("origins", ""),
        ("trusted_device_days", "1"),
        ("requires_two_factor", "on"),
    ]);
    admin.post(&format!("{site}/edit"), &changed).await.leads_to(&format!("{site}?saved"));
    let shown = admin.get(&site).await.body;
    assert!(shown.contains("Shop &amp; Co") && shown.contains("No origins") && shown.contains("for 1 day"));
    assert!(shown.contains("<dd>Required</dd>") && ticked(&admin.get(&format!("{site}/edit")).await.body));
    admin.post(&format!("{site}/edit"), &SITE).await.leads_to(&format!("{site}?saved"));
    assert!(admin.get(&site).await.body.contains("<dd>Optional</dd>"));
    admin.post(&format!("{site}/edit"), &changed).await.leads_to(&format!("{site}?saved"));
    assert!(admin.get("/organization/sites").await.body.contains(&format!("href=\"{site}\"")));
}

/// What the form says that it shows.
fn seen(form: &str) -> String {
    let (_, rest) = form.split_once("name=\"seen\" value=\"").expect("the form does not say what it shows");
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_saves_a_site_that_somebody_else_saved_meanwhile_is_told_and_loses_nothing() {
    let (house, mut ada) = fresh().await;
    let mut tab = ada.stranger();
    assert_eq!(tab.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.status, 303);
    let edit = format!("{}/edit", add(&mut ada).await);
    let old = seen(&ada.get(&edit).await.body);
    let other = seen(&tab.get(&edit).await.body);
    let required = with(&[("requires_two_factor", "on"), ("required_from", ""), ("seen", &other)]);
    assert_eq!(tab.post(&edit, &required).await.status, 303);
    let late = with(&[("name", "Late"), ("seen", &old)]);
    let told = ada.post(&edit, &late).await;
    told.is(422);
    assert!(told.body.contains("somebody else saved this site after you opened it"), "{}", told.body);
    assert!(told.body.contains("value=\"Late\"") && !ticked(&told.body), "what was typed stays");
    assert!(ticked(&ada.get(&edit).await.body), "and nothing was saved");
    let now = seen(&told.body);
    let again = with(&[("name", "Late"), ("seen", &now)]);
    assert_eq!(ada.post(&edit, &again).await.status, 303, "whoever has been told may mean it");
    drop(house);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
    let (_house, mut admin) = fresh().await;
    let long = "x".repeat(65);
    for (form, field, said) in [
        (with(&[("name", " ")]), "name", "Fill this in."),
        (with(&[("name", &long)]), "name", "It may have at most 64 characters."),
        (with(&[("issuer", "a:b")]), "issuer", "It may not contain a colon"),
        (with(&[("origins", "https://a.test\nhttps://*.b.test")]), "origins", "“https://*.b.test” is not an"),
        (with(&[("origins", "http://<b>.test")]), "origins", "“http://&lt;b&gt;.test” is not an"),
        (without("totp"), "kinds", "Choose at least one."),
        (with(&[("trusted_device_days", "31")]), "trusted_device_days", "from 0 to 30"),
        (with(&[("trusted_device_days", "-1")]), "trusted_device_days", "from 0 to 30"),
        (with(&[("trusted_device_days", "")]), "trusted_device_days", "from 0 to 30"),
        (with(&[("requires_two_factor", "on"), ("required_from", "x")]), "required_from", "Choose a day."),
        (
            with(&[("requires_two_factor", "on"), ("required_from", "2027-01-15")]),
            "required_from",
            "That day is not ahead.",
        ),
    ] {
        let answer = admin.post("/organization/sites/new", &form).await;
        answer.is(422);
        let beside = format!("id=\"{field}-trouble\"");
        let at = answer.body.split(&beside).nth(1).unwrap_or_else(|| panic!("{field}: {}", answer.body));
        assert!(at.split("</p>").next().unwrap().contains(said), "{at}");
        let kept = form.iter().find(|(name, _)| *name == "issuer").unwrap().1;
        assert!(answer.body.contains(&format!("value=\"{kept}\"")), "{}", answer.body);
    }
    let all = [("name", ""), ("issuer", ""), ("origins", "x"), ("trusted_device_days", "x")];
    let answer = admin.post("/organization/sites/new", &all).await;
    assert_eq!(
        answer.body.matches("-trouble\" class=\"trouble\"").count(),
        5,
        "everything at once: {}",
        answer.body
    );
    assert!(admin.get("/organization/sites").await.body.contains("No site yet"));
}

#[tokio::test]
async fn a_site_requires_it_from_a_day_that_stays_when_it_has_passed() {
    let (house, mut admin) = fresh().await;
    let site = add(&mut admin).await;
    let edit = format!("{site}/edit");
    let from = with(&[("requires_two_factor", "on"), ("required_from", "2027-01-16")]);
    admin.post(&edit, &from).await.leads_to(&format!("{site}?saved"));
    assert!(admin.get(&site).await.body.contains("<dd>Required from "), "{}", admin.get(&site).await.body);
    house.advance(86_400);
    admin.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert!(admin.get(&edit).await.body.contains("value=\"2027-01-16\""));
    admin.post(&edit, &from).await.leads_to(&format!("{site}?saved"));
    assert!(admin.get(&site).await.body.contains("<dd>Required since "));
}

#[tokio::test]
async fn a_key_is_shown_once_and_speaks_until_it_is_revoked() {
    let (house, mut admin) = fresh().await;
    let site = add(&mut admin).await;
    let made = admin.post(&format!("{site}/keys/new"), &[("verify", "on"), ("admin", "on")]).await;
    assert_eq!(made.header("cache-control"), "no-store");
    let key = key_in(&made);
    let ask = |browser: &Browser| {
        let ask = browser.ask(Method::GET, "/v1/users/ada").without("origin").without("sec-fetch-site");
        ask.header("accept", "*/*").header("authorization", &format!("Bearer {}", key.expose()))
    };
    let mut program = house.browser();
    let answer = program.send(ask(&program)).await;
    assert_eq!(answer.json()["code"], "not_found", "it speaks, of nobody yet");
    let listed = admin.get(&site).await.body;
    assert!(listed.contains(key.name().as_str()) && listed.contains("verify, admin"), "{listed}");
    assert!(listed.contains("Last used ") && !listed.contains(key.expose()), "{listed}");
    let revoke = format!("{site}/keys/{}/revoke", key.name().as_str());
    assert!(
        admin.get(&revoke).await.body.contains(&format!("Revoke the API key tf_{}_…?", key.name().as_str()))
    );
    assert!(admin.get(&site).await.body.contains("Revoke</a>"), "asking revokes nothing");
    admin.post(&revoke, &[]).await.leads_to(&format!("{site}?revoked"));
    let answer = program.send(ask(&program)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (401, &serde_json::json!("key_revoked")));
    let listed = admin.get(&site).await.body;
    assert!(listed.contains("Revoked ") && !listed.contains("Revoke</a>"), "{listed}");
    admin.get(&revoke).await.is(404);
    admin.post(&revoke, &[]).await.is(404);
}

#[tokio::test]
async fn a_key_has_at_least_one_scope() {
    let (_house, mut admin) = fresh().await;
    let site = add(&mut admin).await;
    let answer = admin.post(&format!("{site}/keys/new"), &[]).await;
    answer.is(422);
    assert!(
        answer.body.contains("id=\"scopes-trouble\" class=\"trouble\">Choose at least one."),
        "{}",
        answer.body
    );
    assert!(admin.get(&site).await.body.contains("No API key yet"));
}

#[tokio::test]
async fn a_change_asks_for_the_password_when_the_last_proof_is_old() {
    let (house, mut admin) = fresh().await;
    let site = add(&mut admin).await;
    let key = make_key(&mut admin, &site).await;
    let paths = [
        ("/organization/sites/new".to_owned(), SITE.to_vec()),
        (format!("{site}/edit"), with(&[("name", "Another name")])),
        (format!("{site}/keys/new"), vec![("verify", "on")]),
        (format!("{site}/keys/{}/revoke", key.name().as_str()), vec![]),
    ];
    for (path, form) in paths {
        house.advance(5 * 60);
        let asked = admin.get(&path).await.body;
        assert!(asked.contains("name=\"password\"") && !asked.contains("name=\"code\""), "{path}");
        for (password, said) in
            [("", "Nothing was changed yet"), ("wrong one", "That password is not right.")]
        {
            let refused = admin.post(&path, &[&form[..], &[("password", password)]].concat()).await;
            refused.is(422);
            assert!(refused.body.contains(said), "{path} {}", refused.body);
            assert!(!refused.body.contains("wrong one"), "a password is never given back");
            for (name, value) in form.iter().filter(|(name, _)| *name == "name" || *name == "issuer") {
                assert!(refused.body.contains(&format!("value=\"{value}\"")), "{name} stays");
            }
            if path.ends_with("/keys/new") {
                assert!(
                    refused.body.contains("name=\"verify\" type=\"checkbox\" checked"),
                    "{}",
                    refused.body
                );
            }
        }
        let done = admin.post(&path, &[&form[..], &[("password", PASSWORD)]].concat()).await;
        assert!(done.status.as_u16() == 303 || path.ends_with("/keys/new"), "{path} {}", done.body);
        if path.ends_with("/keys/new") {
            key_in(&done);
        }
    }
    assert!(admin.get(&site).await.body.contains("Another name"));
}

#[tokio::test]
async fn who_has_two_factors_proves_both_and_no_code_is_spent_on_a_form_that_cannot_be_saved() {
    let Protected { house, owner: mut admin, key, .. } = protected().await;
    house.advance(10 * 60);
    let code = house.code(&key);
    let proof = [("password", PASSWORD), ("code", code.as_str())];
    let bad = admin.post("/organization/sites/new", &[&with(&[("name", "")])[..], &proof].concat()).await;
    bad.is(422);
    let half = admin.post("/organization/sites/new", &[&SITE[..], &proof[..1]].concat()).await;
    assert!(half.body.contains("Nothing was changed yet") && half.body.contains("name=\"code\""));
    let wrong = [("password", PASSWORD), ("code", "000000")];
    let wrong = admin.post("/organization/sites/new", &[&SITE[..], &wrong].concat()).await;
    wrong.is(422);
    assert!(wrong.body.contains("That code is not right."), "{}", wrong.body);
    let done = admin.post("/organization/sites/new", &[&SITE[..], &proof].concat()).await;
    assert!(done.location().ends_with("?added"), "the code was still good: {}", done.body);
    let events = admin.get("/account/security").await.body;
    assert!(events.contains("Site “Shop” added"), "the log says who did it");
}

#[tokio::test]
async fn a_member_finds_no_such_page_and_no_link_to_it() {
    let (house, mut admin) = fresh().await;
    let site = add(&mut admin).await;
    let key = make_key(&mut admin, &site).await;
    let mut member = house.create_account("bob@example.com", PASSWORD).await;
    assert!(admin.get("/account/security").await.body.contains("href=\"/organization/users\""));
    assert!(!member.get("/account/security").await.body.contains("/organization"));
    let revoke = format!("{site}/keys/{}/revoke", key.name().as_str());
    for path in ["/organization/sites", "/organization/sites/new", &site, &format!("{site}/edit"), &revoke] {
        member.get(path).await.is(404);
        house.browser().get(path).await.leads_to_sign_in();
    }
    for path in ["/organization/sites/new", &format!("{site}/edit"), &format!("{site}/keys/new"), &revoke] {
        member.post(path, &SITE).await.is(404);
        house.browser().post(path, &SITE).await.leads_to("/sign-in");
    }
    assert!(admin.get(&site).await.body.contains("Revoke</a>"));
}

#[tokio::test]
async fn only_sites_that_are_embedded_are_looked_after() {
    let (_house, mut admin) = fresh().await;
    let site = add(&mut admin).await;
    let key = make_key(&mut admin, &site).await;
    let other = add(&mut admin).await;
    let built_in = format!("/organization/sites/{}", SiteId::BUILT_IN);
    for path in [
        built_in.clone(),
        format!("{built_in}/edit"),
        format!("{built_in}/keys/new"),
        "/organization/sites/nonsense".to_owned(),
        format!("/organization/sites/{}", SiteId::from_uuid(uuid::Uuid::from_u128(7))),
        format!("{other}/keys/{}/revoke", key.name().as_str()),
        format!("{site}/keys/{}/revoke", "0".repeat(16)),
    ] {
        admin.get(&path).await.is(404);
        if !path.ends_with("/nonsense") && path.matches('/').count() > 3 {
            admin.post(&path, &if path.ends_with("/edit") { SITE.to_vec() } else { vec![] }).await.is(404);
        }
    }
}
