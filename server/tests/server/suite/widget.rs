//! The widgets' frames, as a browser opens them for a page of a site.

mod bearer;
mod bypass;
mod forcing;
mod opening;
mod page;

use super::support::{Answer, Ask, Browser, House, Program};
use domain::name::SiteId;
use domain::site::{Origin, Scope};
use serde_json::{Value, json};

/// A page of the first site.
const SHOP: &str = "https://shop.example";

/// Two sites that embed, and a browser.
struct Embedded {
    house: House,
    shop: Program,
    other: Program,
    browser: Browser,
}

async fn embedded() -> Embedded {
    let house = House::empty().await;
    let shop = site(&house, "Shop", &[SHOP, "https://www.shop.example:8443"]).await;
    let other = site(&house, "Other", &["https://other.example"]).await;
    let (shop, other) = (house.program(shop, &Scope::ALL).await, house.program(other, &Scope::ALL).await);
    Embedded { browser: house.browser(), house, shop, other }
}

async fn site(house: &House, name: &str, origins: &[&str]) -> SiteId {
    let id = house.site(name).await;
    let was = house.server.sites().find(id).await.unwrap().unwrap();
    let mut profile = was.clone();
    profile.origins = origins.iter().map(|origin| Origin::parse(origin).unwrap()).collect();
    assert!(house.server.sites().update(&was, &profile, None).await.unwrap());
    id
}

impl Embedded {
    /// A ticket for the Security tab of a user of this site.
    async fn ticket_of(&self, site: &Program, user: &str) -> String {
        let user = json!({ "user": { "id": user, "label": format!("{user}@example.com") } });
        text(&site.post("/v1/sessions", user).await.json()["ticket"])
    }

    async fn ticket(&self) -> String {
        self.ticket_of(&self.shop, "ada").await
    }

    /// What `embed.js` posts into its frame.
    fn opening(&self, path: &str, ticket: &str, more: &[(&str, &str)]) -> Ask {
        let form: Vec<(&str, &str)> =
            [("ticket", ticket), ("origin", SHOP)].into_iter().chain(more.iter().copied()).collect();
        let ask = self.browser.form(path, &form).header("origin", SHOP);
        ask.header("sec-fetch-site", "cross-site").header("sec-fetch-dest", "iframe")
    }

    async fn send(&self, ask: Ask) -> Answer {
        self.browser.clone().send(ask).await
    }

    /// The Security tab of a user of the first site: its bearer.
    async fn open(&self, user: &str) -> String {
        let opened = self.open_at(&self.ticket_of(&self.shop, user).await).await;
        opened.is(200);
        meta(&opened, "bearer").unwrap()
    }

    async fn open_at(&self, ticket: &str) -> Answer {
        self.send(self.opening("/widget/security", ticket, &[])).await
    }

    /// What a frame's page asks for with its bearer.
    async fn call(&self, bearer: &str, path: &str, arguments: Value) -> Answer {
        self.send(self.asking(bearer, path, &arguments)).await
    }

    fn asking(&self, bearer: &str, path: &str, arguments: &Value) -> Ask {
        let ask = self.browser.ask(http::Method::POST, path).header("accept", "application/json");
        let ask = ask.body("application/json", arguments.to_string());
        ask.header("authorization", &format!("Bearer {bearer}"))
    }

    /// Switches two-factor authentication on in a frame; the key of the app.
    async fn enroll(&self, bearer: &str) -> String {
        let begun = self.call(bearer, "/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
        let key = text(&begun["key"]);
        let typed = json!({ "id": begun["id"], "code": self.house.code(&key), "name": "Pixel 9" });
        self.call(bearer, "/fn/confirm_enrollment", typed).await.is(200);
        self.call(bearer, "/fn/acknowledge_enrollment", json!({ "id": begun["id"] })).await.is(200);
        self.house.advance(30);
        key
    }

    /// A challenge of a user of the first site: its id and ticket.
    async fn challenge(&self, user: &str) -> (String, String) {
        let asked = json!({ "user": { "id": user }, "action": "sign_in" });
        let opened = self.shop.post("/v1/challenges", asked).await.json();
        (text(&opened["id"]), text(&opened["ticket"]))
    }
}

/// What stands in the page's head.
fn meta(page: &Answer, name: &str) -> Option<String> {
    let (_, rest) = page.body.split_once(&format!("<meta name=\"twofold-{name}\" content=\""))?;
    rest.split_once('"').map(|(content, _)| content.to_owned())
}

/// A directive of the page's policy.
fn policy(page: &Answer, directive: &str) -> String {
    let policy = page.header("content-security-policy");
    let found = policy.split("; ").find_map(|one| one.strip_prefix(directive));
    found.unwrap_or_else(|| panic!("no {directive} in {policy}")).trim().to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
