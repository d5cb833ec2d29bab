//! The server of a site that has its users asked for a second factor, and their phones.

use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::house::{House, SHOP};
use super::http::{Answer, Ask};
use crate::command;

/// The code of an app at a moment; Python has what it takes with it.
const CODE: &str = "import base64, hmac, struct, sys\n\
    key = base64.b32decode(sys.argv[1] + '=' * (-len(sys.argv[1]) % 8))\n\
    mac = hmac.digest(key, struct.pack('>Q', int(sys.argv[2]) // 30), 'sha1')\n\
    at = mac[-1] & 15\n\
    print(f'{(struct.unpack(\">I\", mac[at:at+4])[0] & 0x7fffffff) % 10**6:06}')";

/// The server of a site, and how many seconds the clock of Twofold lies ahead of this machine's.
pub(super) struct Shop<'a> {
    pub(super) house: &'a House<'a>,
    pub(super) ahead: i64,
}

impl Shop<'_> {
    /// On a connection of its own: one that rests while a code is worked out may be closed by then.
    pub(super) fn ask(&self, ask: &Ask) -> Result<Answer> {
        self.house.client().ask(ask)
    }

    /// Sets somebody's phone up.
    pub(super) fn enroll(&self, user: &str) -> Result<App> {
        let asked = json!({ "user": { "id": user, "label": user }, "kind": "totp" });
        let begun = self.good(&Ask::post("/v1/enrollments", &asked))?;
        let (id, secret) = (text(&begun, "id")?, text(&begun, "secret")?);
        let app = App { secret, recovery_codes: Vec::new() };
        let code = json!({ "user": { "id": user }, "code": app.code_at(self.ahead)? });
        let confirmed = self.good(&Ask::post(&format!("/v1/enrollments/{id}/confirm"), &code))?;
        self.good(&Ask::post(
            &format!("/v1/enrollments/{id}/acknowledge"),
            &json!({ "user": { "id": user } }),
        ))?;
        let codes = confirmed.get("recovery_codes").and_then(Value::as_array).context("no recovery codes")?;
        let recovery_codes = codes.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(App { recovery_codes, ..app })
    }

    /// Opens a challenge of theirs.
    pub(super) fn challenge(&self, user: &str) -> Result<String> {
        let asked = json!({ "user": { "id": user }, "action": "sign_in" });
        text(&self.good(&Ask::post("/v1/challenges", &asked))?, "id")
    }

    /// Answers it with what they typed.
    pub(super) fn answer(&self, challenge: &str, code: &str) -> Result<Answer> {
        self.ask(&Ask::post(&format!("/v1/challenges/{challenge}/answers"), &json!({ "code": code })))
    }

    /// The bearer of a Security tab.
    pub(super) fn open_session(&self, user: &str) -> Result<String> {
        let asked = json!({ "user": { "id": user, "label": user } });
        let ticket = text(&self.good(&Ask::post("/v1/sessions", &asked))?, "ticket")?;
        let origin = SHOP.replace(':', "%3A").replace('/', "%2F");
        let page = self.ask(&Ask::form("/widget/security", &[("ticket", &ticket), ("origin", &origin)]))?;
        let (_, rest) =
            page.text.split_once("twofold-bearer\" content=\"").context("the frame has no bearer")?;
        Ok(rest.split('"').next().unwrap_or_default().to_owned())
    }

    /// Whether a Security tab is still open.
    pub(super) fn is_live(&self, bearer: &str) -> Result<bool> {
        Ok(self.ask(&Ask::post("/fn/overview", &json!({})).borne_by(bearer))?.status == 200)
    }

    /// The answer, which is to be a good one.
    pub(super) fn good(&self, ask: &Ask) -> Result<Value> {
        let answer = self.ask(ask)?;
        ensure!((200..300).contains(&answer.status), "{}: {}", answer.status, answer.text);
        Ok(answer.body)
    }
}

/// A text of an answer.
pub(super) fn text(body: &Value, name: &str) -> Result<String> {
    Ok(body.get(name).and_then(Value::as_str).with_context(|| format!("no {name}: {body}"))?.to_owned())
}

/// A phone, whose clock is right, and the codes that its owner saved.
pub(super) struct App {
    secret: String,
    pub(super) recovery_codes: Vec<String>,
}

impl App {
    /// One of the codes that were saved.
    pub(super) fn recovery_code(&self, number: usize) -> Result<&str> {
        self.recovery_codes.get(number).map(String::as_str).context("no such recovery code")
    }

    /// What it would show so many seconds from now.
    pub(super) fn code_at(&self, ahead: i64) -> Result<String> {
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
