//! A backup that is copied over a database file while the server has it open.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::Scene;
use super::house::House;
use super::http::Ask;
use super::load::Load;
use super::rows;
use super::time::{now, pause};
use crate::command;

const CLIENTS: usize = 4;
const PACE: Duration = Duration::from_millis(10);
/// By then it is noticed, whoever asks.
const NOTICED: Duration = Duration::from_secs(2);
/// A backup that is older than this is told from what is there.
const OLD_ENOUGH: Duration = Duration::from_secs(2);

/// A backup as SQLite makes it, beside everybody's work.
const BACKUP: &str = "import sqlite3, sys\n\
    sqlite3.connect(sys.argv[1], timeout=10).backup(sqlite3.connect(sys.argv[2]))";

pub(super) fn a_copied_backup_is_noticed(scene: &mut Scene<'_>) -> Result<String> {
    let mut house = House::on_sqlite(scene)?;
    let file = house.file()?.to_owned();
    let backup = file.with_extension("backup");
    let load = Load::begin(&house, "honest", CLIENTS, PACE);
    ensure!(load.is_answered(20, Duration::from_secs(20)), "no load\n{}", house.log());
    pause(OLD_ENOUGH);
    back_up(&file, &backup)?;
    let kept = rows::of_sqlite(&backup)?;
    ensure!(load.is_answered(20, Duration::from_secs(20)), "no more load\n{}", house.log());
    pause(OLD_ENOUGH);

    // Into the file that is there, as `cp` does.
    fs::write(&file, fs::read(&backup)?)?;
    let copied = now();
    let named = is_named_within(&house, NOTICED);
    pause(Duration::from_secs(1));
    let book = load.end()?;

    house.ask_to_end()?;
    ensure!(house.has_ended_within(Duration::from_secs(30))?, "it does not end\n{}", house.log());
    let whole = fs::read(&file)? == fs::read(&backup)?;
    house.serve()?;
    let back = kept.is_subset(&house.rows()?);
    let late = book.good_since(copied);
    let seen = format!(
        "{} acknowledged, {late} of them after a backup of {} rows was copied over the file; /readyz names it: {named}; the file \
         is the backup, byte for byte, once the server has ended: {whole}; all of it is served: {back}",
        book.acknowledged(),
        kept.len(),
    );
    ensure!(late == 0 && named && whole && back, "{seen}\n{}", house.log());
    house.verify_log()?;
    Ok(seen)
}

fn back_up(file: &Path, to: &Path) -> Result<()> {
    command::run(Command::new("python3").args(["-c", BACKUP]).arg(file).arg(to))
}

fn is_named_within(house: &House<'_>, patience: Duration) -> bool {
    let begun = now();
    while begun.elapsed() < patience {
        let ready = house.client().ask(&Ask::get("/readyz"));
        let is_named = |text: &str| text.contains("database_lost") && text.contains("or written over");
        if ready.is_ok_and(|ready| ready.status == 503 && is_named(&ready.text)) {
            return true;
        }
        pause(Duration::from_millis(50));
    }
    false
}
