//! A proof of every factor gives a browser's session a new bearer (ASVS 5.0, 7.2.4).

use super::support::{Answer, Browser, PASSWORD, Protected, protected};
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
