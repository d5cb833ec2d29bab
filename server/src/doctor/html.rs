//! The tags of a page, as far as they say what is embedded. Not a whole parser: comments, and what stands in scripts and
//! styles, are passed over.

/// Elements whose text is no HTML.
const RAW: [&str; 5] = ["script", "style", "textarea", "title", "noscript"];

/// The beginning of an element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// In lower case.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute, empty where it has none.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Every tag that begins an element, in order.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
        } else if after.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let (tag, after) = tag(after);
            rest = if RAW.contains(&tag.name.as_str()) { behind(after, &tag.name) } else { after };
            tags.push(tag);
        } else {
            rest = after;
        }
    }
    tags
}

/// What stands behind the end of an element of raw text.
fn behind<'a>(html: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let lower = html.to_ascii_lowercase();
    lower.find(&end).and_then(|at| html.get(at..)).unwrap_or("")
}

fn tag(html: &str) -> (Tag, &str) {
    let (name, mut rest) = cut(html, |c| c.is_whitespace() || c == '>' || c == '/');
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        let (attribute, after) = cut(rest, |c| c.is_whitespace() || matches!(c, '=' | '>' | '/'));
        if attribute.is_empty() && !after.trim_start().starts_with('=') {
            break;
        }
        let (value, after) = value(after);
        attributes.push((attribute.to_ascii_lowercase(), value));
        rest = after;
    }
    (Tag { name: name.to_ascii_lowercase(), attributes }, rest)
}

/// The value behind an attribute's name, its entities read.
fn value(html: &str) -> (String, &str) {
    let Some(html) = html.trim_start().strip_prefix('=') else { return (String::new(), html) };
    let html = html.trim_start();
    let quoted = ['"', '\''].into_iter().find_map(|quote| html.strip_prefix(quote)?.split_once(quote));
    let (value, rest) = quoted.unwrap_or_else(|| cut(html, |c| c.is_whitespace() || c == '>'));
    (html_escape::decode_html_entities(value).into_owned(), rest)
}

fn cut(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.find(ends).and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_pages_write_them() {
        let html = "<!doctype html><HTML lang=en><!-- <twofold-security> --><script>if (a<b) '<twofold-challenge>'</script>\
            <Script Type = 'module' async src=\"https://2fa.example/embed.js?a=1&amp;b=2\"></script>\
            <twofold-security\n session-url=/my/session/>x</twofold-security><br/>";
        let tags = tags(html);
        let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["html", "script", "script", "twofold-security", "br"]);
        assert_eq!(tags[2].attribute("type"), Some("module"));
        assert_eq!(tags[2].attribute("async"), Some(""));
        assert_eq!(tags[2].attribute("src"), Some("https://2fa.example/embed.js?a=1&b=2"));
        assert_eq!(tags[3].attribute("session-url"), Some("/my/session/"));
        assert_eq!(tags[3].attribute("ticket"), None);
    }

    #[test]
    fn what_is_broken_ends() {
        for html in ["<", "<a", "<a =", "<a b", "<a b=", "<a b='", "<script>", "<!--", "< a>", "<a<b>", "<é>"]
        {
            assert!(tags(html).len() <= 2, "{html}");
        }
    }
}
