//! The challenge at sign-in: one island, one field that takes a code of the app or a recovery code.

use crate::browser::{embedded, initial};
use crate::component::{
    CodeField, Form, all, button, code_field, el, form_of, live, submit_button, trouble_line,
};
use crate::error::WidgetError;
use crate::fns::challenge::{AnswerChallenge, DEVICE};
use crate::fns::{Call, call};
use crate::view::{ChallengeView, Passed};
use crate::wire;
use crate::words::challenge as said;
use crate::{browser, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How far the challenge has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asking,
    /// Passed, with so many recovery codes left if one was used.
    Passed(Option<u32>),
}

/// The id of the heading of what comes after.
const PASSED: &str = "passed";

/// The id of the box that has this browser remembered.
const REMEMBER: &str = "remember";
const REMEMBER_HINT: &str = "remember-hint";

/// The id of the form that leads on.
const ONWARD: &str = "onward";

#[derive(Clone, Copy)]
struct Asking {
    form: Form,
    stage: RwSignal<Stage>,
    recovery: RwSignal<bool>,
}

/// Asks for the second factor of the sign-in that this browser has begun.
#[island]
pub fn Challenge() -> impl IntoView {
    let view: ChallengeView = initial();
    let stage = if view.passed { Stage::Passed(None) } else { Stage::Asking };
    let asking =
        Asking { form: Form::new("form"), stage: RwSignal::new(stage), recovery: RwSignal::new(false) };
    live(move || match asking.stage.get() {
        Stage::Asking => ask(asking, &view),
        Stage::Passed(left) => passed(left),
    })
}

impl Asking {
    fn answer(self) {
        let text = self.form.typed_code();
        let remember = browser::is_ticked(REMEMBER).then(|| DEVICE.to_owned());
        self.form.send();
        spawn_local(async move {
            let Call { path, body } =
                call::<AnswerChallenge>(&[("text", Some(text)), ("remember", remember)]);
            let answer = browser::ask(path, &body).await;
            self.form.busy.set(false);
            let passed = answer.and_then(|json| wire::read::<Passed>(&json).ok_or(WidgetError::Unreachable));
            match passed {
                Ok(passed) => self.pass(passed.recovery_left),
                Err(error) => self.form.refuse(error),
            }
        });
    }

    /// Whoever used the app goes straight on; whoever used a recovery code is told first how many are left.
    fn pass(self, recovery_left: Option<u32>) {
        self.stage.set(Stage::Passed(recovery_left));
        if recovery_left.is_some() {
            browser::focus(PASSED);
        } else {
            // When the way on stands in the page, and not when it is drawn: what is out of sight is drawn no more.
            set_timeout(go_on, Duration::ZERO);
        }
    }

    fn field(self) -> CodeField {
        // The focus is the host's page to give.
        let first = !embedded();
        if self.recovery.get() {
            CodeField { label: said::RECOVERY_CODE, hint: said::RECOVERY_HINT, letters: true, first }
        } else {
            CodeField { label: said::CODE, hint: said::CODE_HINT, letters: false, first }
        }
    }

    fn switch(self) {
        self.recovery.update(|recovery| *recovery = !*recovery);
        self.form.clear();
        browser::select(&self.form.id("code"));
    }
}

/// Lets the server redeem the challenge and open the session; in a frame, the host's server does.
fn go_on() {
    if embedded() {
        browser::tell("passed");
    } else {
        browser::send(ONWARD);
    }
}

fn ask(asking: Asking, view: &ChallengeView) -> AnyView {
    let form = asking.form;
    let lead = move || if asking.recovery.get() { said::RECOVERY_LEAD } else { said::LEAD };
    let other = move || if asking.recovery.get() { said::USE_APP } else { said::USE_RECOVERY };
    let switch = el("button", "link")
        .attr("type", "button")
        .on("click", move |_| asking.switch())
        .live_text(move || other().to_owned());
    let actions = el("div", "actions stacked")
        .child(submit_button(form, "button primary", words::VERIFY))
        .child(switch);
    let question = form_of(form, move || asking.answer())
        .children(remember_box(view.trusted_days))
        .child(code_field(form, move || asking.field()))
        .child(trouble_line(form))
        .child(actions);
    let lost = el("details", "")
        .child(el("summary", "").text(said::LOST))
        .child(el("p", "").text(said::LOST_CODES))
        .child(el("p", "").text(said::LOST_ALL));
    let who = if embedded() { [words::ACCOUNT, ": "].concat() } else { said::SIGNING_IN_AS.to_owned() };
    let who = el("p", "hint").text(who).child(el("b", "").text(view.label.clone()));
    all(vec![
        el("h1", "").text(words::TWO_FACTOR).view(),
        who.view(),
        el("p", "").live_text(move || lead().to_owned()).view(),
        question.view(),
        lost.view(),
    ])
}

/// In front of the code, which sends itself when it is complete.
fn remember_box(days: u32) -> Option<AnyView> {
    let tick = || {
        let input = el("input", "")
            .attr("id", REMEMBER)
            .attr("type", "checkbox")
            .attr("aria-describedby", REMEMBER_HINT);
        el("div", "tick")
            .child(input)
            .child(el("label", "").attr("for", REMEMBER).text(said::remember(days)))
            .child(el("p", "hint").attr("id", REMEMBER_HINT).text(said::REMEMBER_HINT))
            .view()
    };
    (days > 0).then(tick)
}

fn passed(recovery_left: Option<u32>) -> AnyView {
    let explained = if embedded() { said::PASSED_EMBEDDED } else { said::PASSED_EXPLAINED };
    let words = recovery_left.map_or_else(|| explained.to_owned(), said::recovery_left);
    let way = if embedded() { back_to_host() } else { onward(recovery_left) };
    all(vec![
        el("h1", "").attr("id", PASSED).attr("tabindex", "-1").text(said::PASSED_TITLE).view(),
        el("p", "").attr("role", "status").text(words).view(),
        way,
    ])
}

fn back_to_host() -> AnyView {
    el("div", "actions stacked").child(button("button primary", words::CONTINUE, go_on)).view()
}

fn onward(recovery_left: Option<u32>) -> AnyView {
    let on = |style, next: &'static str, label: &'static str| {
        el("button", style).attr("type", "submit").attr("name", "next").attr("value", next).text(label).view()
    };
    let ways = match recovery_left {
        Some(_) => {
            vec![on("button primary", "recovery-codes", said::NEW_CODES), on("button", "", words::CONTINUE)]
        }
        None => vec![on("button primary", "", words::CONTINUE)],
    };
    el("form", "")
        .attr("id", ONWARD)
        .attr("method", "post")
        .attr("action", "/sign-in/complete")
        .child(el("div", "actions stacked").children(ways))
        .view()
}
