//! The log: structured lines on standard error.
//!
//! Nobody waits for whoever reads it, and nothing ends because nobody does: lines that cannot be written are lost, counted,
//! and told once lines can be written again.

mod lossy;
pub mod metrics;
mod occasional;

use crate::config::LogFormat;
use lossy::{Losses, Lossy};
pub(crate) use occasional::Occasional;
use std::io::IsTerminal;
use std::time::Duration;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// What is logged unless `RUST_LOG` says otherwise. Each migration alone is no news.
const DEFAULT: &str = "info,sea_orm_migration=warn";

/// How many lines wait for a reader that is slow: some 2 MiB. More are lost.
const WAITING: usize = 10_000;

/// How often it is told how many lines were lost.
const TELLING: Duration = Duration::from_secs(5);

/// Writes the lines that still wait when it is dropped.
pub(crate) type Log = WorkerGuard;

/// Begins to log, panics too.
pub(crate) fn begin(format: LogFormat) -> Log {
    let losses = Losses::default();
    let lossy = Lossy::new(std::io::stderr(), losses.clone());
    let (writer, worker) =
        NonBlockingBuilder::default().buffered_lines_limit(WAITING).lossy(true).finish(lossy);
    let crowded_out = writer.error_counter();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    // What cannot be written is not complained about where it cannot be written either.
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).log_internal_errors(false);
    // Whoever has begun already goes on.
    let _ = match format {
        LogFormat::Text => {
            lines.with_target(false).with_ansi(std::io::stderr().is_terminal()).finish().try_init()
        }
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).finish().try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        // Where, and not what: the message may hold the value that nobody expected.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
    let lost = move || losses.count().saturating_add(crowded_out.dropped_lines());
    // Without the thread nothing is told; the log goes on.
    let _ = std::thread::Builder::new().name("log-losses".to_owned()).spawn(move || tell(&lost));
    worker
}

/// Tells, for as long as the process lives, how many lines were lost since it was told last.
fn tell(lost: &dyn Fn() -> usize) {
    let mut told = 0;
    loop {
        std::thread::park_timeout(TELLING);
        let so_far = lost();
        if so_far > told {
            tracing::warn!(lines = so_far - told, "lines of the log were lost: they could not be written");
            // The telling may be lost as well: it is one line more.
            told = so_far;
        }
    }
}
