//! A log that nobody reads: its disk is full, its reader has gone, or stands still.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use super::Scene;
use super::house::House;
use super::http::Ask;
use super::time::now;

/// More lines than a pipe holds (64 KiB) and than wait for a reader (10,000).
const REQUESTS: u32 = 12_000;

pub(super) fn a_log_stops_nothing(scene: &mut Scene<'_>) -> Result<String> {
    let mut house = House::on_sqlite(scene)?;
    house.kill()?;
    house.serve_to(Stdio::null(), File::options().write(true).open("/dev/full")?.into())?;
    answers(&house, 100).context("with a log on a disk that is full")?;
    house.kill()?;
    house.serve_to(Stdio::piped(), Stdio::piped())?;
    drop(house.pipes());
    answers(&house, 100).context("with a log whose reader has gone")?;
    house.kill()?;
    house.serve_to(Stdio::null(), Stdio::piped())?;
    let (_, log) = house.pipes();
    answers(&house, REQUESTS).context("with a log whose reader stands still")?;
    let log = log.context("the log is no pipe")?;
    let told = told_within(Duration::from_secs(15), BufReader::new(log))?;
    Ok(format!("{REQUESTS} requests answered while nobody read; then it was told: {told}"))
}

/// Each request leaves a line in the log.
fn answers(house: &House<'_>, requests: u32) -> Result<()> {
    let mut client = house.client();
    for number in 1..=requests {
        let answer = client.ask(&Ask::get("/nowhere")).with_context(|| format!("request {number}"))?;
        ensure!(answer.status == 404, "request {number} was answered {}", answer.status);
    }
    ensure!(house.status_of("/readyz") == 204, "/readyz does not say that it is ready");
    Ok(())
}

/// The line that tells what was lost.
fn told_within(patience: Duration, log: impl BufRead) -> Result<String> {
    let begun = now();
    for line in log.lines() {
        let line = line?;
        if let Some(at) = line.find("lines of the log were lost") {
            return Ok(line.get(at..).unwrap_or_default().to_owned());
        }
        ensure!(begun.elapsed() < patience, "nothing was told within {} s", patience.as_secs());
    }
    bail!("the log ended, and nothing was told")
}
