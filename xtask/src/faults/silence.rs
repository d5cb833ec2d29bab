//! Connections to the database on which nothing comes any more.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Scene;
use super::house::House;
use super::load::Load;
use super::proxy::Proxy;
use super::time::{now, pause};

/// More than there are connections.
const CLIENTS: usize = 24;
const WELL_AGAIN: Duration = Duration::from_secs(15);

pub(super) fn dead_connections_are_replaced(scene: &mut Scene<'_>) -> Result<String> {
    let proxy = Proxy::before(scene.postgres.port())?;
    let house = House::on_postgres_through(scene, proxy.port())?;
    let load = Load::begin(&house, "honest", CLIENTS, Duration::ZERO);
    // Every connection is open and at work.
    ensure!(load.is_answered(200, Duration::from_mins(1)), "no load\n{}", house.log());
    let silent = now();
    proxy.fall_silent();
    pause(WELL_AGAIN + Duration::from_secs(5));
    let health = [house.status_of("/healthz"), house.status_of("/readyz")];
    let book = load.end()?;
    let bad_for = book.last_bad().map_or(Duration::ZERO, |last| last.saturating_duration_since(silent));
    let good = book.good_since(silent + WELL_AGAIN);
    let (acknowledged, lost) = (book.acknowledged(), book.lost(&house.rows()?));
    let seen = format!(
        "well again after {:.1} s; {good} good answers after {} s, {} refused, slowest {:.1} s; /healthz and \
         /readyz then {health:?}; {acknowledged} acknowledged, {lost} lost",
        bad_for.as_secs_f64(),
        WELL_AGAIN.as_secs(),
        book.refused(),
        book.slowest().as_secs_f64()
    );
    ensure!(
        bad_for <= WELL_AGAIN && good > 20 && health == [204, 204] && lost == 0,
        "{seen}\n{}",
        house.log()
    );
    Ok(seen)
}
