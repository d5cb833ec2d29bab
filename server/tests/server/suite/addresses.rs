//! An address that is accepted is one that the mailer sends to.

use super::support::{EMAIL, House, PASSWORD};
use domain::name::EmailAddress;
use domain::ports::Entropy;
use domain::site::Scope;
use domain::testing::SeededEntropy;
use lettre::Address;
use serde_json::json;
use storage::account::Email;

/// What no mail server is given: each goes to somebody else, to several, or to nobody.
const NONE: [&str; 5] =
    ["a@b.test,victim@x.test", "<a@b.test>", "Ada <a@b.test>", "a@b@c.test", "\"a b\"@c.test"];

/// Pieces of which addresses, and what looks like some, are made.
const PIECES: [&str; 40] = [
    "a",
    "Z",
    "0",
    "ada",
    "b.test",
    "x-y",
    "é",
    "ü",
    "点",
    "@",
    "@",
    "@",
    ".",
    ".",
    "-",
    "_",
    "+",
    "'",
    "!",
    "{",
    "~",
    " ",
    "\t",
    ",",
    ";",
    ":",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "\\",
    "\u{200b}",
    "\u{301}",
    "😀",
    "127.0.0.1",
    "xn--",
    "٣",
];

fn drawn(entropy: &SeededEntropy) -> String {
    let mut random = [0; 12];
    entropy.fill(&mut random);
    let (length, random) = random.split_first().unwrap();
    random
        .iter()
        .take(usize::from(length % 11) + 1)
        .map(|at| PIECES[usize::from(*at) % PIECES.len()])
        .collect()
}

#[test]
fn what_is_accepted_is_an_address_to_the_mailer() {
    let (entropy, mut accepted, mut seen) = (SeededEntropy::new(10), 0, 0);
    for _ in 0..200_000 {
        let text = drawn(&entropy);
        let ours = [
            EmailAddress::parse(&text).ok().map(|address| address.as_str().to_owned()),
            Email::parse(&text).map(|email| email.as_str().to_owned()),
        ];
        for address in ours.into_iter().flatten() {
            assert!(address.parse::<Address>().is_ok(), "{address:?} is none to the mailer");
            accepted += 1;
        }
        seen += 1;
    }
    assert!(accepted > 1_000, "{accepted} of {seen} were accepted: too few to say anything");
    println!("{accepted} acceptances in {seen} texts, each one an address to the mailer");
    for text in NONE {
        assert!(EmailAddress::parse(text).is_err() && Email::parse(text).is_none(), "{text}");
    }
}

#[tokio::test]
async fn no_account_is_given_an_address_that_is_none() {
    let house = House::empty().await;
    let mut admin = house.create_account(EMAIL, PASSWORD).await;
    let path = {
        let list = admin.get("/organization/users").await.body;
        let before = list.split(&format!(">{EMAIL}</a>")).next().unwrap().to_owned();
        before.rsplit("href=\"").next().unwrap().trim_end_matches('"').trim_end_matches("\">").to_owned()
    };
    for text in NONE {
        let form = [("email", text), ("name", ""), ("role", "member")];
        admin.post("/organization/users/new", &form).await.is(422);
        admin.post(&format!("{path}/edit"), &[("email", text), ("name", "")]).await.is(422);
    }
}

#[tokio::test]
async fn no_site_says_that_a_user_has_an_address_that_is_none() {
    let house = House::empty().await;
    let shop = house.program(house.site("Shop").await, &Scope::ALL).await;
    for text in NONE {
        let user = json!({ "id": "ada", "label": "Ada", "email": text });
        for (path, more) in [
            ("sessions", json!({})),
            ("challenges", json!({ "action": "x" })),
            ("enrollments", json!({ "kind": "totp" })),
        ] {
            let mut body = more;
            body["user"] = user.clone();
            let answer = shop.post(&format!("/v1/{path}"), body).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["field"]),
                (422, &json!("user.email")),
                "{text} {path}"
            );
        }
    }
}
