//! What happened to this account lately.

use super::state::Page;
use crate::browser::embedded;
use crate::component::{el, moment_ago};
use crate::view::{Happening, SecurityView};
use crate::words;
use leptos::prelude::*;

/// So many are seen at once.
const ROWS: usize = 10;

pub(super) fn activity(page: Page, view: &SecurityView) -> AnyView {
    let rows = |events: &[Happening]| {
        el("ul", "list events").children(events.iter().map(|one| item(page, one))).view()
    };
    let (first, rest) = view.events.split_at(view.events.len().min(ROWS));
    let list = if first.is_empty() { el("p", "hint").text(words::ACTIVITY_NONE).view() } else { rows(first) };
    let more = (!rest.is_empty())
        .then(|| el("details", "").child(el("summary", "").text(words::SHOW_ALL)).child(rows(rest)).view());
    el("section", "card")
        .attr("aria-labelledby", "activity")
        .child(el("h2", "").attr("id", "activity").text(words::ACTIVITY))
        .child(list)
        .children(more)
        .children((!first.is_empty()).then(not_me))
        .view()
}

fn item(page: Page, of: &Happening) -> AnyView {
    // Nothing stands before a separator that separates nothing.
    let place = (!of.place.is_empty()).then(|| el("span", "").text(of.place.clone()).view());
    el("li", "")
        .child(el("p", "").text(of.what.clone()))
        .child(el("p", "hint apart").children(place).text(" ").child(moment_ago(of.at, page.local)))
        .view()
}

/// What helps whoever reads of something that they did not do.
fn not_me() -> AnyView {
    let advice = if embedded() { words::NOT_ME_EMBEDDED } else { words::NOT_ME_HERE };
    let way = (!embedded()).then(|| {
        let link = el("a", "button").attr("href", "/account/password").text(words::TO_PASSWORD);
        el("div", "actions").child(link).view()
    });
    el("details", "")
        .child(el("summary", "").text(words::NOT_ME))
        .child(el("p", "").text(advice))
        .children(way)
        .view()
}
