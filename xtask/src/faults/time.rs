//! Real time: what is tested here is how long real programs take.

use std::time::{Duration, Instant};

#[expect(clippy::disallowed_methods, reason = "the server is another process, whose time nobody moves")]
pub(super) fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "there is no runtime to stall here")]
pub(super) fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
