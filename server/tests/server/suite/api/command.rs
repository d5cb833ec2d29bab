//! `twofold site …` and `twofold key …`, as an operator types them.

use crate::suite::support::Folder;
use domain::time::Timestamp;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

fn twofold(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    command.current_dir(folder).env_clear().args(arguments).output().unwrap()
}

#[track_caller]
fn json_of(folder: &Path, arguments: &[&str]) -> Value {
    let output = twofold(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_site_and_its_keys_are_made_listed_changed_and_revoked() {
    let folder = Folder::new();
    let folder = folder.0.as_path();
    let create = ["site", "create", "--name", "Shop", "--issuer", "Shop", "--json"];
    assert!(!twofold(folder, &create).status.success(), "before `twofold migrate`");
    assert!(twofold(folder, &["migrate"]).status.success());
    let site = json_of(
        folder,
        &[&create[..], &["--origin", "https://a.test", "--origin", "https://b.test"]].concat(),
    );
    let site = site["id"].as_str().unwrap().to_owned();
    json_of(folder, &["site", "update", &site, "--issuer", "Shop & Co", "--json"]);
    json_of(
        folder,
        &[
            "site",
            "update",
            &site,
            "--add-origin",
            "https://c.test",
            "--add-origin",
            "https://a.test",
            "--json",
        ],
    );
    json_of(folder, &["site", "update", &site, "--trusted-device-days", "30", "--json"]);
    json_of(
        folder,
        &["site", "update", &site, "--require-two-factor", "yes", "--factor-kind", "totp", "--json"],
    );
    json_of(folder, &["site", "update", &site, "--require-from", "2999-01-31", "--json"]);
    json_of(folder, &["site", "update", &site, "--require-two-factor", "yes", "--json"]);
    let sites = json_of(folder, &["site", "list", "--json"]);
    let expected = json!({
        "id": site,
        "name": "Shop",
        "issuer": "Shop & Co",
        "origins": ["https://a.test", "https://b.test", "https://c.test"],
        "factor_kinds": ["totp"],
        "trusted_device_days": 30,
        "requires_two_factor": true,
        "required_from": "2999-01-31",
        "tells_users": true,
    });
    assert!(sites.as_array().unwrap().contains(&expected), "{sites}");
    let key = json_of(folder, &["key", "create", "--site", &site, "--scope", "verify,enroll", "--json"]);
    let (id, secret) = (key["id"].as_str().unwrap(), key["key"].as_str().unwrap());
    assert!(secret.starts_with(&format!("tf_{id}_")));
    let listed = json_of(folder, &["key", "list", "--site", &site, "--json"]);
    assert_eq!((&listed[0]["id"], &listed[0]["scopes"]), (&json!(id), &json!(["verify", "enroll"])));
    assert!(!listed.to_string().contains(secret), "keys are printed once");
    json_of(folder, &["key", "revoke", "--site", &site, id, "--json"]);
    assert!(!twofold(folder, &["key", "revoke", "--site", &site, id]).status.success(), "revoked before");
    let listed = json_of(folder, &["key", "list", "--site", &site, "--json"]);
    for moment in ["created_at", "revoked_at"] {
        let written = listed[0][moment].as_str().unwrap();
        assert!(Timestamp::parse_rfc3339(written).is_some() && written.ends_with('Z'), "{moment}: {written}");
    }
    assert!(listed[0]["used_at"].is_null());
}

#[test]
fn a_site_whose_pages_are_nowhere_is_made_with_a_warning() {
    let folder = Folder::new();
    let folder = folder.0.as_path();
    assert!(twofold(folder, &["migrate"]).status.success());
    let said = |more: &[&str]| {
        let output = twofold(folder, &[&["site", "create", "--name", "S"], more].concat());
        assert!(output.status.success());
        let id = String::from_utf8(output.stdout).unwrap();
        (id.trim().to_owned(), String::from_utf8(output.stderr).unwrap())
    };
    let (id, warning) = said(&[]);
    assert!(warning.contains(&format!("twofold site update {id} --add-origin https://")), "{warning}");
    assert_eq!(said(&["--origin", "https://a.test"]).1, "");
}

#[test]
fn what_would_not_work_is_refused() {
    let folder = Folder::new();
    let folder = folder.0.as_path();
    twofold(folder, &["migrate"]);
    let nobody = "018f0000-0000-7000-8000-000000000000";
    for bad in [
        &["site", "create", "--name", "S", "--issuer", "S", "--origin", "https://*.test"][..],
        &["site", "create", "--name", "S", "--issuer", "a:b"],
        &["site", "create", "--name", "", "--issuer", "S"],
        &["site", "create", "--name", "S", "--issuer", "S", "--trusted-device-days", "31"],
        &["site", "create", "--name", "S", "--issuer", "S", "--factor-kind", "recovery_code"],
        &["site", "create", "--name", "S", "--issuer", "S", "--require-two-factor", "maybe"],
        &["site", "create", "--name", "S", "--issuer", "S", "--require-from", "2020-01-31"],
        &["site", "create", "--name", "S", "--issuer", "S", "--require-from", "31.1.2999"],
        &[
            "site",
            "create",
            "--name",
            "S",
            "--issuer",
            "S",
            "--require-two-factor",
            "no",
            "--require-from",
            "now",
        ],
        &["site", "update", "00000000-0000-0000-0000-000000000001", "--issuer", "S"],
        &["site", "update", nobody, "--name", "S"],
        &["site", "update", nobody, "--origin", "https://a.test", "--add-origin", "https://b.test"],
        &["key", "create", "--site", nobody, "--scope", "verify"],
        &["key", "create", "--site", "00000000-0000-0000-0000-000000000001", "--scope", "all"],
        &["key", "create", "--site", "00000000-0000-0000-0000-000000000001"],
        &["key", "list", "--site", "nonsense"],
    ] {
        let output = twofold(folder, bad);
        assert!(!output.status.success() && output.stdout.is_empty() && !output.stderr.is_empty(), "{bad:?}");
    }
}

#[test]
fn nobody_speaks_for_the_built_in_site() {
    let folder = Folder::new();
    let folder = folder.0.as_path();
    assert!(twofold(folder, &["migrate"]).status.success());
    let site = "00000000-0000-0000-0000-000000000001";
    let refused = twofold(folder, &["key", "create", "--site", site, "--scope", "enroll"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("has its own sign-in"));
}
