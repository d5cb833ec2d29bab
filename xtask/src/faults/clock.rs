//! A machine whose clock says 2106 for a while, seen from a site.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::Scene;
use super::house::House;
use super::http::Ask;
use super::shop::{App, Shop, text};
use super::time;

/// From 2027 to 2106, in seconds.
const FAR: i64 = 79 * 365 * 24 * 3600;
/// In seconds.
const HOUR: i64 = 3600;
/// Longer than another time has to stay to be believed.
const SETTLED: i64 = 301;

pub(super) fn nothing_of_2106_lives_on(scene: &mut Scene<'_>) -> Result<String> {
    let house = House::on_sqlite(scene)?;
    let mut shop = Shop { house: &house, ahead: 0 };
    let ada = shop.enroll("ada")?;
    let refused = while_it_is_not_trusted(&mut shop, &ada)?;
    let seen = after_it_was_believed(&mut shop, &ada)?;
    let over = for_good(&mut shop, &ada)?;
    house.verify_log()?;
    Ok(format!("{refused}; {seen}; {over}"))
}

/// The clock jumps to 2106 and back before anybody believes it.
fn while_it_is_not_trusted(shop: &mut Shop<'_>, ada: &App) -> Result<String> {
    shop.advance(30)?;
    let challenge = shop.challenge("ada")?;
    shop.move_wall(FAR)?;
    let then = [shop.ahead - FAR, shop.ahead];
    let mut refused = 0;
    for ahead in then.iter().cycle().take(8) {
        let answer = shop.answer(&challenge, &ada.code_at(*ahead)?)?;
        refused += usize::from(answer.status == 503);
    }
    let (standing, session) = (shop.standing()?, shop.open_session("ada")?);
    ensure!(shop.is_live(&session)?, "a session that was opened meanwhile is not live");
    shop.move_wall(-FAR)?;
    let passed = shop.answer(&challenge, &ada.code_at(shop.ahead)?)?;
    shop.advance(31 * 60)?;
    let lives_on = shop.is_live(&session)?;
    let seen = format!(
        "3 s in 2106: {refused} of 8 codes are answered 503 ({standing}), and none is counted: the right one is answered \
         {}; a session opened then is live after 31 minutes: {lives_on}",
        passed.status
    );
    ensure!(
        refused == 8 && standing.contains("trusted=?0") && passed.status == 200 && !lives_on,
        "{seen}: {}",
        passed.text
    );
    Ok(seen)
}

/// It stays in 2106 until it is believed, and is set right.
fn after_it_was_believed(shop: &mut Shop<'_>, ada: &App) -> Result<String> {
    shop.move_wall(FAR)?;
    shop.look()?;
    shop.advance(SETTLED)?;
    let session = shop.open_session("ada")?;
    let challenge = shop.challenge("ada")?;
    let then = shop.answer(&challenge, &ada.code_at(shop.ahead)?)?;
    ensure!(
        then.status == 200 && shop.is_live(&session)?,
        "2106 is not believed: {} {}",
        then.status,
        then.text
    );
    shop.move_wall(-FAR)?;
    shop.look()?;
    shop.advance(SETTLED)?;
    let (standing, lives_on) = (shop.standing()?, shop.is_live(&session)?);
    let challenge = shop.challenge("ada")?;
    let ahead = shop.answer(&challenge, &ada.code_at(shop.ahead)?)?;
    let recovery = shop.answer(&challenge, ada.recovery_code(0)?)?;
    let reason = json!({ "reason": "the clock was wrong" });
    let unlocked = shop.ask(&Ask::post("/v1/users/ada/unlock", &reason))?;
    shop.advance(60)?;
    let challenge = shop.challenge("ada")?;
    let after = shop.answer(&challenge, &ada.code_at(shop.ahead)?)?;
    let seen = format!(
        "five minutes in 2106 and back ({standing}): a session opened then is live: {lives_on}; a right code is answered {}, \
         a recovery code {}, and a code after `unlock` ({}) {}",
        ahead.status, recovery.status, unlocked.status, after.status
    );
    let as_it_should = [ahead.status, recovery.status, after.status] == [503, 200, 200];
    ensure!(
        standing.contains("trusted=?1") && !lives_on && as_it_should,
        "{seen}: {}{}",
        ahead.text,
        after.text
    );
    Ok(seen)
}

/// An hour ahead and back: what was made then is over, and stays over when its time has come.
fn for_good(shop: &mut Shop<'_>, ada: &App) -> Result<String> {
    shop.move_wall(HOUR)?;
    shop.look()?;
    shop.advance(SETTLED)?;
    let session = shop.open_session("ada")?;
    let challenge = shop.challenge("ada")?;
    let about = json!({ "reason": "Forgot the phone", "minutes": 15 });
    let bypass = text(&shop.good(&Ask::post("/v1/users/ada/bypass-codes", &about))?, "code")?;
    ensure!(shop.is_live(&session)?, "an hour ahead is not believed");
    shop.move_wall(-HOUR)?;
    shop.look()?;
    shop.advance(SETTLED)?;
    let then = (shop.is_live(&session)?, shop.answer(&challenge, &ada.code_at(shop.ahead)?)?.status);
    shop.advance(SETTLED)?;
    let ended = until(|| Ok(shop.answer(&challenge, &ada.code_at(shop.ahead)?)?.status == 404))?;
    shop.advance(HOUR - 2 * SETTLED)?;
    let live = shop.is_live(&session)?;
    let code = shop.answer(&challenge, &ada.code_at(shop.ahead)?)?.status;
    let passed = shop.answer(&shop.challenge("ada")?, &bypass)?;
    let let_in = passed.status == 200 && passed.body.get("result").is_none_or(|result| result != "refused");
    let seen = format!(
        "an hour ahead and back: a session and a challenge of then answer {then:?}, are ended: {ended}; and once their time \
         has come the session is live: {live}, the challenge answers {code}, the bypass code {}",
        passed.status
    );
    let over = !then.0 && then.1 != 200 && ended && !live && code == 404 && !let_in;
    ensure!(over, "{seen}: {}", passed.text);
    Ok(seen)
}

/// Whether it comes true within ten seconds.
fn until(mut it: impl FnMut() -> Result<bool>) -> Result<bool> {
    let begun = time::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if it()? {
            return Ok(true);
        }
        time::pause(Duration::from_millis(50));
    }
    Ok(false)
}

impl Shop<'_> {
    fn advance(&mut self, seconds: i64) -> Result<()> {
        self.clock(&json!({ "advance_seconds": seconds }))?;
        self.ahead += seconds;
        Ok(())
    }

    fn move_wall(&mut self, seconds: i64) -> Result<()> {
        self.clock(&json!({ "move_wall_seconds": seconds }))?;
        self.ahead += seconds;
        Ok(())
    }

    fn clock(&self, by: &Value) -> Result<()> {
        let moved = self.ask(&Ask::post("/test/clock", by))?;
        ensure!(
            moved.status == 204,
            "the clock is not moved ({}): the binary has no feature test-clock",
            moved.status
        );
        Ok(())
    }

    /// Has the server look at its clocks, as somebody always does.
    fn look(&self) -> Result<()> {
        self.standing().map(drop)
    }

    fn standing(&self) -> Result<String> {
        Ok(self.ask(&Ask::get("/readyz"))?.clock)
    }
}
