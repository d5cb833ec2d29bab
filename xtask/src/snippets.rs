//! A snippet in the guides for integrators is code that a test runs: it names the file that it was taken from, and stands there.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::workspace;

/// Where the guides begin; their other pages are in a folder of that name.
const ENTRY: &str = "docs/embedding.md";
/// The tests of the browser read these blocks of the entry, and run them.
const RUN_FROM_ENTRY: [&str; 2] = ["app.mjs", "vue.d.ts"];
/// What the entry may show that is no program.
const UNCHECKED_IN_ENTRY: [&str; 4] = ["", "css", "mermaid", "sh"];
/// What tests run. Of a document they run the blocks that have a title.
const RUN: [&str; 10] = [
    "end2end/",
    "examples/",
    "sdk/node/README.md",
    "sdk/node/test/",
    "sdk/php/README.md",
    "sdk/php/tests/",
    "sdk/python/README.md",
    "sdk/python/tests/",
    "sdk/react/README.md",
    "sdk/react/test/",
];

/// Checks every code block of the entry and its pages.
pub(crate) fn check() -> Result<()> {
    let mut broken = Vec::new();
    let mut folder = fs::read_dir(workspace::path(ENTRY).with_extension(""))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    folder.sort();
    for page in [vec![workspace::path(ENTRY)], folder].concat() {
        let text = fs::read_to_string(&page)?;
        for block in blocks(&text) {
            if let Some(fault) = block.fault(page.ends_with(ENTRY))? {
                broken.push(format!("{}: {fault}", page.display()));
            }
        }
    }
    if !broken.is_empty() {
        bail!("snippets of the guides are not what tests run:\n  {}", broken.join("\n  "));
    }
    Ok(())
}

/// A fenced code block of Markdown.
struct Block<'a> {
    /// What stands behind the opening fence: a language, then `title="…"` or `from="…"`.
    info: &'a str,
    lines: Vec<&'a str>,
}

fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        // Blocks of a list are indented.
        let opened = line.split_once("```").filter(|(margin, _)| margin.trim().is_empty());
        let Some((margin, info)) = opened else { continue };
        let inside = lines.by_ref().take_while(|line| line.trim() != "```");
        let lines = inside.map(|line| line.strip_prefix(margin).unwrap_or_default()).collect();
        found.push(Block { info, lines });
    }
    found
}

impl<'a> Block<'a> {
    fn language(&self) -> &'a str {
        self.info.split(' ').next().unwrap_or_default()
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        let (_, behind) = self.info.split_once(&format!(" {name}=\""))?;
        behind.split('"').next()
    }

    /// What is wrong with it, if anything is.
    fn fault(&self, in_entry: bool) -> Result<Option<String>> {
        let is_run = self.attribute("title").is_some_and(|title| RUN_FROM_ENTRY.contains(&title));
        if in_entry && (is_run || UNCHECKED_IN_ENTRY.contains(&self.language())) {
            return Ok(None);
        }
        let first = self.lines.first().copied().unwrap_or_default();
        let Some(from) = self.attribute("from") else {
            return Ok(Some(format!("the block `{first}` does not say where it was taken from")));
        };
        let source = fs::read_to_string(workspace::path(from)).with_context(|| from.to_owned())?;
        let missing = if self.language() == "text" {
            let source = spoken(&source);
            self.lines.iter().find(|line| !says(&source, line)).copied()
        } else if RUN.iter().any(|run| from.starts_with(run)) {
            (!stand(&self.lines, &code(Path::new(from), &source))).then_some(first)
        } else {
            return Ok(Some(format!("no test runs {from}")));
        };
        Ok(missing.map(|line| format!("{from} has no `{line}`, or goes on otherwise")))
    }
}

/// What tests run of a file.
fn code<'a>(path: &Path, text: &'a str) -> Vec<&'a str> {
    if path.extension().is_none_or(|extension| extension != "md") {
        return text.lines().collect();
    }
    let titled = blocks(text).into_iter().filter(|block| block.attribute("title").is_some());
    titled.flat_map(|block| block.lines).collect()
}

