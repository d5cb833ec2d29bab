//! The binary's own words: what it is, how it completes, and whether a server is well.

use super::support::{Folder, House};
use server::serving::{Limits, serve};
use std::future::pending;
use std::net::SocketAddr;
use std::process::{Command, Output};
use tokio::net::TcpListener;

fn twofold(folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twofold"));
    command.current_dir(&folder.0).env_clear().args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// On another thread: the server that it asks is on this one.
async fn healthcheck(listen: SocketAddr, more: &'static [&'static str]) -> Output {
    let listen = listen.to_string();
    let ask = move || twofold(&Folder::new(), &[&["healthcheck", "--listen", &listen], more].concat());
    tokio::task::spawn_blocking(ask).await.unwrap()
}

#[tokio::test]
async fn a_health_check_ends_with_zero_where_the_server_is_well_and_says_why_where_not() {
    let house = House::empty().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = listener.local_addr().unwrap();
    let limits = Limits::of(house.server.settings());
    tokio::spawn(serve(listener, house.router.clone(), limits, pending()));
    for more in [&[][..], &["--ready"]] {
        let well = healthcheck(listen, more).await;
        assert_eq!(well.status.code(), Some(0), "{}", text(&well.stderr));
        assert!(text(&well.stdout).ends_with(" answered 204 No Content\n"), "{}", text(&well.stdout));
    }
    house.database.close().await;
    assert_eq!(healthcheck(listen, &[]).await.status.code(), Some(0), "it lives, for a minute yet");
    let unready = healthcheck(listen, &["--ready"]).await;
    assert_eq!(unready.status.code(), Some(1));
    let said = text(&unready.stderr);
    assert!(said.contains("/readyz answered 503 Service Unavailable: database_lost"), "{said}");
}

#[tokio::test]
async fn a_health_check_of_nobody_fails() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let listen = listener.local_addr().unwrap();
    drop(listener);
    let nobody = healthcheck(listen, &[]).await;
    assert_eq!(nobody.status.code(), Some(1));
    assert!(text(&nobody.stderr).contains("/healthz does not answer"), "{}", text(&nobody.stderr));
}

#[test]
fn the_version_says_the_commit() {
    let folder = Folder::new();
    let said = text(&twofold(&folder, &["--version"]).stdout);
    let (version, commit) = said.trim().split_once(" (commit ").unwrap();
    assert_eq!(version, format!("twofold {}", env!("CARGO_PKG_VERSION")));
    assert!(commit.ends_with(')') && commit.len() > 1, "{said}");
}

#[test]
fn completions_and_pages_of_the_manual_are_printed_even_beside_a_broken_configuration() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("t.toml"), "listn = 'x'\n").unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let printed = twofold(&folder, &["completions", shell, "--config", "t.toml"]);
        assert!(printed.status.success(), "{}", text(&printed.stderr));
        assert!(text(&printed.stdout).contains("check-config"), "{shell}");
    }
    let script = twofold(&folder, &["completions", "bash"]).stdout;
    std::fs::write(folder.0.join("twofold.bash"), script).unwrap();
    let asked = "source twofold.bash; COMP_WORDS=(twofold key l); COMP_CWORD=2; _twofold twofold l key; \
                 echo \"${COMPREPLY[@]}\"";
    let completed = Command::new("bash").current_dir(&folder.0).args(["-c", asked]).output().unwrap();
    assert_eq!(text(&completed.stdout).trim(), "list", "{}", text(&completed.stderr));
    let page = text(&twofold(&folder, &["man"]).stdout);
    assert!(page.contains(".TH twofold 1") && page.contains("Exit codes:"), "{page}");
    assert!(twofold(&folder, &["man", "pages"]).status.success());
    let page = std::fs::read_to_string(folder.0.join("pages/twofold-site-create.1")).unwrap();
    assert!(page.contains("Examples:"), "{page}");
}

#[test]
fn the_configuration_and_a_link_are_printed_for_programs() {
    let folder = Folder::new();
    let printed = twofold(&folder, &["check-config", "--json", "--metrics-address", "127.0.0.1:9464"]);
    let settings: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(settings["metrics_address"], "127.0.0.1:9464");
    assert_eq!((&settings["connections"], &settings["migrate"]), (&1024.into(), &true.into()));
    let refused = twofold(&folder, &["check-config", "--json", "--connections", "1"]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0));
    assert_eq!(twofold(&folder, &["check-config", "--connections", "many"]).status.code(), Some(2));
}
