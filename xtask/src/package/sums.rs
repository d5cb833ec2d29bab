//! SHA-256, as `sha256sum` writes it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::tree;
use crate::{command, file};

/// Of one file, in hexadecimal digits.
pub(super) fn of(path: &Path) -> Result<String> {
    let said = command::output(Command::new("sha256sum").arg("--").arg(path))?;
    let sum = said.split(' ').next().filter(|sum| sum.len() == 64);
    Ok(sum.with_context(|| format!("sha256sum says nothing of {}", path.display()))?.to_owned())
}

/// Of all files in a folder, into one that is not counted itself: `sha256sum --check SHA256SUMS`.
pub(super) fn write(folder: &Path, sums: &Path) -> Result<()> {
    let mut lines = String::new();
    for path in tree::files(folder)?.iter().filter(|path| *path != sums) {
        let below = path.strip_prefix(folder)?.display();
        lines.push_str(&format!("{}  {below}\n", of(path)?));
    }
    file::write(sums, lines.as_bytes())
}
