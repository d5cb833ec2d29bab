//! A database that stands still, and one that restarts.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Scene;
use super::house::House;
use super::load::Load;
use super::time::{now, pause};

const CLIENTS: usize = 8;
const PACE: Duration = Duration::from_millis(10);
/// Every request is answered by then (I14), and a little for the way.
const ANSWERED: Duration = Duration::from_millis(10_500);
const BACK: Duration = Duration::from_secs(5);
/// 12 s for requests, 5 s for work that nobody waits for, 5 s for the database; and a little for the machine.
const THE_END: Duration = Duration::from_secs(26);

pub(super) fn a_database_that_stands_still(scene: &mut Scene<'_>) -> Result<String> {
    through(scene, |scene| {
        scene.postgres.signal("STOP")?;
        pause(Duration::from_secs(10));
        scene.postgres.signal("CONT")
    })
}

pub(super) fn a_database_that_restarts(scene: &mut Scene<'_>) -> Result<String> {
    through(scene, |scene| scene.postgres.restart())
}

/// Load before, during and after `outage`, until the database has been back for long enough.
pub(super) fn through(
    scene: &mut Scene<'_>,
    outage: impl FnOnce(&Scene<'_>) -> Result<()>,
) -> Result<String> {
    let house = House::on_postgres(scene)?;
    let load = Load::begin(&house, "honest", CLIENTS, PACE);
    ensure!(load.is_answered(50, Duration::from_secs(20)), "no load\n{}", house.log());
    outage(scene)?;
    let over = now();
    ensure!(house.is_ready_within(BACK), "not ready {BACK:?} after\n{}", house.log());
    let ready = over.elapsed();
    pause(BACK.saturating_sub(ready));
    ensure!(load.is_answered(20, BACK), "nobody is answered\n{}", house.log());
    let book = load.end()?;
    let bad_for = book.last_bad().map_or(Duration::ZERO, |last| last.saturating_duration_since(over));
    let lost = book.lost(&house.rows()?);
    let seen = format!(
        "ready {:.1} s after, the last refusal {:.1} s after; {} acknowledged, {lost} lost, {} refused, slowest \
         answer {:.1} s",
        ready.as_secs_f64(),
        bad_for.as_secs_f64(),
        book.acknowledged(),
        book.refused(),
        book.slowest().as_secs_f64()
    );
    let answered = book.slowest() <= ANSWERED && bad_for <= BACK;
    ensure!(answered && lost == 0, "{seen}\n{}", house.log());
    house.verify_log()?;
    Ok(seen)
}

/// The server is asked to end while its database stands still: it ends all the same, before an orchestrator loses patience.
pub(super) fn the_end_while_it_stands_still(scene: &mut Scene<'_>) -> Result<String> {
    let mut house = House::on_postgres(scene)?;
    let load = Load::begin(&house, "honest", CLIENTS, PACE);
    ensure!(load.is_answered(50, Duration::from_secs(20)), "no load\n{}", house.log());
    scene.postgres.signal("STOP")?;
    pause(Duration::from_millis(500));
    house.ask_to_end()?;
    let begun = now();
    let ended = house.has_ended_within(THE_END);
    let took = begun.elapsed();
    scene.postgres.signal("CONT")?;
    let lost = load.end()?.lost(&house.rows()?);
    let seen = format!("ended {:.1} s after SIGTERM, {lost} lost", took.as_secs_f64());
    ensure!(ended? && lost == 0, "{seen}\n{}", house.log());
    Ok(seen)
}
