//! A form's state: whether it is being sent, why it was refused, and how long to wait. What was typed lives in the
//! page's inputs and nowhere else.

use super::Sends;
use super::post::{Mail, Post};
use crate::browser;
use crate::error::WidgetError;
use crate::text::{Typed, tidy};
use leptos::prelude::*;
use std::time::Duration;

/// What is done within this needs no sign that it is being done.
const MOMENT: Duration = Duration::from_millis(150);
/// Whoever types on does so within this.
const PAUSE: Duration = Duration::from_millis(700);

/// Handles to one form.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// Prefix of the ids in it.
    name: &'static str,
    /// It was sent and not answered yet.
    pub(crate) busy: RwSignal<bool>,
    /// Why it was refused.
    pub(crate) trouble: RwSignal<Option<WidgetError>>,
    gate: RwSignal<Gate>,
}

/// What stands between a code and its being sent.
#[derive(Default)]
pub(super) struct Gate {
    /// Seconds to wait before the next answer of the kind that was refused.
    wait: usize,
    /// What was refused, and what is typed now: the kinds are counted apart.
    refused: Typed,
    typed: Typed,
    /// The code that was sent last: it is not sent again by itself.
    sent: String,
    /// How long what is typed was before the last change.
    length: usize,
    /// A code that was mailed. Here, because each handle more would be passed around with every form.
    pub(super) mail: Mail,
}

impl Form {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            gate: RwSignal::new(Gate::default()),
        }
    }

    /// The id of a part of it.
    pub(crate) fn id(self, part: &str) -> String {
        [self.name, "-", part].concat()
    }

    /// The code, in the form the server takes.
    pub(crate) fn typed_code(self) -> String {
        tidy(&self.typed("code").unwrap_or_default())
    }

    pub(crate) fn typed_name(self) -> String {
        self.typed("name").unwrap_or_default()
    }

    /// The password, if it was asked for.
    pub(crate) fn typed_password(self) -> Option<String> {
        self.typed("password")
    }

    /// Seconds that stand in the way of what is typed now.
    pub(crate) fn blocked_for(self) -> usize {
        self.gate.with(|gate| if gate.refused == gate.typed { gate.wait } else { 0 })
    }

    /// Seconds left of the wait that the last refusal began.
    pub(crate) fn waiting(self) -> u32 {
        self.gate.with(|gate| u32::try_from(gate.wait).unwrap_or(u32::MAX))
    }

    /// What kind of code was refused.
    pub(crate) fn refused(self) -> Typed {
        self.gate.with_untracked(|gate| gate.refused)
    }

    /// Whether it may be sent now.
    pub(crate) fn is_free(self) -> bool {
        untrack(|| !self.busy.get() && self.blocked_for() == 0)
    }

    /// What is to be typed first: no browser says so, for it would beside what we say.
    pub(crate) fn missing(self) -> Option<WidgetError> {
        let empty = |part| self.typed(part).is_some_and(|text| text.is_empty());
        if empty("password") {
            return Some(WidgetError::PasswordWrong);
        }
        empty("code").then_some(WidgetError::Malformed)
    }

    /// It is being sent.
    pub(crate) fn send(self) {
        let code = self.typed_code();
        self.ask();
        self.gate.update(|gate| gate.sent = code);
    }

    /// The server is asked something. What takes longer than a moment is seen to, on the button that was pressed.
    pub(crate) fn ask(self) {
        self.busy.set(true);
        self.trouble.set(None);
        let pressed = browser::pressed(&self.id("form"));
        let show = move || {
            if self.busy.try_get_untracked() == Some(true) {
                browser::show_busy(pressed.as_ref());
            }
        };
        set_timeout(show, MOMENT);
    }

    /// The server has answered.
    pub(crate) fn answered(self) {
        self.busy.set(false);
        browser::show_none_busy();
    }

    /// Something was typed into the code field. A complete code of digits sends itself, once, where it may.
    pub(crate) fn code_changed(self, sends: Sends) {
        let code = self.typed_code();
        let (typed, complete) = Typed::read(&code, self.post().is_expected());
        let before = self.gate.with_untracked(|gate| gate.length);
        self.gate.update(|gate| (gate.typed, gate.length) = (typed, code.len()));
        let by_hand = code.len() <= before + 1;
        if !complete || sends == Sends::Never {
            return;
        }
        if sends == Sends::AfterPause && by_hand {
            set_timeout(move || self.send_if_still(&code), PAUSE);
        } else {
            self.send_if_still(&code);
        }
    }

    fn send_if_still(self, code: &str) {
        let sent_before = self.gate.try_with_untracked(|gate| gate.sent == code) != Some(false);
        if !sent_before && self.typed_code() == code && self.is_free() {
            browser::submit(&self.id("form"));
        }
    }

    /// It was refused: say why, and put the focus where it is to be mended.
    pub(crate) fn refuse(self, error: WidgetError) {
        self.gate.update(|gate| {
            gate.wait = 0;
            gate.refused = gate.typed;
        });
        self.count_down(browser::now() + f64::from(error.wait()) * 1000.0, 0);
        self.trouble.set(Some(error));
        let first = if error.is_of_password() { "password" } else { "code" };
        if !browser::select(&self.id(first)) {
            browser::select(&self.id("name"));
        }
    }

    /// It waits from the beginning: for the server, too, so that both draw the same.
    pub(crate) fn hold(self, error: WidgetError) {
        let wait = usize::try_from(error.wait()).unwrap_or(usize::MAX);
        self.gate.update(|gate| (gate.wait, gate.refused) = (wait, gate.typed));
        self.trouble.set(Some(error));
        // In the browser only: its clock counts down.
        Effect::new(move |_| {
            self.count_down(browser::now() + f64::from(error.wait()) * 1000.0, wait);
        });
    }

    /// What kind of code is to be typed now.
    pub(crate) fn now_typed(self, typed: Typed) {
        self.gate.update(|gate| gate.typed = typed);
    }

    /// As new. The server goes on counting a wait, and will say so again.
    pub(crate) fn clear(self) {
        self.trouble.set(None);
        self.gate.set(Gate::default());
    }

    /// The code that was mailed for it.
    pub(crate) const fn post(self) -> Post {
        Post(self.gate)
    }

    /// Puts the focus where the code is typed, once that stands in the page.
    pub(crate) fn focus_code(self) {
        set_timeout(
            move || {
                browser::select(&self.id("code"));
            },
            Duration::ZERO,
        );
    }

    fn typed(self, part: &str) -> Option<String> {
        browser::value(&self.id(part))
    }

    /// By the clock rather than by counting ticks, which a hidden page does not get.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a clamped count of seconds")]
    fn count_down(self, until: f64, before: usize) {
        // Cleared meanwhile, or counting down to another moment.
        if self.gate.with_untracked(|gate| gate.wait != before) {
            return;
        }
        let left = ((until - browser::now()) / 1000.0).ceil().max(0.0) as usize;
        self.gate.update(|gate| gate.wait = left);
        if left > 0 {
            set_timeout(move || self.count_down(until, left), Duration::from_secs(1));
        }
    }
}
