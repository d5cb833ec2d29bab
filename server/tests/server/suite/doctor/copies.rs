//! One mistake, one finding, which names the line to change.

use super::{Session, Shop, Stand, stand};
use domain::site::Scope;
use server::doctor::{Examined, Report};
use std::sync::atomic::Ordering;
use std::time::Duration;
use url::Url;

/// Exactly this was found, and it says what to write.
#[track_caller]
fn only(report: &Report, code: &str, change: &str) {
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [code], "{:?}", report.findings);
    assert!(report.findings[0].change.contains(change), "{change} is not in {:?}", report.findings[0]);
}

#[tokio::test]
async fn nothing_is_wrong_with_a_page_that_is_right() {
    let at = stand().await;
    let report = at.copy(|_, _| {}).await;
    assert!(report.findings.is_empty() && report.not_checked.is_empty(), "{report:?}");
    for what in [
        "TLS",
        "page",
        "Twofold's address",
        "frame headers",
        "key",
        "Content-Security-Policy",
        "Permissions-Policy",
        "clock",
        "origins",
        "session-url",
    ] {
        assert!(report.checked.contains(&what), "{what} in {:?}", report.checked);
    }
    // What is not there is right, too.
    let bare = at.copy(|shop, _| (shop.policy, shop.permissions) = (String::new(), String::new())).await;
    assert!(bare.findings.is_empty(), "{bare:?}");
}

#[tokio::test]
async fn a_content_security_policy_that_lacks_twofold_is_named_by_its_directive() {
    let at = stand().await;
    let twofold = at.twofold.clone();
    for (code, directive, line) in [
        ("csp_script", "script-src 'self' {}", "script-src 'self' {}"),
        ("csp_frame", "frame-src {}", "frame-src {}"),
        ("csp_form", "form-action 'self' {}", "form-action 'self' {}"),
        ("csp_connect", "connect-src 'self'", "connect-src http://shop.localhost:"),
    ] {
        let (directive, line) = (directive.replace("{}", &twofold), line.replace("{}", &twofold));
        let (name, _) = directive.split_once(' ').unwrap();
        let without =
            if directive.contains("'self' ") { format!("{name} 'self'") } else { format!("{name} 'none'") };
        let report = at.copy(|shop, _| shop.policy = shop.policy.replace(&directive, &without)).await;
        only(&report, code, &line);
    }
    // Two policies hold at once: one in the page is as good as one in a header.
    let meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"frame-src 'none'\">";
    let report = at.copy(|shop, _| shop.script.insert_str(0, meta)).await;
    only(&report, "csp_frame", &format!("frame-src {twofold}"));
}

#[tokio::test]
async fn a_page_that_embeds_nothing_is_told_what_to_write() {
    let at = stand().await;
    let module = format!("<script type=\"module\" src=\"{}/embed.js\">", at.twofold);
    let report = at.copy(|shop, _| shop.script = shop.script.replace("type=\"module\" ", "")).await;
    only(&report, "script_no_module", &module);
    only(&at.copy(|shop, _| shop.script.clear()).await, "script_missing", "<script type=\"module\"");
    only(&at.copy(|shop, _| shop.element.clear()).await, "element_missing", "<twofold-security session-url=");
    let made = at.copy(|shop, examined| {
        shop.element.clear();
        examined.session_url = Some("/twofold-session".to_owned());
    });
    assert!(made.await.findings.is_empty(), "a script makes it");
}

#[tokio::test]
async fn an_origin_that_is_not_registered_is_named_with_the_command() {
    let at = stand().await;
    let other = at.page("other.localhost");
    let report = at.copy(|_, examined| examined.page = other).await;
    let command =
        format!("twofold site update {} --add-origin http://other.localhost:{}", at.program.site, at.port);
    only(&report, "origin", &command);
}

#[tokio::test]
async fn a_key_that_may_not_or_is_none_is_named() {
    let at = stand().await;
    let site = at.program.site;
    let admin = at.house.program(site, &[Scope::Admin]).await;
    let key = at.key(&admin.key);
    only(
        &at.copy(|_, examined| examined.key = Some(key)).await,
        "key_scope",
        &format!("key create --site {site} --scope verify"),
    );
    let gone = at.house.program(site, &[Scope::Verify]).await;
    let now = at.house.server.now();
    assert!(at.house.server.sites().revoke_key(site, gone.key.name(), now, None).await.unwrap());
    let key = at.key(&gone.key);
    let report = at.copy(|_, examined| examined.key = Some(key)).await;
    only(&report, "key", "TWOFOLD_KEY=");
    assert!(!format!("{report:?}").contains(gone.key.expose()), "a key is never printed whole");
    let secret = at.program.key.expose().to_owned();
    let report = at.copy(|shop, _| shop.element.push_str(&secret)).await;
    only(&report, "key_in_page", "twofold key revoke");
    assert!(!format!("{report:?}").contains(&secret));
}

