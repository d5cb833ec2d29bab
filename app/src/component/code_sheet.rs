//! The recovery codes, and the three ways to keep them.

use super::{all, button, copy_button, el};
use crate::words::set_up;
use crate::{browser, text, words};
use leptos::prelude::*;

/// The id of the list of codes.
const CODES: &str = "codes";

/// Recovery codes on the screen.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CodeSheet {
    pub(crate) issuer: String,
    pub(crate) label: String,
    pub(crate) codes: Vec<String>,
}

/// The codes, with **Copy**, **Download** and **Print**. What is printed is this and nothing else.
pub(crate) fn code_sheet(sheet: &CodeSheet) -> AnyView {
    #[expect(clippy::cast_possible_truncation, reason = "a date, in whole milliseconds")]
    let date = browser::local(browser::now() as i64, false);
    let text = text::sheet(&sheet.issuer, &sheet.label, &date, &sheet.codes);
    let file = text.clone();
    let download = move || browser::download(words::SHEET_FILE, &file);
    let line = |line: String| el("p", "").text(line).view();
    let head = [
        words::sheet_heading(&sheet.issuer),
        words::field_line(words::ACCOUNT, &sheet.label),
        words::field_line(words::MADE_ON, &date),
        words::SHEET_EXPLAINED.to_owned(),
    ];
    let codes = sheet.codes.iter().map(|code| el("li", "").text(code.clone()).view());
    let codes = el("ul", "codes")
        .attr("id", CODES)
        .attr("aria-label", words::RECOVERY_CODES)
        .attr("dir", "ltr")
        .children(codes);
    let printed = el("div", "sheet").child(el("div", "printed").children(head.map(line))).child(codes);
    let actions = el("div", "actions")
        .child(copy_button(text, CODES))
        .child(button("button", set_up::DOWNLOAD, download))
        .child(button("button", set_up::PRINT, browser::print));
    all(vec![printed.view(), actions.view()])
}
