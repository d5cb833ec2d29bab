//! The HTTP API, as a site's server meets it.

mod administration;
mod command;
mod document;
mod examples;
mod life;
mod listing;
mod mail;
mod matrix;
mod me;
mod misdirected;
mod once;
mod person;
mod requirement;
mod shared;
mod tickets;
mod told;
mod typed;

use super::support::{Answer, House, Program};
use domain::site::Scope;
use serde_json::{Value, json};

/// A user of a site who has set an authenticator up over the API.
struct Enrolled {
    house: House,
    shop: Program,
    secret: String,
    recovery_codes: Vec<String>,
}

impl Enrolled {
    fn code(&self) -> String {
        self.house.code(&self.secret)
    }

    async fn open(&self) -> String {
        let opened =
            self.shop.post("/v1/challenges", json!({ "user": { "id": "ada" }, "action": "sign_in" })).await;
        opened.is(201);
        text(&opened.json()["id"])
    }
}

async fn enrolled() -> Enrolled {
    let house = House::empty().await;
    let site = house.site("Shop").await;
    let shop = house.program(site, &Scope::ALL).await;
    let (secret, recovery_codes) = enroll(&house, &shop, "ada").await;
    house.advance(30);
    Enrolled { house, shop, secret, recovery_codes }
}

/// The secret of the user's new authenticator, and the recovery codes.
pub(super) async fn enroll(house: &House, shop: &Program, id: &str) -> (String, Vec<String>) {
    let begun = begin(shop, id).await.json();
    let (enrollment, secret) = (text(&begun["id"]), text(&begun["secret"]));
    let confirmation = json!({ "user": { "id": id }, "code": house.code(&secret), "name": "Pixel 9" });
    let confirmed = shop.post(&format!("/v1/enrollments/{enrollment}/confirm"), confirmation).await;
    confirmed.is(200);
    let codes = confirmed.json()["recovery_codes"].as_array().unwrap().iter().map(text).collect();
    let acknowledged = json!({ "user": { "id": id } });
    shop.post(&format!("/v1/enrollments/{enrollment}/acknowledge"), acknowledged).await.is(204);
    (secret, codes)
}

async fn begin(shop: &Program, id: &str) -> Answer {
    let user = json!({ "id": id, "label": format!("{id}@example.com") });
    shop.post("/v1/enrollments", json!({ "user": user, "kind": "totp" })).await
}

#[track_caller]
pub(super) fn refused(answer: &Answer, status: u16, code: &str) {
    answer.is(status);
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.body);
    assert_eq!(answer.json()["code"], code, "{}", answer.body);
    assert_eq!(answer.json()["status"], status);
    assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
    assert_eq!(answer.header("cache-control"), "no-store");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
