//! Two servers on one PostgreSQL, and clients who ask both at the same moment for what can happen once.

use std::collections::HashSet;
use std::net::SocketAddr;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::Scene;
use super::house::{House, SHOP};
use super::http::{Answer, Ask};
use super::racers::{failures, race, winners};
use super::shop::{App, Shop, text};

/// How often each race is run, each time about a new user. Twenty of each were run for `docs/measurements.md`.
const ROUNDS: usize = 8;
/// Wrong codes that are judged before waiting begins (docs/guessing.md).
const FREE: usize = 5;

pub(super) fn two_servers_decide_as_one(scene: &mut Scene<'_>) -> Result<String> {
    let mut house = House::on_postgres(scene)?;
    let at = [house.address(), house.another()?];
    let races: [(&str, Race); 7] = [
        ("one code of an app for 8 challenges", one_code_passes_once),
        ("8 recovery codes for one challenge", one_challenge_takes_one_code),
        ("one bypass code for 8 challenges", one_bypass_code_passes_once),
        ("40 wrong codes for 8 challenges: judged", wrong_codes_are_judged_five_times),
        ("one ticket, 8 frames", one_ticket_opens_one_frame),
        ("new codes ×3 and turning off ×2 from 5 proved sessions", one_change_of_five_happens),
        ("6 right answers against a reset: later redeemed or live", nothing_outlives_a_reset),
    ];
    let shop = Shop { house: &house, ahead: 0 };
    let mut seen = Vec::new();
    for (name, one) in races {
        let (mut least, mut most) = (usize::MAX, 0);
        for round in 0..ROUNDS {
            let user = format!("{}-{round}", name.replace(|sign: char| !sign.is_ascii_alphanumeric(), "-"));
            let table = Table { shop: &shop, at: &at, app: shop.enroll(&user)?, user };
            let won = one(&table)?;
            (least, most) = (least.min(won), most.max(won));
        }
        seen.push(format!("{name}: {least} to {most}"));
    }
    house.verify_log()?;
    Ok(format!("{ROUNDS} rounds each. {}", seen.join("; ")))
}

/// What is raced for, by whom, and at which servers.
struct Table<'a> {
    shop: &'a Shop<'a>,
    at: &'a [SocketAddr],
    app: App,
    user: String,
}

/// Answers how many won.
type Race = fn(&Table<'_>) -> Result<usize>;

impl Table<'_> {
    fn race(&self, asks: &[Ask]) -> Result<Vec<Answer>> {
        let answers = race(self.shop.house, self.at, asks)?;
        ensure!(failures(&answers) == 0, "a racer was told 5xx:\n{}", self.shop.house.log());
        Ok(answers)
    }

    fn challenges(&self, count: usize) -> Result<Vec<String>> {
        (0..count).map(|_| self.shop.challenge(&self.user)).collect()
    }

    fn path(&self, of: &str) -> String {
        format!("/v1/users/{}/{of}", self.user)
    }
}

fn answering(challenge: &str, code: &str) -> Ask {
    Ask::post(&format!("/v1/challenges/{challenge}/answers"), &json!({ "code": code }))
}

fn one_code_passes_once(table: &Table<'_>) -> Result<usize> {
    // The step of now was spent when the app was set up; the next one is within the window.
    let code = table.app.code_at(30)?;
    let asks: Vec<Ask> = table.challenges(8)?.iter().map(|challenge| answering(challenge, &code)).collect();
    exactly(1, winners(&table.race(&asks)?))
}

fn one_challenge_takes_one_code(table: &Table<'_>) -> Result<usize> {
    let challenge = table.shop.challenge(&table.user)?;
    let asks: Vec<Ask> =
        table.app.recovery_codes.iter().take(8).map(|code| answering(&challenge, code)).collect();
    let won = winners(&table.race(&asks)?);
    let user = table.shop.good(&Ask::get(&format!("/v1/users/{}", table.user)))?;
    let left = user.pointer("/recovery_codes/left").and_then(Value::as_u64);
    ensure!(left == Some(9), "{left:?} recovery codes are left, and one challenge was passed");
    exactly(1, won)
}

