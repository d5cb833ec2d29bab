//! A database that cannot be opened: each refusal names the host or the file, and the way out.

use super::support::Folder;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Who may not write into a folder that is read-only; root may.
const NOBODY: u32 = 65_534;

const VERBS: [&[&str]; 3] = [&["migrate"], &["serve"], &["site", "list"]];

fn said(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_postgresql_that_does_not_listen_is_named_with_its_host() {
    let folder = Folder::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (place, why) in [
        (format!("127.0.0.1:{port}/x"), "Connection refused"),
        ("nowhere.invalid:5432/x".to_owned(), "failed to lookup address"),
    ] {
        for verb in VERBS {
            let url = format!("postgres://ada:hunter2@{place}?sslmode=disable");
            let mut twofold = Command::new(env!("CARGO_BIN_EXE_twofold"));
            twofold.current_dir(&folder.0).env_clear().args(verb).args(["--database-url", &url]);
            let said = said(&twofold.output().unwrap());
            let names = format!("the database at {place} cannot be opened");
            for named in [&names, why, "Look whether PostgreSQL runs", "database_url"] {
                assert!(said.contains(named), "{verb:?}: {named}: {said}");
            }
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn a_parameter_that_has_a_wrong_value_is_refused_without_it() {
    let folder = Folder::new();
    for wrong in ["sslmode=hunter2", "sslmode=disable&port=hunter2"] {
        let url = format!("postgres://ada@127.0.0.1:1/x?{wrong}");
        let mut twofold = Command::new(env!("CARGO_BIN_EXE_twofold"));
        twofold.current_dir(&folder.0).env_clear().args(["migrate", "--database-url", &url]);
        let said = said(&twofold.output().unwrap());
        assert!(said.contains("database_url") && said.contains("sslmode is disable"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_folder_in_which_nothing_can_be_written_is_named() {
    let machine = Machine::new();
    let (data, file) = (machine.folder.0.join("data"), machine.folder.0.join("data/twofold.db"));
    allow(&data, 0o555);
    for verb in [&["migrate"][..], &["serve"]] {
        let said = said(&machine.twofold(verb));
        let names = format!("the file {} cannot be created: the user that runs Twofold", file.display());
        assert!(said.contains(&names) && said.contains("Permission denied"), "{said}");
    }
    allow(&data, 0o755);
    assert!(machine.twofold(&["migrate"]).status.success());
    allow(&data, 0o555);
    for verb in VERBS {
        let said = said(&machine.twofold(verb));
        for named in
            [file.to_str().unwrap(), "readonly database", "must be able to write this file and the folder"]
        {
            assert!(said.contains(named), "{verb:?}: {named}: {said}");
        }
    }
    allow(&data, 0o755);
    allow(&file, 0o000);
    let said = said(&machine.twofold(&["migrate"]));
    assert!(
        said.contains(file.to_str().unwrap()) && said.contains("must be able to write this file"),
        "{said}"
    );
}

/// A folder of somebody to whom read-only means something, and the binary where they can run it.
struct Machine {
    folder: Folder,
    binary: PathBuf,
    is_root: bool,
}

impl Machine {
    fn new() -> Self {
        let folder = Folder::new();
        let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
        let built = PathBuf::from(env!("CARGO_BIN_EXE_twofold"));
        let binary = if is_root { folder.0.join("twofold") } else { built.clone() };
        if is_root {
            // By another process: a file that this one has open to write is busy in whatever another test starts meanwhile.
            assert!(Command::new("cp").args([&built, &binary]).status().unwrap().success());
        }
        let machine = Self { folder, binary, is_root };
        std::fs::create_dir(machine.folder.0.join("data")).unwrap();
        for own in ["", "data"] {
            let own = machine.folder.0.join(own);
            if is_root {
                chown(&own, Some(NOBODY), Some(NOBODY)).unwrap();
            }
            allow(&own, 0o755);
        }
        machine
    }

    fn twofold(&self, verb: &[&str]) -> Output {
        let mut twofold = Command::new(&self.binary);
        twofold.current_dir(&self.folder.0).env_clear().args(verb);
        if self.is_root {
            twofold.uid(NOBODY).gid(NOBODY);
        }
        twofold.output().unwrap()
    }
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
