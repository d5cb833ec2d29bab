//! The database that is not where it should be: nothing is made in its place, and nothing goes on in what is gone.

use super::support::{Browser, EMAIL, Folder, House, PASSWORD, settings};
use domain::seal::{KeyId, KeyRing, SealingKey};
use domain::site::Scope;
use server::clock::SystemClock;
use server::entropy::OsEntropy;
use server::standalone::first_link;
use server::state::{Materials, Server};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;
use storage::Database;

fn twofold(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    command.current_dir(folder).env_clear().args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn no_database_is_made_beside_a_key_unless_it_is_meant() {
    let folder = Folder::new();
    let path = std::fs::canonicalize(&folder.0).unwrap();
    let (data, key) = (path.join("data/twofold.db"), path.join("data/sealing.key"));
    std::fs::create_dir(path.join("data")).unwrap();
    std::fs::write(&key, "1 00\n").unwrap();
    let refused = twofold(&path, &["migrate"]);
    assert!(!refused.status.success() && !data.exists(), "{}", said(&refused));
    for named in [&data.display().to_string(), &key.display().to_string(), "twofold migrate --create"] {
        assert!(said(&refused).contains(named), "{named}: {}", said(&refused));
    }
    // An empty file in its place is no database either.
    std::fs::write(&data, "").unwrap();
    let refused = twofold(&path, &["migrate"]);
    assert!(!refused.status.success() && said(&refused).contains("--create"), "{}", said(&refused));
    let meant = twofold(&path, &["migrate", "--create"]);
    assert!(meant.status.success(), "{}", said(&meant));
    let again = twofold(&path, &["migrate"]);
    assert!(again.status.success(), "what is there is gone on with: {}", said(&again));
    // A flag that was left in a unit file would have the next loss replaced without a word.
    for verb in ["migrate", "serve"] {
        let left = twofold(&path, &[verb, "--create"]);
        assert!(!left.status.success() && said(&left).contains("leave --create out"), "{}", said(&left));
        assert!(said(&left).contains(&data.display().to_string()), "{}", said(&left));
    }
}

#[test]
fn what_is_refused_is_left_as_it_is() {
    let folder = Folder::new();
    let path = std::fs::canonicalize(&folder.0).unwrap();
    let (data, key) = (path.join("data/twofold.db"), path.join("data/sealing.key"));
    std::fs::create_dir(path.join("data")).unwrap();
    std::fs::write(&data, "").unwrap();
    std::fs::write(&key, "1 00\n").unwrap();
    for command in [&["migrate"][..], &["serve"], &["serve", "--no-migrate"], &["site", "list"]] {
        let refused = said(&twofold(&path, command));
        assert!(refused.contains("is empty, but the sealing key file"), "{command:?}: {refused}");
        assert_eq!(std::fs::metadata(&data).unwrap().len(), 0, "{command:?} wrote into it");
        assert_eq!(std::fs::read_dir(path.join("data")).unwrap().count(), 2, "{command:?} made something");
    }
}

#[test]
fn beside_a_key_no_command_advises_what_would_be_refused() {
    let folder = Folder::new();
    let path = std::fs::canonicalize(&folder.0).unwrap();
    std::fs::create_dir(path.join("data")).unwrap();
    std::fs::write(path.join("data/sealing.key"), "1 00\n").unwrap();
    for command in [&["site", "list"][..], &["account", "create", EMAIL], &["serve", "--no-migrate"]] {
        let refused = said(&twofold(&path, command));
        let cause = format!("twofold: there is no database at {}", path.join("data/twofold.db").display());
        assert!(refused.contains(&cause), "{command:?}: {refused}");
        assert!(
            refused.contains("Put the database back") && !refused.contains("make one"),
            "{command:?}: {refused}"
        );
    }
}

#[test]
fn a_database_that_is_lost_before_anybody_served_is_not_remade() {
    let folder = Folder::new();
    let path = std::fs::canonicalize(&folder.0).unwrap();
    assert!(twofold(&path, &["migrate"]).status.success());
    assert!(twofold(&path, &["site", "create", "--name", "Shop"]).status.success());
    let key = std::fs::read(path.join("data/sealing.key")).unwrap();
    assert!(twofold(&path, &["migrate"]).status.success());
    assert_eq!(std::fs::read(path.join("data/sealing.key")).unwrap(), key, "a key that is there stays");
    std::fs::remove_file(path.join("data/twofold.db")).unwrap();
    for command in [&["migrate"][..], &["serve"]] {
        let refused = twofold(&path, command);
        assert!(
            !refused.status.success() && said(&refused).contains("Put the database back"),
            "{}",
            said(&refused)
        );
    }
    assert!(!path.join("data/twofold.db").exists());
}

/// A key file, as the first start writes it.
#[test]
fn what_is_no_database_of_ours_is_named_and_left_as_it_is() {
    let folder = Folder::new();
    let path = std::fs::canonicalize(&folder.0).unwrap();
    let (data, key) = (path.join("data/twofold.db"), path.join("data/sealing.key"));
    std::fs::create_dir(path.join("data")).unwrap();
    let other = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript('CREATE TABLE foo (a);')";
    assert!(Command::new("python3").args(["-c", other]).arg(&data).status().unwrap().success());
    let bytes = std::fs::read(&data).unwrap();
    for with_key in [false, true] {
        if with_key {
            std::fs::write(&key, "1 00\n").unwrap();
        }
        for verb in [&["migrate"][..], &["migrate", "--create"], &["site", "list"]] {
            let refused = twofold(&path, verb);
            assert!(!refused.status.success(), "{verb:?}");
            assert!(
                said(&refused).contains("has tables, and none of Twofold's migrations"),
                "{}",
                said(&refused)
            );
            assert!(!said(&refused).contains("--create"), "{}", said(&refused));
        }
    }
    assert_eq!(std::fs::read(&data).unwrap()[100..], bytes[100..], "no table was made in it");
}

#[test]
fn a_second_name_of_the_file_and_a_log_that_was_left_behind_are_refused() {
    let folder = Folder::new();
    let path = std::fs::canonicalize(&folder.0).unwrap();
    assert!(twofold(&path, &["migrate"]).status.success());
    let (data, other) = (path.join("data/twofold.db"), path.join("data/other.db"));
    std::fs::hard_link(&data, &other).unwrap();
    for file in [&data, &other] {
        let refused =
            twofold(&path, &["site", "list", "--database-url", &format!("sqlite://{}", file.display())]);
        assert!(
            !refused.status.success() && said(&refused).contains("has a second name"),
            "{}",
            said(&refused)
        );
    }
    std::fs::remove_file(&other).unwrap();
    assert!(twofold(&path, &["site", "list"]).status.success());
    let log = path.join("data/twofold.db-wal");
    std::fs::remove_file(&data).unwrap();
    std::fs::write(&log, "what was written last").unwrap();
    for verb in [&["site", "list"][..], &["migrate"], &["migrate", "--create"]] {
        let refused = twofold(&path, verb);
        assert!(
            !refused.status.success() && said(&refused).contains(&log.display().to_string()),
            "{}",
            said(&refused)
        );
    }
    assert_eq!(std::fs::read(&log).unwrap(), b"what was written last");
}

fn keep_key(at: &Path, digits: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(at, format!("1 {}\n", digits.repeat(32))).unwrap();
    std::fs::set_permissions(at, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test]
async fn a_database_and_a_key_of_another_are_refused_by_every_command() {
    let folder = Folder::new();
    let path = std::fs::canonicalize(&folder.0).unwrap();
    assert!(twofold(&path, &["migrate"]).status.success());
    let key = path.join("data/sealing.key");
    keep_key(&key, "ab");
    // What the first start has the database remember.
    let database =
        Database::open(&format!("sqlite://{}", path.join("data/twofold.db").display())).await.unwrap();
    server::sealing::check(&key, &server::sealing::read(&key).unwrap(), &database).await.unwrap();
    database.close().await;
    assert!(twofold(&path, &["site", "list"]).status.success(), "they belong together");
    keep_key(&key, "cd");
    for command in [&["site", "list"][..], &["audit", "verify"], &["migrate"], &["serve", "--no-migrate"]] {
        let refused = said(&twofold(&path, command));
        for named in [
            &path.join("data/twofold.db").display().to_string(),
            &key.display().to_string(),
            "another database",
        ] {
            assert!(refused.contains(named), "{command:?}: {named}: {refused}");
        }
    }
    std::fs::remove_file(&key).unwrap();
    assert!(twofold(&path, &["site", "list"]).status.success(), "a command that seals nothing needs no key");
}

#[tokio::test]
async fn whoever_is_not_served_for_want_of_the_database_is_told_so() {
    let house = House::with_account().await;
    let program = house.program(house.site("Shop").await, &Scope::ALL).await;
    std::fs::remove_file(house.database_file()).unwrap();
    for _ in ["before anybody noticed", "and after"] {
        let user = serde_json::json!({ "user": { "id": "ada", "label": "ada" } });
        let api = program.post("/v1/sessions", user).await;
        let mut browser = house.browser();
        let page = browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        api.is(503);
        page.is(503);
        assert_eq!(api.json()["code"], "database_lost", "{}", api.body);
        for answer in [api, page] {
            assert!(answer.body.contains("moved, deleted, replaced or written over"), "{}", answer.body);
            assert!(!answer.headers.contains_key("retry-after"), "{:?}", answer.headers);
        }
        house.database.check_file().unwrap_err();
        house.database.close().await;
    }
}

#[test]
fn a_command_in_another_folder_makes_nothing_and_says_where_it_looked() {
    let folder = Folder::new();
    let path = std::fs::canonicalize(&folder.0).unwrap();
    let commands: [&[&str]; 8] = [
        &["site", "list"],
        &["site", "create", "--name", "Shop", "--issuer", "Shop"],
        &["key", "list", "--site", "00000000-0000-0000-0000-000000000000"],
        &["account", "create", EMAIL],
        &["account", "deactivate", EMAIL],
        &["admin", "recover", EMAIL],
        &["audit", "verify"],
        &["check-config"],
    ];
    for command in commands {
        let done = twofold(&path, command);
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0, "{command:?} made something");
        if command != ["check-config"] {
            let named = path.join("data/twofold.db").display().to_string();
            assert!(!done.status.success() && said(&done).contains(&named), "{command:?}: {}", said(&done));
        }
    }
}

/// Ways in which a file is not there any more.
#[derive(Clone, Copy, Debug)]
enum Gone {
    Moved,
    Deleted,
    Replaced,
    LogDeleted,
    IndexDeleted,
    LinkInItsPlace,
}

#[tokio::test]
async fn nothing_is_acknowledged_into_a_file_that_is_gone() {
    for gone in [
        Gone::Moved,
        Gone::Deleted,
        Gone::Replaced,
        Gone::LogDeleted,
        Gone::IndexDeleted,
        Gone::LinkInItsPlace,
    ] {
        let house = House::with_account().await;
        house.browser().get("/readyz").await.is(204);
        let file = house.database_file();
        match gone {
            Gone::Moved => std::fs::rename(&file, file.with_extension("away")).unwrap(),
            Gone::Deleted => std::fs::remove_file(&file).unwrap(),
            Gone::Replaced => {
                std::fs::copy(&file, file.with_extension("new")).unwrap();
                std::fs::rename(file.with_extension("new"), &file).unwrap();
            }
            Gone::LogDeleted => std::fs::remove_file(file.with_extension("db-wal")).unwrap(),
            Gone::IndexDeleted => std::fs::remove_file(file.with_extension("db-shm")).unwrap(),
            Gone::LinkInItsPlace => {
                std::fs::rename(&file, file.with_extension("real")).unwrap();
                std::os::unix::fs::symlink(file.with_extension("real"), &file).unwrap();
            }
        }
        let mut browser = house.browser();
        let signed_in = browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(signed_in.status, 503, "{gone:?}: {}", signed_in.body);
        assert!(signed_in.set_cookies().is_empty(), "{gone:?}");
        let ready = house.browser().get("/readyz").await;
        ready.is(503);
        assert!(ready.body.contains("moved, deleted, replaced or written over"), "{gone:?}: {}", ready.body);
        house.browser().get("/healthz").await.is(204);
    }
}

#[tokio::test]
async fn whoever_watches_over_the_file_ends_every_use_within_a_second() {
    let house = House::with_account().await;
    let database = house.database.clone();
    let (there, mut told) = tokio::sync::watch::channel(());
    let watching = tokio::spawn(server::watching::watch(database, there));
    std::fs::remove_file(house.database_file()).unwrap();
    let noticed = tokio::time::timeout(Duration::from_secs(2), watching).await;
    noticed.expect("the loss was not noticed").unwrap();
    assert!(told.changed().await.is_err(), "those who work beside are told");
    // A single statement, which begins no transaction.
    assert!(house.accounts.accounts_exist().await.is_err());
    assert!(!house.database_file().exists(), "nothing was made in its place");
}

/// What a process does that starts, up to its link.
async fn started(url: String) -> (Server, String) {
    let database = Database::open(&url).await.unwrap();
    storage::migrate(&database).await.unwrap();
    let keys = KeyRing::new(vec![(KeyId(1), SealingKey::from_bytes(&[7; 32]).unwrap())]).unwrap();
    let settings = settings(&["--database-url", &url]);
    let (clock, entropy) = (Arc::new(SystemClock::default()), Arc::new(OsEntropy));
    let server = Server::new(Materials { settings, database, keys, clock, entropy });
    let link = first_link(&server).await.unwrap().unwrap();
    (server, link)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_four_that_start_at_once_all_print_one_link_that_works() {
    let folder = Folder::new();
    let url = format!("sqlite://{}/four.db", folder.0.display());
    let starts: Vec<_> = (0..4).map(|_| tokio::spawn(started(url.clone()))).collect();
    let (mut servers, mut links) = (Vec::new(), Vec::new());
    for start in starts {
        let (server, link) = start.await.unwrap();
        servers.push(server);
        links.push(link);
    }
    links.dedup();
    assert_eq!(links.len(), 1, "{links:?}");
    let (_, secret) = links[0].split_once('#').unwrap();
    let mut browser = Browser::new(server::router(servers[3].clone()), "http://localhost:3000");
    let form = [("secret", secret), ("email", EMAIL), ("password", PASSWORD)];
    browser.post("/welcome", &form).await.leads_to("/account/security");
    assert_eq!(first_link(&servers[0]).await.unwrap(), None);
}
