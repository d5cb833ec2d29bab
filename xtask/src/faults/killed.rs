//! `kill -9` in the middle of writes, again and again.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Scene;
use super::book::Book;
use super::house::House;
use super::load::Load;
use super::time::pause;

const KILLS: usize = 30;
const CLIENTS: usize = 6;

pub(super) fn sqlite_keeps_what_was_acknowledged(scene: &mut Scene<'_>) -> Result<String> {
    let house = House::on_sqlite(scene)?;
    killed_again_and_again(scene, house)
}

pub(super) fn postgres_keeps_what_was_acknowledged(scene: &mut Scene<'_>) -> Result<String> {
    let house = House::on_postgres(scene)?;
    killed_again_and_again(scene, house)
}

fn killed_again_and_again(scene: &mut Scene<'_>, mut house: House<'_>) -> Result<String> {
    let mut book = Book::default();
    for round in 0..KILLS {
        let load = Load::begin(&house, &format!("round-{round}"), CLIENTS, Duration::ZERO);
        // The server is warm, and every client at work.
        ensure!(load.is_answered(2 * CLIENTS, Duration::from_secs(10)), "no load\n{}", house.log());
        pause(scene.dice.between(Duration::ZERO, Duration::from_millis(250)));
        house.kill()?;
        book.append(load.end()?);
        house.serve()?;
        let lost = book.lost(&house.rows()?);
        ensure!(lost == 0, "after kill {}: {} acknowledged, {lost} lost", round + 1, book.acknowledged());
    }
    house.verify_log()?;
    Ok(format!("{KILLS} kills, {} acknowledged, 0 lost, the audit log holds", book.acknowledged()))
}
