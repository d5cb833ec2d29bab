use super::{CheckError, SealingError, check, is_exposed, read, read_or_create};
use domain::seal::{KeyId, KeyRing};
use domain::testing::SeededEntropy;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use storage::Database;

/// A folder of its own, removed afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("twofold-sealing-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("sealing.key")
    }

    fn written(&self, text: &str, mode: u32) -> PathBuf {
        std::fs::write(self.file(), text).unwrap();
        std::fs::set_permissions(self.file(), Permissions::from_mode(mode)).unwrap();
        self.file()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_first_start_writes_a_key_that_only_its_owner_reads() {
    let folder = Folder::new("first");
    let path = folder.0.join("below").join("sealing.key");
    let ring = read_or_create(&path, false, &SeededEntropy::new(1)).unwrap();
    assert_eq!(ring.active(), KeyId(1));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().filter(|line| !line.starts_with('#')).count(), 1);
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn the_second_start_keeps_the_key() {
    let folder = Folder::new("second");
    read_or_create(&folder.file(), false, &SeededEntropy::new(1)).unwrap();
    let before = std::fs::read(folder.file()).unwrap();
    read_or_create(&folder.file(), true, &SeededEntropy::new(2)).unwrap();
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);
}

#[test]
fn a_database_in_use_without_its_key_is_not_given_another_one() {
    let folder = Folder::new("missing");
    let refused = read_or_create(&folder.file(), true, &SeededEntropy::new(1));
    assert!(matches!(refused, Err(SealingError::Missing(_))));
    assert!(!folder.file().exists());
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let folder = Folder::new("exposed");
    for mode in [0o640, 0o604, 0o660, 0o601] {
        let path = folder.written(&format!("1 {}\n", "ab".repeat(32)), mode);
        assert!(matches!(read(&path), Err(SealingError::Exposed(_))), "{mode:o}");
    }
}

/// Only root can give a file away: `cargo xtask test package` starts the server with one that is root's.
#[test]
fn a_mounted_key_is_not_ours_and_its_group_may_read_it() {
    let (root, us) = (0, 65_532);
    for mode in [0o400, 0o440, 0o600, 0o640] {
        assert!(!is_exposed(0o100_000 | mode, root, us), "{mode:o}");
    }
    for mode in [0o444, 0o644, 0o460, 0o450, 0o404, 0o402] {
        assert!(is_exposed(0o100_000 | mode, root, us), "{mode:o}");
    }
    for mode in [0o440, 0o640, 0o604] {
        assert!(is_exposed(0o100_000 | mode, us, us), "{mode:o}");
    }
}

#[test]
fn a_malformed_file_is_refused_by_line_and_without_being_quoted() {
    let folder = Folder::new("malformed");
    let path = folder.written(&format!("# keys\n1 {}\n2 {}\n", "ab".repeat(32), "cd".repeat(31)), 0o600);
    let said = read(&path).unwrap_err().to_string();
    assert!(said.ends_with("line 3: a key is a number, a space and 64 hexadecimal digits"), "{said}");
    assert!(!said.contains("abab") && !said.contains("cdcd"));
    assert!(matches!(read(&folder.written("# nothing\n", 0o600)), Err(SealingError::Empty(_))));
}

/// Starts with a key file that says this.
async fn start(folder: &Folder, database: &Database, text: &str) -> Result<KeyRing, CheckError> {
    let path = folder.written(text, 0o600);
    let keys = read(&path)?;
    check(&path, &keys, database).await.map(|()| keys)
}

#[tokio::test]
async fn a_start_with_another_databases_key_is_refused_and_a_rotation_is_not() {
    let folder = Folder::new("check");
    let database = Database::open(&format!("sqlite://{}/x.db", folder.0.display())).await.unwrap();
    storage::migrate(&database).await.unwrap();
    let [first, second, foreign] = ["ab", "cd", "ef"].map(|pair| pair.repeat(32));
    let only_first = format!("1 {first}\n");
    start(&folder, &database, &only_first).await.unwrap();
    start(&folder, &database, &only_first).await.unwrap();
    let other = start(&folder, &database, &format!("1 {foreign}\n")).await.unwrap_err().to_string();
    assert!(other.contains("belongs to another database") && !other.contains("efef"), "{other}");
    let gone = start(&folder, &database, &format!("2 {second}\n")).await.unwrap_err().to_string();
    assert!(gone.contains("has no key 1") && !gone.contains("cdcd"), "{gone}");
    start(&folder, &database, &format!("1 {first}\n2 {second}\n")).await.unwrap();
    start(&folder, &database, &format!("2 {second}\n")).await.unwrap();
    let back = start(&folder, &database, &only_first).await.unwrap_err().to_string();
    assert!(back.contains("has no key 2"), "what was sealed since does not open with it: {back}");
    database.close().await;
}

#[tokio::test]
async fn of_many_first_starts_at_once_with_different_keys_one_is_the_databases() {
    let folder = Folder::new("race");
    let database = Database::open(&format!("sqlite://{}/x.db", folder.0.display())).await.unwrap();
    storage::migrate(&database).await.unwrap();
    let starts = (0..8_u8).map(|n| {
        let (database, path) = (database.clone(), folder.file());
        let key = domain::seal::SealingKey::from_bytes(&[n; 32]).unwrap();
        let keys = KeyRing::new(vec![(KeyId(1), key)]).unwrap();
        tokio::spawn(async move { check(&path, &keys, &database).await.is_ok() })
    });
    let mut good = 0;
    for start in starts.collect::<Vec<_>>() {
        good += usize::from(start.await.unwrap());
    }
    assert_eq!(good, 1);
    database.close().await;
}
