//! The binary itself: its commands, and what it refuses to start with.

use super::support::Folder;
use std::process::{Command, Output};

fn twofold(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    command.current_dir(&folder.0).env_clear().args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn the_configuration_is_checked_and_printed_without_secrets() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("t.toml"), "issuer = 'Here'\ndatabase_url = 'postgres://u:hunter2@db/x'\n")
        .unwrap();
    let good = twofold(&folder, &["check-config", "--config", "t.toml", "--listen", "127.0.0.1:1"]);
    assert!(good.status.success(), "{}", said(&good));
    assert!(said(&good).contains("issuer = Here") && said(&good).contains("listen = 127.0.0.1:1"));
    assert!(!said(&good).contains("hunter2"));
    std::fs::write(folder.0.join("t.toml"), "listn = 'x'\n").unwrap();
    let bad = twofold(&folder, &["check-config", "--config", "t.toml"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(said(&bad).contains("line 1: unknown field `listn`"), "{}", said(&bad));
}

#[test]
fn migrating_twice_is_harmless() {
    let folder = Folder::new();
    let first = twofold(&folder, &["migrate"]);
    assert!(first.status.success() && said(&first).contains("applied"), "{}", said(&first));
    let second = twofold(&folder, &["migrate"]);
    assert!(second.status.success() && !said(&second).contains("applied"), "{}", said(&second));
    assert!(folder.0.join("data/twofold.db").exists());
}

#[test]
fn a_link_for_an_account_is_printed_for_people_and_for_programs() {
    let folder = Folder::new();
    let early = twofold(&folder, &["account", "create", "bob@example.com"]);
    assert!(!early.status.success() && said(&early).contains("twofold migrate"), "{}", said(&early));
    twofold(&folder, &["migrate"]);
    let text = twofold(&folder, &["account", "create", "bob@example.com", "--role", "admin"]);
    assert!(said(&text).contains("http://localhost:3000/welcome#"), "{}", said(&text));
    let json = twofold(&folder, &["account", "create", "bob@example.com", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(json["link"].as_str().unwrap().starts_with("http://localhost:3000/welcome#"));
    assert!(json["expires_at"].is_i64());
    let bad = twofold(&folder, &["account", "create", "bob"]);
    assert!(!bad.status.success());
}

#[test]
fn help_shows_no_values_of_variables() {
    let folder = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    command.current_dir(&folder.0).env("TWOFOLD_DATABASE_URL", "postgres://u:hunter2@db/x").arg("--help");
    assert!(!said(&command.output().unwrap()).contains("hunter2"));
}
