//! The browsers in which a person is not asked for a code.

use super::deed::Deed;
use super::state::Page;
use crate::component::{Element, Icon, button, el, icon, moment};
use crate::view::{Device, SecurityView};
use crate::words;
use leptos::prelude::*;

/// All of them, where there is one.
pub(super) fn list(page: Page, view: &SecurityView) -> Option<AnyView> {
    let card = || {
        el("section", "card")
            .attr("aria-labelledby", "devices")
            .child(el("h2", "").attr("id", "devices").child(icon(Icon::Device)).text(words::DEVICES))
            .child(el("p", "").text(words::DEVICES_EXPLAINED))
            .child(el("ul", "list").children(view.devices.iter().map(|one| item(page, one))))
            .child(el("div", "actions").child(forget(page, "button", words::FORGET_ALL, None)))
            .view()
    };
    (!view.devices.is_empty()).then(card)
}

fn item(page: Page, of: &Device) -> AnyView {
    let said = |words: &'static str, at, with_time| {
        el("span", "").text(words).child(moment(at, with_time, page.local)).view()
    };
    let mut dates = vec![said(words::REMEMBERED_AT, of.trusted_at, false)];
    dates.extend(of.used_at.map(|at| said(words::USED_AT, at, true)));
    dates.push(said(words::ENDS_AT, of.expires_at, false));
    let dates = dates.into_iter().fold(el("p", "hint apart"), |line, date| line.child(date).text(" "));
    let forget =
        forget(page, "link", words::FORGET, Some(of.id.clone())).attr("aria-describedby", of.id.clone());
    el("li", "")
        .child(el("h3", "").attr("id", of.id.clone()).text(of.browser.clone()))
        .child(dates)
        .child(el("div", "links").child(forget))
        .view()
}

fn forget(page: Page, style: &'static str, label: &'static str, id: Option<String>) -> Element {
    button(style, label, move || page.perform(page.form, Deed::Forget { id: id.clone() }))
}
