//! The browser of the tests: the system's own, for no tool downloads one.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// The browser that most tests use: what `CHROMIUM` names, else the headless shell, which starts and draws in half the
/// time, else Chromium.
pub(crate) fn chromium() -> Result<PathBuf> {
    let chosen = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    chosen
        .or_else(|| find("chromium-headless-shell"))
        .or_else(|| find("chromium"))
        .context("Chromium was not found. Run: apt-get install chromium-headless-shell")
}

/// The browser that has settings of its own, as people have it: the shell knows none. The same as the other one where
/// there is no such browser.
pub(crate) fn whole_chromium() -> Result<PathBuf> {
    find("chromium").map_or_else(chromium, Ok)
}

fn find(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&paths).chain([PathBuf::from("/usr/bin")]);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_program_is_found_on_the_path_and_only_there() {
        assert!(find("sh").is_some());
        assert!(find("twofold-no-such-program").is_none());
    }
}
