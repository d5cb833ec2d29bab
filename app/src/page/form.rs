//! The parts of the plain forms. They work without any script; what was refused is said in the page.

use crate::component::eye;
use crate::words::span;
use leptos::prelude::*;

/// One input with its label.
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    /// Kept after an error; never for a password.
    pub(super) value: String,
    pub(super) hint: Option<&'static str>,
    /// The error of the form is about this one.
    pub(super) wrong: bool,
    /// What is wrong with this one, said beside it.
    pub(super) error: Option<String>,
    pub(super) required: bool,
}

impl Input {
    pub(super) fn email(value: &str) -> Self {
        let value = value.to_owned();
        let label = crate::words::pages::EMAIL;
        Self { kind: "email", autocomplete: "username", value, ..Self::text("email", label) }
    }

    pub(super) fn text(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            kind: "text",
            autocomplete: "off",
            value: String::new(),
            hint: None,
            wrong: false,
            error: None,
            required: true,
        }
    }

    pub(super) fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { kind: "password", autocomplete, ..Self::text(name, label) }
    }

    /// A code of the app or a recovery code.
    pub(super) fn code(name: &'static str, label: &'static str) -> Self {
        Self { autocomplete: "one-time-code", ..Self::text(name, label) }
    }

    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    pub(super) fn wrong(mut self, wrong: bool) -> Self {
        self.wrong = wrong;
        self
    }

    /// What was typed, and what is wrong with it.
    pub(super) fn typed(mut self, value: &str, error: Option<String>) -> Self {
        self.wrong = error.is_some();
        (self.value, self.error) = (value.to_owned(), error);
        self
    }

    /// The first one that is to be filled in takes the focus.
    pub(super) fn view(self, first: bool) -> AnyView {
        let hint_id = [self.name, "-hint"].concat();
        let described = described(self.name, self.hint.is_some(), self.wrong, self.error.is_some());
        let value = (!self.value.is_empty()).then_some(self.value);
        let input = view! {
            <input
                id=self.name
                name=self.name
                type=self.kind
                autocomplete=self.autocomplete
                autocapitalize="none"
                spellcheck="false"
                value=value
                required=self.required
                autofocus=first
                aria-describedby=described
                aria-invalid=self.wrong.then_some("true")
            />
        };
        let input = if self.kind == "password" {
            view! { <div class="veiled">{input}{eye(self.name.to_owned()).view()}</div> }.into_any()
        } else {
            input.into_any()
        };
        view! {
            <div class="field">
                <label for=self.name>{self.label}</label>
                {input}
                {self.hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
                {wrong_here(self.name, self.error)}
            </div>
        }
        .into_any()
    }
}

/// The ids of what is said of a field: its hint, and its own error or the form's.
fn described(name: &str, hint: bool, wrong: bool, own: bool) -> Option<String> {
    let trouble = if own { [name, "-trouble"].concat() } else { "trouble".to_owned() };
    let said = [hint.then(|| [name, "-hint"].concat()), wrong.then_some(trouble)];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn wrong_here(name: &str, error: Option<String>) -> Option<AnyView> {
    error.map(|error| {
        let id = [name, "-trouble"].concat();
        view! { <p class="trouble" id=id>{error}</p> }.into_any()
    })
}

/// One of several, in a list that opens.
pub(super) fn choice(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    options: &[(&'static str, &'static str)],
    chosen: &str,
) -> AnyView {
    let hint_id = [name, "-hint"].concat();
    let option = |(value, label): &(&'static str, &'static str)| {
        view! { <option value=*value selected=*value == chosen>{*label}</option> }
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name aria-describedby=hint_id.clone()>{options.iter().map(option).collect_view()}</select>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}

/// A box to be ticked.
pub(super) struct Tick {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: Option<&'static str>,
    pub(super) ticked: bool,
}

impl Tick {
    pub(super) fn view(self) -> AnyView {
        let hint_id = [self.name, "-hint"].concat();
        let described = self.hint.map(|_| hint_id.clone());
        view! {
            <div class="tick">
                <input id=self.name name=self.name type="checkbox" checked=self.ticked aria-describedby=described />
                <label for=self.name>{self.label}</label>
                {self.hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            </div>
        }
        .into_any()
    }
}

/// Boxes of which at least one is to be ticked.
pub(super) fn ticks(
    name: &'static str,
    legend: &'static str,
    boxes: Vec<Tick>,
    error: Option<String>,
) -> AnyView {
    let described = described(name, false, error.is_some(), true);
    view! {
        <fieldset class="field" aria-describedby=described>
            <legend>{legend}</legend>
            {boxes.into_iter().map(Tick::view).collect_view()}
            {wrong_here(name, error)}
        </fieldset>
    }
    .into_any()
}

/// Leptos writes the content of a `textarea` as it is. The browser reads references in it (HTML, 13.1.2.5), and nothing
/// else.
fn in_a_textarea(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Several lines of text.
pub(super) fn area(input: Input, first: bool) -> AnyView {
    let hint_id = [input.name, "-hint"].concat();
    let described = described(input.name, input.hint.is_some(), input.wrong, input.error.is_some());
    view! {
        <div class="field">
            <label for=input.name>{input.label}</label>
            <textarea
                id=input.name
                name=input.name
                rows="3"
                autocapitalize="none"
                spellcheck="false"
                autofocus=first
                aria-describedby=described
                aria-invalid=input.wrong.then_some("true")
            >
                {in_a_textarea(&input.value)}
            </textarea>
            {input.hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {wrong_here(input.name, input.error)}
        </div>
    }
    .into_any()
}

/// What was refused.
pub(super) fn trouble(text: Option<String>) -> Option<AnyView> {
    text.map(|text| view! { <p class="trouble" id="trouble" role="alert">{text}</p> }.into_any())
}

/// The seconds that are to pass before a form is judged, and how its refusal says them: `form.js` counts them down there, and on
/// the button.
pub(super) fn waits(seconds: Option<u32>) -> (Option<String>, Option<String>) {
    seconds.map(|seconds| (seconds.to_string(), span(seconds))).unzip()
}
