//! What a frame's page holds and how it looks.

use super::{embedded, meta, policy};
use serde_json::json;

#[tokio::test]
async fn a_frame_has_no_way_out_and_asks_for_no_password() {
    let at = embedded().await;
    let page = at.open_at(&at.ticket().await).await.body;
    for absent in [
        "<nav",
        "<header class=\"bar\"",
        "/sign-out",
        "/sign-in",
        "/account/",
        "type=\"password\"",
        "class=\"skip\"",
    ] {
        assert!(!page.contains(absent), "{absent} in {page}");
    }
    assert!(page.contains("data-component=\"SecurityTab_"), "{page}");
    let bearer = at.open("ada").await;
    at.enroll(&bearer).await;
    let (_, ticket) = at.challenge("ada").await;
    let page = at.send(at.opening("/widget/challenge", &ticket, &[])).await.body;
    for absent in ["<nav", "/sign-out", "/sign-in", "Signing in as", "autofocus", "type=\"password\""] {
        assert!(!page.contains(absent), "{absent} in {page}");
    }
    assert!(page.contains("data-component=\"Challenge_") && page.contains("ada@example.com"), "{page}");
}

#[tokio::test]
async fn a_frame_looks_as_its_host_says() {
    let at = embedded().await;
    let style = json!({ "--twofold-accent": "#0a7", "--twofold-radius": "4px", "--twofold-font": "\"Segoe UI\", Inter" });
    let look = [("lang", "en-GB"), ("theme", "dark"), ("style", &*style.to_string())];
    let page = at.send(at.opening("/widget/security", &at.ticket().await, &look)).await;
    page.is(200);
    assert!(
        page.body.contains("<html lang=\"en-GB\" dir=\"ltr\" data-theme=\"dark\" class=\"embedded\">"),
        "{}",
        page.body
    );
    let (_, sheet) = page.body.split_once("<style nonce=\"").unwrap();
    let (nonce, sheet) = sheet.split_once("\">").unwrap();
    assert!(sheet.starts_with(
        ":root.embedded{--twofold-accent:#0a7;--twofold-radius:4px;--twofold-font:\"Segoe UI\", Inter;}</style>"
    ), "{sheet}");
    assert_eq!(policy(&page, "style-src"), format!("'self' 'nonce-{nonce}'"));
    let other = at.open_at(&at.ticket().await).await;
    assert!(!policy(&other, "style-src").contains(nonce), "a nonce is used once");
    assert!(!other.body.contains("<style") && !other.body.contains("data-theme"), "{}", other.body);
}

#[tokio::test]
async fn a_hostile_look_is_left_out() {
    let at = embedded().await;
    let hostile = [
        "</style><script>alert(1)</script>",
        "red;} body{background:url(https://evil.test)}",
        "url(https://evil.test)",
        "\"><img src=x onerror=alert(1)>",
        "#fff}*{display:none",
        "expression(alert(1))",
    ];
    for value in hostile {
        let all: serde_json::Map<String, serde_json::Value> =
            ["accent", "background", "radius", "font", "evil"]
                .map(|name| (format!("--twofold-{name}"), json!(value)))
                .into_iter()
                .collect();
        let style = serde_json::Value::from(all).to_string();
        for look in [
            [("lang", value), ("theme", value), ("style", &*style)],
            [("lang", value), ("theme", value), ("style", value)],
        ] {
            let page = at.send(at.opening("/widget/security", &at.ticket().await, &look)).await;
            page.is(200);
            assert!(page.body.contains("<html lang=\"en\" dir=\"ltr\" class=\"embedded\">"), "{}", page.body);
            for part in ["evil.test", "alert(1)", "<style", "display:none", "<img"] {
                assert!(!page.body.contains(part), "{part} of {value} in {}", page.body);
            }
        }
    }
}

#[tokio::test]
async fn no_secret_stands_in_an_address_and_the_bearer_once_in_its_page() {
    let at = embedded().await;
    let ticket = at.ticket().await;
    let page = at.open_at(&ticket).await;
    let bearer = meta(&page, "bearer").unwrap();
    assert_eq!(page.body.matches(&bearer).count(), 1);
    assert!(!page.body.contains(&ticket) && !page.body.contains("otpauth:"));
    for (name, value) in &page.headers {
        let value = value.to_str().unwrap();
        assert!(!value.contains(&bearer) && !value.contains(&ticket), "{name}: {value}");
    }
}

#[tokio::test]
async fn the_script_of_the_hosts_page_is_not_there_before_it_is_built() {
    let at = embedded().await;
    for path in ["/embed.js", "/embed.d.ts"] {
        let answer = at.browser.clone().get(path).await;
        let built = server::assets::url(path.trim_start_matches('/')).is_some();
        answer.is(if built { 200 } else { 404 });
    }
}
