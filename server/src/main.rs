//! The binary `twofold`.

use server::command::Twofold;
use std::process::ExitCode;

fn main() -> ExitCode {
    Twofold::from_line().run()
}
