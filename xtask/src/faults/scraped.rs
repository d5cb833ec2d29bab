//! Whoever reads the figures goes on reading them where the database is gone: that is what they are for.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};

use super::Scene;
use super::house::House;
use super::http::Ask;
use super::load::enrollment;
use super::time::{now, pause};
use crate::instance;

/// Whoever scrapes waits for ten seconds, mostly.
const PATIENCE: Duration = Duration::from_secs(5);
const ASKED: usize = 7;

pub(super) fn figures_outlive_the_database(scene: &mut Scene<'_>) -> Result<String> {
    let address = instance::free_address()?;
    let said: &'static str = address.to_string().leak();
    let house = House::with_settings(scene, vec![("TWOFOLD_METRICS_ADDRESS", said)].leak())?;
    for one in 0..ASKED {
        let begun = house.client().ask(&enrollment(&format!("scraped-{one}")).0)?;
        ensure!(begun.status == 201, "{}", begun.text);
    }
    let public = house.client().ask(&Ask::get("/metrics"))?.status;
    let text = scrape(address)?;
    ensure!(promtool(&text)?, "promtool finds something in\n{text}");
    let opened = value(&text, "twofold_events_total{event=\"enrollment.begun\"}");
    let up = value(&text, "twofold_database_up");
    let measured = text.lines().find(|line| {
        line.starts_with("http_server_request_duration_seconds_count") && line.contains("/v1/enrollments\"")
    });
    let measured = measured.and_then(|line| line.rsplit_once(' ')).map(|(_, count)| count.to_owned());
    take_away(house.file()?)?;
    pause(Duration::from_secs(2));
    let begun = now();
    let after = value(&scrape(address)?, "twofold_database_up");
    let took = begun.elapsed();
    let seen = format!(
        "the public address answers {public}; {opened:?} events and {measured:?} requests of {ASKED}; the database is up: {up:?}, \
         and {after:?} once its file is gone, said within {took:.1?}"
    );
    let asked = Some(ASKED.to_string());
    let as_it_should = public == 404 && opened == asked && measured == asked;
    let told = up.as_deref() == Some("1") && after.as_deref() == Some("0") && took < PATIENCE;
    ensure!(as_it_should && told, "{seen}\n{}", house.log());
    Ok(seen)
}

fn take_away(file: &Path) -> Result<()> {
    Ok(fs::rename(file, file.with_extension("away"))?)
}

fn scrape(address: SocketAddr) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(2 * PATIENCE))?;
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    ensure!(head.starts_with("HTTP/1.1 200"), "{head}");
    Ok(body.to_owned())
}

fn value(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')))?;
    line.rsplit_once(' ').map(|(_, value)| value.to_owned())
}

fn promtool(text: &str) -> Result<bool> {
    let mut command = Command::new("promtool");
    let mut child = command.args(["check", "metrics"]).stdin(Stdio::piped()).spawn()?;
    child.stdin.take().context("promtool has no stdin")?.write_all(text.as_bytes())?;
    Ok(child.wait()?.success())
}
