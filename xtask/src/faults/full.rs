//! A disk that is full, and then is not.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use super::Scene;
use super::house::{self, House};
use super::http::Ask;
use super::load::Load;
use super::time::pause;
use crate::command;

const CLIENTS: usize = 4;
const PACE: Duration = Duration::from_millis(10);
const RED: Duration = Duration::from_secs(5);

pub(super) fn nothing_is_lost_after_a_full_disk(scene: &mut Scene<'_>) -> Result<String> {
    let disk = Disk::mount()?;
    let house = House::on_sqlite_in(scene, house::folder()?, &disk.0)?;
    let load = Load::begin(&house, "honest", CLIENTS, PACE);
    ensure!(load.is_answered(20, Duration::from_secs(20)), "no load\n{}", house.log());
    disk.fill()?;
    let is_red = is_red_within(&house, RED);
    pause(Duration::from_secs(1));
    disk.free()?;
    fail_guards(&house);
    let is_green = house.is_ready_within(Duration::from_secs(5));
    ensure!(load.is_answered(50, Duration::from_secs(20)), "nobody is answered\n{}", house.log());
    let book = load.end()?;
    let (acknowledged, lost) = (book.acknowledged(), book.lost(&house.rows()?));
    let seen = format!(
        "{acknowledged} acknowledged, {lost} lost, {} refused; /readyz was red: {is_red}, and green after: {is_green}",
        book.refused()
    );
    ensure!(lost == 0 && is_red && is_green, "{seen}\n{}", house.log());
    ensure!(book.refused() > 0, "{seen}: the disk was not full");
    house.verify_log()?;
    Ok(seen)
}

/// Writes that are refused by the guard of a transaction: nobody knows these users, nothing was confirmed.
fn fail_guards(house: &House<'_>) {
    let mut client = house.client();
    let required = json!({ "required": true });
    for number in 0..10 {
        let unknown = Ask::put(format!("/v1/users/nobody-{number}/requirement"), &required);
        let reset = Ask::post(&format!("/v1/users/nobody-{number}/reset"), &json!({ "reason": "a test" }));
        for ask in [unknown, reset] {
            // Refused is what they are to be, whatever the words.
            let _ = client.ask(&ask);
        }
    }
}

fn is_red_within(house: &House<'_>, patience: Duration) -> bool {
    let begun = super::time::now();
    while begun.elapsed() < patience {
        if house.status_of("/readyz") == 503 {
            return true;
        }
        pause(Duration::from_millis(50));
    }
    false
}

/// 16 MiB of memory, mounted as a disk: room for the log of the database to come round. Root is needed for that.
struct Disk(PathBuf);

impl Disk {
    fn mount() -> Result<Self> {
        let folder = house::folder()?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(&folder);
        command::run(&mut mount)?;
        Ok(Self(folder))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Until there is no byte left.
    fn fill(&self) -> Result<()> {
        let mut filler = File::create(self.filler())?;
        for size in [64 * 1024, 4 * 1024, 1] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
        Ok(())
    }

    fn free(&self) -> Result<()> {
        Ok(fs::remove_file(self.filler())?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(&self.0);
    }
}

fn unmount(folder: &Path) {
    if let Err(error) = command::run(Command::new("umount").arg("--lazy").arg(folder)) {
        println!("{} was not unmounted: {error:#}", folder.display());
    }
    if let Err(error) = fs::remove_dir(folder) {
        println!("{} was not removed: {error}", folder.display());
    }
}
