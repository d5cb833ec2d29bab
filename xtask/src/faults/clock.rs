//! A machine whose clock says 2106 for a while, seen from a site.

use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::Scene;
use super::house::{House, SHOP};
use super::http::{Answer, Ask};
use crate::command;

/// From 2027 to 2106, in seconds.
const FAR: i64 = 79 * 365 * 24 * 3600;
/// Longer than another time has to stay to be believed.
const SETTLED: i64 = 301;

/// The code of an app at a moment; Python has what it takes with it.
const CODE: &str = "import base64, hmac, struct, sys\n\
    key = base64.b32decode(sys.argv[1] + '=' * (-len(sys.argv[1]) % 8))\n\
    mac = hmac.digest(key, struct.pack('>Q', int(sys.argv[2]) // 30), 'sha1')\n\
    at = mac[-1] & 15\n\
    print(f'{(struct.unpack(\">I\", mac[at:at+4])[0] & 0x7fffffff) % 10**6:06}')";

pub(super) fn nothing_of_2106_lives_on(scene: &mut Scene<'_>) -> Result<String> {
    let house = House::on_sqlite(scene)?;
    let mut shop = Shop { house: &house, ahead: 0 };
    let ada = shop.enroll("ada")?;
    let refused = while_it_is_not_trusted(&mut shop, &ada)?;
    let seen = after_it_was_believed(&mut shop, &ada)?;
    house.verify_log()?;
    Ok(format!("{refused}; {seen}"))
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
    let recovery = shop.answer(&challenge, &ada.recovery_code)?;
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

/// The server of a site, and how many seconds the clock of Twofold lies ahead of this machine's.
struct Shop<'a> {
    house: &'a House<'a>,
    ahead: i64,
}

impl Shop<'_> {
    /// On a connection of its own: one that rests while a code is worked out may be closed by then.
    fn ask(&self, ask: &Ask) -> Result<Answer> {
        self.house.client().ask(ask)
    }

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

    fn enroll(&self, user: &str) -> Result<App> {
        let asked = json!({ "user": { "id": user, "label": user }, "kind": "totp" });
        let begun = self.good(&Ask::post("/v1/enrollments", &asked))?;
        let (id, secret) = (text(&begun, "id")?, text(&begun, "secret")?);
        let app = App { secret, recovery_code: String::new() };
        let code = json!({ "user": { "id": user }, "code": app.code_at(self.ahead)? });
        let confirmed = self.good(&Ask::post(&format!("/v1/enrollments/{id}/confirm"), &code))?;
        self.good(&Ask::post(
            &format!("/v1/enrollments/{id}/acknowledge"),
            &json!({ "user": { "id": user } }),
        ))?;
        let recovery_code =
            confirmed.pointer("/recovery_codes/0").and_then(Value::as_str).context("no recovery codes")?;
        Ok(App { recovery_code: recovery_code.to_owned(), ..app })
    }

    fn challenge(&self, user: &str) -> Result<String> {
        let asked = json!({ "user": { "id": user }, "action": "sign_in" });
        text(&self.good(&Ask::post("/v1/challenges", &asked))?, "id")
    }

    fn answer(&self, challenge: &str, code: &str) -> Result<Answer> {
        self.ask(&Ask::post(&format!("/v1/challenges/{challenge}/answers"), &json!({ "code": code })))
    }

    /// The bearer of a Security tab.
    fn open_session(&self, user: &str) -> Result<String> {
        let asked = json!({ "user": { "id": user, "label": user } });
        let ticket = text(&self.good(&Ask::post("/v1/sessions", &asked))?, "ticket")?;
        let origin = SHOP.replace(':', "%3A").replace('/', "%2F");
        let page = self.ask(&Ask::form("/widget/security", &[("ticket", &ticket), ("origin", &origin)]))?;
        let (_, rest) =
            page.text.split_once("twofold-bearer\" content=\"").context("the frame has no bearer")?;
        Ok(rest.split('"').next().unwrap_or_default().to_owned())
    }

    fn is_live(&self, bearer: &str) -> Result<bool> {
        Ok(self.ask(&Ask::post("/fn/overview", &json!({})).borne_by(bearer))?.status == 200)
    }

    fn good(&self, ask: &Ask) -> Result<Value> {
        let answer = self.ask(ask)?;
        ensure!((200..300).contains(&answer.status), "{}: {}", answer.status, answer.text);
        Ok(answer.body)
    }
}

fn text(body: &Value, name: &str) -> Result<String> {
    Ok(body.get(name).and_then(Value::as_str).with_context(|| format!("no {name}: {body}"))?.to_owned())
}

/// Ada's phone, whose clock is right, and a code that she saved.
struct App {
    secret: String,
    recovery_code: String,
}

impl App {
    /// What it would show so many seconds from now.
    fn code_at(&self, ahead: i64) -> Result<String> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the server is another process, and has this machine's clock"
        )]
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let at = i64::try_from(now.as_secs())? + ahead;
        let mut python = Command::new("python3");
        let code = command::output(python.args(["-c", CODE, &self.secret]).arg(at.to_string()))?;
        Ok(code.trim().to_owned())
    }
}
