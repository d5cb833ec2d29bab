//! What the Security tab costs to load, and the budget that it may not pass.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::workspace::Profile;
use crate::{assets, file};

/// HTML, CSS, JS and WASM of the Security tab together, as brotli.
const PAGE: u64 = 110_000;
/// CSS, JS and WASM alone, so that some budget is left for the HTML.
const ASSETS: u64 = 105_000;
/// What another site's page loads before it can show a widget.
const EMBED: u64 = 4_000;

#[derive(Args, Default)]
pub(crate) struct Size {
    /// A page saved from a release binary; it counts against the budget of the whole page
    #[arg(long)]
    html: Option<PathBuf>,
}

/// Bytes of one file.
struct Row {
    logical: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Builds the release assets, prints the table, and fails above the budget.
pub(crate) fn size(size: &Size) -> Result<()> {
    let rows = rows(&assets::build(Profile::Release)?)?;
    print(&rows);
    let loaded = rows.iter().filter(|row| row.is_loaded()).map(|row| row.brotli).sum();
    println!("css + js + wasm: {loaded} of {ASSETS} bytes (brotli)");
    ensure!(loaded <= ASSETS, "the assets weigh {loaded} bytes as brotli; the budget is {ASSETS}");
    let embed = rows.iter().find(|row| row.logical == "embed.js").context("there is no embed.js")?.brotli;
    println!("embed.js: {embed} of {EMBED} bytes (brotli)");
    ensure!(embed <= EMBED, "embed.js weighs {embed} bytes as brotli; the budget is {EMBED}");
    match &size.html {
        Some(path) => page_budget(&file::read(path)?, loaded),
        None => Ok(()),
    }
}

/// Checks a whole page: its HTML, and what it loads (`loaded`, as brotli).
pub(crate) fn page_budget(html: &[u8], loaded: u64) -> Result<()> {
    let page = loaded + u64::try_from(assets::brotli(html)?.len())?;
    println!("html + css + js + wasm: {page} of {PAGE} bytes (brotli)");
    ensure!(page <= PAGE, "the page weighs {page} bytes as brotli; the budget is {PAGE}");
    Ok(())
}

impl Row {
    /// Icons are loaded after the page, and the host page's script by the host's page.
    fn is_loaded(&self) -> bool {
        ["twofold.css", "twofold.js", "twofold.wasm"].contains(&self.logical.as_str())
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
    use super::{PAGE, page_budget};

    #[test]
    fn a_page_counts_its_html() {
        assert!(page_budget(b"<!doctype html>", PAGE - 100).is_ok());
        assert!(page_budget(b"<!doctype html>", PAGE - 1).is_err());
    }
}
