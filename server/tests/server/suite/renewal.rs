//! A proof of every factor gives a browser's session a new bearer (ASVS 5.0, 7.2.4).

use super::support::{Answer, Browser, House, PASSWORD, Protected, protected};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

const SESSION: &str = "twofold-session";

/// Somebody whose last proof is too old, and who holds the same cookie: a thief, say.
async fn stale() -> (Protected, Browser) {
    let at = protected().await;
    at.house.advance(6 * 60);
    let thief = at.owner.clone();
    (at, thief)
}

/// The owner goes on in the same answer; the old cookie is nobody's.
async fn is_renewed(at: &mut Protected, thief: &mut Browser, answer: &Answer) {
    assert_eq!(answer.set_cookies().len(), 1, "{:?}", answer.headers);
    assert_ne!(at.owner.cookies[SESSION], thief.cookies[SESSION]);
    at.owner.get("/account/security").await.is(200);
    thief.get("/account/security").await.leads_to("/sign-in");
    thief.call("/fn/overview", json!({})).await.is(401);
}

#[tokio::test]
async fn in_the_security_tab() {
    let (mut at, mut thief) = stale().await;
    let wrong = json!({ "password": PASSWORD, "code": "000000" });
    assert!(at.owner.call("/fn/step_up", wrong).await.set_cookies().is_empty());
    let proof = json!({ "password": PASSWORD, "code": at.code() });
    let answer = at.owner.call("/fn/step_up", proof).await;
    answer.is(200);
    is_renewed(&mut at, &mut thief, &answer).await;
    at.owner.call("/fn/reset_recovery_codes", json!({})).await.is(200);
}

#[tokio::test]
async fn in_a_form_of_the_organization() {
    let (mut at, mut thief) = stale().await;
    let code = at.code();
    let form = [("name", "Shop"), ("issuer", "Shop"), ("origins", ""), ("totp", "on")];
    let proof = [("trusted_device_days", "0"), ("password", PASSWORD), ("code", &code)];
    let form: Vec<_> = form.into_iter().chain(proof).collect();
    let answer = at.owner.post("/organization/sites/new", &form).await;
    let site = answer.location().strip_suffix("?added").unwrap().to_owned();
    is_renewed(&mut at, &mut thief, &answer).await;
    let fresh = at.owner.post(&format!("{site}/keys/new"), &[("verify", "on")]).await;
    fresh.is(200);
    assert!(fresh.set_cookies().is_empty(), "nothing was proved anew");
}

#[tokio::test]
async fn in_the_answer_that_shows_a_key_and_in_the_one_that_revokes_it() {
    let (mut at, _) = stale().await;
    let form = [("name", "Shop"), ("issuer", "Shop"), ("origins", ""), ("totp", "on")];
    let proof = [("trusted_device_days", "0"), ("password", PASSWORD), ("code", &at.code())];
    let form: Vec<_> = form.into_iter().chain(proof).collect();
    let added = at.owner.post("/organization/sites/new", &form).await;
    let site = added.location().strip_suffix("?added").unwrap().to_owned();
    at.house.advance(6 * 60);
    let mut thief = at.owner.clone();
    let code = at.code();
    let proof = [("verify", "on"), ("password", PASSWORD), ("code", &code)];
    let made = at.owner.post(&format!("{site}/keys/new"), &proof).await;
    made.is(200);
    is_renewed(&mut at, &mut thief, &made).await;
    let key = made.body.split("value=\"tf_").nth(1).and_then(|key| key.split('_').next()).unwrap();
    at.house.advance(6 * 60);
    let mut thief = at.owner.clone();
    let code = at.code();
    let proof = [("password", PASSWORD), ("code", &code[..])];
    let revoked = at.owner.post(&format!("{site}/keys/{key}/revoke"), &proof).await;
    revoked.leads_to(&format!("{site}?revoked"));
    is_renewed(&mut at, &mut thief, &revoked).await;
}

/// From now on nothing can be written but what a proof itself writes.
async fn break_everything_but_proofs(house: &House) {
    let url = house.server.settings().database_url.expose().to_owned();
    let database = Database::connect(url).await.unwrap();
    let trigger = "CREATE TRIGGER broken BEFORE INSERT ON event WHEN NEW.kind <> 'step_up.passed' \
                   BEGIN SELECT RAISE(ABORT, 'broken'); END";
    database.execute_unprepared(trigger).await.unwrap();
    database.close().await.unwrap();
}

