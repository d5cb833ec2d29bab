//! Guessing passwords: counted alike for accounts and for strangers, and nobody is kept out by it for whom it is not.

use super::support::{Browser, EMAIL, House, PASSWORD};
use http::StatusCode;
use tokio::time::Instant;

const STRANGER: &str = "eve@example.com";

async fn wrong(browser: &mut Browser, email: &str) -> StatusCode {
    browser.post("/sign-in", &[("email", email), ("password", "not the password")]).await.status
}

/// What each of these tries is answered, one after another.
async fn tried(browser: &Browser, texts: &[&str]) -> Vec<u16> {
    let mut answers = Vec::new();
    for text in texts {
        answers.push(wrong(&mut browser.stranger(), text).await.as_u16());
    }
    answers
}

#[tokio::test]
async fn however_an_address_is_written_it_has_one_count() {
    let house = House::with_account().await;
    let browser = house.browser();
    for name in ["ada", "eve"] {
        let plain = format!("{name}@example.com");
        let texts = [
            plain.clone(),
            format!("{plain} "),
            format!(" {plain}"),
            plain.to_uppercase(),
            format!("{plain}\u{a0}"),
            format!("{plain} "),
        ];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let answers = tried(&browser, &texts).await;
        println!("{name}: {answers:?}");
        assert_eq!(answers, [422, 422, 422, 422, 422, 429], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_four_tries_at_once_do_not_tell_an_account_from_a_stranger() {
    let house = House::with_account().await;
    for email in [EMAIL, STRANGER] {
        let (before, begun) = (house.server.passwords().hashes(), Instant::now());
        let tries = (0..24).map(|_| {
            let mut browser = house.browser();
            let form = [("email", email), ("password", "not the password")];
            tokio::spawn(async move { browser.post("/sign-in", &form).await })
        });
        let mut judged = 0;
        for answer in tries.collect::<Vec<_>>() {
            let answer = answer.await.unwrap();
            let status = answer.status.as_u16();
            assert!(matches!(status, 422 | 429 | 503), "{status}");
            assert!(status != 503 || answer.header("retry-after") == "1", "who was shed may come again soon");
            judged += u64::from(status == 422);
        }
        let hashes = house.server.passwords().hashes() - before;
        println!("{email}: {judged} judged, {hashes} hashed, {:?}", begun.elapsed());
        assert_eq!(hashes, judged, "{email}: nothing is hashed that is not judged");
        // Whoever was shed had nothing counted.
        while wrong(&mut house.browser(), email).await == 422 {
            judged += 1;
        }
        assert_eq!((judged, house.server.passwords().hashes() - before), (5, 5), "{email}");
    }
}

#[tokio::test]
async fn a_restart_and_another_replica_forget_nobody() {
    let house = House::with_account().await;
    for email in [EMAIL, STRANGER] {
        for _ in 0..5 {
            wrong(&mut house.browser(), email).await;
        }
        let (_, mut elsewhere) = house.replica().await;
        let answer = wrong(&mut elsewhere, email).await;
        println!("{email}: {answer}");
        assert_eq!(answer, 429, "{email}");
    }
}

#[tokio::test]
async fn the_owner_gets_in_from_a_known_browser_while_an_attack_runs() {
    let house = House::with_account().await;
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let mut owner = house.browser().from("198.51.100.7");
    owner.post("/sign-in", &form).await.leads_to("/account/security");
    owner.post("/sign-out", &[]).await.leads_to("/sign-in?signed-out");
    for network in 0..40 {
        let thief = house.browser().from(&format!("203.0.{network}.9"));
        tried(&thief, &[EMAIL; 5]).await;
    }
    // From the owner's own network, too.
    tried(&house.browser().from("198.51.100.8"), &[EMAIL; 5]).await;
    let mut unknown = house.browser().from("192.0.2.1");
    let answer = unknown.post("/sign-in", &form).await.status;
    println!("an unknown browser: {answer}");
    let answer = owner.post("/sign-in", &form).await;
    println!("the owner: {}", answer.status);
    answer.leads_to("/account/security");
    assert_eq!(unknown.post("/sign-in", &form).await.status, 429);
}

#[tokio::test]
async fn somebody_who_is_signed_in_is_never_kept_out_by_others() {
    let house = House::empty().await;
    let mut admin = house.create_account(EMAIL, PASSWORD).await;
    for network in 0..40 {
        tried(&house.browser().from(&format!("203.0.{network}.9")), &[EMAIL; 5]).await;
    }
    let form = [("current", PASSWORD), ("new", "another horse battery")];
    let answer = admin.post("/account/password", &form).await;
    println!("a signed-in administrator: {}", answer.status);
    answer.leads_to("/account/password?changed");
}
