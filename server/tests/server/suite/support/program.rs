//! The server of a site: it speaks with a key, keeps no cookies, and says nothing of an origin.

use super::{Answer, Ask, Browser, House, documented};
use domain::name::{Issuer, Name, SiteId};
use domain::site::{Origin, PlainKey, Scope, SitePolicy};
use http::Method;
use serde_json::Value;
use storage::site::SiteProfile;

#[derive(Clone)]
pub(crate) struct Program {
    browser: Browser,
    pub(crate) site: SiteId,
    pub(crate) key: PlainKey,
}

impl House {
    /// A new site.
    pub(crate) async fn site(&self, name: &str) -> SiteId {
        let id = SiteId::new(self.server.now(), self.server.entropy());
        let (name, issuer) = (Name::parse(name).unwrap(), Issuer::parse(name).unwrap());
        let (origins, policy) = (Vec::new(), SitePolicy::default());
        let profile = SiteProfile { id, name, issuer, origins, created_at: self.server.now(), policy };
        self.server.sites().create(&profile, None).await.unwrap();
        id
    }

    /// A site has another policy from now on.
    pub(crate) async fn change_policy(&self, site: SiteId, change: impl FnOnce(&mut SitePolicy)) {
        let was = self.server.sites().find(site).await.unwrap().unwrap();
        let mut profile = was.clone();
        change(&mut profile.policy);
        assert!(self.server.sites().update(&was, &profile, None).await.unwrap());
    }

    /// A site whose pages are at these origins from now on.
    pub(crate) async fn register(&self, site: SiteId, origins: &[&str]) {
        let was = self.server.sites().find(site).await.unwrap().unwrap();
        let origins = origins.iter().map(|origin| Origin::parse(origin).unwrap()).collect();
        let profile = SiteProfile { origins, ..was.clone() };
        assert!(self.server.sites().update(&was, &profile, None).await.unwrap());
    }

    /// The site's server, with a new key.
    pub(crate) async fn program(&self, site: SiteId, scopes: &[Scope]) -> Program {
        let key = PlainKey::new(self.server.entropy());
        self.server.sites().create_key(site, &key, scopes, self.server.now(), None).await.unwrap();
        Program { browser: self.browser(), site, key }
    }
}

impl Program {
    /// A request as a program makes it.
    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask {
        let ask = self.browser.ask(method, path).without("origin").without("sec-fetch-site");
        ask.header("accept", "*/*").header("authorization", &format!("Bearer {}", self.key.expose()))
    }

    /// The answer, which the document must know of, whatever it is.
    pub(crate) async fn send(&self, ask: Ask) -> Answer {
        let (method, path) = (ask.method.clone(), ask.path.clone());
        let answer = self.browser.clone().send(ask).await;
        documented::check(&method, &path, &answer);
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.ask(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.ask(Method::DELETE, path)).await
    }

    pub(crate) async fn put(&self, path: &str, json: Value) -> Answer {
        self.send(self.ask(Method::PUT, path).body("application/json", json.to_string())).await
    }

    pub(crate) async fn post(&self, path: &str, json: Value) -> Answer {
        self.send(self.ask(Method::POST, path).body("application/json", json.to_string())).await
    }
}
