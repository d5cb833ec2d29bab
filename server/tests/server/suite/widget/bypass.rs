//! What a bypass code allows in a frame: it belongs to the sign-in that it passed, and to nothing else.

use super::{Embedded, embedded, meta, text};
use crate::suite::support::Answer;
use serde_json::{Value, json};

impl Embedded {
    /// A challenge for this, passed with a bypass code and redeemed.
    async fn bypassed(&self, action: &str) -> Value {
        let issued =
            self.shop.post("/v1/users/ada/bypass-codes", json!({ "reason": "Lost", "minutes": 5 })).await;
        issued.is(201);
        let asked = json!({ "user": { "id": "ada" }, "action": action });
        let opened = self.shop.post("/v1/challenges", asked).await.json();
        assert!(opened["kinds"].as_array().unwrap().contains(&json!("bypass_code")), "{opened}");
        let answers = format!("/v1/challenges/{}/answers", text(&opened["id"]));
        let result = self.shop.post(&answers, json!({ "code": issued.json()["code"] })).await;
        result.is(200);
        result.json()
    }

    async fn session_after(&self, user: &str, sign_in: &Value) -> Answer {
        let user = json!({ "id": user, "label": "ada@example.com" });
        self.shop.post("/v1/sessions", json!({ "user": user, "sign_in": sign_in })).await
    }

    /// The Security tab that is opened for this sign-in.
    async fn open_after(&self, sign_in: &Value) -> String {
        let issued = self.session_after("ada", sign_in).await;
        issued.is(201);
        let opened = self.open_at(&text(&issued.json()["ticket"])).await;
        opened.is(200);
        meta(&opened, "bearer").unwrap()
    }

    async fn begin(&self, bearer: &str, purpose: &Value) -> Answer {
        self.call(bearer, "/fn/begin_enrollment", json!({ "purpose": purpose })).await
    }
}

#[tokio::test]
async fn a_bypass_code_lets_the_sign_in_that_it_passed_replace_the_lost_phone_once() {
    let at = embedded().await;
    let before = at.open("ada").await;
    at.enroll(&before).await;
    at.house.advance(5 * 60);
    let result = at.bypassed("sign_in").await;
    assert_eq!((&result["kind"], &result["amr"]), (&json!("bypass_code"), &json!(["bypass_code"])));
    at.house.advance(1);
    let (named, other) = (at.open_after(&result["id"]).await, at.open_after(&Value::Null).await);
    let view = at.call(&named, "/fn/overview", json!({})).await.json();
    assert_eq!(view["bypassed"], true);
    let lost = view["authenticators"][0]["id"].clone();
    for bearer in [&before, &other] {
        at.begin(bearer, &lost).await.is(403);
        assert_eq!(at.call(bearer, "/fn/overview", json!({})).await.json()["bypassed"], false);
    }
    at.begin(&named, &json!("further")).await.is(403);
    at.call(&named, "/fn/reset_recovery_codes", json!({})).await.is(403);
    let begun = at.begin(&named, &lost).await;
    begun.is(200);
    let key = text(&begun.json()["key"]);
    let typed = json!({ "id": begun.json()["id"], "code": at.house.code(&key), "name": "New phone" });
    at.call(&named, "/fn/confirm_enrollment", typed).await.is(200);
    let view = at.call(&named, "/fn/overview", json!({})).await.json();
    assert_eq!((&view["bypassed"], &view["authenticators"][0]["name"]), (&json!(false), &json!("New phone")));
    at.begin(&named, &view["authenticators"][0]["id"]).await.is(403);
}

#[tokio::test]
async fn a_bypass_code_that_passed_a_payment_opens_no_tab_that_changes_anything() {
    let at = embedded().await;
    let before = at.open("ada").await;
    at.enroll(&before).await;
    at.house.advance(5 * 60);
    let paid = at.bypassed("payment").await;
    let refused = at.session_after("ada", &paid["id"]).await;
    refused.is(409);
    assert_eq!(refused.json()["code"], "not_a_sign_in");
    let lost = at.call(&before, "/fn/overview", json!({})).await.json()["authenticators"][0]["id"].clone();
    at.begin(&before, &lost).await.is(403);
}

#[tokio::test]
async fn a_sign_in_is_named_by_the_challenge_that_let_its_own_user_in() {
    let at = embedded().await;
    let bearer = at.open("ada").await;
    at.enroll(&bearer).await;
    let (waiting, _) = at.challenge("ada").await;
    let refused = at.session_after("ada", &json!(waiting)).await;
    refused.is(409);
    assert_eq!(refused.json()["code"], "not_a_sign_in", "it was not passed");
    let passed = at.bypassed("sign_in").await;
    at.session_after("bob", &passed["id"]).await.is(409);
    at.session_after("ada", &passed["id"]).await.is(201);
    at.session_after("ada", &json!("018f0000-0000-7000-8000-000000000000")).await.is(201);
    let malformed = at.session_after("ada", &json!("yesterday")).await;
    malformed.is(422);
    assert_eq!(
        (&malformed.json()["code"], &malformed.json()["field"]),
        (&json!("malformed"), &json!("sign_in"))
    );
}
