//! The binary `twofold`.

use mimalloc::MiMalloc;
use server::command::Twofold;
use server::memory;
use std::process::ExitCode;

/// It gives the tens of megabytes of an Argon2 run back to the system; glibc's keeps them for good.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    memory::in_small_pages();
    Twofold::from_line().run()
}
