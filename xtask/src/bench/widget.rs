//! What the widgets cost on a slow phone: bytes, and the time until they answer, in Chromium.

use std::process::Command;

use anyhow::Result;

use crate::server::{self, Build};
use crate::{browser, command, examples, npm, preflight, workspace};

/// Builds the release binary and loads both widgets in a page of the Node example (`end2end/bench/widget.bench.ts`).
pub(crate) fn measure() -> Result<()> {
    preflight::node("this benchmark")?;
    let chromium = browser::chromium()?;
    let folder = workspace::path("end2end");
    npm::install(&folder)?;
    examples::install()?;
    let binary = server::build(&Build { release: true, features: Vec::new() })?;
    let mut playwright = Command::new("npx");
    playwright.current_dir(&folder).args([
        "--no-install",
        "playwright",
        "test",
        "--config",
        "bench.config.ts",
    ]);
    command::run(playwright.env("TWOFOLD_BINARY", binary).env("CHROMIUM", chromium))
}
