//! How things stand at this moment.

use crate::state::Server;
use crate::telemetry::metrics::{
    AUDIT_OPEN, AUDIT_OPEN_OLDEST, BUILD, CLOCK_MOVED, CLOCK_OFFSET, CLOCK_TRUSTED, CONNECTIONS,
    CONNECTIONS_LIMIT, DATABASE_UP, DRAINING, HASHING_RUNNING, HASHING_WAITING, KEY, KEY_FILE, MAIL, OUTBOX,
    OUTBOX_OLDEST, PHONES_AHEAD, POOL_IDLE, POOL_LIMIT, POOL_OPEN, POOL_WAITING,
};
use crate::version::{COMMIT, VERSION};
use domain::ports::ClockStanding;
use domain::time::Timestamp;
use std::time::{Duration, UNIX_EPOCH};
use storage::{Standing, Waiting};

/// A database that takes longer than this is down: whoever scrapes waits for ten seconds, mostly.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn gather(server: &Server) {
    // Before the database is asked, which takes a connection itself.
    pools(server);
    work(server);
    clock(server);
    keys(server);
    let asked = tokio::time::timeout(PATIENCE, server.database().standing()).await;
    waiting(server, asked.ok().and_then(Result::ok));
    server.metrics().set(&MAIL, &[], truth(!server.settings().smtp_url.is_empty()));
    server.metrics().set(&DRAINING, &[], truth(server.is_draining()));
    server.metrics().set(&BUILD, &[("version", VERSION), ("commit", COMMIT)], 1.0);
}

fn waiting(server: &Server, found: Option<Standing>) {
    let (metrics, now) = (server.metrics(), server.now());
    metrics.set(&DATABASE_UP, &[], truth(found.is_some()));
    let rows = |of: Option<Waiting>| of.map_or(f64::NAN, |of| number(of.rows));
    let age = |of: Option<Waiting>| of.map_or(f64::NAN, |of| oldest(of, now));
    let notices = found.map(|found| found.notices);
    let codes = found.map(|found| found.codes);
    for (channel, of) in [("notice", notices), ("code", codes)] {
        metrics.set(&OUTBOX, &[("channel", channel)], rows(of));
        metrics.set(&OUTBOX_OLDEST, &[("channel", channel)], age(of));
    }
    let open = found.map(|found| found.open_events);
    metrics.set(&AUDIT_OPEN, &[], rows(open));
    metrics.set(&AUDIT_OPEN_OLDEST, &[], age(open));
}

/// What a clock that ran ahead has stamped waits for no time at all.
fn oldest(of: Waiting, now: Timestamp) -> f64 {
    of.since.map_or(0.0, |since| seconds(now.millis().saturating_sub(since.millis()).max(0)))
}

fn pools(server: &Server) {
    let metrics = server.metrics();
    for pool in server.database().pools() {
        let labels = [("pool", pool.name)];
        metrics.set(&POOL_OPEN, &labels, f64::from(pool.open));
        metrics.set(&POOL_IDLE, &labels, f64::from(pool.idle));
        metrics.set(&POOL_LIMIT, &labels, f64::from(pool.limit));
    }
    metrics.set(&POOL_WAITING, &[], count(server.database().transactions_waiting()));
}

fn work(server: &Server) {
    let metrics = server.metrics();
    for (whose, line) in server.hashing().standing() {
        metrics.set(&HASHING_RUNNING, &[("whose", whose)], count(line.running));
        metrics.set(&HASHING_WAITING, &[("whose", whose)], count(line.waiting));
    }
    for (kind, open) in server.connections().opened() {
        metrics.set(&CONNECTIONS, &[("kind", kind)], count(open));
    }
    metrics.set(&CONNECTIONS_LIMIT, &[], count(server.connections().limit()));
}

fn clock(server: &Server) {
    let metrics = server.metrics();
    let ClockStanding { trusted, moved_millis, ahead_of_database_millis, .. } = server.clock();
    metrics.set(&CLOCK_TRUSTED, &[], truth(trusted));
    metrics.set(&CLOCK_MOVED, &[], seconds(moved_millis));
    metrics.set(&CLOCK_OFFSET, &[], ahead_of_database_millis.map_or(f64::NAN, seconds));
    let phones = server.two_factor().phones_ahead().unwrap_or_default();
    metrics.set(&PHONES_AHEAD, &[], seconds(phones.saturating_mul(1000)));
}

/// The file's own word is all there is of a key's age: the ring has none.
fn keys(server: &Server) {
    let (metrics, ring) = (server.metrics(), server.keys());
    for check in ring.checks() {
        let (key, is_active) = (check.key.0.to_string(), check.key == ring.active());
        // Both are said: what was true once would stay.
        for (state, is_so) in [("active", is_active), ("opens", !is_active)] {
            metrics.set(&KEY, &[("key_id", &key), ("state", state)], truth(is_so));
        }
    }
    let about = std::fs::metadata(&server.settings().sealing_key_file);
    let modified = about.and_then(|about| about.modified()).ok();
    let since = modified.and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
    metrics.set(&KEY_FILE, &[], since.map_or(f64::NAN, |since| since.as_secs_f64().floor()));
}

const fn truth(of: bool) -> f64 {
    if of { 1.0 } else { 0.0 }
}

/// Exact up to 2^53, which nothing here reaches.
#[expect(clippy::cast_precision_loss, reason = "a figure is a float")]
const fn number(of: u64) -> f64 {
    of as f64
}

fn count(of: usize) -> f64 {
    number(u64::try_from(of).unwrap_or(u64::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "a figure is a float")]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}
