//! The parts of the plain forms. They work without any script; what was refused is said in the page.

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
    /// The error is about this one.
    pub(super) wrong: bool,
}

impl Input {
    pub(super) fn email(value: &str) -> Self {
        let value = value.to_owned();
        let label = crate::words::pages::EMAIL;
        Self {
            name: "email",
            label,
            kind: "email",
            autocomplete: "username",
            value,
            hint: None,
            wrong: false,
        }
    }

    pub(super) fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { name, label, kind: "password", autocomplete, value: String::new(), hint: None, wrong: false }
    }

    /// A code of the app or a recovery code.
    pub(super) fn code(name: &'static str, label: &'static str) -> Self {
        let (kind, autocomplete) = ("text", "one-time-code");
        Self { name, label, kind, autocomplete, value: String::new(), hint: None, wrong: false }
    }

    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    pub(super) fn wrong(mut self, wrong: bool) -> Self {
        self.wrong = wrong;
        self
    }

    /// The first one that is to be filled in takes the focus.
    pub(super) fn view(self, first: bool) -> AnyView {
        let hint_id = [self.name, "-hint"].concat();
        let described = match (self.hint.is_some(), self.wrong) {
            (true, true) => Some([&hint_id, " trouble"].concat()),
            (true, false) => Some(hint_id.clone()),
            (false, true) => Some("trouble".to_owned()),
            (false, false) => None,
        };
        let value = (!self.value.is_empty()).then_some(self.value);
        view! {
            <div class="field">
                <label for=self.name>{self.label}</label>
                <input
                    id=self.name
                    name=self.name
                    type=self.kind
                    autocomplete=self.autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    value=value
                    required
                    autofocus=first
                    aria-describedby=described
                    aria-invalid=self.wrong.then_some("true")
                />
                {self.hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            </div>
        }
        .into_any()
    }
}

/// What was refused.
pub(super) fn trouble(text: Option<String>) -> Option<AnyView> {
    text.map(|text| view! { <p class="trouble" id="trouble" role="alert">{text}</p> }.into_any())
}
