//! The key that the site's server holds.

use super::client::{Asking, Client, Got};
use super::server::Twofold;
use super::{Examined, KnownSite, Report, unreached};
use domain::time::Timestamp;
use http::Method;
use http::header::AUTHORIZATION;
use serde_json::Value;

/// What Twofold says of the key.
pub(super) struct Said {
    pub(super) site: KnownSite,
    pub(super) time: Option<Timestamp>,
}

/// Asks what the key is.
pub(super) async fn look(
    client: &Client,
    examined: &Examined,
    twofold: Option<&Twofold>,
    report: &mut Report,
) -> Option<Said> {
    let Some((key, url)) = &examined.key else {
        report.skip(
            "key",
            "give it as your server has it: TWOFOLD_KEY, and TWOFOLD_URL where it is another address",
        );
        return None;
    };
    let base = url.as_ref().or(twofold.map(|twofold| &twofold.origin))?;
    let me = base.join("/v1/me").ok()?;
    report.check("key");
    let asking = Asking::new(Method::GET, &me).header(AUTHORIZATION, &format!("Bearer {}", key.expose()));
    match client.send(asking).await {
        Ok(got) => read(examined, key.name().as_str(), &got, report),
        Err(trouble) => {
            unreached(&me, trouble, ["api_unreachable", "api_tls"], report);
            None
        }
    }
}

fn read(examined: &Examined, key: &str, got: &Got, report: &mut Report) -> Option<Said> {
    let said: Value = serde_json::from_str(&got.body).unwrap_or_default();
    let Some(id) = text(&said, "/site/id") else {
        refused(key, got, &said, report);
        return None;
    };
    let scopes: Vec<&str> = list(&said, "/scopes").collect();
    if !scopes.contains(&"verify") {
        report.find(
            "key_scope",
            format!(
                "the key tf_{key} may {}, and neither open the Security tab nor ask for a code",
                scopes.join(", ")
            ),
            format!("twofold key create --site {id} --scope verify"),
        );
    }
    if let Some(site) = examined.site.as_ref().filter(|site| site.id != id) {
        report.find(
            "key_of_another_site",
            format!("the key tf_{key} is one of the site {id}, and not of {}", site.id),
            format!("twofold key create --site {} --scope verify", site.id),
        );
    }
    let origins = list(&said, "/site/origins").map(str::to_owned).collect();
    let time = text(&said, "/time").and_then(Timestamp::parse_rfc3339);
    Some(Said { site: KnownSite { id: id.to_owned(), origins }, time })
}

fn text<'a>(of: &'a Value, pointer: &str) -> Option<&'a str> {
    of.pointer(pointer).and_then(Value::as_str)
}

fn list<'a>(of: &'a Value, pointer: &str) -> impl Iterator<Item = &'a str> {
    of.pointer(pointer).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn refused(key: &str, got: &Got, said: &Value, report: &mut Report) {
    let status = got.status.as_u16();
    match (text(said, "/code").unwrap_or_default(), text(said, "/expected")) {
        ("foreign_host", Some(expected)) => report.find(
            "api_host",
            format!("Twofold is reached as {expected}, and TWOFOLD_URL calls it otherwise"),
            format!("TWOFOLD_URL=https://{expected}    # or internal_hosts of Twofold's configuration"),
        ),
        ("key_unknown" | "key_revoked" | "key_malformed" | "key_missing", _) => report.find(
            "key",
            format!("Twofold does not take the key tf_{key}: {}", text(said, "/detail").unwrap_or_default()),
            "TWOFOLD_KEY=$(twofold key create --site … --scope verify)",
        ),
        _ => report.find(
            "api_status",
            format!("GET /v1/me is answered {status}: that is no Twofold of this version"),
            "TWOFOLD_URL=https://<your Twofold>, without a path",
        ),
    }
}
