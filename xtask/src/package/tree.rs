//! A tree of files that is to be packed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::file;

pub(super) struct Tree(PathBuf);

impl Tree {
    /// An empty one.
    pub(super) fn new(root: PathBuf) -> Result<Self> {
        if root.is_dir() {
            fs::remove_dir_all(&root)?;
        }
        fs::create_dir_all(&root)?;
        fs::set_permissions(&root, Permissions::from_mode(0o755))?;
        Ok(Self(root))
    }

    pub(super) fn root(&self) -> &Path {
        &self.0
    }

    /// Where this path of the tree is now.
    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
    }

    pub(super) fn folder(&self, path: &str, mode: u32) -> Result<()> {
        let at = self.at(path);
        for folder in at.ancestors().take_while(|folder| *folder != self.0).collect::<Vec<_>>().iter().rev() {
            if !folder.is_dir() {
                fs::create_dir(folder).with_context(|| format!("cannot make {}", folder.display()))?;
                fs::set_permissions(folder, Permissions::from_mode(0o755))?;
            }
        }
        Ok(fs::set_permissions(&at, Permissions::from_mode(mode))?)
    }

    pub(super) fn write(&self, path: &str, mode: u32, text: &str) -> Result<()> {
        self.make_room(path)?;
        file::write(&self.at(path), text.as_bytes())?;
        Ok(fs::set_permissions(self.at(path), Permissions::from_mode(mode))?)
    }

    pub(super) fn copy(&self, from: &Path, path: &str, mode: u32) -> Result<()> {
        self.make_room(path)?;
        copy(from, &self.at(path), mode)
    }

    fn make_room(&self, path: &str) -> Result<()> {
        match path.trim_start_matches('/').rsplit_once('/') {
            Some((folder, _)) if !self.at(folder).is_dir() => self.folder(folder, 0o755),
            _ => Ok(()),
        }
    }
}

pub(super) fn copy(from: &Path, to: &Path, mode: u32) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(fs::set_permissions(to, Permissions::from_mode(mode))?)
}

/// All files below a folder, in order.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    Ok(found)
}
