//! `twofold admin recover` and `twofold account …`, as an operator types them beside a server that runs.

use super::support::{EMAIL, House, PASSWORD, Protected, protected};
use domain::audit::EventKind;
use domain::name::Reason;
use domain::ports::EventPage;
use serde_json::json;
use std::process::{Command, Output};
use storage::account::Email;

fn recover(house: &House, arguments: &[&str]) -> Output {
    typed(house, &[&["admin", "recover"], arguments].concat())
}

fn typed(house: &House, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    let url = house.server.settings().database_url.expose().to_owned();
    let command = command.env_clear().env("TWOFOLD_DATABASE_URL", url);
    command.args(arguments).output().unwrap()
}

#[tokio::test]
async fn a_locked_out_administrator_signs_in_with_the_password_again() {
    let at = protected().await;
    let mut guesser = at.half_way().await;
    for _ in 0..6 {
        guesser.call("/fn/answer_challenge", json!({ "text": "000000" })).await;
    }
    let Protected { house, owner: mut ada, .. } = at;
    for _ in 0..6 {
        let form = [("email", EMAIL), ("password", "not the password")];
        house.browser().post("/sign-in", &form).await;
    }
    let recovered = recover(&house, &["ADA@example.com", "--json"]);
    assert!(recovered.status.success(), "{}", String::from_utf8_lossy(&recovered.stderr));
    let said: serde_json::Value = serde_json::from_slice(&recovered.stdout).unwrap();
    assert_eq!((&said["email"], &said["sign_in"]), (&json!(EMAIL), &json!("http://localhost:3000/sign-in")));
    ada.get("/account/security").await.leads_to("/sign-in");
    let mut again = house.browser();
    let form = [("email", EMAIL), ("password", PASSWORD)];
    again.post("/sign-in", &form).await.leads_to("/account/security");
    let user = house.accounts.account_by_email(&Email::parse(EMAIL).unwrap()).await.unwrap().unwrap().user;
    let events = house.server.two_factor().events(EventPage::newest_of(&user, 100)).await.unwrap().items;
    let reset: Vec<_> = events.iter().filter(|event| event.kind == EventKind::UserReset).collect();
    let reason = reset[0].reason.as_ref().map(Reason::as_str);
    assert_eq!((reset.len(), reason), (1, Some("twofold admin recover, on the server")), "it is in the log");
}

#[tokio::test]
async fn nobody_but_an_administrator_is_recovered() {
    let Protected { house, owner: mut ada, .. } = protected().await;
    let mut bob = house.create_account("bob@example.com", PASSWORD).await;
    for (email, said) in [
        ("bob@example.com", "that is no administrator"),
        ("nobody@example.com", "there is no account with this address"),
        ("nonsense", "that is not an e-mail address"),
    ] {
        let refused = recover(&house, &[email]);
        assert!(!refused.status.success());
        assert!(String::from_utf8_lossy(&refused.stderr).contains(said), "{email}");
    }
    ada.get("/account/security").await.is(200);
    bob.get("/account/security").await.is(200);
}

#[tokio::test]
async fn an_account_is_deactivated_and_comes_back_but_the_last_administrator_stays() {
    let Protected { house, owner: mut ada, .. } = protected().await;
    let mut bob = house.create_account("bob@example.com", PASSWORD).await;
    let refused = |verb: &str, email: &str, said: &str| {
        let output = typed(&house, &["account", verb, email]);
        assert!(!output.status.success(), "{verb} {email}");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains(said), "{verb} {email}: {error}");
    };
    refused("deactivate", EMAIL, "this is the last active administrator");
    refused("deactivate", "nobody@example.com", "there is no account with this address");
    refused("reactivate", "bob@example.com", "the account is not deactivated");
    assert!(typed(&house, &["account", "deactivate", "Bob@example.com"]).status.success());
    bob.get("/account/security").await.leads_to("/sign-in");
    ada.get("/account/security").await.is(200);
    refused("deactivate", "bob@example.com", "deactivated already");
    assert!(typed(&house, &["account", "reactivate", "bob@example.com"]).status.success());
    let form = [("email", "bob@example.com"), ("password", PASSWORD)];
    bob.post("/sign-in", &form).await.leads_to("/account/security");
}