/// Where the list of users leads for this address.
async fn user_path(admin: &mut Browser, email: &str) -> String {
    let list = admin.get("/organization/users").await.body;
    let before = list.split(&format!(">{email}</a>")).next().unwrap().to_owned();
    before.rsplit("href=\"").next().unwrap().trim_end_matches('"').to_owned()
}

/// Every form that asks for a proof, filled in so that it is refused by nothing but the database.
async fn forms(at: &mut Protected) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let mut bob = at.house.create_account("bob@example.com", PASSWORD).await;
    at.house.set_up(&mut bob).await;
    at.house.advance(6 * 60);
    let code = at.code();
    let site =
        [("name", "Shop"), ("issuer", "Shop"), ("origins", ""), ("totp", "on"), ("trusted_device_days", "0")];
    let proof = [("password", PASSWORD), ("code", &code[..])];
    let added = at.owner.post("/organization/sites/new", &[&site[..], &proof[..]].concat()).await;
    let shop = added.location().strip_suffix("?added").unwrap().to_owned();
    let made = at.owner.post(&format!("{shop}/keys/new"), &[("verify", "on")]).await;
    let key = made.body.split("value=\"tf_").nth(1).and_then(|key| key.split('_').next()).unwrap().to_owned();
    let bob = user_path(&mut at.owner, "bob@example.com").await;
    let reason = vec![("reason", "asked")];
    let mut forms = vec![
        (
            "/organization/users/new".to_owned(),
            vec![("email", "carol@example.com"), ("name", ""), ("role", "member")],
        ),
        (format!("{bob}/edit"), vec![("email", "robert@example.com"), ("name", "")]),
        (format!("{bob}/reset"), reason.clone()),
        (format!("{bob}/unlock"), reason.clone()),
        (format!("{bob}/requirement"), vec![("what", "now"), ("day", ""), ("reason", "")]),
        (format!("{bob}/bypass-code"), vec![("reason", "asked"), ("minutes", "5")]),
        ("/organization/requirement".to_owned(), vec![("who", "members"), ("when", "now"), ("day", "")]),
        ("/organization/sites/new".to_owned(), site.to_vec()),
        (format!("{shop}/edit"), site.to_vec()),
        (format!("{shop}/keys/new"), vec![("verify", "on")]),
        (format!("{shop}/keys/{key}/revoke"), vec![]),
        ("/account/password".to_owned(), vec![("current", PASSWORD), ("new", "another long password")]),
    ];
    let deeds = [
        "make-admin",
        "make-member",
        "deactivate",
        "reactivate",
        "invite-again",
        "withdraw",
        "sign-out",
        "password-link",
    ];
    forms.extend(deeds.map(|deed| (format!("{bob}/{deed}"), Vec::new())));
    forms
}

#[tokio::test]
async fn a_change_that_fails_after_its_proof_signs_nobody_out() {
    let (mut at, _) = stale().await;
    let forms = forms(&mut at).await;
    break_everything_but_proofs(&at.house).await;
    let (mut failed, mut lost) = (0, Vec::new());
    for (path, fields) in &forms {
        at.house.advance(6 * 60);
        let code = at.code();
        let proof = [("code", &code[..]), ("password", PASSWORD)];
        // The form of the password asks for it as `current`.
        let proof = if path == "/account/password" { &proof[..1] } else { &proof[..] };
        let answer = at.owner.post(path, &[&fields[..], proof].concat()).await;
        failed += usize::from(answer.status.is_server_error());
        assert!(!answer.status.is_success() && !answer.status.is_redirection(), "{path} {}", answer.body);
        if answer.set_cookies().len() != 1 || at.owner.get("/account/security").await.status != 200 {
            lost.push(format!("{path} {}", answer.status));
            break;
        }
    }
    println!("{} forms, {failed} failed at the database, signed out by: {lost:?}", forms.len());
    assert!(lost.is_empty() && failed >= 12, "{failed} failed; signed out by {lost:?}");
}

#[test]
fn every_form_that_asks_for_a_proof_is_among_them() {
    let forms = server::routes().into_iter().filter(|route| {
        route.takes == server::route::Takes::Form
            && (route.path.starts_with("/organization") || route.path == "/account/password")
    });
    assert_eq!(forms.count(), 20, "a new form belongs into `forms`, whose answers carry the new bearer");
}
