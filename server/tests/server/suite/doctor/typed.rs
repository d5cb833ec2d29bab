//! The command, as somebody types it.

use super::{Session, Stand, stand};
use serde_json::Value;
use std::process::{Command, Output};

async fn typed(at: &Stand, more: &[&str], key: Option<&str>) -> Output {
    let page = at.page("shop.localhost").to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    command.env_clear().args(["doctor", "--database-url", at.house.server.settings().database_url.expose()]);
    command.args(more).arg(page);
    if let Some(key) = key {
        command.env("TWOFOLD_KEY", key).env("TWOFOLD_URL", &at.twofold);
    }
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_prints_lines_or_json_and_fails_where_something_is_wrong() {
    let at = stand().await;
    let (site, key) = (at.program.site.to_string(), at.program.key.expose().to_owned());
    let whole = ["--site", site.as_str(), "--cookie", "session=ada"];
    let good = typed(&at, &whole, Some(&key)).await;
    let said = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(good.status.success() && said.starts_with("Nothing is wrong with TLS, page, "), "{said}");
    let bare = typed(&at, &["--json"], None).await;
    let report: Value = serde_json::from_slice(&bare.stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{report}");
    let not: Vec<&str> =
        report["not_checked"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert_eq!(not, ["key", "origins", "session-url, signed in"]);
    at.shop.lock().unwrap().session = Session::WantsCsrf;
    let bad = typed(&at, &[&whole[..], &["--json"]].concat(), Some(&key)).await;
    assert!(!bad.status.success());
    let report: Value = serde_json::from_slice(&bad.stdout).unwrap();
    assert_eq!(report["findings"][0]["code"], "session_url_csrf", "{report}");
    let bad = typed(&at, &whole, Some(&key)).await;
    let said = String::from_utf8_lossy(&bad.stdout).into_owned();
    assert!(
        said.contains("session_url_csrf: ") && said.contains("\n    exempt POST /twofold-session"),
        "{said}"
    );
    for refused in [typed(&at, &["--site", "nonsense"], None).await, typed(&at, &[], Some("tf_short")).await]
    {
        assert!(!refused.status.success() && refused.stdout.is_empty() && !refused.stderr.is_empty());
    }
}
