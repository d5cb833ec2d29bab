//! Going through the steps of a set-up, by our buttons or by the browser's: Back goes one step back, and a reload goes on at the
//! step where it was.

use super::deed::Deed;
use super::state::{Page, STEPS, Screen};
use crate::browser;
use crate::view::Open;
use leptos::prelude::*;

/// The first step after which there is no way back into the set-up: its code was given.
const CONFIRMED: usize = 2;

/// The step in which the recovery codes are saved.
pub(super) const SAVING: u8 = 2;

impl Page {
    /// Once the app was opened from here, the code is what comes next: whoever comes back finds its field, even if the phone
    /// has forgotten the page meanwhile and loads it again.
    pub(super) fn follow_to_the_app(self) {
        let left = move |_| {
            let adding = self.screen.with_untracked(|screen| matches!(screen, Screen::SetUp(_)));
            if adding && self.step.get_untracked() == 0 && browser::has_left_for_app() {
                self.go_to(1);
            }
        };
        let _listening = window_event_listener_untyped("visibilitychange", left);
    }

    /// One step further.
    pub(crate) fn go_to(self, step: u8) {
        browser::push_step(step);
        self.show_step(step.into());
    }

    /// The step that the browser's history says, or the first.
    pub(super) fn go_on(self) {
        match browser::step() {
            Some(step) if step < CONFIRMED => self.show_step(step),
            _ => self.go_to(0),
        }
    }

    fn show_step(self, step: usize) {
        self.notice.set("");
        self.step.set(step);
        if let Some(id) = STEPS.get(step) {
            browser::focus(id);
        }
    }

    /// What the browser's history asks for from now on, and what it asked for before a reload.
    pub(super) fn follow_history(self) {
        let _listening = window_event_listener(leptos::ev::popstate, move |_| self.come_to(browser::step()));
        if browser::step().is_some_and(|step| step < CONFIRMED) {
            self.resume();
        }
    }

    fn come_to(self, step: Option<usize>) {
        let codes = self.screen.with_untracked(|screen| {
            if let Screen::Codes(codes) = screen { Some(codes.enrollment.is_some()) } else { None }
        });
        let is_setting_up = self.screen.with_untracked(|screen| matches!(screen, Screen::SetUp(_)));
        match step {
            Some(step) if is_setting_up && step < CONFIRMED => self.show_step(step),
            _ if is_setting_up || codes == Some(true) => self.done(""),
            // They took the place of others and are shown this once.
            _ if codes == Some(false) => browser::push_step(SAVING),
            Some(_) => self.resume(),
            None => {}
        }
    }

    /// Goes on with what was begun, if that can be gone on with.
    fn resume(self) {
        let begun = |open: &Open| !open.elsewhere && !open.confirmed && !open.by_mail;
        match self.view.with_untracked(|view| view.open.clone()).filter(begun) {
            Some(Open { id, purpose, .. }) => self.perform(self.form, Deed::Resume { id, purpose }),
            None => browser::forget_step(),
        }
    }
}
