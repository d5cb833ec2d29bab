//! `cargo xtask run --watch`: builds again what a change touches, and restarts the server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::Result;
use notify::event::ModifyKind;
use notify::{EventKind, RecursiveMode, Watcher as _};

use crate::run::{Run, serve};
use crate::workspace::{self, Profile};
use crate::{assets, command, server};

/// An editor writes one file as several events, and a branch switch many files.
const QUIET: Duration = Duration::from_millis(200);

const FOLDERS: &[&str] = &["app", "domain", "frontend", "server", "storage", "style"];

/// What a change calls for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Browser,
    Style,
    Server,
}

pub(crate) fn watch(run: &Run) -> Result<()> {
    let (sender, changes) = channel();
    let mut watcher = notify::recommended_watcher(move |event| {
        // The receiver is gone only when we are.
        let _ = sender.send(event);
    })?;
    for folder in FOLDERS {
        watcher.watch(&workspace::path(folder), RecursiveMode::Recursive)?;
    }
    let mut parts = BTreeSet::from([Part::Browser]);
    let mut serving: Option<Child> = None;
    loop {
        match rebuild(run, &parts) {
            Ok(binary) => restart(run, &binary, &mut serving)?,
            Err(error) => println!("not restarted: {error:#}"),
        }
        parts = next(&changes)?;
    }
}

fn rebuild(run: &Run, parts: &BTreeSet<Part>) -> Result<PathBuf> {
    let profile = Profile::of(run.build.release);
    let site = if parts.contains(&Part::Browser) {
        assets::build(profile)?
    } else if parts.contains(&Part::Style) {
        assets::build_style(profile)?
    } else {
        assets::folder(profile)
    };
    server::link(&run.build, &site)
}

fn restart(run: &Run, binary: &Path, serving: &mut Option<Child>) -> Result<()> {
    if let Some(mut old) = serving.take() {
        command::stop(&mut old, "TERM")?;
    }
    *serving = Some(serve(run, binary).spawn()?);
    Ok(())
}

/// Waits for a change that matters, then for quiet.
fn next(changes: &Receiver<notify::Result<notify::Event>>) -> Result<BTreeSet<Part>> {
    let mut parts = BTreeSet::new();
    while parts.is_empty() {
        parts.extend(touched(&changes.recv()??));
    }
    while let Ok(event) = changes.recv_timeout(QUIET) {
        parts.extend(touched(&event?));
    }
    Ok(parts)
}

fn touched(event: &notify::Event) -> BTreeSet<Part> {
    let written = match event.kind {
        EventKind::Create(_) | EventKind::Remove(_) => true,
        EventKind::Modify(kind) => !matches!(kind, ModifyKind::Metadata(_)),
        EventKind::Any | EventKind::Other | EventKind::Access(_) => false,
    };
    let paths = event.paths.iter().filter(|_| written);
    paths.filter_map(|path| part(path.strip_prefix(workspace::root()).ok()?)).collect()
}

/// The part that a file of the repository belongs to.
fn part(path: &Path) -> Option<Part> {
    let name = path.file_name()?.to_str()?;
    if name.starts_with('.') || name.ends_with('~') {
        return None;
    }
    match path.components().next()?.as_os_str().to_str()? {
        "app" | "frontend" => Some(Part::Browser),
        "style" => Some(Part::Style),
        "domain" | "server" | "storage" => Some(Part::Server),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Part, part};

    #[test]
    fn a_change_builds_only_what_it_touches() {
        assert_eq!(part(Path::new("app/src/security.rs")), Some(Part::Browser));
        assert_eq!(part(Path::new("frontend/loader.js")), Some(Part::Browser));
        assert_eq!(part(Path::new("style/main.css")), Some(Part::Style));
        assert_eq!(part(Path::new("domain/src/lib.rs")), Some(Part::Server));
    }

    #[test]
    fn what_an_editor_leaves_beside_a_file_is_no_change() {
        assert_eq!(part(Path::new("app/src/.security.rs.swp")), None);
        assert_eq!(part(Path::new("app/src/security.rs~")), None);
    }
}
