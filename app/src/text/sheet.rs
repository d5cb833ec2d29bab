//! The recovery codes as a text that is kept outside the browser.

use crate::words;

/// What is copied and downloaded: whose codes they are, what they are for, and the codes.
pub(crate) fn sheet(issuer: &str, label: &str, date: &str, codes: &[String]) -> String {
    let mut text = words::sheet_heading(issuer);
    for line in [words::field_line(words::ACCOUNT, label), words::field_line(words::MADE_ON, date)] {
        text.push('\n');
        text.push_str(&line);
    }
    text.push_str("\n\n");
    text.push_str(words::SHEET_EXPLAINED);
    text.push('\n');
    for code in codes {
        text.push('\n');
        text.push_str(code);
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::sheet;

    #[test]
    fn the_file_says_whose_codes_it_holds_and_what_they_are() {
        let codes = ["AAAA-BBBB-CCCC-DDDD".to_owned(), "EEEE-FFFF-GGGG-HHHH".to_owned()];
        let text = sheet("Example", "alice@example.com", "22 Nov 2026", &codes);
        assert_eq!(
            text,
            "Example recovery codes\n\
             Account: alice@example.com\n\
             Made on: 22 Nov 2026\n\
             \n\
             Each code signs you in once when you do not have your authenticator app. Keep them secret.\n\
             \n\
             AAAA-BBBB-CCCC-DDDD\n\
             EEEE-FFFF-GGGG-HHHH\n"
        );
    }
}
