//! The Security tab: one island, painted by the server with its content and taken over in the browser.

mod activity;
mod authenticators;
mod deed;
mod devices;
mod dialogs;
mod overview;
mod recovery_codes;
mod set_up;
mod state;
mod unfinished;

use crate::browser::initial;
use crate::component::{all, live};
use crate::view::SecurityView;
use leptos::prelude::*;
use state::{Page, Screen};

/// Everything under `/account/security`.
#[island]
pub fn SecurityTab() -> impl IntoView {
    let page = Page::new(initial::<SecurityView>());
    page.wake();
    let screen = live(move || {
        page.screen.with(|screen| match screen {
            Screen::Overview => overview::overview(page),
            Screen::SetUp(set_up) => set_up::set_up(page, set_up),
            Screen::Codes(codes) => recovery_codes::new_codes(page, codes),
        })
    });
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
    all(vec![screen, dialog, step_up])
}
