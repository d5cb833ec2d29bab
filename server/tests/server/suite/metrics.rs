//! What is read at `/metrics`: each thing is done, and its figure is looked at.
#![expect(clippy::float_cmp, reason = "what is counted is whole")]

mod connections;
mod figures;

use super::api::enroll;
use super::support::{EMAIL, House, PASSWORD};
use domain::site::{FactorKinds, Scope};
use figures::Figures;
pub(super) use figures::promtool;
use http::Method;
use serde_json::json;
use server::telemetry::metrics::FIGURES;
use std::time::Duration;

/// A server whose figures are kept, with somebody whose two-factor authentication is on.
struct At {
    house: House,
    key: String,
    recovery_codes: Vec<String>,
}

async fn at() -> At {
    let house = House::measured().await;
    let mut owner = house.create_account(EMAIL, PASSWORD).await;
    let (key, recovery_codes) = house.set_up(&mut owner).await;
    house.advance(30);
    At { house, key, recovery_codes }
}

impl At {
    /// Gives this answer at a sign-in, and answers the status.
    async fn answer(&self, text: &str) -> u16 {
        let mut browser = self.house.browser();
        let form = [("email", EMAIL), ("password", PASSWORD)];
        browser.post("/sign-in", &form).await.leads_to("/sign-in/challenge");
        browser.call("/fn/answer_challenge", json!({ "text": text })).await.status.as_u16()
    }
}

#[tokio::test]
async fn answers_are_counted_by_kind_and_result_and_waits_by_what_they_ran_into() {
    let at = at().await;
    let figures = Figures::of(&at.house).await;
    for (kind, result) in [("totp", "passed"), ("totp", "wrong"), ("bypass_code", "already_used")] {
        let name = format!("twofold_answers_total{{kind=\"{kind}\",result=\"{result}\"}}");
        assert_eq!(figures.get(&name), 0.0, "{name} is there before anything happens");
    }
    let code = at.house.code(&at.key);
    let wrong = at.house.code_of(&at.key, 600);
    assert_eq!(at.answer(&code).await, 200);
    assert_eq!(at.answer(&code).await, 422);
    assert_eq!(at.answer(&wrong).await, 422);
    assert_eq!(at.answer(&at.recovery_codes[0]).await, 200);
    assert_eq!(at.answer(&at.recovery_codes[0]).await, 422);
    let figures = Figures::of(&at.house).await;
    for (kind, result, times) in [
        ("totp", "passed", 1.0),
        ("totp", "already_used", 1.0),
        ("totp", "wrong", 1.0),
        ("recovery_code", "passed", 1.0),
        ("recovery_code", "already_used", 1.0),
        ("email", "passed", 0.0),
    ] {
        let name = format!("twofold_answers_total{{kind=\"{kind}\",result=\"{result}\"}}");
        assert_eq!(figures.get(&name), times, "{name}");
    }
    let waits = "twofold_waits_total{kind=\"totp\",reason=\"wait\"}";
    assert_eq!(figures.get(waits), 0.0);
    for _ in 0..8 {
        at.answer(&wrong).await;
    }
    let figures = Figures::of(&at.house).await;
    let judged = figures.get("twofold_answers_total{kind=\"totp\",result=\"wrong\"}");
    assert!(figures.get(waits) >= 1.0, "{waits}");
    assert_eq!(judged + figures.get(waits), 9.0, "each was judged, or told to wait");
}

#[tokio::test]
async fn a_code_one_step_out_and_a_clock_that_is_not_trusted_are_seen() {
    let at = at().await;
    at.house.advance(300);
    let figures = Figures::of(&at.house).await;
    assert_eq!(figures.get("twofold_codes_one_step_out_total"), 0.0);
    assert_eq!(figures.get("twofold_clock_trusted"), 1.0);
    assert!(figures.get("twofold_clock_offset_seconds").is_nan(), "SQLite has no clock of its own");
    assert_eq!(at.answer(&at.house.code_of(&at.key, -60)).await, 422);
    at.house.clock.trust(false);
    let figures = Figures::of(&at.house).await;
    assert_eq!(figures.get("twofold_codes_one_step_out_total"), 1.0);
    assert_eq!(figures.get("twofold_clock_trusted"), 0.0);
}

#[tokio::test]
async fn enrollments_are_counted_by_stage_and_letters_with_the_age_of_the_oldest() {
    let house = House::measured().await;
    let site = house.site("Shop").await;
    house
        .change_policy(site, |policy| policy.factor_kinds = FactorKinds::of(&FactorKinds::ALL).unwrap())
        .await;
    let shop = house.program(site, &Scope::ALL).await;
    enroll(&house, &shop, "ada").await;
    let user = json!({ "id": "bob", "label": "bob", "email": "bob@example.com" });
    shop.post("/v1/enrollments", json!({ "user": user, "kind": "email" })).await.is(201);
    house.advance(20);
    let figures = Figures::of(&house).await;
    for (kind, stage, times) in [
        ("totp", "begun", 1.0),
        ("totp", "confirmed", 1.0),
        ("totp", "acknowledged", 1.0),
        ("totp", "cancelled", 0.0),
        ("email", "begun", 1.0),
        ("email", "confirmed", 0.0),
    ] {
        let name = format!("twofold_enrollments_total{{kind=\"{kind}\",stage=\"{stage}\"}}");
        assert_eq!(figures.get(&name), times, "{name}");
    }
    assert_eq!(figures.get("twofold_events_total{event=\"enrollment.begun\"}"), 2.0);
    assert_eq!(figures.get("twofold_outbox_pending{channel=\"code\"}"), 1.0);
    assert_eq!(figures.get("twofold_outbox_oldest_seconds{channel=\"code\"}"), 20.0);
    assert_eq!(figures.get("twofold_outbox_oldest_seconds{channel=\"notice\"}"), 0.0);
    assert_eq!(figures.get("twofold_mail_configured"), 0.0);
    let open = figures.get("twofold_audit_open_events");
    assert!(open >= 4.0, "nobody closes here: {open}");
    assert!(figures.get("twofold_audit_open_oldest_seconds") >= 20.0);
    while house.server.chain().close(house.server.now()).await.unwrap().is_some() {}
    assert_eq!(Figures::of(&house).await.get("twofold_audit_open_events"), 0.0);
}

