//! A code by mail: asked for with a button, which then says where it went, and when the next one may be asked for.

use super::form::Gate;
use super::{Element, Form, el, live};
use crate::error::WidgetError;
use crate::fns::Call;
use crate::view::Letter;
use crate::words::mail as said;
use crate::{browser, wire};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// A handle to what is known of the code that was mailed for one form.
#[derive(Clone, Copy)]
pub(crate) struct Post(pub(super) RwSignal<Gate>);

/// What is known of it.
#[derive(Default)]
pub(super) struct Mail {
    /// Where it went.
    to: Option<String>,
    /// It is what is typed now.
    expected: bool,
    /// Seconds before another one may be asked for.
    wait: usize,
}

impl Post {
    /// Whether one is on its way.
    pub(crate) fn is_sent(self) -> bool {
        self.0.with(|gate| gate.mail.to.is_some())
    }

    /// Whether eight digits are to be expected.
    pub(crate) fn is_expected(self) -> bool {
        self.0.with_untracked(|Gate { mail, .. }| mail.expected)
    }

    /// It is, or is not, what is typed now.
    pub(crate) fn expect(self, expected: bool) {
        self.0.update(|gate| gate.mail.expected = expected);
    }

    /// Whether one can be asked for now, and none is on its way.
    pub(crate) fn is_due(self) -> bool {
        self.0.with(|Gate { mail, .. }| mail.to.is_none() && mail.wait == 0)
    }

    /// No code can be asked for yet.
    fn hold(self, wait: u32) {
        self.0.update(|gate| gate.mail.wait = 1);
        self.count_down(browser::now() + f64::from(wait) * 1000.0);
    }

    /// A code is on its way.
    pub(crate) fn send(self, letter: Letter) {
        let until = browser::now() + f64::from(letter.wait) * 1000.0;
        self.0.update(|gate| gate.mail = Mail { to: Some(letter.to), expected: true, wait: 0 });
        self.count_down(until);
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a clamped count of seconds")]
    fn count_down(self, until: f64) {
        let left = ((until - browser::now()) / 1000.0).ceil().max(0.0) as usize;
        // Gone with its page, or forgotten meanwhile.
        let goes_on = self.0.try_update(|Gate { mail, .. }| {
            mail.wait = if mail.to.is_some() || mail.wait > 0 { left } else { 0 };
            mail.wait > 0
        });
        if goes_on == Some(true) {
            set_timeout(move || self.count_down(until), Duration::from_secs(1));
        }
    }
}

/// Asks for a code, and says where it went. What was typed stays: a newer code has ended the older one, and that is said
/// when it is tried.
pub(crate) fn mail(form: Form, call: Call) {
    if form.busy.get_untracked() {
        return;
    }
    form.ask();
    spawn_local(async move {
        let answer = browser::ask(call.path, &call.body).await;
        form.answered();
        match answer.and_then(|json| wire::read::<Letter>(&json).ok_or(WidgetError::Unreachable)) {
            Ok(letter) => {
                form.post().send(letter);
                form.focus_code();
            }
            // The button says for how long, and nothing was done wrong.
            Err(WidgetError::MailWait { wait }) => form.post().hold(wait),
            Err(error) => form.refuse(error),
        }
    });
}

/// The button that sends a code, and after it what became of that.
pub(crate) fn mail_line(
    form: Form,
    style: &'static str,
    call: impl Fn() -> Call + Copy + Send + 'static,
) -> AnyView {
    let post = form.post();
    // Each is drawn anew when its own words change, and not with every second.
    let to = Memo::new(move |_| post.0.with(|gate| gate.mail.to.clone()));
    let wait = Memo::new(move |_| post.0.with(|gate| gate.mail.wait));
    let held = Memo::new(move |_| wait.get() > 0);
    let words = move || match to.get() {
        Some(to) => el("span", "").text(said::sent_to(&to)).text(" ").view(),
        None if held.get() => el("span", "").text(said::HELD).text(" ").view(),
        None => ().into_any(),
    };
    let label = move || {
        let label = if to.with(Option::is_some) { said::SEND_AGAIN } else { said::SEND };
        if wait.get() == 0 { label.to_owned() } else { said::in_a_while(label, wait.get()) }
    };
    let mut press = move || {
        if wait.get_untracked() == 0 {
            mail(form, call());
        }
    };
    let press = move |event: web_sys::Event| browser::while_pressed(&event, &mut press);
    let send: Element = el("button", style)
        .attr("type", "button")
        .on("click", press)
        .live_attr("aria-disabled", move || (wait.get() > 0).then_some("true"))
        .live_text(label);
    let status = el("span", "").attr("role", "status").child(live(words));
    el("p", "post").child(status).child(send).view()
}
