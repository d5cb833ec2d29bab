//! Enrolling a user over `/v1`, with an authenticator that is not ours.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::instance::Instance;

/// Begins to enroll a user; the answer has the secret.
pub(crate) fn begin(server: &Instance, key: &str, id: &str) -> Result<Value> {
    let user = json!({ "id": id, "label": format!("{id}@example.com") });
    server.post("/v1/enrollments", key, &json!({ "user": user, "kind": "totp" }))
}

/// What an authenticator app shows now.
pub(crate) fn code(secret: &str) -> Result<String> {
    let mut oathtool = Command::new("oathtool");
    oathtool.args(["--totp", "--base32", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = oathtool.spawn().context("oathtool was not found. Run: apt-get install oathtool")?;
    child.stdin.take().context("oathtool has no stdin")?.write_all(secret.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "oathtool failed");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// A field of an answer.
pub(crate) fn text<'a>(of: &'a Value, field: &str) -> Result<&'a str> {
    of.get(field).and_then(Value::as_str).with_context(|| format!("there is no `{field}`"))
}
