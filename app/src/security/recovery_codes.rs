//! How many recovery codes are left, and the one time that new ones are shown.

use super::deed::Deed;
use super::state::{Dialog, NewCodes, Page};
use crate::component::{Icon, button, code_sheet, el, icon, moment, steps, titled, trouble_line};
use crate::view::{Purpose, SecurityView};
use crate::words;
use crate::words::set_up;
use leptos::prelude::*;

/// Recovery codes left, and **Reset recovery codes**.
pub(super) fn health(page: Page, view: &SecurityView) -> AnyView {
    let title = el("h2", "").attr("id", "recovery").child(icon(Icon::Recovery)).text(words::RECOVERY_CODES);
    let mut card = el("section", "card").attr("id", "recovery-codes").attr("aria-labelledby", "recovery");
    if let Some(recovery) = view.recovery {
        let style = if recovery.is_low() { "badge low" } else { "badge" };
        let left = el("span", style).text(words::codes_left(recovery.left, recovery.total));
        card = card.child(titled(title, left));
        if recovery.is_low() {
            let warning = if recovery.voided { words::RECOVERY_VOIDED } else { words::RECOVERY_LOW };
            card = card.child(el("p", "warning").text(warning));
        }
        let made =
            el("span", "").text(words::MADE_ON).text(" ").child(moment(recovery.made_at, false, page.local));
        card = card.child(el("p", "").text(words::RECOVERY_EXPLAINED)).child(el("p", "hint").child(made));
    } else {
        card = card.child(title);
    }
    let reset = button("button", words::RESET_CODES, move || page.open(Dialog::ResetCodes));
    card.child(el("div", "actions").child(reset)).view()
}

/// Codes to be saved now: the last step of the first set-up, or after a reset.
pub(super) fn new_codes(page: Page, codes: &NewCodes) -> AnyView {
    let first = codes.enrollment.is_some();
    // The steps of the way by mail are other ones.
    let by_app = first && !codes.by_mail;
    let enrollment = codes.enrollment.clone();
    let saved = move || match enrollment.clone() {
        Some(id) => page.perform(page.form, Deed::Acknowledge { id }),
        None => page.done(words::CODES_RESET),
    };
    el("section", "card ceremony")
        .children(by_app.then(|| el("p", "goal").text(set_up::goal(&Purpose::First)).view()))
        .children(by_app.then(|| steps(set_up::STEPS.len(), page.step)))
        .child(el("h1", "").attr("id", "step-3").attr("tabindex", "-1").text(set_up::SAVE_TITLE))
        .child(el("p", "").text(set_up::SAVE_EXPLAINED))
        .child(code_sheet(&codes.sheet))
        .child(el("p", "warning").text(if first { set_up::NOT_YET } else { set_up::OLD_CODES_GONE }))
        .child(trouble_line(page.form))
        .child(el("div", "actions").child(button("button primary", set_up::SAVED, saved)))
        .view()
}
