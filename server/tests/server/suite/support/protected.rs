//! Somebody whose two-factor authentication is on.

use super::{Browser, EMAIL, House, PASSWORD};
use serde_json::json;

/// An account with two-factor authentication, whose browser has set it up.
pub(crate) struct Protected {
    pub(crate) house: House,
    pub(crate) owner: Browser,
    pub(crate) key: String,
    pub(crate) recovery_codes: Vec<String>,
}

pub(crate) async fn protected() -> Protected {
    let house = House::empty().await;
    let mut owner = house.create_account(EMAIL, PASSWORD).await;
    let (key, recovery_codes) = house.set_up(&mut owner).await;
    house.advance(30);
    Protected { house, owner, key, recovery_codes }
}

impl House {
    /// Switches two-factor authentication on, and answers the key and the recovery codes.
    pub(crate) async fn set_up(&self, browser: &mut Browser) -> (String, Vec<String>) {
        let begun = browser.call("/fn/begin_enrollment", json!({ "purpose": "first" })).await;
        begun.is(200);
        let (id, key) = (begun.json()["id"].clone(), begun.json()["key"].as_str().unwrap().to_owned());
        let typed = json!({ "id": id, "code": self.code(&key), "name": "Pixel 9" });
        let confirmed = browser.call("/fn/confirm_enrollment", typed).await;
        confirmed.is(200);
        let codes = confirmed.json()["recovery_codes"].as_array().unwrap().clone();
        browser.call("/fn/acknowledge_enrollment", json!({ "id": id })).await.is(200);
        (key, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
    }
}

impl Protected {
    /// A browser that gave the right password.
    pub(crate) async fn half_way(&self) -> Browser {
        let mut browser = self.house.browser();
        let form = [("email", EMAIL), ("password", PASSWORD)];
        browser.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
        browser
    }

    pub(crate) fn code(&self) -> String {
        self.house.code(&self.key)
    }
}
