//! "Two-factor" stays in one line, wherever it stands: browsers break lines at a hyphen. A hyphen that does not break would be
//! another character to whoever searches the page or listens to it.

use crate::component::around_whole;

/// What is between these is no text of the page, or is kept together by whoever draws it: an island does so itself.
const ELSEWHERE: [(&str, &str); 6] = [
    ("<title", "</title>"),
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<option", "</option>"),
    ("<textarea", "</textarea>"),
    ("<leptos-island", "</leptos-island>"),
];

/// The same page, in which no line ends within that word.
pub(super) fn whole(html: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(at) = rest.find('<') {
        let (text, tagged) = rest.split_at(at);
        keep(text, &mut kept);
        let end = ELSEWHERE.iter().find(|(begin, _)| tagged.starts_with(begin)).map_or(">", |(_, end)| end);
        let end = tagged.find(end).map_or(tagged.len(), |at| at + end.len());
        let (tag, after) = tagged.split_at(end);
        kept.push_str(tag);
        rest = after;
    }
    keep(rest, &mut kept);
    kept
}

/// In one element as a whole: of a button, each element and each text would be a box of its own.
fn keep(text: &str, into: &mut String) {
    if around_whole(text).is_none() {
        return into.push_str(text);
    }
    into.push_str("<span>");
    let mut rest = text;
    while let Some((before, word, after)) = around_whole(rest) {
        into.push_str(before);
        into.push_str("<span class=\"whole\">");
        into.push_str(word);
        into.push_str("</span>");
        rest = after;
    }
    into.push_str(rest);
    into.push_str("</span>");
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn the_word_is_kept_together_in_text_and_nowhere_else() {
        let kept = whole(
            "<h1 title=\"two-factor\">Reset two-factor authentication?</h1><p>Two-factor or two-factor.</p>",
        );
        assert_eq!(
            kept,
            "<h1 title=\"two-factor\"><span>Reset <span class=\"whole\">two-factor</span> authentication?</span></h1>\
             <p><span><span class=\"whole\">Two-factor</span> or <span class=\"whole\">two-factor</span>.</span></p>"
        );
        for as_it_is in [
            "<title>Two-factor authentication</title>",
            "<select><option value=\"a\">two-factor</option></select>",
            "<leptos-island data-component=\"A\"><h1><span>two-factor</span></h1></leptos-island>",
            "<p>Nothing of it &lt; here.</p>",
            "no tag at all",
            "wo-factor",
            "<p>\u{e9}wo-factor \u{2011}wo-factor</p>",
            "<p",
        ] {
            assert_eq!(whole(as_it_is), as_it_is);
        }
    }
}
