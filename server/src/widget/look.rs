//! How a frame looks, as its host's page says. Whatever is not plainly a colour, a length or a list of fonts is left out:
//! it would be written into a style sheet.

use app::page::widget::Look;
use domain::ports::Entropy;
use std::collections::BTreeMap;

/// What a host's page may set, and what it may be set to. `frontend/frame.js` knows the same.
const PROPERTIES: [(&str, Kind); 10] = [
    ("--twofold-accent", Kind::Colour),
    ("--twofold-accent-text", Kind::Colour),
    ("--twofold-background", Kind::Colour),
    ("--twofold-surface", Kind::Colour),
    ("--twofold-text", Kind::Colour),
    ("--twofold-muted", Kind::Colour),
    ("--twofold-border", Kind::Colour),
    ("--twofold-danger", Kind::Colour),
    ("--twofold-radius", Kind::Length),
    ("--twofold-font", Kind::Fonts),
];

/// The only language there are words for.
const LANGUAGE: &str = "en";

#[derive(Clone, Copy)]
enum Kind {
    /// `#rgb` and the like, or `rgb()`, `hsl()`, `oklch()` of numbers.
    Colour,
    /// In `px` or `rem`.
    Length,
    /// Names, quoted or not.
    Fonts,
}

/// Reads what is good of it.
pub(super) fn look(entropy: &dyn Entropy, lang: &str, theme: &str, style: &str) -> Look {
    let said: BTreeMap<String, serde_json::Value> = serde_json::from_str(style).unwrap_or_default();
    let property = |(name, kind): (&'static str, Kind)| {
        // As a style sheet was written: over several lines, perhaps.
        let value = said.get(name)?.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ");
        kind.admits(&value).then_some((name, value))
    };
    Look {
        lang: language(lang),
        theme: ["light", "dark"].into_iter().find(|known| *known == theme),
        properties: PROPERTIES.into_iter().filter_map(property).collect(),
        nonce: nonce(entropy),
    }
}

impl Kind {
    fn admits(self, value: &str) -> bool {
        match self {
            Self::Colour => is_colour(value),
            Self::Length => is_length(value),
            Self::Fonts => is_fonts(value),
        }
    }
}

fn is_colour(value: &str) -> bool {
    if let Some(digits) = value.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    }
    let of_numbers = |b: u8| matches!(b, b'0'..=b'9' | b' ' | b'.' | b',' | b'%' | b'/' | b'+' | b'-');
    value.split_once('(').is_some_and(|(function, rest)| {
        let known = matches!(function, "rgb" | "rgba" | "hsl" | "hsla" | "oklch");
        let numbers = rest.strip_suffix(')').map(|inner| inner.replace("deg", ""));
        known && numbers.is_some_and(|inner| inner.len() <= 60 && inner.bytes().all(of_numbers))
    })
}

fn is_length(value: &str) -> bool {
    let is_digits = |text: &str| matches!(text.len(), 1..=4) && text.bytes().all(|b| b.is_ascii_digit());
    let is_number = |number: &str| match number.split_once('.') {
        Some((whole, fraction)) => (whole.is_empty() || is_digits(whole)) && is_digits(fraction),
        None => is_digits(number),
    };
    value == "0" || value.strip_suffix("px").or_else(|| value.strip_suffix("rem")).is_some_and(is_number)
}

/// Every quote is closed: an open one would swallow what stands after it.
fn is_fonts(value: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, ' ' | ',' | '-' | '_');
    let mut open = None;
    let good = value.chars().all(|c| match (c, open) {
        ('"' | '\'', None) => {
            open = Some(c);
            true
        }
        ('"' | '\'', Some(quote)) => {
            let closes = c == quote;
            open = None;
            closes
        }
        (c, _) => is_name(c),
    });
    good && open.is_none() && !value.is_empty() && value.chars().count() <= 200
}

/// The page's words are English, whatever is asked for; of its regions the one asked for.
fn language(asked: &str) -> String {
    let mut parts = asked.split('-');
    let english = parts.next().is_some_and(|language| language.eq_ignore_ascii_case(LANGUAGE));
    let regions =
        parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if english && regions && asked.len() <= 35 { asked.to_owned() } else { LANGUAGE.to_owned() }
}

