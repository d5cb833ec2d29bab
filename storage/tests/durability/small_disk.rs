//! A file system of 2 MiB that grows when it is told to: as small as a disk that is nearly full. Where none can be mounted,
//! a database of few pages, whose rows somebody deletes.

use sea_orm::ConnectionTrait;
use std::path::{Path, PathBuf};
use std::process::Command;
use storage::Database;

/// Somewhere that has little room for a database.
pub enum Small {
    Disk(SmallDisk),
    Pages(String),
}

impl Small {
    pub fn new(name: &str) -> Self {
        let at = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        match SmallDisk::mount(at.clone()) {
            Some(disk) => Self::Disk(disk),
            None => Self::Pages(format!("sqlite://{}/twofold.db", at.display())),
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Disk(disk) => disk.url(),
            Self::Pages(url) => url.clone(),
        }
    }

    pub async fn open(&self) -> Database {
        match self {
            Self::Disk(disk) => Database::open(&disk.url()).await.unwrap(),
            Self::Pages(url) => Database::open_small(url, 300).await.unwrap(),
        }
    }

    pub async fn make_room(&self) {
        match self {
            Self::Disk(disk) => disk.grow(),
            Self::Pages(url) => {
                let raw = sea_orm::Database::connect(url).await.unwrap();
                raw.execute_unprepared("DELETE FROM event").await.unwrap();
                raw.close().await.unwrap();
            }
        }
    }
}

/// Is taken away when it is dropped.
pub struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// `None` where this process may not mount one.
    pub fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let disk = Self { at };
        mount(&disk.at, "size=2m").then_some(disk)
    }

    /// Somebody makes room.
    pub fn grow(&self) {
        assert!(mount(&self.at, "remount,size=64m"));
    }

    pub fn url(&self) -> String {
        format!("sqlite://{}/twofold.db", self.at.display())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.at).status();
        let _ = std::fs::remove_dir(&self.at);
    }
}

fn mount(at: &Path, options: &str) -> bool {
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).output();
    mounted.is_ok_and(|done| done.status.success())
}
