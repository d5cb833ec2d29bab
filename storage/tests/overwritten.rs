//! A SQLite file that is written over while it is open.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod support;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::path::{Path, PathBuf};
use storage::{Database, FileLost, migrate};
use support::Kind;

/// A database that is watched over, and its file.
async fn watched() -> (Database, PathBuf, String) {
    let url = support::empty_url(Kind::Sqlite).await;
    let db = Database::open(&url).await.unwrap();
    migrate(&db).await.unwrap();
    assert_eq!(db.checkpoint().await, Ok(()));
    let path = url.strip_prefix("sqlite://").unwrap().split('?').next().unwrap().into();
    (db, path, url)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    format!("{}{ending}", path.display()).into()
}

/// So many commits: a proof comes at most once a second, and the row can be written by hand.
async fn commit(url: &str, times: u32) {
    let raw = sea_orm::Database::connect(url).await.unwrap();
    for _ in 0..times {
        let more = "INSERT INTO health (id, proofs) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET proofs = proofs + 1";
        raw.execute_unprepared(more).await.unwrap();
    }
    raw.close().await.unwrap();
}

async fn proofs(url: &str) -> i64 {
    let raw = sea_orm::Database::connect(url).await.unwrap();
    let asked = Statement::from_string(raw.get_database_backend(), "SELECT proofs FROM health");
    let found = raw.query_one_raw(asked).await.unwrap().unwrap().try_get("", "proofs").unwrap();
    raw.close().await.unwrap();
    found
}

/// What `cp` and `rsync --inplace` do.
#[tokio::test]
async fn a_backup_that_is_copied_over_the_open_file_is_noticed_at_once_and_left_whole() {
    let (db, path, url) = watched().await;
    commit(&url, 3).await;
    assert_eq!(db.checkpoint().await, Ok(()));
    let backup = std::fs::read(&path).unwrap();
    commit(&url, 4).await;
    assert_eq!(db.checkpoint().await, Ok(()));
    commit(&url, 5).await;

    std::fs::write(&path, &backup).unwrap();

    let refused = db.prove_commit().await.unwrap_err().to_string();
    assert!(refused.contains("was written over while it was open: nothing more is stored"), "{refused}");
    assert!(matches!(db.check_file(), Err(FileLost::Overwritten(_))), "for good");
    db.close().await;
    drop(db);
    assert_eq!(std::fs::read(&path).unwrap(), backup, "nothing of before was brought into it");
    assert!(beside(&path, "-wal-set-aside").metadata().unwrap().len() > 0, "nor was it thrown away");
    // Elsewhere: this process has the index of the log of before in memory, and shares it with whoever opens the file in it.
    std::fs::copy(&path, path.with_extension("next")).unwrap();
    let next = format!("sqlite://{}", path.with_extension("next").display());
    assert_eq!(proofs(&next).await, 3, "what was put there is served by the next process");
}

#[tokio::test]
async fn a_file_that_is_being_written_over_is_lost_before_the_new_one_is_whole() {
    let (db, path, _) = watched().await;
    std::fs::File::create(&path).unwrap();
    assert!(matches!(db.check_file(), Err(FileLost::Overwritten(_))));
}

#[tokio::test]
async fn an_older_state_that_is_restored_by_sqlite_itself_is_noticed_by_the_next_checkpoint() {
    let (db, path, url) = watched().await;
    let raw = restored(&db, &url).await;
    raw.close().await.unwrap();
    assert!(matches!(db.checkpoint().await, Err(FileLost::Restored(_))));
    db.close().await;
    assert!(!beside(&path, "-wal-set-aside").exists());
    assert_eq!(proofs(&url).await, 77, "what was restored is kept");
}

#[tokio::test]
async fn what_sqlite_and_other_processes_do_with_the_file_is_not_taken_for_it() {
    let (db, _, url) = watched().await;
    let other = Database::open(&url).await.unwrap();
    for sql in ["PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(RESTART)", "ANALYZE"] {
        commit(&url, 2).await;
        let raw = sea_orm::Database::connect(&url).await.unwrap();
        raw.execute_unprepared(sql).await.unwrap();
        raw.close().await.unwrap();
        assert_eq!(db.checkpoint().await, Ok(()), "{sql}");
        commit(&url, 2).await;
        assert_eq!(other.checkpoint().await, Ok(()), "{sql}: another server on the same file");
        assert_eq!(db.check_file(), Ok(()), "{sql}");
    }
    assert_eq!(proofs(&url).await, 16);
}

#[tokio::test]
async fn where_nothing_was_written_nothing_is() {
    let (db, path, url) = watched().await;
    let written = || std::fs::metadata(beside(&path, "-wal")).unwrap().modified().unwrap();
    commit(&url, 1).await;
    assert_eq!(db.checkpoint().await, Ok(()));
    let before = written();
    for _ in 0..5 {
        assert_eq!(db.checkpoint().await, Ok(()));
    }
    assert_eq!(written(), before);
}

