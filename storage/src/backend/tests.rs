use super::refusal::without_password;
use super::*;

#[test]
fn the_path_of_a_sqlite_url_is_taken_as_it_stands() {
    let path = |url| sqlite_path(url).map(|path| path.display().to_string());
    assert_eq!(path("sqlite://data/twofold.db").as_deref(), Some("data/twofold.db"));
    assert_eq!(path("sqlite:///var/lib/two fold/x.db?mode=rwc").as_deref(), Some("/var/lib/two fold/x.db"));
    assert_eq!(path("sqlite:twofold.db").as_deref(), Some("twofold.db"));
}

#[test]
fn a_database_in_memory_is_not_supported() {
    assert_eq!(sqlite_path("sqlite::memory:"), None);
    assert_eq!(sqlite_path("sqlite://"), None);
}

#[tokio::test]
async fn no_error_holds_the_password_of_the_url() {
    let urls = [
        "postgres://alice:s3cr3t@127.0.0.1:1/twofold",
        "postgres://alice:s3cr3t@[broken/twofold",
        "postgres://alice:s3cr3t@127.0.0.1:99999/twofold",
        "mysql://alice:s3cr3t@127.0.0.1/twofold",
        "alice:s3cr3t",
    ];
    for url in urls {
        let error = Database::open(url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{url}");
    }
}

#[test]
fn a_password_is_cut_out_of_a_message() {
    let url = "postgres://alice:p@ss@db/twofold";
    assert_eq!(without_password(&format!("{url} said p@ss"), url), "… said …");
}

#[tokio::test]
async fn what_sqlite_writes_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = std::env::temp_dir().join(format!("twofold-mode-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let db = Database::open(&format!("sqlite://{}/twofold.db", folder.display())).await.unwrap();
    crate::migrate(&db).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(Result::unwrap).collect();
    assert!(files.len() > 1, "the database and its log");
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
    db.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn an_empty_file_is_no_database_and_stays_empty() {
    let folder = std::env::temp_dir().join(format!("twofold-empty-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("twofold.db");
    std::fs::write(&path, "").unwrap();
    let url = format!("sqlite://{}", path.display());
    let refused = Database::open_existing(&url).await;
    assert!(matches!(refused, Err(OpenError::Empty(ref at)) if *at == path), "{refused:?}");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn what_is_asked_of_a_file_that_is_gone_says_so_in_our_words() {
    let folder = std::env::temp_dir().join(format!("twofold-gone-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("twofold.db");
    let db = Database::open(&format!("sqlite://{}", path.display())).await.unwrap();
    crate::migrate(&db).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    let lost = db.check_file().unwrap_err();
    let expected = Err(StoreError::Unavailable(lost.to_string()));
    // By one statement, in a transaction, and after everything was closed.
    assert_eq!(crate::remembered_key_check(&db).await.map(|_| ()), expected);
    assert_eq!(db.snapshot(|_| Box::pin(async { Ok(()) })).await, expected);
    db.close().await;
    assert_eq!(crate::remembered_key_check(&db).await.map(|_| ()), expected);
    let unready = db.prove_commit().await.unwrap_err().to_string();
    assert_eq!(unready, format!("the database cannot be read: {lost}"));
    std::fs::remove_dir_all(&folder).unwrap();
}
