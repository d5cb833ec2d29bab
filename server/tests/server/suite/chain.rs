//! `twofold audit verify`, as an operator types it beside a server that runs.

use super::support::{House, PASSWORD};
use serde_json::Value;
use std::fs::{OpenOptions, write};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Command, Output};

const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

fn verify(house: &House, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    let url = house.server.settings().database_url.expose().to_owned();
    let command = command.env_clear().env("TWOFOLD_DATABASE_URL", url);
    command.args(["audit", "verify"]).args(arguments).output().unwrap()
}

#[track_caller]
fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn keep_key(house: &House, digits: &str) {
    let path = &house.server.settings().sealing_key_file;
    let _ = std::fs::remove_file(path);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    writeln!(file.unwrap(), "1 {digits}").unwrap();
}

async fn close(house: &House) {
    house.advance(6);
    let closed = house.server.chain().close(house.server.now(), house.server.entropy()).await.unwrap();
    assert!(closed.is_some());
}

#[tokio::test]
async fn the_log_is_verified_and_a_chain_that_lost_its_end_is_told_by_a_head() {
    let house = House::with_account().await;
    keep_key(&house, KEY);
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
    let missing = verify(&house, &[]);
    assert!(!missing.status.success());
    assert!(String::from_utf8_lossy(&missing.stderr).contains("sealing.key"), "{missing:?}");
    keep_key(&house, KEY);
    close(&house).await;
    assert!(verify(&house, &[]).status.success(), "from now on the database remembers the key");
    keep_key(&house, &KEY.replace('0', "1"));
    let other = verify(&house, &[]);
    assert!(!other.status.success());
    assert!(String::from_utf8_lossy(&other.stderr).contains("belongs to another database"), "{other:?}");
    write(&house.server.settings().sealing_key_file, "").unwrap();
    assert!(!verify(&house, &[]).status.success());
}
