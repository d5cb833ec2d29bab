//! The clock that nobody moves.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// How long the machine runs, suspension included.
const UPTIME: &str = "/proc/uptime";
/// Less than this was no suspension: two clocks are not read at once, and the file has hundredths of a second.
const NOISE: i64 = 1_000;
/// The clocks are read again if the machine was busy with something else in between, at most so often.
pub(super) const READINGS: usize = 4;
/// Milliseconds: longer than it takes to read two clocks.
pub(super) const AT_ONCE: i64 = 100;

/// Milliseconds since whenever it began.
///
/// `Instant` (`CLOCK_MONOTONIC`) is read at no cost and stands still while the machine is suspended: every waking of a laptop
/// would look like a clock that was moved. How long it stood still is told by `CLOCK_BOOTTIME`, which Linux shows in
/// `/proc/uptime`, and which is looked at only where there is a question. Where there is no such file, a suspension is taken
/// for a move: codes wait until the database's clock or five minutes say that the wall clock is right.
#[derive(Debug)]
pub(super) struct Steady {
    began: Instant,
    uptime: Option<Uptime>,
    /// How long `Instant` stood still.
    suspended: AtomicI64,
}

#[derive(Debug)]
struct Uptime {
    file: File,
    began: i64,
}

impl Steady {
    pub(super) fn new() -> Self {
        let opened = File::open(UPTIME).ok();
        let uptime = opened.and_then(|file| Some(Uptime { began: read(&file)?, file }));
        Self { began: now(), uptime, suspended: AtomicI64::new(0) }
    }

    pub(super) fn millis(&self) -> i64 {
        self.awake().saturating_add(self.suspended.load(Ordering::SeqCst))
    }

    fn awake(&self) -> i64 {
        millis(now().saturating_duration_since(self.began))
    }

    /// Looks whether the machine was suspended meanwhile.
    pub(super) fn count_suspension(&self) {
        let Some(uptime) = &self.uptime else { return };
        for _ in 0..READINGS {
            let before = self.awake();
            // What was read before and cannot be now: nothing is known of a suspension.
            let Some(runs) = read(&uptime.file) else { return };
            let suspended = runs.saturating_sub(uptime.began).saturating_sub(before);
            if self.awake().saturating_sub(before) < AT_ONCE {
                if suspended > self.suspended.load(Ordering::SeqCst).saturating_add(NOISE) {
                    self.suspended.fetch_max(suspended, Ordering::SeqCst);
                }
                return;
            }
        }
    }
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine is asked")]
    let now = std::time::Instant::now();
    Instant::from_std(now)
}

/// The first number of the file: seconds, with two digits after the point.
fn read(uptime: &File) -> Option<i64> {
    let mut text = [0; 64];
    let length = uptime.read_at(&mut text, 0).ok()?;
    let text = str::from_utf8(text.get(..length)?).ok()?;
    let seconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().map(millis)
}

pub(super) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_was_not_suspended_has_missed_nothing() {
        let steady = Steady::new();
        let readings: Vec<i64> = (0..100)
            .map(|_| {
                steady.count_suspension();
                steady.millis()
            })
            .collect();
        assert!(readings.is_sorted());
        assert_eq!(steady.suspended.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn what_it_slept_is_counted_once() {
        // `Instant` cannot be stopped by a test: the file says that it was.
        let hour = 3_600_000;
        let mut steady = Steady::new();
        let Some(uptime) = &mut steady.uptime else { return };
        uptime.began -= hour;
        for _ in 0..3 {
            steady.count_suspension();
            let slept = steady.suspended.load(Ordering::SeqCst);
            assert!((hour - 2_000..hour + 2_000).contains(&slept), "{slept}");
        }
        assert!(steady.millis() >= hour - 2_000);
    }

    #[test]
    fn the_seconds_of_the_file_are_read_as_milliseconds() {
        let path = std::env::temp_dir().join(format!("twofold-uptime-{}", std::process::id()));
        let said = |text: &str| {
            std::fs::write(&path, text).unwrap();
            read(&File::open(&path).unwrap())
        };
        assert_eq!(said("350735.47 234388.90\n"), Some(350_735_470));
        assert_eq!((said("x"), said(""), said("-1.0 2")), (None, None, None));
        std::fs::remove_file(&path).unwrap();
    }
}
