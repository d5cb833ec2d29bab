//! What the pages cost to load, and the budgets that they may not pass.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::workspace::Profile;
use crate::{assets, file};

/// A page and what it loads before its island answers. Icons are loaded later, and the host page's script by its page.
struct Page {
    name: &'static str,
    loads: &'static [&'static str],
    /// Of all of it with the HTML, as brotli.
    budget: u64,
}

const SECURITY: Page = Page {
    name: "security",
    loads: &["twofold.css", "twofold.js", "twofold.wasm", "frame.js"],
    budget: 110_000,
};

/// It must not load what only setting up needs.
const CHALLENGE: Page = Page {
    name: "challenge",
    loads: &["twofold.css", "challenge.js", "challenge.wasm", "frame.js"],
    budget: 90_000,
};

/// What another site's page loads before it can show a widget; a kilobyte of it says to a developer what is wrong.
const EMBED: Page = Page { name: "embed.js", loads: &["embed.js"], budget: 5_000 };

/// Left for the HTML, where no page is given.
const HTML: u64 = 5_000;

#[derive(Args, Default)]
pub(crate) struct Size {
    /// A Security tab saved from a release binary; it counts against its budget
    #[arg(long)]
    html: Option<PathBuf>,
    /// A challenge saved from a release binary
    #[arg(long)]
    challenge_html: Option<PathBuf>,
}

/// Bytes of one file.
struct Row {
    logical: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Builds the release assets, prints the table, and fails above a budget.
pub(crate) fn size(size: &Size) -> Result<()> {
    let rows = rows(&assets::build(Profile::Release)?)?;
    print(&rows);
    for (page, saved) in [(SECURITY, &size.html), (CHALLENGE, &size.challenge_html)] {
        let html = match saved {
            Some(path) => u64::try_from(assets::brotli(&file::read(path)?)?.len())?,
            None => HTML,
        };
        println!("{}", page.weigh(&rows, html)?);
    }
    println!("{}", EMBED.weigh(&rows, 0)?);
    Ok(())
}

impl Page {
    /// What it weighs, in words.
    fn weigh(&self, rows: &[Row], html: u64) -> Result<String> {
        let Self { name, loads, budget } = self;
        let of = |logical: &&str| rows.iter().find(|row| row.logical == *logical).map(|row| row.brotli);
        let loaded: Option<Vec<u64>> = loads.iter().map(of).collect();
        let loaded = loaded.with_context(|| format!("{name}: one of {loads:?} was not built"))?;
        let whole = html + loaded.iter().sum::<u64>();
        let said = format!("{name}: {whole} of {budget} bytes as brotli, {html} of them for the HTML");
        ensure!(whole <= *budget, "{said}");
        Ok(said)
    }
}

fn rows(site: &Path) -> Result<Vec<Row>> {
    let manifest = file::read_text(&site.join("manifest.txt"))?;
    let length = |name: String| Ok::<_, std::io::Error>(fs::metadata(site.join(name))?.len());
    let row = |line: &str| {
        let (logical, hashed) = line.split_once('\t').context("a line of the manifest has no tab")?;
        Ok(Row {
            logical: logical.into(),
            raw: length(hashed.into())?,
            gzip: length(format!("{hashed}.gz"))?,
            brotli: length(format!("{hashed}.br"))?,
        })
    };
    manifest.lines().map(row).collect()
}

fn print(rows: &[Row]) {
    println!("{:<24} {:>10} {:>10} {:>10}", "", "raw", "gzip", "brotli");
    for Row { logical, raw, gzip, brotli } in rows {
        println!("{logical:<24} {raw:>10} {gzip:>10} {brotli:>10}");
    }
}

#[cfg(test)]
mod tests {
    use super::{CHALLENGE, Page, Row};

    fn rows(page: &Page, each: u64) -> Vec<Row> {
        let row = |logical: &&str| Row { logical: (*logical).to_owned(), raw: 0, gzip: 0, brotli: each };
        page.loads.iter().map(row).collect()
    }

    #[test]
    fn a_page_counts_its_html() {
        let rows = rows(&CHALLENGE, 20_000);
        assert!(CHALLENGE.weigh(&rows, 10_000).is_ok());
        assert!(CHALLENGE.weigh(&rows, 10_001).is_err());
    }

    #[test]
    fn a_page_that_loads_what_was_not_built_is_an_error() {
        assert!(CHALLENGE.weigh(&rows(&CHALLENGE, 0)[1..], 0).is_err());
    }
}
