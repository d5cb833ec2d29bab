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
    std::fs::write(
        folder.0.join("t.toml"),
        "issuer = 'Here'\ndatabase_url = 'postgres://u:hunter2@db/x?sslmode=require&x=hunter2'\n",
    )
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
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0);
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

/// What the documents, Kubernetes and Docker put into the environment of every command.
const FOREIGN: [(&str, &str); 9] = [
    ("TWOFOLD_KEY", "tf_0"),
    ("TWOFOLD_URL", "http://localhost:3000"),
    ("TWOFOLD_PORT", "tcp://10.0.0.1:80"),
    ("TWOFOLD_SERVICE_HOST", "10.0.0.1"),
    ("TWOFOLD_DB_SERVICE_HOST", "10.0.0.2"),
    ("TWOFOLD_DB_SERVICE_PORT_POSTGRES", "5432"),
    ("TWOFOLD_DB_PORT_5432_TCP", "tcp://10.0.0.2:5432"),
    ("TWOFOLD_DB_PORT_5432_TCP_ADDR", "10.0.0.2"),
    ("TWOFOLD_DB_ENV_PGDATA", "/data"),
];

#[test]
fn a_variable_that_is_no_setting_stops_nobody_and_an_empty_one_says_nothing() {
    let folder = Folder::new();
    let check = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
        command.current_dir(&folder.0).env_clear().envs(variables.iter().copied());
        command.arg("check-config").output().unwrap()
    };
    let quiet = check(&FOREIGN);
    assert!(quiet.status.success() && quiet.stderr.is_empty(), "{}", said(&quiet));
    let warned = check(&[("TWOFOLD_LISTN", "hunter2"), ("TWOFOLD_NOTHING_LIKE_IT", "hunter2")]);
    assert!(warned.status.success() && !said(&warned).contains("hunter2"), "{}", said(&warned));
    let lines = String::from_utf8_lossy(&warned.stderr).into_owned();
    assert_eq!(
        lines.lines().collect::<Vec<_>>(),
        [
            "twofold: TWOFOLD_LISTN is not a setting, and is ignored: did you mean TWOFOLD_LISTEN?",
            "twofold: TWOFOLD_NOTHING_LIKE_IT is not a setting, and is ignored: `twofold --help` lists them",
        ]
    );
    let empty =
        ["DATABASE_URL", "LISTEN", "EMAIL_CODES", "TRUSTED_DEVICE_DAYS", "LOG_FORMAT", "CONFIG", "MIGRATE"];
    let empty: Vec<String> = empty.iter().map(|name| format!("TWOFOLD_{name}")).collect();
    let unset = check(&empty.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>());
    assert!(unset.status.success() && said(&unset).contains("listen = 127.0.0.1:3000"), "{}", said(&unset));
}

#[test]
fn a_parameter_of_the_database_that_is_not_known_is_named_without_its_value() {
    let folder = Folder::new();
    let url = "postgres://u:hunter2@127.0.0.1:1/x?channel_binding=hunter2&connect_timeout=hunter2";
    for verb in [&["site", "list"][..], &["serve"], &["serve", "--log-format", "json"], &["check-config"]] {
        let refused = twofold(&folder, &[verb, &["--database-url", url]].concat());
        let said = said(&refused);
        assert!(!said.contains("hunter2"), "{said}");
        for named in
            ["parameter channel_binding of database_url", "parameter connect_timeout of", "127.0.0.1:1/x"]
        {
            assert!(said.contains(named), "{named}: {said}");
        }
    }
}

#[test]
fn a_database_that_cannot_be_made_or_opened_is_named() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("file"), "").unwrap();
    let below = twofold(&folder, &["migrate", "--database-url", "sqlite://file/twofold.db"]);
    assert!(
        !below.status.success() && said(&below).contains("/file/twofold.db cannot be opened"),
        "{}",
        said(&below)
    );
    std::fs::write(folder.0.join("text.db"), "This is no database. ".repeat(100)).unwrap();
    let text = twofold(&folder, &["migrate", "--database-url", "sqlite://text.db"]);
    assert!(!text.status.success() && said(&text).contains("/text.db cannot be opened"), "{}", said(&text));
}

#[test]
fn serving_without_migrating_is_refused_while_migrations_are_pending() {
    let folder = Folder::new();
    for told in [&["serve", "--no-migrate"][..], &["serve", "--migrate", "false"]] {
        let refused = twofold(&folder, told);
        assert!(!refused.status.success(), "{}", said(&refused));
        assert!(said(&refused).contains("there is no database at"), "{}", said(&refused));
        assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0, "{told:?} made something");
    }
    let listed = twofold(&folder, &["serve", "--no-migrate", "--create"]);
    assert_eq!(listed.status.code(), Some(2), "{}", said(&listed));
}

#[test]
fn a_sites_issuer_is_its_name_unless_it_is_said() {
    let folder = Folder::new();
    assert!(twofold(&folder, &["migrate"]).status.success());
    assert!(twofold(&folder, &["site", "create", "--name", "Shop"]).status.success());
    let listed = twofold(&folder, &["site", "list", "--json"]);
    let sites: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert!(sites.as_array().unwrap().iter().any(|site| site["issuer"] == "Shop"), "{sites}");
}

#[test]
fn help_shows_no_values_of_variables() {
    let folder = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    command.current_dir(&folder.0).env("TWOFOLD_DATABASE_URL", "postgres://u:hunter2@db/x").arg("--help");
    assert!(!said(&command.output().unwrap()).contains("hunter2"));
}
