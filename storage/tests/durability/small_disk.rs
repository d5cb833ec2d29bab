//! A file system of 2 MiB that grows when it is told to: as small as a disk that is nearly full. And, because not every
//! machine lets a test mount one, a database of few pages, whose rows somebody deletes.

use sea_orm::ConnectionTrait;
use std::path::{Path, PathBuf};
use std::process::Command;
use storage::Database;

/// Somewhere that has little room for a database.
pub enum Small {
    Disk(SmallDisk),
    Pages(Pages),
}

/// A database that grows to so many pages of 4 KiB. Its folder is taken away when it is dropped.
pub struct Pages(PathBuf);

const PAGES: u32 = 300;

impl Small {
    /// `None` where this process may mount nothing.
    pub fn disk() -> Option<Self> {
        SmallDisk::mount(folder("small-disk")).map(Self::Disk)
    }

    pub fn pages() -> Self {
        let at = folder("few-pages");
        std::fs::create_dir_all(&at).unwrap();
        Self::Pages(Pages(at))
    }

    pub fn url(&self) -> String {
        match self {
            Self::Disk(disk) => disk.url(),
            Self::Pages(Pages(at)) => url(at),
        }
    }

    pub async fn open(&self) -> Database {
        match self {
            Self::Disk(disk) => Database::open(&disk.url()).await.unwrap(),
            Self::Pages(_) => Database::open_small(&self.url(), PAGES).await.unwrap(),
        }
    }

    pub async fn make_room(&self) {
        match self {
            Self::Disk(disk) => disk.grow(),
            Self::Pages(_) => {
                let raw = sea_orm::Database::connect(self.url()).await.unwrap();
                raw.execute_unprepared("DELETE FROM event").await.unwrap();
                raw.close().await.unwrap();
            }
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()))
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}/twofold.db", folder.display())
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
        url(&self.at)
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
