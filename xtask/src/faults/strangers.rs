//! Strangers who sign in with wrong passwords, more a second than can be hashed, beside whoever holds a key.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};

use super::Scene;
use super::answers::Answers;
use super::house::House;
use super::http::Ask;
use super::shop::Shop;
use super::time::{now, pause};

/// Each from a network of its own.
const STRANGERS: u8 = 100;
/// Sign-ins a second, all of them together.
const RATES: [u32; 4] = [0, 20, 100, 400];
const MEASURED: Duration = Duration::from_secs(6);
/// Whoever gets no turn is told so within a second; the machine needs some of its own.
const TOLD_BY: Duration = Duration::from_millis(1_500);
/// For the whole of it, seven requests: less than one of them may take.
const IN_TIME: Duration = Duration::from_secs(5);

pub(super) fn strangers_keep_nobody_waiting(scene: &mut Scene<'_>) -> Result<String> {
    let house = House::on_sqlite(scene)?;
    let shop = Shop { house: &house, ahead: 0 };
    let (mut seen, mut all_in_time) = (Vec::new(), true);
    for rate in RATES {
        let flood = Flood::begin(&house, rate);
        let honest =
            Answers::measure(MEASURED, |number| set_up_and_recover(&shop, &format!("user-{rate}-{number}")));
        let flood = flood.end()?;
        all_in_time &= honest.refused == 0 && honest.at(950) <= IN_TIME && flood.slowest_shed <= TOLD_BY;
        seen.push(format!("{rate} sign-ins a second: {flood}; a set-up and a recovery code: {honest}"));
    }
    let seen = seen.join("\n        ");
    ensure!(all_in_time, "{seen}\n{}", house.log());
    Ok(seen)
}

/// Ten codes are hashed, and then one.
fn set_up_and_recover(shop: &Shop<'_>, user: &str) -> Result<bool> {
    let app = shop.enroll(user)?;
    let challenge = shop.challenge(user)?;
    Ok(shop.answer(&challenge, app.recovery_code(0)?)?.status == 200)
}

/// Strangers at work.
struct Flood {
    ended: Arc<AtomicBool>,
    strangers: Vec<thread::JoinHandle<Told>>,
}

/// What they were told.
#[derive(Default)]
struct Told {
    judged: usize,
    shed: usize,
    other: usize,
    slowest_shed: Duration,
}

impl Flood {
    fn begin(house: &House<'_>, rate: u32) -> Self {
        let ended = Arc::<AtomicBool>::default();
        let count = if rate == 0 { 0 } else { STRANGERS };
        let each = Duration::from_secs(1) * u32::from(STRANGERS) / rate.max(1);
        let strangers = (0..count)
            .map(|number| {
                let (ended, port) = (Arc::clone(&ended), house.address().port());
                let mut client = house.client_from(Ipv4Addr::new(127, 1, number, 2));
                thread::spawn(move || {
                    let mut told = Told::default();
                    pause(each * u32::from(number) / u32::from(STRANGERS));
                    for tried in 0.. {
                        if ended.load(Ordering::Relaxed) {
                            break;
                        }
                        let begun = now();
                        let email = format!("somebody-{number}-{tried}%40shop.example");
                        let form = [("email", &email[..]), ("password", "a+wrong+password")];
                        let answer = client.ask(&Ask::form("/sign-in", &form).of_page_at(port));
                        told.note(answer.map_or(0, |answer| answer.status), begun.elapsed());
                        pause(each.saturating_sub(begun.elapsed()));
                    }
                    told
                })
            })
            .collect();
        Self { ended, strangers }
    }

    fn end(self) -> Result<Told> {
        self.ended.store(true, Ordering::Relaxed);
        let mut all = Told::default();
        for stranger in self.strangers {
            let told = stranger.join().map_err(|_| anyhow!("a stranger panicked"))?;
            all.judged += told.judged;
            all.shed += told.shed;
            all.other += told.other;
            all.slowest_shed = all.slowest_shed.max(told.slowest_shed);
        }
        Ok(all)
    }
}

impl Told {
    fn note(&mut self, status: u16, took: Duration) {
        match status {
            422 => self.judged += 1,
            503 => {
                self.shed += 1;
                self.slowest_shed = self.slowest_shed.max(took);
            }
            _ => self.other += 1,
        }
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { judged, shed, other, slowest_shed } = self;
        write!(
            to,
            "{judged} judged, {shed} told to come back within {slowest_shed:.0?}, {other} anything else"
        )
    }
}
