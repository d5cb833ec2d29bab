//! A server that is asked to end while it is at work, as when a new version takes its place.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::Scene;
use super::house::House;
use super::http::Ask;
use super::load::{Load, challenge};
use super::time::{now, pause};

const SETTINGS: &[(&str, &str)] = &[("TWOFOLD_DRAIN_SECONDS", "3")];
const DRAIN: Duration = Duration::from_secs(3);
/// The last moments are left out: whether a connection still comes in them is chance.
const LOOKED_AT: Duration = Duration::from_millis(2_700);
const CLIENTS: usize = 6;

pub(super) fn whoever_asks_is_told_before_it_ends(scene: &mut Scene<'_>) -> Result<String> {
    let mut house = House::with_settings(scene, SETTINGS)?;
    let load = Load::begin(&house, "draining", CLIENTS, Duration::from_millis(5));
    ensure!(load.is_answered(2 * CLIENTS, Duration::from_secs(10)), "no load\n{}", house.log());
    house.ask_to_end()?;
    let (begun, mut answered, mut told) = (now(), 0, Vec::new());
    while begun.elapsed() < LOOKED_AT {
        let ready = house.client().ask(&Ask::get("/readyz"))?;
        told.push(format!(
            "{} {}",
            ready.status,
            ready.body.get("code").map_or("", |code| code.as_str().unwrap_or(""))
        ));
        let (ask, _) = challenge(&format!("late-{answered}"));
        let late = house.client().ask(&ask)?;
        ensure!(late.status == 201, "a request before the end was answered {}: {}", late.status, late.text);
        answered += 1;
        pause(Duration::from_millis(50));
    }
    told.dedup();
    let ended = house.has_ended_within(Duration::from_secs(10))?;
    let (took, book) = (begun.elapsed(), load.end()?);
    let lost = book.lost(&house.rows()?);
    let seen = format!(
        "/readyz: {told:?}; {answered} requests on new connections answered meanwhile; ended well after {took:.1?}: {ended}; {} \
         acknowledged, {lost} lost",
        book.acknowledged()
    );
    let as_it_should = told.last().is_some_and(|last| last == "503 draining") && told.len() <= 2;
    ensure!(as_it_should && answered > 10 && ended && took >= DRAIN && lost == 0, "{seen}\n{}", house.log());
    Ok(seen)
}