fn one_bypass_code_passes_once(table: &Table<'_>) -> Result<usize> {
    let issued =
        table.shop.good(&Ask::post(&table.path("bypass-codes"), &json!({ "reason": "a lost phone" })))?;
    let code = text(&issued, "code")?;
    let asks: Vec<Ask> = table.challenges(8)?.iter().map(|challenge| answering(challenge, &code)).collect();
    exactly(1, winners(&table.race(&asks)?))
}

fn wrong_codes_are_judged_five_times(table: &Table<'_>) -> Result<usize> {
    let right: HashSet<String> =
        [-30, 0, 30].into_iter().map(|ahead| table.app.code_at(ahead)).collect::<Result<_>>()?;
    let wrong = (0..).map(|number| format!("{number:06}")).filter(|code| !right.contains(code));
    let challenges = table.challenges(8)?;
    let asks: Vec<Ask> = challenges
        .iter()
        .cycle()
        .zip(wrong.take(40))
        .map(|(challenge, code)| answering(challenge, &code))
        .collect();
    let answers = table.race(&asks)?;
    ensure!(winners(&answers) == 0, "a wrong code passed");
    exactly(FREE, answers.iter().filter(|answer| answer.status == 422).count())
}

fn one_ticket_opens_one_frame(table: &Table<'_>) -> Result<usize> {
    let asked = json!({ "user": { "id": table.user, "label": table.user } });
    let ticket = text(&table.shop.good(&Ask::post("/v1/sessions", &asked))?, "ticket")?;
    let origin = SHOP.replace(':', "%3A").replace('/', "%2F");
    let frame = Ask::form("/widget/security", &[("ticket", &ticket), ("origin", &origin)]);
    let opened = table.race(&vec![frame; 8])?;
    exactly(1, opened.iter().filter(|page| page.text.contains("twofold-bearer\"")).count())
}

fn one_change_of_five_happens(table: &Table<'_>) -> Result<usize> {
    let mut asks = Vec::new();
    for (number, code) in table.app.recovery_codes.iter().take(5).enumerate() {
        let bearer = table.shop.open_session(&table.user)?;
        let proof = Ask::post("/fn/step_up", &json!({ "code": code })).borne_by(&bearer);
        table.shop.good(&proof)?;
        let deed = if number < 3 {
            Ask::post("/fn/reset_recovery_codes", &json!({}))
        } else {
            Ask::post("/fn/turn_off", &json!({ "code": table.app.recovery_code(number + 2)? }))
        };
        asks.push(deed.borne_by(&bearer));
    }
    let answers = table.race(&asks)?;
    for codes in answers.iter().filter(|answer| answer.status == 200).filter_map(|won| won.body.as_array()) {
        let code = codes.first().and_then(Value::as_str).unwrap_or_default();
        let challenge = table.shop.challenge(&table.user)?;
        let passed = table.shop.answer(&challenge, code)?;
        ensure!(passed.status == 200, "new codes that do not work: {}", passed.text);
    }
    exactly(1, winners(&answers))
}

fn nothing_outlives_a_reset(table: &Table<'_>) -> Result<usize> {
    let (challenges, bearer) = (table.challenges(8)?, table.shop.open_session(&table.user)?);
    let answered = challenges.iter().take(6).zip(&table.app.recovery_codes);
    let mut asks: Vec<Ask> = answered.map(|(challenge, code)| answering(challenge, code)).collect();
    let reason = json!({ "reason": "a lost phone" });
    asks.insert(3, Ask::post(&table.path("reset"), &reason));
    let answers = table.race(&asks)?;
    ensure!(answers.get(3).is_some_and(|reset| reset.status == 204), "the reset was refused");
    let mut later = usize::from(table.shop.is_live(&bearer)?);
    for (challenge, code) in challenges.iter().zip(table.app.recovery_codes.iter().rev()) {
        let redeem = Ask::post(&format!("/v1/challenges/{challenge}/redeem"), &json!({}));
        later += usize::from(table.shop.ask(&redeem)?.status == 200);
        later += usize::from(table.shop.answer(challenge, code)?.status == 200);
    }
    exactly(0, later)
}

fn exactly(expected: usize, won: usize) -> Result<usize> {
    ensure!(won == expected, "{won} won, and {expected} may");
    Ok(won)
}
