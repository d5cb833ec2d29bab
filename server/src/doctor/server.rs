//! Twofold, as the page reaches it.

use super::client::{Asking, Client, Got};
use super::page::{Found, is_local};
use super::{Examined, Report, date, unreached};
use domain::time::Timestamp;
use http::Method;
use http::header::{CONTENT_TYPE, ORIGIN};
use serde_json::Value;
use url::Url;

/// Where it is.
pub(super) struct Twofold {
    pub(super) origin: Url,
    pub(super) script: Url,
    /// By its own `Date`.
    pub(super) time: Option<Timestamp>,
}

/// Loads `embed.js` and opens a frame with no ticket. `None`: it is not there.
pub(super) async fn look(
    client: &Client,
    examined: &Examined,
    page: &Found,
    report: &mut Report,
) -> Option<Twofold> {
    let (_, script) = page.script.as_ref()?;
    report.check("Twofold's address");
    if script.scheme() == "http" && (examined.page.scheme() == "https" || !is_local(script)) {
        let safe = script.as_str().replacen("http://", "https://", 1);
        let what = format!("{script} is not encrypted: browsers do not load it into a safe page");
        report.find("twofold_insecure", what, format!("<script type=\"module\" src=\"{safe}\"></script>"));
    }
    let got = match client.send(Asking::new(Method::GET, script)).await {
        Ok(got) => got,
        Err(trouble) => {
            unreached(script, trouble, ["twofold_unreachable", "twofold_tls"], report);
            return None;
        }
    };
    if !got.status.is_success() {
        refused(script, &got, report);
        return None;
    }
    let origin = script.join("/").ok()?;
    frame(client, page, &origin, report).await;
    Some(Twofold { origin, script: script.clone(), time: date(&got.headers) })
}

fn refused(script: &Url, got: &Got, report: &mut Report) {
    let problem: Value = serde_json::from_str(&got.body).unwrap_or_default();
    match problem.get("expected").and_then(Value::as_str).filter(|_| got.status.as_u16() == 421) {
        Some(expected) => report.find(
            "twofold_host",
            format!("Twofold is reached as {expected}, and the page calls it {}", script.authority()),
            format!("<script type=\"module\" src=\"{}://{expected}/embed.js\"></script>    # or another public_url of Twofold", script.scheme()),
        ),
        None => report.find(
            "embed_status",
            format!("{script} answers {}: there is no embed.js", got.status.as_u16()),
            "<script type=\"module\" src=\"https://<your Twofold>/embed.js\"></script>",
        ),
    }
}

/// The answer to a form without a good ticket has the headers of any frame, whatever stands in front of Twofold.
async fn frame(client: &Client, page: &Found, origin: &Url, report: &mut Report) {
    report.check("frame headers");
    let Ok(url) = origin.join("/widget/security") else { return };
    let host = page.url.origin().ascii_serialization();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("ticket", "x")
        .append_pair("origin", &host)
        .finish();
    let asking = Asking::new(Method::POST, &url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let Ok(got) = client.send(asking.header(ORIGIN, &host).body(form)).await else {
        return report.skip("frame headers", "Twofold did not answer");
    };
    if let Some(said) = got.header("x-frame-options") {
        report.find(
            "frame_options",
            format!("whatever stands in front of Twofold adds `X-Frame-Options: {said}`: browsers show no widget"),
            "take X-Frame-Options out of the proxy's answers of Twofold (nginx: the add_header of its location)",
        );
    }
    let policies = got.all("content-security-policy").count();
    if policies != 1 || got.status.as_u16() != 410 {
        report.find(
            "frame_answer",
            format!("a frame's form is answered {} with {policies} content security policies: something in front of Twofold answers, or changes the answer", got.status.as_u16()),
            "have the proxy pass POST /widget/security on as it is, and add no Content-Security-Policy to Twofold's answers",
        );
    }
}
