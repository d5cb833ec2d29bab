//! A promise in a document is a test: whatever test a document names is there, under that name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::workspace;

/// Where tests stand.
const SOURCES: [&str; 5] = ["app", "domain", "server", "storage", "xtask"];
/// So many words has the name of a test; what is shorter may be a field or a setting.
const WORDS: usize = 5;

/// Checks the documents at the root, and everything in `docs`.
pub(crate) fn check() -> Result<()> {
    let mut documents = ["CONTRIBUTING.md", "README.md", "SECURITY.md"].map(workspace::path).to_vec();
    documents.extend(files(&workspace::path("docs"), "md")?);
    let tests = tests()?;
    let mut broken = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document)?;
        let gone = named(&text).filter(|name| !tests.contains(*name));
        broken.extend(gone.map(|name| format!("{}: {name}", document.display())));
    }
    if !broken.is_empty() {
        bail!("documents name tests that are not there:\n  {}", broken.join("\n  "));
    }
    Ok(())
}

/// How the names of figures begin, to which a test of the server holds the documents.
const FIGURES: [&str; 2] = ["twofold_", "http_server_"];

/// What stands between backticks and reads as the name of a test.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|name| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let is_figure = FIGURES.iter().any(|prefix| name.starts_with(prefix));
        name.split('_').count() >= WORDS && name.chars().all(plain) && !is_figure
    })
}

/// The names of all functions, and of the cases of a suite, which stand in a list of a macro.
fn tests() -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for folder in SOURCES {
        for file in files(&workspace::path(folder), "rs")? {
            let text = fs::read_to_string(file)?;
            let functions = text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next());
            found.extend(functions.map(str::to_owned));
        }
    }
    Ok(found)
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|of| of == extension) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_test_is_told_from_a_setting() {
        let text = "`a_code_is_accepted_once` and `per_address`, a_code_is_not_quoted, `Of::Another_Kind_It_Is_Too`, `twofold_clock_phones_ahead_seconds`";
        assert_eq!(named(text).collect::<Vec<_>>(), ["a_code_is_accepted_once"]);
    }

    #[test]
    fn every_test_that_a_document_names_is_there() {
        check().unwrap();
        assert!(tests().unwrap().contains("every_test_that_a_document_names_is_there"));
    }
}