/// Whether the lines stand in the source one after another, however far they are indented there. A comment of nothing but
/// `…` stands for lines that are left out.
fn stand(lines: &[&str], source: &[&str]) -> bool {
    let is_gap = |line: &&str| line.trim_start_matches(['/', '#', ' ']) == "…";
    let mut rest = source;
    let mut pieces = lines.split(is_gap).filter(|piece| !piece.is_empty()).peekable();
    pieces.peek().is_some()
        && pieces.all(|piece| {
            let Some(at) = rest.windows(piece.len()).position(|there| alike(piece, there)) else {
                return false;
            };
            rest = rest.get(at + piece.len()..).unwrap_or_default();
            true
        })
}

fn alike(piece: &[&str], there: &[&str]) -> bool {
    let margin = piece.first().zip(there.first()).and_then(|(line, there)| there.strip_suffix(line));
    margin.filter(|margin| margin.trim().is_empty()).is_some_and(|margin| {
        let mut pairs = piece.iter().zip(there);
        let is_empty = |line: &str, there: &str| line.is_empty() && there.is_empty();
        pairs.all(|(line, there)| there.strip_prefix(margin) == Some(*line) || is_empty(line, there))
    })
}

/// The source of a program, its sentences in one piece.
fn spoken(source: &str) -> String {
    source.split("\\\n").map(str::trim_start).collect::<String>().replace("\\\"", "\"")
}

/// Whether the program says this. `…` stands for what it puts into the sentence.
fn says(source: &str, line: &str) -> bool {
    let mut rest = source;
    line.trim().split('…').all(|part| {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: [&str; 7] = ["  if (a) {", "", "    pay();", "  }", "  sign();", "end", "pay();"];

    #[test]
    fn lines_are_found_however_far_they_are_indented_and_in_order() {
        assert!(stand(&["if (a) {", "", "  pay();", "}"], &SOURCE));
        assert!(stand(&["if (a) {", "// …", "sign();", "# …", "pay();"], &SOURCE));
        for other in [
            vec!["if (a) {", "  pay();"],
            vec!["if (a) {", "", "pay();"],
            vec!["sign();", "# …", "if (a) {"],
            vec!["f (a) {"],
            vec!["…"],
            vec![],
        ] {
            assert!(!stand(&other, &SOURCE), "{other:?}");
        }
    }

    #[test]
    fn of_a_document_only_what_has_a_title_is_run() {
        let text = "```js\nfree();\n```\n- in a list\n  ```js title=\"a.mjs\"\n  run();\n  ```\n";
        assert_eq!(code(Path::new("README.md"), text), ["run();"]);
        assert_eq!(code(Path::new("a.mjs"), "a\nb"), ["a", "b"]);
    }

    #[test]
    fn a_sentence_is_what_the_program_says_with_anything_put_in() {
        let source = spoken("warn!(\"the clock was \\\n    moved by {}: \\\"wait\\\"\")");
        assert!(says(&source, "the clock was moved by …: \"wait\""));
        assert!(!says(&source, "the clock was … moved twice"));
        assert!(!says(&source, "wait … the clock"));
    }

    #[test]
    fn a_block_that_does_not_say_where_it_is_from_is_at_fault() {
        let fault = |info: &'static str| Block { info, lines: vec!["x"] }.fault(false).unwrap();
        assert!(fault("js").unwrap().contains("does not say where"));
        assert!(fault("sh").is_some() && fault("js title=\"app.mjs\"").is_some());
        assert!(fault("rust from=\"xtask/src/main.rs\"").unwrap().contains("no test runs"));
        assert!(fault("js from=\"examples/node/server.js\"").unwrap().contains("has no `x`"));
        let is_free = |info: &'static str| Block { info, lines: vec!["x"] }.fault(true).unwrap().is_none();
        assert!(is_free("sh") && is_free("js title=\"app.mjs\"") && !is_free("js"));
    }

    #[test]
    fn every_snippet_of_the_guides_stands_where_it_says() {
        check().unwrap();
    }
}