#[tokio::test]
async fn requests_are_measured_by_the_template_of_their_route() {
    let house = House::measured().await;
    let site = house.site("Shop").await;
    let shop = house.program(site, &Scope::ALL).await;
    enroll(&house, &shop, "ada-the-first").await;
    shop.get("/v1/users/ada-the-first").await.is(200);
    shop.get("/v1/users/nobody-at-all").await.is(404);
    let mut browser = house.browser();
    browser.get("/no/such/page/ada-the-first").await.is(404);
    let ask = browser.ask(Method::GET, "/sign-in");
    browser.send(ask).await;
    let figures = Figures::of(&house).await;
    let count = |route: &str, status: u16| {
        let labels = format!(
            "http_request_method=\"GET\",http_route=\"{route}\",http_response_status_code=\"{status}\""
        );
        figures.get(&format!("http_server_request_duration_seconds_count{{{labels}}}"))
    };
    assert_eq!(count("/v1/users/{id}", 200), 1.0);
    assert_eq!(count("/v1/users/{id}", 404), 1.0);
    assert_eq!(count("-", 404), 1.0);
    assert_eq!(count("/sign-in", 302) + count("/sign-in", 200), 1.0);
}

#[tokio::test]
async fn every_figure_is_there_under_its_name_and_labels_and_none_holds_a_person() {
    let at = at().await;
    let site = at.house.site("Shop & Sons").await;
    let shop = at.house.program(site, &Scope::ALL).await;
    enroll(&at.house, &shop, "ada-the-first").await;
    at.answer(&at.house.code(&at.key)).await;
    let figures = Figures::of(&at.house).await;
    for figure in FIGURES {
        assert_eq!(figures.labels(figure.name), figure.labels, "{}", figure.name);
    }
    for said in figures.names() {
        assert!(FIGURES.iter().any(|figure| figure.name == said), "{said} is in no list");
    }
    let (site, key) = (site.to_string(), shop.key.name().as_str().to_owned());
    for private in [EMAIL, "ada", "example.com", "Shop", "127.0.0.1", "Firefox", "192.0.2", &site, &key] {
        assert!(!figures.text.contains(private), "{private}: {}", figures.text);
    }
    promtool(&["check", "metrics"], &figures.text);
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_and_leaves_the_rest_readable() {
    let house = House::measured().await;
    assert_eq!(Figures::of(&house).await.get("twofold_database_up"), 1.0);
    house.database.close().await;
    let figures = Figures::of(&house).await;
    assert_eq!(figures.get("twofold_database_up"), 0.0);
    assert!(figures.get("twofold_audit_open_events").is_nan());
    assert_eq!(figures.get("twofold_clock_trusted"), 1.0);
}

#[tokio::test]
async fn people_and_sites_never_reach_the_figures_and_nothing_is_kept_where_nobody_reads() {
    let house = House::measured().await;
    house.browser().get("/metrics").await.is(404);
    let house = House::with_account().await;
    house.browser().get("/metrics").await.is(404);
    assert_eq!(Figures::of(&house).await.text, "");
}

#[tokio::test]
async fn the_pools_the_keys_and_the_build_are_said() {
    let house = House::measured().await;
    let figures = Figures::of(&house).await;
    assert_eq!(figures.get("twofold_pool_limit{pool=\"writer\"}"), 1.0);
    assert_eq!(figures.get("twofold_pool_limit{pool=\"reader\"}"), 4.0);
    assert_eq!(figures.get("twofold_pool_open{pool=\"writer\"}"), 1.0);
    assert_eq!(figures.get("twofold_pool_waiting"), 0.0);
    assert_eq!(figures.get("twofold_sealing_key_info{key_id=\"1\",state=\"active\"}"), 1.0);
    assert_eq!(figures.get("twofold_sealing_key_info{key_id=\"1\",state=\"opens\"}"), 0.0);
    let about = std::fs::metadata(&house.server.settings().sealing_key_file).unwrap();
    let modified = about.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    let said = figures.get("twofold_sealing_key_file_modified_timestamp_seconds");
    assert!((said - modified.as_secs_f64()).abs() <= Duration::from_secs(1).as_secs_f64());
    let build = figures.text.lines().find(|line| line.starts_with("twofold_build_info")).unwrap();
    assert!(build.contains(&format!("version=\"{}\"", env!("CARGO_PKG_VERSION"))), "{build}");
}
