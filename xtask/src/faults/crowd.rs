//! Honest requests beside a crowd of connections, and where the system gives the server few files.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::Scene;
use super::answers::Answers;
use super::hostile::Crowd;
use super::house::House;
use super::load::challenge;
use super::time::pause;

/// Hostile connections from one address.
const CROWD: usize = 5_000;
/// How long honest answers are measured, without the crowd and beside it.
const MEASURED: Duration = Duration::from_secs(10);
/// By then the whole crowd has come, and those that were closed have come again.
const GATHERING: Duration = Duration::from_secs(7);
const HONEST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 100);

/// Fewer open files than connections are served with the settings as they are.
const FILES: u32 = 256;
/// More connections than files.
const MANY: usize = 400;

pub(super) fn a_crowd_from_one_address(scene: &mut Scene<'_>) -> Result<String> {
    let house = House::on_sqlite(scene)?;
    let _ = challenges(&house, "warm", Duration::from_secs(2));
    let quiet = challenges(&house, "quiet", MEASURED);
    let crowd = Crowd::begin(house.address(), &[Ipv4Addr::new(127, 0, 0, 2)], CROWD)?;
    pause(GATHERING);
    let busy = challenges(&house, "busy", MEASURED);
    let health = [house.status_from(HONEST, "/healthz"), house.status_from(HONEST, "/readyz")];
    let (closed, files) = (crowd.closed(), house.open_files()?);
    crowd.end()?;
    let seen = format!(
        "{CROWD} hostile connections, closed {closed} times; {files} files open; honest without them: {quiet}; beside them: \
         {busy}; /healthz and /readyz {health:?}"
    );
    let is_in_time = busy.at(500) <= quiet.at(500) * 2 && busy.at(950) <= quiet.at(950) * 2;
    ensure!(quiet.refused == 0 && quiet.took.len() > 100, "{seen}: the machine is too slow\n{}", house.log());
    ensure!(busy.refused == 0 && is_in_time && health == [204, 204], "{seen}\n{}", house.log());
    house.verify_log()?;
    Ok(seen)
}

pub(super) fn few_files(scene: &mut Scene<'_>) -> Result<String> {
    let house = House::with_few_files(scene, FILES)?;
    let crowds: Vec<Ipv4Addr> = (2..10).map(|host| Ipv4Addr::new(127, 0, 0, host)).collect();
    let crowd = Crowd::begin(house.address(), &crowds, MANY)?;
    pause(GATHERING);
    let busy = challenges(&house, "busy", MEASURED);
    let health = [house.status_from(HONEST, "/healthz"), house.status_from(HONEST, "/readyz")];
    let (closed, files) = (crowd.closed(), house.open_files()?);
    crowd.end()?;
    let seen = format!(
        "{FILES} files, {MANY} hostile connections of {} addresses, closed {closed} times; {files} files open; honest: {busy}; \
         /healthz and /readyz {health:?}",
        crowds.len()
    );
    ensure!(busy.refused == 0 && busy.took.len() > 100 && health == [204, 204], "{seen}\n{}", house.log());
    house.verify_log()?;
    Ok(seen)
}

/// Challenges of new users, one after another, each on a connection of its own.
fn challenges(house: &House<'_>, name: &str, during: Duration) -> Answers {
    Answers::measure(during, |number| {
        let (ask, _) = challenge(&format!("{name}-{number}"));
        Ok((200..300).contains(&house.client_from(HONEST).ask(&ask)?.status))
    })
}
