//! Four servers that start at once on a PostgreSQL in which nothing is.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::Scene;
use super::house;
use crate::instance;

const DATABASE: &str = "four";

pub(super) fn four_make_one_database(scene: &mut Scene<'_>) -> Result<String> {
    scene.postgres.sql("postgres", &format!("CREATE DATABASE {DATABASE}"))?;
    let folder = house::folder()?;
    let listed = command(scene, &folder)?.args(["site", "list"]).output()?;
    let listed = String::from_utf8_lossy(&listed.stderr).into_owned();
    let mut servers = Vec::new();
    let links = start(scene, &folder, &mut servers);
    for server in &mut servers {
        server.kill()?;
        server.wait()?;
    }
    let log = fs::read_to_string(folder.join("log"))?;
    fs::remove_dir_all(&folder)?;
    let mut links = links.with_context(|| log.clone())?;
    links.dedup();
    let notices = log.lines().filter(|line| line.contains("already exists")).count();
    let seen = format!("{} different links, {notices} notices of what is there already", links.len());
    ensure!(links.len() == 1 && notices == 0, "{seen}\n{log}");
    ensure!(listed.contains("is empty"), "{seen}; before, a command said: {listed}");
    Ok(seen)
}

/// The link that each of them prints.
fn start(scene: &Scene<'_>, folder: &Path, servers: &mut Vec<Child>) -> Result<Vec<String>> {
    for _ in 0..4 {
        let log = File::options().create(true).append(true).open(folder.join("log"))?;
        servers.push(command(scene, folder)?.arg("serve").stdout(Stdio::piped()).stderr(log).spawn()?);
    }
    servers.iter_mut().map(link).collect()
}

fn link(server: &mut Child) -> Result<String> {
    let mut said = BufReader::new(server.stdout.take().context("no stdout")?);
    let (mut link, mut line) = (None, String::new());
    while said.read_line(&mut line)? > 0 && !line.contains("is ready") {
        link = link.or_else(|| line.trim().split_once("/welcome#").map(|(_, secret)| secret.to_owned()));
        line.clear();
    }
    // Kept open: a server that cannot say what it has to ends.
    server.stdout = Some(said.into_inner());
    link.context("it ended without a link")
}

fn command(scene: &Scene<'_>, folder: &Path) -> Result<Command> {
    let mut twofold = Command::new(scene.binary);
    twofold
        .current_dir(folder)
        .env("TWOFOLD_DATABASE_URL", scene.postgres.url_of(DATABASE, scene.postgres.port()))
        .env("TWOFOLD_SEALING_KEY_FILE", folder.join("sealing.key"))
        .env("TWOFOLD_LISTEN", instance::free_address()?.to_string())
        .env("TWOFOLD_PUBLIC_URL", "http://localhost:3000");
    Ok(twofold)
}
