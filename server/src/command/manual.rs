//! `twofold completions` and `twofold man`: what shells and `man` know of the command line, from the command line itself.

use super::{Twofold, say};
use anyhow::Context;
use clap::Args;
use clap_complete::Shell;
use clap_mangen::Man;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Completions {
    /// For which shell
    shell: Shell,
}

#[derive(Args)]
pub(super) struct Pages {
    /// Write a page for every command into this folder, and print none
    folder: Option<PathBuf>,
}

pub(super) fn completions(of: &Completions) -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(of.shell, &mut Twofold::whole(), "twofold", &mut text);
    print(text)
}

pub(super) fn pages(of: &Pages) -> anyhow::Result<()> {
    if let Some(folder) = &of.folder {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let written = clap_mangen::generate_to(Twofold::whole(), folder);
        return written.with_context(|| format!("cannot write to {}", folder.display()));
    }
    let mut text = Vec::new();
    Man::new(Twofold::whole()).render(&mut text).context("cannot write the page")?;
    print(text)
}

fn print(text: Vec<u8>) -> anyhow::Result<()> {
    say(String::from_utf8(text).context("the text is none")?.trim_end())
}
