//! What a page's content security policies let it load (CSP 3), as far as embedding needs it.

use url::Url;

/// One policy: each directive with its sources.
pub(super) struct Policy(Vec<(String, Vec<String>)>);

/// Something that a page loads, frames, asks or sends a form to.
pub(super) struct Load<'a> {
    /// The directives that decide, the most exact one first.
    pub(super) directives: &'a [&'static str],
    pub(super) url: &'a Url,
    pub(super) page: &'a Url,
    pub(super) nonce: Option<&'a str>,
}

/// The directive that refuses, as it should be written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) directive: String,
    pub(super) line: String,
}

impl Policy {
    pub(super) fn parse(text: &str) -> Self {
        let mut directives: Vec<(String, Vec<String>)> = Vec::new();
        for directive in text.split(';') {
            let mut words = directive.split_ascii_whitespace().map(str::to_owned);
            let Some(name) = words.next().map(|name| name.to_ascii_lowercase()) else { continue };
            // Of two of one name the first one counts.
            if !directives.iter().any(|(other, _)| *other == name) {
                directives.push((name, words.collect()));
            }
        }
        Self(directives)
    }

    /// The directive that keeps this from being loaded, if one does.
    pub(super) fn refuses(&self, load: &Load<'_>) -> Option<Refused> {
        let found = load.directives.iter().find_map(|name| self.0.iter().find(|(other, _)| other == name));
        let (name, sources) = found?;
        if allows(sources, load) {
            return None;
        }
        let directive = load.directives.iter().find(|exact| *exact == name || !is_fallback(exact));
        let directive = directive.copied().unwrap_or(name.as_str());
        let origin = load.url.origin().ascii_serialization();
        let kept = sources.iter().filter(|source| *source != "'none'").map(String::as_str);
        let line =
            std::iter::once(directive).chain(kept).chain([origin.as_str()]).collect::<Vec<_>>().join(" ");
        Some(Refused { directive: name.clone(), line })
    }
}

/// Directives that nobody writes for one thing only.
fn is_fallback(directive: &str) -> bool {
    ["default-src", "child-src", "script-src-elem"].contains(&directive)
}

fn allows(sources: &[String], load: &Load<'_>) -> bool {
    let has_nonce = load.nonce.is_some_and(|nonce| sources.contains(&format!("'nonce-{nonce}'")));
    let is_script = load.directives.contains(&"script-src");
    // Hosts are not asked any more where a nonce has to say it.
    let strict = is_script && sources.iter().any(|source| source == "'strict-dynamic'");
    has_nonce || (!strict && sources.iter().any(|source| matches(source, load)))
}

fn matches(source: &str, Load { url, page, .. }: &Load<'_>) -> bool {
    let source = source.to_ascii_lowercase();
    match source.as_str() {
        "*" => ["http", "https"].contains(&url.scheme()),
        "'self'" => url.origin() == page.origin(),
        quoted if quoted.starts_with('\'') => false,
        scheme if scheme.ends_with(':') => is_scheme(scheme.trim_end_matches(':'), url),
        host => is_host(host, url, page),
    }
}

/// What allows plain HTTP allows the safe one, too.
fn is_scheme(scheme: &str, url: &Url) -> bool {
    url.scheme() == scheme || (scheme == "http" && url.scheme() == "https")
}

fn is_host(source: &str, url: &Url, page: &Url) -> bool {
    let (scheme, rest) = source.split_once("://").unwrap_or((page.scheme(), source));
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let port_at = authority.rsplit_once(':').filter(|(_, port)| *port == "*" || port.parse::<u16>().is_ok());
    let (host, port) = port_at.map_or((authority, None), |(host, port)| (host, Some(port)));
    let url_host = url.host_str().unwrap_or_default();
    let is_name = match host.strip_prefix("*.") {
        Some(parent) => url_host.strip_suffix(parent).is_some_and(|sub| sub.ends_with('.')),
        None => host == "*" || host == url_host,
    };
    let is_port = match port {
        Some("*") => true,
        Some(port) => url.port_or_known_default().is_some_and(|of| of.to_string() == port),
        None => url.port().is_none(),
    };
    let is_path = path.is_none_or(|path| {
        let wanted = format!("/{path}");
        wanted == "/"
            || if wanted.ends_with('/') { url.path().starts_with(&wanted) } else { url.path() == wanted }
    });
    is_scheme(scheme, url) && is_name && is_port && is_path
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &[&str] = &["frame-src", "child-src", "default-src"];

    fn refused(
        policy: &str,
        directives: &'static [&'static str],
        nonce: Option<&str>,
    ) -> Option<(String, String)> {
        let url = Url::parse("https://2fa.example:8443/embed.js").unwrap();
        let page = Url::parse("https://shop.example/account").unwrap();
        let load = Load { directives, url: &url, page: &page, nonce };
        Policy::parse(policy).refuses(&load).map(|refused| (refused.directive, refused.line))
    }

    #[test]
    fn what_allows_it_is_read_as_a_browser_does() {
        for good in [
            "",
            "img-src 'none'",
            "frame-src *",
            "frame-src https:",
            "FRAME-SRC https://2fa.example:8443",
            "frame-src https://2fa.example:*",
            "frame-src 2fa.example:8443",
            "frame-src https://*.example:8443",
            "frame-src http://2fa.example:8443",
            "frame-src https://2fa.example:8443/embed.js",
            "default-src 'none'; child-src https://2fa.example:8443/",
            "frame-src https:; frame-src 'none'",
        ] {
            assert_eq!(refused(good, FRAME, None), None, "{good}");
        }
    }

    #[test]
    fn what_refuses_it_is_named_with_the_line_to_write() {
        for (policy, directive, line) in [
            ("frame-src 'self'", "frame-src", "frame-src 'self' https://2fa.example:8443"),
            ("default-src 'self'", "default-src", "frame-src 'self' https://2fa.example:8443"),
            ("frame-src 'none'", "frame-src", "frame-src https://2fa.example:8443"),
            (
                "frame-src https://2fa.example",
                "frame-src",
                "frame-src https://2fa.example https://2fa.example:8443",
            ),
            (
                "frame-src https://*.2fa.example:8443",
                "frame-src",
                "frame-src https://*.2fa.example:8443 https://2fa.example:8443",
            ),
            (
                "frame-src https://2fa.example:8443/widget/",
                "frame-src",
                "frame-src https://2fa.example:8443/widget/ https://2fa.example:8443",
            ),
        ] {
            assert_eq!(
                refused(policy, FRAME, None),
                Some((directive.to_owned(), line.to_owned())),
                "{policy}"
            );
        }
    }

    #[test]
    fn a_nonce_says_it_where_hosts_are_not_asked() {
        const SCRIPT: &[&str] = &["script-src-elem", "script-src", "default-src"];
        let strict = "script-src 'strict-dynamic' 'nonce-abc' https://2fa.example:8443";
        assert_eq!(refused(strict, SCRIPT, Some("abc")), None);
        assert!(refused(strict, SCRIPT, None).is_some());
        assert!(refused(strict, SCRIPT, Some("other")).is_some());
        assert_eq!(refused("script-src 'nonce-abc'", SCRIPT, Some("abc")), None);
    }
}
