//! What happened to this account lately.

use super::state::Page;
use crate::component::{el, moment};
use crate::view::{Happening, SecurityView};
use crate::words;
use leptos::prelude::*;

pub(super) fn activity(page: Page, view: &SecurityView) -> AnyView {
    let list = if view.events.is_empty() {
        el("p", "hint").text(words::ACTIVITY_NONE)
    } else {
        el("ul", "list events").children(view.events.iter().map(|one| item(page, one)))
    };
    el("section", "card")
        .attr("aria-labelledby", "activity")
        .child(el("h2", "").attr("id", "activity").text(words::ACTIVITY))
        .child(list)
        .view()
}

fn item(page: Page, of: &Happening) -> AnyView {
    let place = el("span", "").text(of.place.clone());
    el("li", "")
        .child(el("p", "").text(of.what.clone()))
        .child(el("p", "hint apart").child(place).text(" ").child(moment(of.at, true, page.local)))
        .view()
}