fn nonce(entropy: &dyn Entropy) -> String {
    let mut random = [0_u8; 16];
    entropy.fill(&mut random);
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::SeededEntropy;

    fn looking(lang: &str, theme: &str, style: &str) -> Look {
        look(&SeededEntropy::new(1), lang, theme, style)
    }

    fn admitted(property: &str, value: &str) -> bool {
        let style = serde_json::json!({ property: value }).to_string();
        let one_line = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let kept = looking("", "", &style).properties;
        kept.iter().any(|(name, kept)| *name == property && *kept == one_line)
    }

    #[test]
    fn plain_values_are_taken() {
        for colour in [
            "#fff",
            "#0af8",
            "#3a4fc4",
            "#3A4FC4ff",
            "rgb(58, 79, 196)",
            "rgb(58 79 196 / 50%)",
            "hsl(231deg 54% 50%)",
            "oklch(0.5 0.18 270)",
            " #fff ",
        ] {
            assert!(admitted("--twofold-accent", colour), "{colour}");
        }
        for length in ["0", "0px", "12px", "0.5rem", ".5rem", "1.25rem"] {
            assert!(admitted("--twofold-radius", length), "{length}");
        }
        for fonts in ["Inter", "\"Segoe UI\", Inter, sans-serif", "'Noto Sans',\n  system-ui", "ヒラギノ角ゴ"]
        {
            assert!(admitted("--twofold-font", fonts), "{fonts}");
        }
    }

    #[test]
    fn whatever_else_is_left_out() {
        for colour in [
            "",
            "red",
            "#ff",
            "#ggg",
            "#fff;color:red",
            "rgb(1,2,3)}body{display:none",
            "url(https://evil.test)",
            "rgb(url(https://evil.test))",
            "var(--x)",
            "rgb(1 2 3",
            "</style><script>",
            "color-mix(in srgb, red, blue)",
            "expression(1)",
            "image-set(\"x\" 1x)",
            "rgb(0 0 0)\n}",
            "rgb(0 0 0 \u{0})",
            "\\23 fff",
        ] {
            assert!(!admitted("--twofold-accent", colour), "{colour}");
        }
        for length in
            ["", "px", ".px", "1.px", "12", "1em", "12px;", "-1px", "calc(1px)", "99999px", "1..5px"]
        {
            assert!(!admitted("--twofold-radius", length), "{length}");
        }
        for fonts in
            ["", "\"Inter", "'Inter\"", "Inter;", "url(x)", "a{b}", "</style>", "a\\b", "a\u{1}b", "a/*b"]
        {
            assert!(!admitted("--twofold-font", fonts), "{fonts}");
        }
        assert!(!admitted("--twofold-font", &"a".repeat(201)));
        assert!(!admitted("--twofold-other", "#fff") && !admitted("color", "#fff"));
    }

    #[test]
    fn what_does_not_read_is_as_if_nothing_was_said() {
        for style in [
            "",
            "{",
            "[]",
            "null",
            "\"x\"",
            "{\"--twofold-accent\": 3}",
            "{\"--twofold-accent\": [\"#fff\"]}",
        ] {
            assert_eq!(looking("", "", style).properties, [], "{style}");
        }
        let light = looking("en", "light", "");
        assert_eq!((light.theme, &*light.lang), (Some("light"), "en"));
        for theme in ["auto", "", "Dark", "dark\" onload=\"x", "sepia"] {
            assert_eq!(looking("", theme, "").theme, None, "{theme}");
        }
    }

    #[test]
    fn the_language_is_that_of_the_words() {
        for (asked, said) in [
            ("en-GB", "en-GB"),
            ("EN", "EN"),
            ("en-Latn-US", "en-Latn-US"),
            ("de", "en"),
            ("", "en"),
            ("en-", "en"),
            ("en-\"><script>", "en"),
            ("english", "en"),
        ] {
            assert_eq!(looking(asked, "", "").lang, said, "{asked}");
        }
    }
}
