//! The challenge at sign-in: one island, one field that takes a code of the app, a mailed one, or a recovery code.

use crate::browser::{embedded, initial};
use crate::component::{
    CodeField, Form, Icon, Sends, all, button, code_field, el, form_of, icon, live, mail as send_code,
    mail_line, row_button, submit_button, trouble_line,
};
use crate::error::WidgetError;
use crate::fns::challenge::{AnswerChallenge, DEVICE, MailChallengeCode};
use crate::fns::{Call, call};
use crate::text::Typed;
use crate::view::{ChallengeView, Passed};
use crate::wire;
use crate::words::challenge as said;
use crate::words::mail;
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

/// From how few recovery codes on new ones come first.
const LOW: u32 = 3;

/// The id of the form that leads on.
const ONWARD: &str = "onward";

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    App,
    Mail,
    Recovery,
}

#[derive(Clone, Copy)]
struct Asking {
    form: Form,
    stage: RwSignal<Stage>,
    way: RwSignal<Way>,
    /// A code was mailed. The field is not drawn anew with every second that is counted down.
    sent: Memo<bool>,
    /// The ways there are for this person, beside a recovery code.
    app: bool,
    email: bool,
    /// This browser can be trusted: a box to tick comes after the code.
    trusts: bool,
}

/// Asks for the second factor of the sign-in that this browser has begun.
#[island]
pub fn Challenge() -> impl IntoView {
    let view: ChallengeView = initial();
    let stage = if view.passed { Stage::Passed(None) } else { Stage::Asking };
    let asking = Asking::new(&view, stage);
    live(move || match asking.stage.get() {
        Stage::Asking => ask(asking, &view),
        Stage::Passed(left) => passed(left),
    })
}

impl Asking {
    fn new(view: &ChallengeView, stage: Stage) -> Self {
        let way = match (view.mail_first(), view.app) {
            (true, _) => Way::Mail,
            (false, true) => Way::App,
            (false, false) => Way::Recovery,
        };
        let form = Form::new("form");
        form.post().expect(way == Way::Mail);
        form.now_typed(way.typed());
        // Loaded again, the page goes on with the wait that it showed before.
        if view.wait > 0 && stage == Stage::Asking {
            let wait = view.wait;
            form.hold(if view.stopped { WidgetError::Stopped { wait } } else { WidgetError::Wait { wait } });
        }
        // In the browser only: the clock that counts down is there.
        if let Some(letter) = view.letter.clone() {
            Effect::new(move |_| form.post().send(letter.clone()));
        }
        // There is nothing to choose: the letter goes out by itself, as soon as one may.
        if way == Way::Mail && !view.app && stage == Stage::Asking {
            let due = Memo::new(move |_| form.post().is_due());
            Effect::new(move |_| {
                if due.get() {
                    send_code(form, call::<MailChallengeCode>(&[]));
                }
            });
        }
        let (stage, way) = (RwSignal::new(stage), RwSignal::new(way));
        let sent = Memo::new(move |_| form.post().is_sent());
        Self { form, stage, way, sent, app: view.app, email: view.email, trusts: view.trusted_days > 0 }
    }

