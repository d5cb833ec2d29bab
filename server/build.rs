//! Puts the site that `cargo xtask` built into the binary: a table of files for `src/assets.rs`.
//!
//! `TWOFOLD_COMMIT` is the commit that the binary says it was built from. Both are told by `cargo xtask`.
//!
//! Without `TWOFOLD_SITE` the table is empty, so that `cargo check` and unit tests need no browser half.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-env-changed=TWOFOLD_SITE");
    println!("cargo::rerun-if-env-changed=TWOFOLD_COMMIT");
    let commit = env::var("TWOFOLD_COMMIT").unwrap_or_default();
    println!("cargo::rustc-env=TWOFOLD_COMMIT={}", if commit.is_empty() { "unknown" } else { &commit });
    let table = match env::var("TWOFOLD_SITE") {
        Ok(site) => table(&site)?,
        Err(_) => "static FILES: &[File] = &[];\n".to_owned(),
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo gave no OUT_DIR")?);
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

/// One `File` for each line of the manifest: `logical-name<TAB>hashed-name`.
fn table(site: &str) -> Result<String> {
    let manifest = format!("{site}/manifest.txt");
    println!("cargo::rerun-if-changed={manifest}");
    let mut table = "static FILES: &[File] = &[\n".to_owned();
    for line in fs::read_to_string(manifest)?.lines() {
        let (logical, hashed) = line.split_once('\t').ok_or("a line of the manifest has no tab")?;
        writeln!(table, "    File {{")?;
        writeln!(table, "        logical: {logical:?},")?;
        writeln!(table, "        url: {:?},", format!("/assets/{hashed}"))?;
        writeln!(table, "        content_type: {:?},", content_type(hashed)?)?;
        let file = format!("{site}/{hashed}");
        writeln!(table, "        identity: include_bytes!({file:?}),")?;
        writeln!(table, "        br: {},", packed(&file, "br"))?;
        writeln!(table, "        gz: {},", packed(&file, "gz"))?;
        writeln!(table, "    }},")?;
    }
    table.push_str("];\n");
    Ok(table)
}

/// The compressed file beside it; a development build has none.
fn packed(file: &str, extension: &str) -> String {
    let packed = format!("{file}.{extension}");
    if Path::new(&packed).is_file() { format!("Some(include_bytes!({packed:?}))") } else { "None".to_owned() }
}

fn content_type(name: &str) -> Result<&'static str> {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => Ok("text/css; charset=utf-8"),
        Some("ico") => Ok("image/x-icon"),
        Some("js") => Ok("text/javascript; charset=utf-8"),
        Some("json") => Ok("application/json"),
        Some("png") => Ok("image/png"),
        Some("svg") => Ok("image/svg+xml"),
        Some("ts" | "txt") => Ok("text/plain; charset=utf-8"),
        Some("wasm") => Ok("application/wasm"),
        Some("webmanifest") => Ok("application/manifest+json"),
        Some("woff2") => Ok("font/woff2"),
        _ => Err(format!("{name}: no content type is known for it (server/build.rs)").into()),
    }
}
