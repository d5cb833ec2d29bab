//! What the log holds: that something happened, and no secret (I10).

use super::support::{EMAIL, House, PASSWORD};
use domain::site::Scope;
use http::Method;
use serde_json::json;
use std::io;
use std::sync::{Arc, Mutex};
use tracing::dispatcher::DefaultGuard;
use tracing::{Dispatch, Level};
use tracing_subscriber::fmt::MakeWriter;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Memory {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_refused_request_says_why_and_a_probe_says_nothing() {
    let (memory, _guard, _second) = listening();
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    let opened = shop.post("/v1/sessions", json!({ "user": { "id": 7, "label": "ada" } })).await;
    opened.is(422);
    let ask = shop.ask(Method::POST, "/v1/users/ada%20l/unlock").header("traceparent", PARENT);
    let ask = ask.header("x-request-id", "proxy-7");
    let ask = ask.body("application/json", json!({ "reason": "Called us" }).to_string());
    house.browser().from("203.0.113.9").send(ask).await.is(404);
    house.browser().get("/readyz").await.is(204);
    let log = memory.text();
    let line = log.lines().find(|line| line.contains("refused")).unwrap_or_else(|| panic!("{log}"));
    for part in ["http.status=422", "code=\"malformed\"", "field=\"user.id\"", "site=", "key=\""] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    let line = log.lines().find(|line| line.contains("http.status=404")).unwrap_or_else(|| panic!("{log}"));
    let sent =
        ["request.sent_id=\"proxy-7\"", &format!("trace.parent=\"{PARENT}\""), "client=\"203.0.113.9\""];
    for part in
        sent.into_iter().chain(["user=\"ada l\"", "code=\"not_found\"", "request.id=", "site=", "key=\""])
    {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    let is_probe = |line: &&str| line.contains("/readyz") && line.contains(" INFO ");
    assert_eq!(log.lines().find(is_probe), None);
}

#[tokio::test]
async fn a_page_of_an_origin_that_is_not_registered_is_told_of_with_its_site() {
    let (memory, _guard, _second) = listening();
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    let opened = shop.post("/v1/sessions", json!({ "user": { "id": "7", "label": "ada" } })).await.json();
    let ticket = opened["ticket"].as_str().unwrap();
    let mut browser = house.browser();
    let origin = "https://shop.example";
    browser.post("/widget/security", &[("ticket", ticket), ("origin", origin)]).await.is(403);
    browser.post("/widget/security", &[("ticket", ticket), ("origin", "x\nERROR forged")]).await.is(403);
    let log = memory.text();
    let told = log.lines().find(|line| line.contains(" WARN ")).unwrap_or_else(|| panic!("{log}"));
    for part in [&format!("site={}", shop.site), "origin=\"https://shop.example\"", "--add-origin"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    assert!(log.contains("refused") && log.contains("code=\"wrong_origin\""), "{log}");
    assert!(!log.contains("\nERROR forged") && !log.contains(ticket), "{log}");
}

/// The log of this test, while the guards are held.
fn listening() -> (Memory, DefaultGuard, Dispatch) {
    let memory = Memory::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(Level::TRACE);
    let guard = tracing::subscriber::set_default(subscriber.with_writer(memory.clone()).finish());
    // While there is one subscriber only, tracing asks the thread that meets an event first, which may be another test's,
    // and remembers its answer for all. With two it asks each of them.
    (memory, guard, Dispatch::new(tracing_subscriber::registry()))
}

#[tokio::test]
async fn even_the_most_talkative_log_holds_no_secret() {
    let (memory, _guard, _second) = listening();
    let house = House::empty().await;
    let link = house.first_link().await;
    let mut browser = house.browser();
    let form = [("secret", link.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    browser.post("/welcome", &form).await.leads_to("/account/security");
    let begun = browser.call("/fn/begin_enrollment", json!({ "purpose": "first" })).await.json();
    let key = begun["key"].as_str().unwrap().to_owned();
    let code = house.code(&key);
    let typed = json!({ "id": begun["id"], "code": code, "name": "Pixel 9" });
    let confirmed = browser.call("/fn/confirm_enrollment", typed).await.json();
    let recovery = confirmed["recovery_codes"][0].as_str().unwrap().to_owned();
    browser.call("/fn/acknowledge_enrollment", json!({ "id": begun["id"] })).await.is(200);
    let mut other = house.browser();
    other.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.leads_to("/sign-in/challenge");
    let pending = other.cookies["twofold-pending"].clone();
    other.call("/fn/answer_challenge", json!({ "text": recovery })).await.is(200);
    other.get("/nothing/hunter2?hunter2").await.is(404);
    let log = memory.text();
    assert!(log.contains("answered") && log.contains("/fn/confirm_enrollment"), "{log}");
    let session = browser.cookies["twofold-session"].clone();
    let key_without_spaces = key.replace(' ', "");
    let code = format!("\"{code}\"");
    for secret in
        [PASSWORD, &link, &key, &key_without_spaces, &code, &recovery, &session, &pending, "hunter2", EMAIL]
    {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