#[tokio::test]
async fn a_session_url_is_asked_as_the_element_does() {
    let at = stand().await;
    for (session, code, change) in [
        (Session::Absent, "session_url_status", "POST /twofold-session"),
        (Session::WantsCsrf, "session_url_csrf", "exempt POST /twofold-session from CSRF"),
        (Session::Kept, "session_url_cached", "Cache-Control: no-store"),
        (Session::Stale, "session_url_stale", "at every request"),
        (Session::Open, "session_url_open", "answer 401"),
        (Session::Get, "session_url_get", "POST /twofold-session only"),
        (Session::Cors, "session_url_cors", "Access-Control-Allow-Origin"),
        (Session::Signs, "session_url_no_ticket", "{ ticket }"),
    ] {
        only(&at.copy(|shop, _| shop.session = session).await, code, change);
    }
    let elsewhere = "<twofold-security session-url=\"https://api.shop.example/s\"></twofold-security>";
    let report = at.copy(|shop, _| {
        shop.element = elsewhere.to_owned();
        shop.policy = shop.policy.replace("connect-src 'self'", "connect-src https:");
    });
    only(&report.await, "session_url_foreign", "fetchTicket");
    let unsigned = at.copy(|_, examined| examined.cookie = None).await;
    assert!(unsigned.findings.is_empty());
    assert_eq!(unsigned.not_checked.len(), 1, "{:?}", unsigned.not_checked);
}

#[tokio::test]
async fn what_stands_in_front_of_twofold_is_seen() {
    let at = stand().await;
    at.proxy_frames.store(true, Ordering::SeqCst);
    only(&at.copy(|_, _| {}).await, "frame_options", "take X-Frame-Options out");
    at.proxy_frames.store(false, Ordering::SeqCst);
    let (twofold, address) = (at.twofold.clone(), at.twofold.replace("localhost", "127.0.0.1"));
    let report = at.copy(|shop, _| shop.script = shop.script.replace(&twofold, &address)).await;
    only(&report, "twofold_host", &format!("src=\"{twofold}/embed.js\""));
    let url = Url::parse(&address).unwrap();
    let report = at.copy(|_, examined| examined.key.as_mut().unwrap().1 = Some(url)).await;
    only(&report, "api_host", "internal_hosts");
}

#[tokio::test]
async fn a_clock_that_is_off_is_named_with_by_how_much() {
    let at = stand().await;
    let now = at.house.server.now();
    at.house.clock.set(now + Duration::from_mins(2));
    let report = at.copy(|_, _| {}).await;
    only(&report, "clock", "set-ntp");
    let said = &report.findings[0].what;
    assert!((118..=122).any(|seconds| said.contains(&format!("{seconds} s ahead of"))), "{said}");
}

#[tokio::test]
async fn what_is_not_kept_from_others_or_does_not_permit_is_named() {
    let at = stand().await;
    let line = format!("clipboard-write=(self \"{}\")", at.twofold);
    for permissions in ["clipboard-write=()", "camera=(), clipboard-write=(self)"] {
        let report = at.copy(|shop, _| shop.permissions = permissions.to_owned()).await;
        only(&report, "permissions_policy", &line);
    }
}

#[tokio::test]
async fn who_does_not_answer_is_named_with_why() {
    let at = stand().await;
    let closed = Url::parse("http://shop.localhost:9/account").unwrap();
    only(&at.copy(|_, examined| examined.page = closed).await, "page_unreachable", "shop.localhost:9");
    let missing = at.page("shop.localhost").join("/nothing").unwrap();
    only(&at.copy(|_, examined| examined.page = missing).await, "page_status", "--cookie");
    // What speaks no TLS has no certificate either.
    let mut safe = at.page("shop.localhost");
    safe.set_scheme("https").unwrap();
    only(&at.copy(|_, examined| examined.page = safe).await, "page_tls", "a certificate for this very name");
    let gone = |shop: &mut Shop, _: &mut Examined| {
        shop.script = "<script type=module src=http://localhost:9/embed.js></script>".to_owned();
    };
    only(&at.copy(gone).await, "twofold_unreachable", "localhost:9");
}

#[tokio::test]
async fn two_mistakes_are_two_findings() {
    let at: Stand = stand().await;
    let report = at
        .copy(|shop, _| (shop.session, shop.permissions) = (Session::Kept, "clipboard-write=()".to_owned()))
        .await;
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["permissions_policy", "session_url_cached"]);
}
