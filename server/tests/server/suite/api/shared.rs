//! What the API and the built-in sign-in share: used codes, and the budget of attempts (rules 1 and 3).

use super::{Program, enroll, refused, text};
use crate::suite::support::{Browser, EMAIL, House, PASSWORD};
use domain::name::SiteId;
use domain::site::Scope;
use serde_json::json;
use storage::account::Email;

/// An account with two-factor authentication, and a program that speaks for the built-in site.
struct Both {
    house: House,
    program: Program,
    id: String,
    key: String,
}

async fn both() -> Both {
    let house = House::empty().await;
    house.create_account(EMAIL, PASSWORD).await;
    let account = house.accounts.account_by_email(&Email::parse(EMAIL).unwrap()).await.unwrap().unwrap();
    let program = house.program(SiteId::BUILT_IN, &[Scope::Verify, Scope::Enroll]).await;
    let id = account.user.id.as_str().to_owned();
    let (key, _) = enroll(&house, &program, &id).await;
    house.advance(30);
    Both { house, program, id, key }
}

impl Both {
    async fn half_way(&self) -> Browser {
        let mut browser = self.house.browser();
        browser
            .post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)])
            .await
            .leads_to("/sign-in/challenge");
        browser
    }

    async fn answer(&self, code: &str) -> super::Answer {
        let user = json!({ "user": { "id": self.id }, "action": "sign_in" });
        let opened = self.program.post("/v1/challenges", user).await;
        assert_eq!(opened.json()["status"], "open", "{}", opened.body);
        let opened = opened.json();
        let answers = format!("/v1/challenges/{}/answers", text(&opened["id"]));
        self.program.post(&answers, json!({ "code": code })).await
    }
}

#[tokio::test]
async fn a_code_used_at_the_sign_in_is_used_for_the_api() {
    let at = both().await;
    let code = at.house.code(&at.key);
    at.half_way().await.call("/fn/answer_challenge", json!({ "text": code })).await.is(200);
    refused(&at.answer(&code).await, 422, "code_already_used");
}

#[tokio::test]
async fn wrong_codes_over_the_api_slow_the_sign_in_down() {
    let at = both().await;
    for left in [4, 3, 2, 1, 1] {
        let wrong = at.answer("000000").await;
        refused(&wrong, 422, "code_wrong");
        assert_eq!(wrong.json()["attempts_left"], left, "a new challenge resets nothing");
    }
    let code = at.house.code(&at.key);
    let early = at.answer(&code).await;
    refused(&early, 429, "wait");
    assert_eq!((early.header("retry-after"), &early.json()["retry_after"]), ("1", &json!(1)));
    let browser = at.half_way().await.call("/fn/answer_challenge", json!({ "text": code })).await;
    assert!(browser.status.is_client_error(), "{}", browser.body);
    at.house.advance(1);
    at.answer(&code).await.is(200);
}
