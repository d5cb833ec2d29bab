//! Codes by mail over the API.

use super::{Program, refused, text};
use crate::suite::support::House;
use domain::name::SiteId;
use domain::site::{FactorKinds, Scope};
use serde_json::{Value, json};

/// A site that allows codes by mail.
struct Post {
    house: House,
    shop: Program,
    site: SiteId,
}

async fn post() -> Post {
    let house = House::empty().await;
    let site = house.site("Shop").await;
    house
        .change_policy(site, |policy| policy.factor_kinds = FactorKinds::of(&FactorKinds::ALL).unwrap())
        .await;
    let shop = house.program(site, &Scope::ALL).await;
    Post { house, shop, site }
}

impl Post {
    /// What waits to be mailed: to whom, and the code.
    async fn letters(&self) -> Vec<(String, String)> {
        let two_factor = self.house.server.two_factor();
        let mut letters = Vec::new();
        for queued in two_factor.letters_due(100).await.unwrap() {
            let letter = two_factor.open_letter(&queued).await.unwrap().unwrap();
            letters.push((letter.address.as_str().to_owned(), letter.code.expose().to_owned()));
        }
        letters
    }

    async fn code(&self) -> String {
        let letters = self.letters().await;
        assert_eq!(letters.len(), 1, "one is alive");
        letters[0].1.clone()
    }

    /// A user whose only authenticator is an address.
    async fn reachable(&self, user: &str) {
        let begun = self.begin(user).await;
        begun.is(201);
        let path = format!("/v1/enrollments/{}", text(&begun.json()["id"]));
        let confirm = json!({ "user": { "id": user }, "code": self.code().await });
        self.shop.post(&format!("{path}/confirm"), confirm).await.is(200);
        self.shop.post(&format!("{path}/acknowledge"), json!({ "user": { "id": user } })).await.is(204);
        self.house.advance(60);
    }

    async fn begin(&self, user: &str) -> super::Answer {
        let email = format!("{user}@example.com");
        let user = json!({ "id": user, "label": email, "email": email });
        self.shop.post("/v1/enrollments", json!({ "user": user, "kind": "email" })).await
    }

    async fn open(&self, user: &str) -> Value {
        self.shop.post("/v1/challenges", json!({ "user": { "id": user }, "action": "sign_in" })).await.json()
    }
}

#[tokio::test]
async fn an_address_is_confirmed_and_a_mailed_code_signs_in() {
    let at = post().await;
    let begun = at.begin("ada").await;
    begun.is(201);
    let begun = begun.json();
    assert_eq!(begun["mailed_to"], "a•••@example.com");
    assert!(begun.get("secret").is_none() && begun.get("provisioning_uri").is_none(), "{begun}");
    assert_eq!(
        at.begin("ada").await.json(),
        begun,
        "the same for the whole pending time, and no second letter"
    );
    let (to, code) = at.letters().await.remove(0);
    assert_eq!(to, "ada@example.com");
    let path = format!("/v1/enrollments/{}", text(&begun["id"]));
    let wrong = json!({ "user": { "id": "ada" }, "code": "000000" });
    refused(&at.shop.post(&format!("{path}/confirm"), wrong).await, 422, "code_malformed");
    let right = json!({ "user": { "id": "ada" }, "code": code });
    at.shop.post(&format!("{path}/confirm"), right).await.is(200);
    at.shop.post(&format!("{path}/acknowledge"), json!({ "user": { "id": "ada" } })).await.is(204);
    let opened = at.open("ada").await;
    assert_eq!(opened["kinds"], json!(["email", "recovery_code"]));
    let challenge = format!("/v1/challenges/{}", text(&opened["id"]));
    let codes = format!("{challenge}/email-codes");
    // The code before it was used: nobody waits for another one.
    at.shop.post(&codes, json!({})).await.is(202);
    refused(&at.shop.post(&codes, json!({})).await, 429, "too_soon_to_mail");
    at.house.advance(60);
    let mailed = at.shop.post(&codes, json!({ "end_user": { "address": "192.0.2.7" } })).await;
    mailed.is(202);
    assert_eq!(mailed.json()["to"], "a•••@example.com");
    assert!(!mailed.body.contains(&at.code().await), "the code stands in the letter alone");
    let answers = format!("{challenge}/answers");
    let answered = at.shop.post(&answers, json!({ "code": at.code().await })).await;
    answered.is(200);
    assert_eq!((&answered.json()["kind"], &answered.json()["amr"]), (&json!("email"), &json!(["email"])));
    refused(&at.shop.post(&codes, json!({})).await, 409, "challenge_expired");
}

