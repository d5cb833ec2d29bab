//! The Security tab: one island, painted by the server with its content and taken over in the browser.

mod activity;
mod authenticators;
mod deed;
mod devices;
mod dialogs;
mod done;
mod mail;
mod overview;
mod recovery_codes;
mod required;
mod set_up;
mod state;
mod steps;
mod unfinished;

use crate::browser::initial;
use crate::component::{all, el, live};
use crate::view::SecurityView;
use crate::words;
use leptos::prelude::*;
use state::{Page, Screen};

/// Everything under `/account/security`.
#[island]
pub fn SecurityTab() -> impl IntoView {
    let page = Page::new(initial::<SecurityView>(), None);
    page.wake();
    let dialog = live(move || {
        page.dialog.with(|open| match open {
            Some(kind) => dialogs::dialog_of(page, kind),
            None => ().into_any(),
        })
    });
    let step_up = live(move || {
        page.asked.with(|asked| match asked {
            Some(asked) => dialogs::step_up(page, asked.proof),
            None => ().into_any(),
        })
    });
    // There from the beginning: what appears in a region that comes along with it is not announced.
    let said = el("p", "unseen").attr("role", "status").live_text(move || page.notice.get().to_owned());
    all(vec![said.view(), screen(page), dialog, step_up])
}

/// The way to a first authenticator that the site requires, in the place of a challenge.
#[island]
pub fn RequiredEnrollment() -> impl IntoView {
    let page = Page::new(initial::<SecurityView>(), Some(words::REQUIRED_LEAD));
    page.wake();
    let why = live(move || {
        // Nothing is required any more of whoever has done it.
        let is_done = page.screen.with(|screen| matches!(screen, Screen::Done { .. }));
        if is_done { ().into_any() } else { el("p", "requirement").text(words::REQUIRED).view() }
    });
    all(vec![why, screen(page)])
}

/// What fills the tab.
fn screen(page: Page) -> AnyView {
    live(move || {
        page.screen.with(|screen| match screen {
            Screen::Overview => overview::overview(page),
            Screen::SetUp(set_up) => set_up::set_up(page, set_up),
            Screen::Address(purpose) => mail::address(page, purpose),
            Screen::Mailed(mailed) => mail::verify(page, mailed),
            Screen::TakeUp(waiting) => unfinished::take_up(page, waiting),
            Screen::Codes(codes) => recovery_codes::new_codes(page, codes),
            Screen::Done { by_mail } => required::done(*by_mail),
        })
    })
}
