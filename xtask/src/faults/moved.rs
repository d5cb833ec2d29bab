//! A database file that is not there any more, while the server has it open.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::Scene;
use super::house::House;
use super::http::Ask;
use super::load::{Load, session};
use super::time::{now, pause};

const CLIENTS: usize = 4;
const PACE: Duration = Duration::from_millis(10);
/// By then it is noticed, whoever asks.
const NOTICED: Duration = Duration::from_secs(2);
/// Longer than any worker beside the requests rests.
const QUIET: Duration = Duration::from_secs(5);

/// How it goes.
type Taking = fn(&Path) -> io::Result<()>;

const TAKINGS: [(&str, Taking); 3] = [("moved", move_away), ("deleted", delete), ("replaced", replace)];

fn move_away(file: &Path) -> io::Result<()> {
    fs::rename(file, file.with_extension("away"))
}

fn delete(file: &Path) -> io::Result<()> {
    fs::remove_file(file)
}

fn replace(file: &Path) -> io::Result<()> {
    let new = file.with_extension("new");
    fs::copy(file, &new)?;
    fs::rename(new, file)
}

pub(super) fn nothing_goes_into_a_file_that_is_gone(scene: &mut Scene<'_>) -> Result<String> {
    let seen = TAKINGS.iter().map(|(how, take)| gone(scene, how, *take)).collect::<Result<Vec<_>>>()?;
    Ok(seen.join("; "))
}

fn gone(scene: &Scene<'_>, how: &str, take: Taking) -> Result<String> {
    let mut house = House::on_sqlite(scene)?;
    let file = house.file()?.to_owned();
    // Its other name, by which it is found again.
    let kept = file.with_extension("kept");
    let load = Load::begin(&house, "honest", CLIENTS, PACE);
    ensure!(load.is_answered(20, Duration::from_secs(20)), "no load\n{}", house.log());
    fs::hard_link(&file, &kept)?;
    take(&file)?;
    let taken = now();
    let named = is_named_within(&house, NOTICED);
    pause(Duration::from_secs(1));
    let book = load.end()?;
    let told = house.client().ask(&session("late").0)?;
    let told = told.body.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
    // The log is written by a thread of its own: what that last request left in it comes a moment after its answer.
    pause(Duration::from_secs(1));
    let before = house.lines();
    pause(QUIET);
    let logged = house.lines() - before;
    house.kill()?;
    let refusal = if how == "replaced" { String::new() } else { house.refusal()? };
    fs::rename(&kept, &file)?;
    // A file with two names is refused.
    if how == "moved" {
        fs::remove_file(file.with_extension("away"))?;
    }
    house.serve()?;
    let (late, lost) = (book.good_since(taken), book.lost(&house.rows()?));
    let seen = format!(
        "{how}: {} acknowledged, {late} of them after it was gone, {lost} lost; /readyz names it: {named}, clients are \
         told {told}, {logged} lines logged in {} s",
        book.acknowledged(),
        QUIET.as_secs()
    );
    ensure!(
        late == 0 && lost == 0 && named && told == "database_lost" && logged == 0,
        "{seen}\n{}",
        house.log()
    );
    let is_refused = how == "replaced" || refusal.contains("there is no database");
    ensure!(is_refused, "{seen}; a new start says: {refusal}");
    house.verify_log()?;
    Ok(seen)
}

fn is_named_within(house: &House<'_>, patience: Duration) -> bool {
    let begun = now();
    while begun.elapsed() < patience {
        let ready = house.client().ask(&Ask::get("/readyz"));
        let is_named =
            |text: &str| text.contains("database_lost") && text.contains("moved, deleted, replaced");
        if ready.is_ok_and(|ready| ready.status == 503 && is_named(&ready.text)) {
            return true;
        }
        pause(Duration::from_millis(50));
    }
    false
}
