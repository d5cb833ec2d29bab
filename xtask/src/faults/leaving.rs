//! Clients that break off at random moments, beside honest ones.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::Scene;
use super::dice::Dice;
use super::house::House;
use super::load::{Load, challenge, requirement, session};
use super::time::pause;

const LEAVING: usize = 500;
const HONEST: usize = 8;
/// Honest answers in all, and so many breaks beside each: a slow machine is tried as hard as a fast one.
const ANSWERS: usize = 400;
const BREAKS: usize = 3;
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two breaks of one client, at most.
const PAUSE: Duration = Duration::from_secs(2);
/// A client stays for this long at most: about as long as an answer takes.
const STAY: Duration = Duration::from_millis(20);

pub(super) fn who_breaks_off_harms_nobody(scene: &mut Scene<'_>) -> Result<String> {
    let house = House::on_postgres(scene)?;
    let (ended, cuts) = (AtomicBool::new(false), AtomicUsize::new(0));
    let honest = Load::begin(&house, "honest", HONEST, Duration::from_millis(5));
    thread::scope(|crowd| {
        for number in 0..LEAVING {
            let (house, honest, ended, cuts) = (&house, &honest, &ended, &cuts);
            let dice = scene.dice.split();
            crowd.spawn(move || leave_again_and_again(house, honest, number, dice, ended, cuts));
        }
        honest.is_answered(ANSWERS, PATIENCE);
        ended.store(true, Ordering::Relaxed);
    });
    let book = honest.end()?;
    let cuts = cuts.load(Ordering::Relaxed);
    // What was begun for who left is finished, too.
    pause(Duration::from_secs(1));
    let (acknowledged, refused) = (book.acknowledged(), book.refused());
    let lost = book.lost(&house.rows()?);
    let seen = format!(
        "{LEAVING} clients broke off {cuts} times; honest: {acknowledged} acknowledged, {lost} lost, \
         {refused} refused, slowest {:.1} s",
        book.slowest().as_secs_f64()
    );
    ensure!(lost == 0 && refused == 0, "{seen}\n{}", house.log());
    ensure!(cuts > ANSWERS && acknowledged >= ANSWERS, "{seen}: the load is too small");
    house.verify_log()?;
    Ok(seen)
}

fn leave_again_and_again(
    house: &House<'_>,
    honest: &Load,
    number: usize,
    mut dice: Dice,
    ended: &AtomicBool,
    cuts: &AtomicUsize,
) {
    let mut client = house.client();
    let user = format!("leaving-{number}");
    while !ended.load(Ordering::Relaxed) {
        pause(dice.between(Duration::ZERO, PAUSE));
        if cuts.load(Ordering::Relaxed) >= (honest.good() + HONEST) * BREAKS {
            continue;
        }
        let deed = match dice.next() % 3 {
            0 => session(&user),
            1 => requirement(&user),
            _ => challenge(&user),
        };
        if client.ask_and_leave(&deed.0, dice.between(Duration::ZERO, STAY)).is_ok() {
            cuts.fetch_add(1, Ordering::Relaxed);
        }
    }
}
