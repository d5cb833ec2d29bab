//! The browsers in which somebody is signed in, as they see them and sign them out.

use super::support::{Browser, EMAIL, House, PASSWORD};
use http::Method;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0";
const SESSIONS: &str = "/account/sessions";

async fn signed_in(house: &House, address: &str, browser: Option<&str>) -> Browser {
    let mut signing_in = house.browser().from(address);
    let form = signing_in.form("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]);
    let form = browser.into_iter().fold(form, |form, browser| form.header("user-agent", browser));
    signing_in.send(form).await.leads_to("/account/security");
    signing_in
}

/// The ids that a page has a button for.
fn ids(html: &str) -> Vec<String> {
    html.split("name=\"session\" value=\"").skip(1).map(|rest| rest[..36].to_owned()).collect()
}

#[tokio::test]
async fn a_person_sees_where_they_are_signed_in_and_signs_one_out() {
    let house = House::with_account().await;
    let mut mine = signed_in(&house, "192.0.2.7", Some(FIREFOX)).await;
    let mut other = signed_in(&house, "198.51.100.9", None).await;
    let page = mine.get(SESSIONS).await;
    page.is(200);
    for said in ["Firefox on Linux", "192.0.2.7", "198.51.100.9", "Unknown browser", "This browser"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    // The account's own browser, which joined, is the third.
    assert_eq!(ids(&page.body).len(), 2, "and none for this one");
    let listed = other.get(SESSIONS).await.body;
    let of_mine = ids(&listed).into_iter().find(|id| !ids(&page.body).contains(id)).unwrap();
    other.post(SESSIONS, &[("session", &of_mine)]).await.leads_to("/account/sessions?one");
    assert!(other.get("/account/sessions?one").await.body.contains("Signed out there."));
    mine.get(SESSIONS).await.leads_to("/sign-in?next=/account/sessions");
    let gone = other.post(SESSIONS, &[("session", &of_mine)]).await;
    gone.is(422);
    assert!(gone.body.contains("That browser is not signed in any more."), "{}", gone.body);
    let told = other.get("/account/security").await.body;
    assert!(told.contains("Signed out from another browser: “Firefox on Linux”"), "{told}");
}

#[tokio::test]
async fn all_others_are_signed_out_and_this_one_stays() {
    let house = House::with_account().await;
    let (mut mine, mut other) =
        (signed_in(&house, "192.0.2.7", None).await, signed_in(&house, "192.0.2.8", None).await);
    mine.post(SESSIONS, &[]).await.leads_to("/account/sessions?others");
    other.get("/account/security").await.leads_to("/sign-in");
    let page = mine.get("/account/sessions?others").await.body;
    assert!(page.contains("Signed out everywhere else.") && page.contains("You are signed in nowhere else."));
}

#[tokio::test]
async fn nobody_signs_somebody_else_out() {
    let house = House::with_account().await;
    let mut ada = signed_in(&house, "192.0.2.7", None).await;
    let mut bob = house.create_account("bob@example.com", PASSWORD).await;
    let of_ada = ids(&ada.get(SESSIONS).await.body).remove(0);
    bob.post(SESSIONS, &[("session", &of_ada)]).await.is(422);
    assert_eq!(ids(&ada.get(SESSIONS).await.body), std::slice::from_ref(&of_ada), "it is there still");
    ada.post(SESSIONS, &[("session", "nonsense")]).await.is(400);
    let ask = house.browser().ask(Method::GET, SESSIONS);
    house.browser().send(ask).await.leads_to("/sign-in?next=/account/sessions");
}
