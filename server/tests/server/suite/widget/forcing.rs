//! A site that requires two-factor authentication: the challenge's frame sets it up, and is passed by that.

use super::{Embedded, embedded, meta, text};
use crate::suite::support::Answer;
use serde_json::{Value, json};

/// The first site requires it.
async fn required() -> Embedded {
    let at = embedded().await;
    at.house.change_policy(at.shop.site, |policy| policy.requires_two_factor = true).await;
    at
}

impl Embedded {
    /// A challenge of somebody who has nothing to answer with: its id and ticket.
    async fn forced(&self) -> (String, String) {
        let user = json!({ "id": "ada", "label": "ada@example.com" });
        let opened = self.shop.post("/v1/challenges", json!({ "user": user, "action": "sign_in" })).await;
        opened.is(201);
        let opened = opened.json();
        assert_eq!((&opened["status"], &opened["kinds"]), (&json!("enrollment_required"), &json!([])));
        (text(&opened["id"]), text(&opened["ticket"]))
    }

    async fn frame(&self, ticket: &str) -> Answer {
        self.send(self.opening("/widget/challenge", ticket, &[])).await
    }

    /// Up to where the recovery codes are to be saved: the enrollment's id.
    async fn confirm(&self, bearer: &str) -> Value {
        let begun = self.call(bearer, "/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
        let typed =
            json!({ "id": begun["id"], "code": self.house.code(&text(&begun["key"])), "name": "Pixel 9" });
        self.call(bearer, "/fn/confirm_enrollment", typed).await.is(200);
        begun["id"].clone()
    }
}

#[tokio::test]
async fn whoever_has_no_authenticator_sets_one_up_and_is_let_in() {
    let at = required().await;
    let (id, ticket) = at.forced().await;
    let challenge = format!("/v1/challenges/{id}");
    assert_eq!(at.shop.get(&challenge).await.json()["status"], "enrollment_required");
    let answered = at.shop.post(&format!("{challenge}/answers"), json!({ "code": "123456" })).await;
    answered.is(409);
    assert_eq!(answered.json()["code"], "enrollment_required");
    let page = at.frame(&ticket).await;
    page.is(200);
    assert!(page.body.contains("Your administrator requires two-factor authentication."), "{}", page.body);
    assert!(page.body.contains("data-component=\"RequiredEnrollment_"), "{}", page.body);
    assert_eq!(meta(&page, "challenge").as_deref(), Some(&*id));
    let bearer = meta(&page, "bearer").unwrap();
    let enrollment = at.confirm(&bearer).await;
    at.shop.post(&format!("{challenge}/redeem"), json!({})).await.is(409);
    let shown = at.call(&bearer, "/fn/recovery_codes_again", json!({ "id": enrollment })).await;
    assert_eq!(shown.json().as_array().unwrap().len(), 10);
    at.call(&bearer, "/fn/acknowledge_enrollment", json!({ "id": enrollment })).await.is(200);
    assert_eq!(at.shop.get(&challenge).await.json()["status"], "passed");
    let result = at.shop.post(&format!("{challenge}/redeem"), json!({})).await;
    result.is(200);
    assert_eq!((&result.json()["kind"], &result.json()["amr"]), (&json!("totp"), &json!(["otp"])));
    at.shop.post(&format!("{challenge}/redeem"), json!({})).await.is(409);
    for path in ["/fn/overview", "/fn/acknowledge_enrollment"] {
        at.call(&bearer, path, json!({ "id": enrollment })).await.is(401);
    }
    let next = at.shop.post("/v1/challenges", json!({ "user": { "id": "ada" }, "action": "sign_in" })).await;
    assert_eq!(next.json()["status"], "open", "from now on a code is asked for");
}

#[tokio::test]
async fn who_has_to_enroll_may_do_that_and_nothing_else() {
    let at = required().await;
    let before = at.open("ada").await;
    let (_, ticket) = at.forced().await;
    let bearer = meta(&at.frame(&ticket).await, "bearer").unwrap();
    let view = at.call(&bearer, "/fn/overview", json!({})).await;
    view.is(200);
    let view = view.json();
    assert_eq!(
        (&view["label"], &view["events"]),
        (&json!("ada@example.com"), &json!([])),
        "no activity before the second factor"
    );
    let id = "018f0000-0000-7000-8000-000000000000";
    let arguments = json!({ "id": id, "code": "000000", "name": "x", "password": null, "text": "000000", "remember": null });
    for path in [
        "/fn/rename_authenticator",
        "/fn/test_authenticator",
        "/fn/remove_authenticator",
        "/fn/forget_devices",
        "/fn/reset_recovery_codes",
        "/fn/step_up",
        "/fn/turn_off",
    ] {
        let refused = at.call(&bearer, path, arguments.clone()).await;
        refused.is(401);
        assert_eq!(refused.json()["code"], "signed_out", "{path}");
    }
    at.call(&bearer, "/fn/answer_challenge", arguments).await.is(404);
    for purpose in ["further", id] {
        let refused = at.call(&bearer, "/fn/begin_enrollment", json!({ "purpose": purpose })).await;
        assert!(refused.status.is_client_error(), "{purpose}: {}", refused.body);
    }
    // What a session began is not shown to somebody who has only passed the first factor, and the other way round.
    let begun = at.call(&before, "/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
    at.call(&bearer, "/fn/resume_enrollment", json!({ "id": begun["id"] })).await.is(404);
    let begun = at.call(&bearer, "/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
    at.call(&before, "/fn/resume_enrollment", json!({ "id": begun["id"] })).await.is(404);
}

#[tokio::test]
async fn who_enrolled_elsewhere_meanwhile_starts_over() {
    let at = required().await;
    let ((_, first), (second, ticket), (_, late)) = (at.forced().await, at.forced().await, at.forced().await);
    let (one, other) = (at.frame(&first).await, at.frame(&ticket).await);
    let (one, other) = (meta(&one, "bearer").unwrap(), meta(&other, "bearer").unwrap());
    let begun = at.call(&other, "/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
    let enrollment = at.confirm(&one).await;
    at.call(&one, "/fn/acknowledge_enrollment", json!({ "id": enrollment })).await.is(200);
    let typed = json!({ "id": begun["id"], "code": at.house.code(&text(&begun["key"])), "name": "Mine" });
    for (path, arguments) in [("/fn/confirm_enrollment", typed), ("/fn/overview", json!({}))] {
        let over = at.call(&other, path, arguments).await;
        over.is(401);
        assert_eq!(over.json()["code"], "signed_out", "the host's page opens another challenge");
    }
    at.shop.post(&format!("/v1/challenges/{second}/redeem"), json!({})).await.is(409);
    at.frame(&late).await.is(410);
}

#[tokio::test]
async fn a_challenge_of_one_site_enrolls_for_no_other() {
    let at = required().await;
    let (id, ticket) = at.forced().await;
    let bearer = meta(&at.frame(&ticket).await, "bearer").unwrap();
    let enrollment = at.confirm(&bearer).await;
    at.call(&bearer, "/fn/acknowledge_enrollment", json!({ "id": enrollment })).await.is(200);
    let theirs = json!({ "user": { "id": "ada" }, "action": "sign_in" });
    assert_eq!(at.other.post("/v1/challenges", theirs).await.json()["status"], "not_enrolled");
    at.other.post(&format!("/v1/challenges/{id}/redeem"), json!({})).await.is(404);
}

#[tokio::test]
async fn a_user_without_a_label_is_called_by_their_id() {
    let at = required().await;
    let asked = json!({ "user": { "id": "urn:user:42" }, "action": "sign_in" });
    let opened = at.shop.post("/v1/challenges", asked).await.json();
    let page = at.frame(&text(&opened["ticket"])).await;
    page.is(200);
    let bearer = meta(&page, "bearer").unwrap();
    let begun = at.call(&bearer, "/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
    assert_eq!(begun["label"], "urn user 42");
}

#[tokio::test]
async fn what_is_required_is_not_turned_off() {
    let at = required().await;
    let (_, ticket) = at.forced().await;
    let bearer = meta(&at.frame(&ticket).await, "bearer").unwrap();
    let enrollment = at.confirm(&bearer).await;
    at.call(&bearer, "/fn/acknowledge_enrollment", json!({ "id": enrollment })).await.is(200);
    let session = at.open("ada").await;
    let view = at.call(&session, "/fn/overview", json!({})).await.json();
    assert_eq!(view["required"], json!(true));
    let refused = at.call(&session, "/fn/turn_off", json!({ "password": null, "code": "123456" })).await;
    refused.is(403);
    assert_eq!(refused.json()["code"], "required", "whatever the code");
    let ticket =
        at.shop.post("/v1/sessions", json!({ "user": { "id": "ada", "label": "ada@example.com" } })).await;
    let page = at.send(at.opening("/widget/security", &text(&ticket.json()["ticket"]), &[])).await;
    assert!(page.body.contains("Your administrator requires two-factor authentication."), "{}", page.body);
    assert!(!page.body.contains("Turn off"), "{}", page.body);
}
