//! Old events of the audit log go where the settings say so: what is there afterwards, for the commands, the page and the API.

use super::api::enroll;
use super::chain::{check, close, json_of, typed, verify};
use super::support::{Browser, EMAIL, Folder, House, PASSWORD};
use domain::site::Scope;
use server::retention::cut;
use storage::Database;

const DAY: u64 = 24 * 3600;

async fn house(flags: &[&str]) -> House {
    let folder = Folder::new();
    let url = format!("sqlite://{}/twofold.db", folder.0.display());
    let database = Database::open(&url).await.unwrap();
    let house = House::in_database(folder, database, &url, flags).await;
    house.create_account(EMAIL, PASSWORD).await;
    close(&house).await;
    house
}

/// Signs in, and has that closed.
async fn signed_in(house: &House) -> Browser {
    let mut browser = house.browser();
    browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await.leads_to("/account/security");
    close(house).await;
    browser
}

#[tokio::test]
async fn an_event_is_kept_for_as_many_whole_days_as_the_setting_says() {
    let house = house(&["--audit-log-days", "30"]).await;
    house.advance(30 * DAY);
    assert_eq!(cut(&house.server).await.unwrap(), 0, "the thirtieth day is not over");
    house.advance(DAY);
    signed_in(&house).await;
    house.clock.trust(false);
    assert_eq!(cut(&house.server).await.unwrap(), 0, "nothing goes by a clock that is not trusted");
    house.clock.trust(true);
    let gone = cut(&house.server).await.unwrap();
    assert!(gone > 0);
    assert_eq!(cut(&house.server).await.unwrap(), 0, "once a day");
    let verdict = house.server.chain().verify(None).await.unwrap();
    assert_eq!((verdict.misfit, verdict.cut.map(|cut| cut.events)), (None, Some(gone)));
}

#[tokio::test]
async fn without_the_setting_events_are_kept_for_ever() {
    let house = house(&[]).await;
    house.advance(20 * 365 * DAY);
    assert_eq!(cut(&house.server).await.unwrap(), 0);
}

#[tokio::test]
async fn the_log_is_verified_and_exported_from_where_it_begins_now() {
    let house = house(&["--audit-log-days", "30"]).await;
    let early = json_of(&verify(&house, &["--json"]));
    house.advance(31 * DAY);
    signed_in(&house).await;
    let gone = cut(&house.server).await.unwrap();
    close(&house).await;
    let plain = verify(&house, &[]);
    let said = String::from_utf8(plain.stdout).unwrap();
    let sentence = format!("Before them {gone} events, of up to 2027-01-15T08:00:06Z, were deleted by age,");
    assert!(plain.status.success() && said.contains(&sentence), "{said}");
    let verdict = json_of(&verify(&house, &["--json"]));
    assert_eq!((&early["deleted"], &verdict["deleted"]["events"]), (&serde_json::Value::Null, &gone.into()));
    assert_eq!(verdict["deleted"]["head"], early["head"], "the head at which it was cut");
    let noted = early["head"].as_str().unwrap();
    assert!(verify(&house, &["--head", noted]).status.success(), "the last one that is gone is known still");
    let export = typed(&house, &["audit", "export"]);
    assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
    let checked = check(&house, &typed(&house, &["audit", "public-key"]).stdout, &export.stdout);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(said.contains("events are as they were exported.") && said.contains(&sentence), "{said}");
    let text = String::from_utf8(export.stdout).unwrap();
    assert!(
        text.contains(r#""kind":"audit.cut","#)
            && text.contains(&format!("events={gone} batches=1 until=2027-01-15T")),
        "{text}"
    );
    assert!(!text.contains("account.created"), "{text}");
}

#[tokio::test]
async fn the_page_says_where_it_ends_and_what_points_behind_that_is_empty() {
    let house = house(&["--audit-log-days", "30"]).await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    enroll(&house, &shop, "bob").await;
    close(&house).await;
    let mut admin = signed_in(&house).await;
    let ends = "Older events were deleted on 15 February 2027, as the settings say.";
    assert!(!admin.get("/organization/audit").await.body.contains("Older events were deleted"));
    let first = shop.get("/v1/audit-events?limit=1").await.json();
    let next = first["next"].as_str().unwrap().to_owned();
    house.advance(31 * DAY);
    assert!(cut(&house.server).await.unwrap() > 0);
    let mut admin = signed_in(&house).await;
    let page = admin.get("/organization/audit").await;
    page.is(200);
    assert!(page.body.contains(ends), "{}", page.body);
    assert!(
        page.body.contains("events of this log from before 16 January 2027 were deleted"),
        "{}",
        page.body
    );
    let old = format!("/organization/audit?cursor=1800000000000.{}", "0".repeat(32));
    let behind = admin.get(&old).await;
    behind.is(200);
    assert!(
        behind.body.contains(ends) && !behind.body.contains("Nothing has happened yet"),
        "{}",
        behind.body
    );
    assert_eq!(behind.body.matches("<time").count(), 0);
    let behind = shop.get(&format!("/v1/audit-events?limit=1&cursor={next}")).await;
    behind.is(200);
    assert_eq!(behind.json(), serde_json::json!({ "events": [] }));
    let of_bob = shop.get("/v1/audit-events?user=bob").await.json();
    assert_eq!(of_bob, serde_json::json!({ "events": [] }));
}