#[tokio::test]
async fn a_postgres_has_no_file_to_look_at() {
    let db = Database::open(&support::empty_url(Kind::Postgres).await).await.unwrap();
    assert_eq!(db.checkpoint().await, Ok(()));
}

/// What `.restore` of SQLite's shell does, after three checkpoints: it writes the older state as a transaction of its own.
async fn restored(db: &Database, url: &str) -> DatabaseConnection {
    for _ in 0..3 {
        commit(url, 1).await;
        assert_eq!(db.checkpoint().await, Ok(()));
    }
    let raw = sea_orm::Database::connect(url).await.unwrap();
    raw.execute_unprepared("PRAGMA user_version = 1").await.unwrap();
    raw.execute_unprepared("UPDATE health SET proofs = 77").await.unwrap();
    raw
}

/// The file and its log as a server leaves them that is killed: a copy in another folder, where nobody has them open.
fn killed(path: &Path, file: &[u8]) -> (PathBuf, String) {
    let copy = path.with_extension("killed");
    std::fs::write(&copy, file).unwrap();
    std::fs::copy(beside(path, "-wal"), beside(&copy, "-wal")).unwrap();
    let url = format!("sqlite://{}", copy.display());
    (copy, url)
}

/// What `mv backup.db twofold.db` does, and `rsync` where nothing else is said.
#[tokio::test]
async fn a_file_that_is_replaced_is_left_whole_and_so_is_the_one_before() {
    let (db, path, url) = watched().await;
    commit(&url, 3).await;
    assert_eq!(db.checkpoint().await, Ok(()));
    let backup = std::fs::read(&path).unwrap();
    commit(&url, 4).await;
    let (before, new) = (path.with_extension("before"), path.with_extension("new"));
    std::fs::write(&new, &backup).unwrap();
    std::fs::rename(&path, &before).unwrap();
    std::fs::rename(&new, &path).unwrap();
    assert!(matches!(db.check_file(), Err(FileLost::Gone(_))));
    db.close().await;
    assert_eq!(std::fs::read(&path).unwrap(), backup);
    assert_eq!(std::fs::metadata(beside(&path, "-wal")).map_or(0, |log| log.len()), 0, "no log of before");
    assert_eq!(proofs(&format!("sqlite://{}", before.display())).await, 7, "without its log, too");
}

#[tokio::test]
async fn a_backup_that_was_put_beside_the_log_of_before_is_refused_and_left_as_it_is() {
    let (db, path, url) = watched().await;
    commit(&url, 1).await;
    assert_eq!(db.checkpoint().await, Ok(()));
    let backup = std::fs::read(&path).unwrap();
    for _ in 0..3 {
        commit(&url, 1).await;
        assert_eq!(db.checkpoint().await, Ok(()));
    }
    let (copy, url) = killed(&path, &backup);
    let refused = Database::open_existing(url.as_str()).await.unwrap_err().to_string();
    assert!(refused.contains("is older than the log beside it"), "{refused}");
    assert_eq!(std::fs::read(&copy).unwrap(), backup, "nothing was brought into it");
    let (_, url) = killed(&path, &std::fs::read(&path).unwrap());
    let ours = Database::open_existing(url.as_str()).await.unwrap();
    assert_eq!((ours.checkpoint().await, proofs(&url).await), (Ok(()), 4), "its own log is read");
}

#[tokio::test]
async fn what_was_restored_before_a_server_was_killed_is_served_by_the_next() {
    let (db, path, url) = watched().await;
    // Open to the end: the last one that is closed would bring the log into the file.
    let _raw = restored(&db, &url).await;
    let (_, url) = killed(&path, &std::fs::read(&path).unwrap());
    let next = Database::open_existing(url.as_str()).await.unwrap();
    for _ in 0..3 {
        assert_eq!(next.checkpoint().await, Ok(()));
        commit(&url, 1).await;
    }
    assert_eq!((next.check_file(), proofs(&url).await), (Ok(()), 80));
}

/// SQLite's own checkpoint may bring the older state into the file before we look.
#[tokio::test]
async fn what_was_restored_and_brought_into_the_file_keeps_its_log() {
    let (db, path, url) = watched().await;
    let raw = restored(&db, &url).await;
    raw.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await.unwrap();
    raw.close().await.unwrap();
    assert!(matches!(db.check_file(), Err(FileLost::Restored(_))));
    db.close().await;
    assert!(!beside(&path, "-wal-set-aside").exists());
    assert_eq!(proofs(&url).await, 77);
}
