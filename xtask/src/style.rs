//! `style/main.css` and all that it imports, as one minified file; and what single pages have beside it.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

use crate::assets::Asset;
use crate::step::step;
use crate::workspace;

/// The oldest browsers in which the screens are usable; `docs/embedding/compatibility.md` names them.
const BROWSERS: Browsers = Browsers {
    android: Some(version(109, 0)),
    chrome: Some(version(109, 0)),
    edge: Some(version(109, 0)),
    firefox: Some(version(115, 0)),
    ie: None,
    ios_saf: Some(version(16, 4)),
    opera: Some(version(95, 0)),
    safari: Some(version(16, 4)),
    samsung: Some(version(21, 0)),
};

/// What pages load, and from which file it is bundled.
const SHEETS: [(&str, &str); 2] =
    [("twofold.css", "style/main.css"), ("reference.css", "style/reference.css")];

pub(crate) fn build() -> Result<Vec<Asset>> {
    let sheet = |(logical, entry): (&str, &str)| {
        let bytes = bundle(&workspace::path(entry))?.into_bytes();
        Ok(Asset { logical: logical.into(), bytes })
    };
    step("bundling the style", || SHEETS.into_iter().map(sheet).collect())
}

fn bundle(entry: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    let targets = Targets::from(BROWSERS);
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| anyhow!("{error}"))?;
    let printed = sheet
        .to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })
        .map_err(|error| anyhow!("{error}"))?;
    Ok(printed.code)
}

const fn version(major: u32, minor: u32) -> u32 {
    major << 16 | minor << 8
}
