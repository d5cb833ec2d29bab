//! `twofold audit …`, as an operator types it beside a server that runs.

use super::support::{House, PASSWORD, write_key};
use serde_json::Value;
use std::fs::write;
use std::process::{Command, Output};

const KEY: [u8; 32] = [7; 32];

pub(super) fn typed(house: &House, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    let url = house.server.settings().database_url.expose().to_owned();
    let command = command.env_clear().env("TWOFOLD_DATABASE_URL", url);
    command.args(arguments).output().unwrap()
}

pub(super) fn verify(house: &House, arguments: &[&str]) -> Output {
    typed(house, &[&["audit", "verify"], arguments].concat())
}

#[track_caller]
pub(super) fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(super) async fn close(house: &House) {
    house.advance(6);
    let closed = house.server.chain().close(house.server.now()).await.unwrap();
    assert!(closed.is_some());
}

#[tokio::test]
async fn the_log_is_verified_and_a_chain_that_lost_its_end_is_told_by_a_head() {
    let house = House::with_account().await;
    let empty = verify(&house, &["--json"]);
    assert!(empty.status.success(), "{}", String::from_utf8_lossy(&empty.stderr));
    assert_eq!((&json_of(&empty)["events"], &json_of(&empty)["fits"]), (&0.into(), &true.into()));
    close(&house).await;
    house.create_account("bob@example.com", PASSWORD).await;
    let plain = String::from_utf8(verify(&house, &[]).stdout).unwrap();
    assert!(plain.contains(" in 1 batch are as they were closed.") && plain.contains("head 1:"), "{plain}");
    let first = json_of(&verify(&house, &["--json"]));
    assert!(first["open"].as_u64().unwrap() > 0 && first["events"].as_u64().unwrap() > 0);
    close(&house).await;
    let head = first["head"].as_str().unwrap();
    assert!(verify(&house, &["--head", head]).status.success(), "an earlier head is a part of the chain");
    for (head, said) in [
        (["9", &head[1..]].concat(), "the chain ends at batch 2, and reached batch 9 before"),
        (format!("2{}", &head[1..]), "batch 2 is not the one that was noted"),
        ("2:00".to_owned(), "a head is the number of a batch"),
    ] {
        let refused = verify(&house, &["--head", &head, "--json"]);
        assert!(!refused.status.success(), "{head}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(said), "{refused:?}");
    }
}

#[tokio::test]
async fn without_the_sealing_key_nothing_is_verified() {
    let house = House::with_account().await;
    let path = &house.server.settings().sealing_key_file;
    std::fs::remove_file(path).unwrap();
    let missing = verify(&house, &[]);
    assert!(!missing.status.success());
    assert!(String::from_utf8_lossy(&missing.stderr).contains("sealing.key"), "{missing:?}");
    write_key(path, &KEY);
    close(&house).await;
    assert!(verify(&house, &[]).status.success(), "from now on the database remembers the key");
    write_key(path, &[9; 32]);
    let other = verify(&house, &[]);
    assert!(!other.status.success());
    assert!(String::from_utf8_lossy(&other.stderr).contains("belongs to another database"), "{other:?}");
    write(path, "").unwrap();
    assert!(!verify(&house, &[]).status.success());
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/audit/check_export.py");

pub(super) fn check(house: &House, public: &[u8], export: &[u8]) -> Output {
    let folder = house.server.settings().sealing_key_file.parent().unwrap();
    let (key, file) = (folder.join("audit.pub"), folder.join("audit.jsonl"));
    write(&key, public).unwrap();
    write(&file, export).unwrap();
    Command::new("python3").arg(SCRIPT).args([key, file]).output().unwrap()
}

#[tokio::test]
async fn an_export_is_checked_by_a_script_that_holds_only_the_public_key() {
    let house = House::with_account().await;
    let email = super::support::EMAIL;
    assert!(typed(&house, &["admin", "recover", email]).status.success());
    close(&house).await;
    let export = typed(&house, &["audit", "export"]);
    assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
    let (export, public) = (export.stdout, typed(&house, &["audit", "public-key"]).stdout);
    let checked = check(&house, &public, &export);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(said.contains("events are as they were exported. head 1:"), "{checked:?}");
    let text = String::from_utf8(export.clone()).unwrap();
    assert!(text.contains(r#""by":"twofold admin recover""#), "{text}");
    let mut others =
        vec![text.replacen("user.reset", "user.erase", 1), text.replacen(r#""events":"#, r#""events":1"#, 1)];
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    others.extend([
        lines[1..].concat(),
        lines[..lines.len() - 1].concat(),
        [lines[1], lines[0], &lines[2..].concat()].concat(),
    ]);
    others.push(text.trim_end().to_owned());
    for (n, other) in others.iter().enumerate() {
        assert_ne!(other, &text);
        assert!(!check(&house, &public, other.as_bytes()).status.success(), "{n}: it was changed");
    }
    write_key(&house.server.settings().sealing_key_file, &[9; 32]);
    let other_key = typed(&house, &["audit", "public-key"]).stdout;
    assert!(!check(&house, &other_key, &export).status.success(), "another key");
}

/// What somebody does on the server is in the log, and says by which command; it is proved like all else.
#[tokio::test]
async fn what_commands_do_with_sites_and_keys_is_in_the_log() {
    let house = House::with_account().await;
    let site = json_of(&typed(&house, &["site", "create", "--name", "Shop", "--issuer", "Shop", "--json"]));
    let site = site["id"].as_str().unwrap().to_owned();
    assert!(typed(&house, &["site", "update", &site, "--issuer", "Shop & Co"]).status.success());
    let key = json_of(&typed(&house, &["key", "create", "--site", &site, "--scope", "verify", "--json"]));
    let key = key["id"].as_str().unwrap().to_owned();
    assert!(typed(&house, &["key", "revoke", "--site", &site, &key]).status.success());
    house.create_account("bob@example.com", PASSWORD).await;
    for verb in ["deactivate", "reactivate"] {
        assert!(typed(&house, &["account", verb, "bob@example.com"]).status.success());
    }
    close(&house).await;
    let verdict = verify(&house, &["--json"]);
    assert!(verdict.status.success(), "{}", String::from_utf8_lossy(&verdict.stderr));
    let text = String::from_utf8(typed(&house, &["audit", "export"]).stdout).unwrap();
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (kind, by) in [
        ("site.added", "twofold site create"),
        ("site.edited", "twofold site update"),
        ("key.made", "twofold key create"),
        ("key.revoked", "twofold key revoke"),
        ("account.deactivated", "twofold account"),
        ("account.reactivated", "twofold account"),
    ] {
        assert!(events.iter().any(|event| event["kind"] == kind && event["by"] == by), "{kind}: {text}");
    }
}
