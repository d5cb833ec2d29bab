//! `twofold backup` and `twofold restore`, as an operator types them.

use super::support::Folder;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use storage::Database;

/// A folder with a database in it that nobody serves.
struct Machine(Folder);

impl Machine {
    fn new() -> Self {
        let machine = Self(Folder::new());
        machine.done(&["migrate"]);
        machine
    }

    fn typed(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
        command.current_dir(&self.0.0).env_clear().args(arguments).output().unwrap()
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.typed(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(&[arguments, &["--json"]].concat())).unwrap()
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str], why: &str) {
        let output = self.typed(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(why), "{arguments:?}: {said}");
    }

    /// A site with a key; answers both ids.
    fn site(&self) -> (String, String) {
        let site = self.json(&["site", "create", "--name", "Shop", "--origin", "https://shop.example.com"]);
        let site = site["id"].as_str().unwrap().to_owned();
        let key = self.key(&site);
        (site, key)
    }

    fn key(&self, site: &str) -> String {
        let key = self.json(&["key", "create", "--site", site, "--scope", "verify"]);
        key["id"].as_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.0.join(name)
    }
}

#[tokio::test]
async fn a_backup_is_served_only_once_it_was_restored_by_its_own_command() {
    let machine = Machine::new();
    let (site, kept) = machine.site();
    let revoked = machine.key(&site);
    machine.done(&["account", "create", "bob@example.com"]);
    let url = format!("sqlite://{}", machine.path("data/twofold.db").display());
    let beside = Database::open_existing(&url).await.unwrap();
    let backup = machine.json(&["backup", "friday.db"]);
    assert!(backup["events"].as_u64().unwrap() >= 3 && backup["head"].is_string(), "{backup}");
    let file = machine.path("friday.db");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    machine.refused(&["backup", "friday.db"], "friday.db exists already: a backup overwrites nothing");
    let of_backup = ["site", "list", "--database-url", "sqlite:friday.db"];
    machine.refused(&of_backup, "friday.db is a backup: it takes codes, devices and keys for good");
    machine.done(&["key", "revoke", "--site", &site, &revoked]);
    machine.refused(&["restore", "friday.db"], "with --replace it is kept aside");
    machine.refused(&["restore", "friday.db", "--replace"], "a server or another command has");
    beside.close().await;
    machine.refused(&["restore", "friday.db", "--replace"], "2 API keys of this copy can be used");
    let before = machine.json(&["key", "list", "--site", &site]);
    std::fs::write(machine.path("revoked.txt"), format!("{revoked}\n0123456789abcdef # of Saturday\n"))
        .unwrap();
    let restored = machine.json(&["restore", "friday.db", "--replace", "--revoked-keys", "revoked.txt"]);
    assert_eq!(
        (&restored["ended"]["keys"], &restored["ended"]["links"]),
        (&1.into(), &1.into()),
        "{restored}"
    );
    assert_eq!(restored["unknown_keys"], serde_json::json!(["0123456789abcdef"]));
    let keys = machine.json(&["key", "list", "--site", &site]);
    let live = keys.as_array().unwrap().iter().filter(|key| key["revoked_at"].is_null());
    assert_eq!(live.map(|key| key["id"].as_str().unwrap()).collect::<Vec<_>>(), [kept.as_str()]);
    let aside = format!("sqlite:{}", restored["replaced"].as_str().unwrap());
    assert_eq!(machine.json(&["key", "list", "--site", &site, "--database-url", &aside]), before);
    assert!(machine.json(&["audit", "verify"])["fits"].as_bool().unwrap());
    let left: Vec<_> =
        std::fs::read_dir(machine.path("data")).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".twofold.db")), "{left:?}");
}

#[test]
fn a_backup_that_was_put_there_by_hand_is_fenced_where_it_is() {
    let machine = Machine::new();
    machine.site();
    machine.done(&["backup", "friday.db"]);
    std::fs::rename(machine.path("friday.db"), machine.path("data/twofold.db")).unwrap();
    for command in [&["serve"][..], &["migrate"], &["site", "list"]] {
        machine.refused(command, "run `twofold restore --fence`");
    }
    machine.refused(&["restore", "--fence"], "1 API keys of this copy can be used");
    machine.refused(&["site", "list"], "run `twofold restore --fence`");
    let fenced = machine.done(&["restore", "--fence", "--keep-keys"]);
    assert!(
        fenced.starts_with("Fenced: the database ") && fenced.contains("Recovery codes are void"),
        "{fenced}"
    );
    machine.done(&["site", "list"]);
    machine.done(&["audit", "verify"]);
}

#[test]
fn what_is_no_whole_backup_takes_nobodys_place() {
    let machine = Machine::new();
    let (site, _) = machine.site();
    machine.done(&["backup", "friday.db"]);
    let whole = std::fs::read(machine.path("friday.db")).unwrap();
    std::fs::write(machine.path("half.db"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(
        machine.path("letter.txt"),
        "Dear operator, this is no database at all, however long it may be.\n".repeat(99),
    )
    .unwrap();
    for file in ["half.db", "letter.txt"] {
        let said = format!("{file} is no database of Twofold's that is whole");
        machine.refused(&["restore", file, "--replace", "--keep-keys"], &said);
    }
    machine.refused(&["restore", "data/twofold.db", "--replace", "--keep-keys"], "name a copy of it");
    machine.done(&["key", "list", "--site", &site]);
    let url = "postgres://twofold@127.0.0.1:1/none";
    machine.refused(&["backup", "x.db", "--database-url", url], "pg_basebackup");
    machine.refused(&["restore", "friday.db", "--database-url", url], "run `twofold restore --fence`");
}
