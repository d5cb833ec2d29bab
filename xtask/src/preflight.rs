//! What must be on the machine, said before a compiler or a shell says it worse.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::command;

const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for the browser is installed; where it is not, rustup adds it.
pub(crate) fn wasm_target() -> Result<()> {
    let mut rustc = Command::new("rustc");
    let libdir = command::output(rustc.args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(libdir.trim()).is_dir() {
        return Ok(());
    }
    if !answers("rustup") {
        bail!("Rust cannot build for the browser: install its standard library for {WASM}");
    }
    println!("Rust cannot build for the browser yet: adding {WASM} …");
    command::run(Command::new("rustup").args(["target", "add", WASM]))
}

/// Node and npm are installed; `what` needs them.
pub(crate) fn node(what: &str) -> Result<()> {
    for program in ["node", "npm", "npx"] {
        if !answers(program) {
            bail!("{what} needs Node 20 or later, and `{program}` was not found on the PATH");
        }
    }
    Ok(())
}

/// Python can make virtual environments; `what` needs one.
pub(crate) fn python(what: &str) -> Result<()> {
    let mut python = Command::new("python3");
    python
        .args(["-c", "import ensurepip, venv"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if !python.status().is_ok_and(|status| status.success()) {
        bail!("{what} needs Python 3 with venv. Run: apt-get install python3-venv");
    }
    Ok(())
}

/// Whether `program --version` runs.
pub(crate) fn answers(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
