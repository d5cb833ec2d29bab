//! Another process that holds SQLite's lock.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::Scene;
use super::house::{self, House};
use super::load::Load;
use super::time::{now, pause};

const CLIENTS: usize = 4;
const PACE: Duration = Duration::from_millis(10);
/// Every request is answered by then (I14), and a little for the way.
const ANSWERED: Duration = Duration::from_millis(10_500);
const BACK: Duration = Duration::from_secs(5);

const HOLD: &str = "import sqlite3, sys, time\n\
    held = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)\n\
    held.execute('BEGIN IMMEDIATE')\n\
    print('locked', flush=True)\n\
    time.sleep(float(sys.argv[2]))\n\
    held.execute('ROLLBACK')";

pub(super) fn four_seconds_delay(scene: &mut Scene<'_>) -> Result<String> {
    locked_for(scene, 4, true)
}

pub(super) fn thirty_seconds_are_told(scene: &mut Scene<'_>) -> Result<String> {
    locked_for(scene, 30, false)
}

fn locked_for(scene: &mut Scene<'_>, seconds: u32, serves_all: bool) -> Result<String> {
    let folder = house::folder()?;
    let house = House::on_sqlite_in(scene, folder.clone(), &folder)?;
    let load = Load::begin(&house, "honest", CLIENTS, PACE);
    ensure!(load.is_answered(20, Duration::from_secs(20)), "no load\n{}", house.log());
    let mut holder = hold(&folder.join("twofold.db"), seconds)?;
    holder.wait()?;
    let over = now();
    ensure!(house.is_ready_within(BACK), "not ready {BACK:?} after\n{}", house.log());
    pause(BACK.saturating_sub(over.elapsed()));
    ensure!(load.is_answered(20, BACK), "nobody is answered\n{}", house.log());
    let book = load.end()?;
    let bad_for = book.last_bad().map_or(Duration::ZERO, |last| last.saturating_duration_since(over));
    let lost = book.lost(&house.rows()?);
    let seen = format!(
        "{} acknowledged, {lost} lost, {} refused (the last one {:.1} s after), slowest answer {:.1} s",
        book.acknowledged(),
        book.refused(),
        bad_for.as_secs_f64(),
        book.slowest().as_secs_f64()
    );
    let answered = book.slowest() <= ANSWERED && bad_for <= BACK;
    ensure!(answered && lost == 0, "{seen}\n{}", house.log());
    ensure!(!serves_all || book.refused() == 0, "{seen}\n{}", house.log());
    house.verify_log()?;
    Ok(seen)
}

/// Begins to hold the lock for so many seconds.
fn hold(file: &Path, seconds: u32) -> Result<Child> {
    let mut python = Command::new("python3");
    python.args(["-c", HOLD]).arg(file).arg(seconds.to_string()).stdout(Stdio::piped());
    let mut holder = python.spawn()?;
    let mut line = String::new();
    BufReader::new(holder.stdout.take().context("no stdout")?).read_line(&mut line)?;
    ensure!(line.trim() == "locked", "the lock was not got");
    Ok(holder)
}
