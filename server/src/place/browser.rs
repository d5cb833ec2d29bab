//! A browser in words. The words come from these lists only: nothing that a client sends reaches a log or a screen.

/// The first token found names the browser; those that imitate others come first.
const BROWSERS: &[(&str, &str)] = &[
    ("EdgiOS/", "Edge"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// The first token found names the system.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// Longer than any browser's: not worth reading.
const LONGEST: usize = 512;

/// "Firefox on Linux", say; `None` if neither browser nor system is known.
pub(super) fn in_words(user_agent: &str) -> Option<String> {
    if user_agent.len() > LONGEST {
        return None;
    }
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(token, _)| user_agent.contains(token)).map(|(_, name)| *name)
    };
    match (named(BROWSERS), named(SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (Some(name), None) | (None, Some(name)) => Some(name.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    fn said(user_agent: &str) -> String {
        in_words(user_agent).unwrap_or_default()
    }

    #[test]
    fn a_browser_is_named_with_its_system() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0";
        assert_eq!(said(firefox), "Firefox on Linux");
        let chrome = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/142.0.0.0 Mobile Safari/537.36";
        assert_eq!(said(chrome), "Chrome on Android");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/19.0 Mobile/15E148 Safari/604.1";
        assert_eq!(said(safari), "Safari on iPhone");
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
        assert_eq!(said(edge), "Edge on Windows");
    }

    #[test]
    fn what_is_not_known_is_not_repeated() {
        assert_eq!(in_words("<script>alert(1)</script>\r\nx: y"), None);
        assert_eq!(in_words(&"Firefox/ ".repeat(100)), None);
        assert_eq!(said("<b>Firefox/1</b>"), "Firefox");
    }
}