    fn answer(self) {
        let text = self.form.typed_code();
        let remember = browser::is_ticked(REMEMBER).then(|| DEVICE.to_owned());
        self.form.send();
        spawn_local(async move {
            let Call { path, body } =
                call::<AnswerChallenge>(&[("text", Some(text)), ("remember", remember)]);
            let answer = browser::ask(path, &body).await;
            self.form.answered();
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
        let (label, hint, letters) = match self.way.get() {
            Way::App => (said::CODE, said::CODE_HINT, false),
            Way::Mail => (mail::CODE, mail::CODE_HINT, false),
            Way::Recovery => (said::RECOVERY_CODE, said::RECOVERY_HINT, true),
        };
        // What comes after the field is for its person to tick or to leave: nothing is sent before they say so.
        let sends = if self.trusts { Sends::Never } else { Sends::AfterPause };
        CodeField { label, hint, letters, first, sends }
    }

    /// What is to be done.
    fn task(self) -> &'static str {
        match self.way.get() {
            Way::App => said::TASK,
            Way::Mail if self.sent.get() => mail::TASK,
            Way::Mail => mail::SEND_TASK,
            Way::Recovery => said::RECOVERY_TASK,
        }
    }

    /// A code that is on its way stays so, and is good still if the person comes back to it. Whoever chooses mail has one
    /// sent at once.
    fn switch(self, way: Way) {
        self.form.trouble.set(None);
        self.form.post().expect(way == Way::Mail);
        self.form.now_typed(way.typed());
        self.way.set(way);
        if way == Way::Mail && !self.sent.get_untracked() {
            send_code(self.form, call::<MailChallengeCode>(&[]));
        }
        self.form.focus_code();
    }

    /// The other ways, and what to do without any.
    fn others(self) -> AnyView {
        let way = move |way: Way, icon: Icon, label: &'static str| {
            let hidden = move || (self.way.get() == way).then_some("");
            el("li", "")
                .live_attr("hidden", hidden)
                .child(row_button(icon, label, move || self.switch(way)))
                .view()
        };
        let app = self.app.then(|| way(Way::App, Icon::App, said::USE_APP));
        let email = self.email.then(|| way(Way::Mail, Icon::Mail, said::USE_MAIL));
        let lost = el("details", "")
            .child(el("summary", "way").child(icon(Icon::Device)).child(el("span", "").text(said::LOST)))
            .child(el("p", "").text(said::LOST_CODES))
            .child(el("p", "").text(said::LOST_ALL));
        el("ul", "ways")
            .attr("aria-label", said::OTHER_WAYS)
            .children(app)
            .children(email)
            .child(way(Way::Recovery, Icon::Recovery, said::USE_RECOVERY))
            .child(el("li", "").child(lost))
            .view()
    }
}

impl Way {
    /// What is typed for it.
    fn typed(self) -> Typed {
        match self {
            Self::App => Typed::App,
            Self::Mail => Typed::Mailed,
            Self::Recovery => Typed::Recovery,
        }
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
    let verify = submit_button(form, "button primary", words::VERIFY);
    let field = code_field(form, move || asking.field());
    let post = live(move || match (asking.way.get(), asking.sent.get()) {
        (Way::Mail, sent) => {
            mail_line(form, if sent { "link" } else { "button" }, || call::<MailChallengeCode>(&[]))
        }
        (Way::App | Way::Recovery, _) => ().into_any(),
    });
    let question = form_of(form, move || asking.answer())
        .child(field)
        .child(post)
        .child(trouble_line(form))
        .children(trust_box(view.trusted_days))
        .child(el("div", "actions stacked").child(verify));
    let who = if embedded() { [words::ACCOUNT, ": "].concat() } else { said::SIGNING_IN_AS.to_owned() };
    let who = el("p", "hint").text(who).child(el("b", "").text(view.label.clone()));
    all(vec![
        el("h1", "").live_text(move || asking.task().to_owned()).view(),
        who.view(),
        question.view(),
        asking.others(),
    ])
}

/// After the code: whether to trust a browser comes to mind when the rest is done.
fn trust_box(days: u32) -> Option<AnyView> {
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
    let title = if recovery_left.is_some() { said::IN_TITLE } else { said::PASSED_TITLE };
    all(vec![
        el("h1", "").attr("id", PASSED).attr("tabindex", "-1").text(title).view(),
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
    let new_codes = |style| on(style, "recovery-codes", said::NEW_CODES);
    let new_phone = || on("link", "authenticators", said::LOST_PHONE);
    let ways = match recovery_left {
        // The last thing to put off.
        Some(..=LOW) => vec![new_codes("button primary"), on("button", "", words::CONTINUE), new_phone()],
        Some(_) => vec![on("button primary", "", words::CONTINUE), new_phone(), new_codes("link")],
        None => vec![on("button primary", "", words::CONTINUE)],
    };
    el("form", "")
        .attr("id", ONWARD)
        .attr("method", "post")
        .attr("action", "/sign-in/complete")
        .child(el("div", "actions stacked").children(ways))
        .view()
}
