//! The database that is not where it should be: nothing is made in its place, and nothing goes on in what is gone.

use super::support::{Browser, EMAIL, Folder, House, PASSWORD, settings};
use domain::seal::{KeyId, KeyRing, SealingKey};
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
}

#[tokio::test]
async fn nothing_is_acknowledged_into_a_file_that_is_gone() {
    for gone in [Gone::Moved, Gone::Deleted, Gone::Replaced, Gone::LogDeleted] {
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
        }
        let mut browser = house.browser();
        let signed_in = browser.post("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(signed_in.status, 503, "{gone:?}: {}", signed_in.body);
        assert!(signed_in.set_cookies().is_empty(), "{gone:?}");
        let ready = house.browser().get("/readyz").await;
        ready.is(503);
        assert!(ready.body.contains("moved, deleted or replaced"), "{gone:?}: {}", ready.body);
        house.browser().get("/healthz").await.is(204);
    }
}

#[tokio::test]
async fn whoever_watches_over_the_file_ends_every_use_within_a_second() {
    let house = House::with_account().await;
    let database = house.database.clone();
    let watching = tokio::spawn(server::watching::watch(database));
    std::fs::remove_file(house.database_file()).unwrap();
    let noticed = tokio::time::timeout(Duration::from_secs(2), watching).await;
    noticed.expect("the loss was not noticed").unwrap();
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