#[tokio::test]
async fn a_mailed_code_is_refused_for_another_challenge_and_after_ten_minutes() {
    let at = post().await;
    at.reachable("ada").await;
    let (one, other) = (at.open("ada").await, at.open("ada").await);
    let path = |of: &Value, verb: &str| format!("/v1/challenges/{}/{verb}", text(&of["id"]));
    at.shop.post(&path(&one, "email-codes"), json!({})).await.is(202);
    let code = at.code().await;
    let elsewhere = at.shop.post(&path(&other, "answers"), json!({ "code": code })).await;
    refused(&elsewhere, 422, "no_code_mailed");
    assert!(elsewhere.json().get("attempts_left").is_none(), "nothing was counted");
    let guess = if code == "11111111" { "22222222" } else { "11111111" };
    let wrong = at.shop.post(&path(&one, "answers"), json!({ "code": guess })).await;
    refused(&wrong, 422, "code_wrong");
    assert_eq!(wrong.json()["attempts_left"], 4);
    at.shop.post(&path(&one, "answers"), json!({ "code": code, "kind": "email" })).await.is(200);
}

#[tokio::test]
async fn who_has_no_address_is_mailed_nothing_and_who_may_not_sets_none_up() {
    let at = post().await;
    let nameless = json!({ "user": { "id": "bob", "label": "Bob" }, "kind": "email" });
    refused(&at.shop.post("/v1/enrollments", nameless).await, 422, "malformed");
    at.reachable("ada").await;
    let other = at.house.program(at.house.site("Other").await, &Scope::ALL).await;
    let opened = at.open("ada").await;
    let codes = format!("/v1/challenges/{}/email-codes", text(&opened["id"]));
    refused(&other.post(&codes, json!({})).await, 404, "not_found");
    at.house.change_policy(at.site, |policy| policy.factor_kinds = FactorKinds::default()).await;
    refused(&at.begin("eve").await, 403, "kind_not_allowed");
    at.shop.post(&codes, json!({})).await.is(202);
    assert_eq!(at.letters().await.len(), 1, "what was set up before goes on");
}

/// Whoever registers with somebody else's address has letters sent there; its owner has confirmed it, and signs in with it.
#[tokio::test]
async fn what_others_have_mailed_to_an_address_holds_back_no_code_to_who_confirmed_it() {
    let at = post().await;
    at.reachable("ada").await;
    let stranger = |number: usize| json!({ "id": format!("stranger-{number}"), "label": "x", "email": "ada@example.com" });
    let mut refusals = 0;
    for number in 0..14 {
        let asked = json!({ "user": stranger(number), "kind": "email" });
        refusals += usize::from(at.shop.post("/v1/enrollments", asked).await.status == 429);
    }
    assert_eq!(refusals, 5, "one of ten letters a day was hers");
    let path = format!("/v1/challenges/{}", text(&at.open("ada").await["id"]));
    at.shop.post(&format!("{path}/email-codes"), json!({})).await.is(202);
    let two_factor = at.house.server.two_factor();
    let queued = two_factor.letters_due(100).await.unwrap();
    let hers = queued.iter().find(|letter| letter.user.id.as_str() == "ada").unwrap();
    let code = two_factor.open_letter(hers).await.unwrap().unwrap().code;
    at.shop.post(&format!("{path}/answers"), json!({ "code": code.expose(), "kind": "email" })).await.is(200);
}
