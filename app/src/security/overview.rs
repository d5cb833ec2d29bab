//! The tab at rest: whether two-factor authentication is on, and what can be done about it.

use super::done::done;
use super::state::{Dialog, Page, TITLE};
use super::{activity, authenticators, devices, mail, recovery_codes, unfinished};
use crate::component::{Icon, all, button, el, icon, live, moment, text, titled, trouble_line};
use crate::view::SecurityView;
use crate::words;
use leptos::prelude::*;

pub(super) fn overview(page: Page) -> AnyView {
    let heading = live(move || page.view.with(|view| heading(page, view)));
    let body = live(move || page.view.with(|view| body(page, view)));
    all(vec![heading, says(page), body])
}

/// What was done, or what went wrong; while a dialog is open it says that itself.
fn says(page: Page) -> AnyView {
    let trouble =
        move || if page.dialog.with(Option::is_none) { trouble_line(page.form) } else { ().into_any() };
    let notice = move || match page.notice.get() {
        "" => ().into_any(),
        words::TURNED_ON => done(page),
        notice => el("p", "notice").text(notice).view(),
    };
    el("div", "says").child(live(notice)).child(live(trouble)).view()
}

fn heading(page: Page, view: &SecurityView) -> AnyView {
    let (style, state, lead) = match view.protected_since {
        Some(_) if view.authenticators.iter().all(|one| one.by_mail) => {
            ("badge on", words::ON, words::mail::ON_LEAD)
        }
        Some(_) => ("badge on", words::ON, words::ON_LEAD),
        None if view.required_from.is_some() => ("badge", words::OFF, words::OFF_LEAD),
        None if view.required => ("badge", words::OFF, words::REQUIRED),
        None => ("badge", words::OFF, page.required.unwrap_or(words::OFF_LEAD)),
    };
    let since = view.protected_since.map(|at| {
        let moment = moment(at, false, page.local);
        el("span", "").text(words::PROTECTED_SINCE).child(moment).text(".").view()
    });
    let from = view.required_from.filter(|_| view.protected_since.is_none());
    let from = from.map(|at| {
        let moment = moment(at, true, page.local);
        el("p", "requirement").text(words::REQUIRED_FROM).child(moment).text(".").view()
    });
    let title = el("h1", "")
        .attr("id", TITLE)
        .attr("tabindex", "-1")
        .child(icon(Icon::Shield))
        .text(words::TWO_FACTOR);
    el("header", "lead")
        .child(titled(title, el("span", style).text(state)))
        .child(el("p", "").text(lead).text(" ").children(since))
        .children(from)
        .view()
}

fn body(page: Page, view: &SecurityView) -> AnyView {
    let unfinished = view.open.as_ref().map(|open| unfinished::unfinished(page, open));
    let mut cards: Vec<AnyView> = unfinished.into_iter().collect();
    if view.protected_since.is_some() {
        cards.extend(view.bypassed.then(bypassed));
        cards.extend(authenticators::unused(page, view));
        cards.push(authenticators::list(page, view));
        cards.push(recovery_codes::health(page, view));
        cards.extend(devices::list(page, view));
        cards.push(if view.required { required() } else { turn_off(page) });
    } else if cards.is_empty() {
        cards.push(authenticators::none(page));
        cards.extend(mail::offer(page, view));
    }
    if page.required.is_none() {
        cards.push(activity::activity(page, view));
    }
    all(cards)
}

/// The lost authenticator would be asked for at the next sign-in, too.
fn bypassed() -> AnyView {
    el("section", "card").child(el("p", "warning").text(words::BYPASSED)).view()
}

/// In the place of what would switch it off.
fn required() -> AnyView {
    el("section", "card").child(el("p", "").text(words::REQUIRED)).view()
}

fn turn_off(page: Page) -> AnyView {
    let words = el("div", "")
        .child(el("h2", "").attr("id", "turn-off").text(words::TURN_OFF))
        .child(el("p", "").text(words::TURN_OFF_LEAD));
    el("section", "card row")
        .attr("aria-labelledby", "turn-off")
        .child(words)
        .child(text(" "))
        .child(button("button danger quiet", words::TURN_OFF_ACTION, move || page.open(Dialog::TurnOff)))
        .view()
}
