//! What the Security tab is showing.

use super::deed::Deed;
use super::steps::SAVING;
use crate::browser;
use crate::component::{CodeSheet, Form};
use crate::error::WidgetError;
use crate::view::{Begun, Mailed, Proof, Purpose, SecurityView};
use leptos::prelude::*;

/// Handles to all of the tab's state.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    pub(crate) view: RwSignal<SecurityView>,
    pub(crate) screen: RwSignal<Screen>,
    /// The step of setting up, from 0.
    pub(crate) step: RwSignal<usize>,
    pub(crate) dialog: RwSignal<Option<Dialog>>,
    /// What must be proved before the deed that waits behind it.
    pub(crate) asked: RwSignal<Option<Asked>>,
    /// What was done.
    pub(crate) notice: RwSignal<&'static str>,
    /// Somebody has to set a first authenticator up before they are let in. This is why.
    pub(crate) required: Option<&'static str>,
    /// Moments can be written in the reader's own way.
    pub(crate) local: RwSignal<bool>,
    /// The form of the screen or of the dialog upon it.
    pub(crate) form: Form,
    /// The form of the step-up, which may stand upon either.
    pub(crate) proof: Form,
}

/// What fills the tab.
#[derive(Clone)]
pub(crate) enum Screen {
    Overview,
    SetUp(SetUp),
    /// Where the codes should go is asked for.
    Address(Purpose),
    /// A code was mailed to an address that is to be confirmed.
    Mailed(MailedTo),
    /// A code is asked for of the authenticator that another session confirmed.
    TakeUp(Waiting),
    Codes(NewCodes),
    /// What was required is done: an app was set up, or codes by mail.
    Done {
        by_mail: bool,
    },
}

/// An authenticator being set up.
#[derive(Clone)]
pub(crate) struct SetUp {
    pub(crate) purpose: Purpose,
    pub(crate) begun: Begun,
}

/// A set-up that another session confirmed.
#[derive(Clone)]
pub(crate) struct Waiting {
    pub(crate) id: String,
    pub(crate) by_mail: bool,
}

/// An address that is being confirmed.
#[derive(Clone)]
pub(crate) struct MailedTo {
    pub(crate) purpose: Purpose,
    pub(crate) id: String,
}

/// Recovery codes that are on the screen for the first and last time.
#[derive(Clone)]
pub(crate) struct NewCodes {
    pub(crate) sheet: CodeSheet,
    /// The enrollment that waits for them to be saved. `None`: they replaced others.
    pub(crate) enrollment: Option<String>,
    /// Of an address.
    pub(crate) by_mail: bool,
}

/// What a dialog is about.
#[derive(Clone)]
pub(crate) enum Dialog {
    Rename { id: String, name: String },
    Test { id: String, name: String },
    Remove { id: String, name: String },
    ResetCodes,
    TurnOff,
}

/// A deed that waits for a step-up.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) proof: Proof,
    pub(crate) deed: Deed,
    pub(crate) form: Form,
}

/// The id of the tab's heading.
pub(crate) const TITLE: &str = "title";
/// The id of the field for an address.
pub(crate) const ADDRESS: &str = "form-name";
/// The ids of the headings of the steps, but for the second, whose field takes the focus.
pub(crate) const STEPS: [&str; 3] = ["step-1", "form-code", "step-3"];

impl Page {
    pub(crate) fn new(view: SecurityView, required: Option<&'static str>) -> Self {
        Self {
            view: RwSignal::new(view),
            screen: RwSignal::new(Screen::Overview),
            step: RwSignal::new(0),
            dialog: RwSignal::new(None),
            asked: RwSignal::new(None),
            notice: RwSignal::new(""),
            required,
            local: RwSignal::new(false),
            form: Form::new("form"),
            proof: Form::new("proof"),
        }
    }

    /// What begins only in the browser.
    pub(crate) fn wake(self) {
        Effect::new(move |_| {
            self.local.set(true);
            self.follow_history();
            self.follow_to_the_app();
            let _listening = window_event_listener(leptos::ev::beforeunload, move |event| {
                if self.screen.with_untracked(|screen| matches!(screen, Screen::Codes(_))) {
                    event.prevent_default();
                }
            });
        });
    }

    /// Opens a dialog.
    pub(crate) fn open(self, dialog: Dialog) {
        self.form.clear();
        self.notice.set("");
        self.dialog.set(Some(dialog));
    }

    /// Shows the steps of setting up.
    pub(crate) fn set_up(self, purpose: Purpose, begun: Begun) {
        self.form.clear();
        browser::set_app_opened(false);
        self.screen.set(Screen::SetUp(SetUp { purpose, begun }));
        self.go_on();
    }

    /// Goes to codes by mail: at once, if it is known where to.
    pub(crate) fn set_up_mail(self, purpose: Purpose) {
        let known = self.view.with_untracked(|view| view.email.as_ref().is_some_and(|to| !to.is_empty()));
        if known {
            self.perform(self.form, Deed::BeginEmail { purpose, address: String::new() });
        } else {
            self.form.clear();
            self.screen.set(Screen::Address(purpose));
            browser::focus(ADDRESS);
        }
    }

    /// Asks for a code of what another session confirmed.
    pub(crate) fn take_up(self, waiting: Waiting) {
        self.form.clear();
        self.notice.set("");
        self.screen.set(Screen::TakeUp(waiting));
        self.form.focus_code();
    }

    /// Asks for the code that was mailed.
    pub(crate) fn confirm_address(self, purpose: Purpose, mailed: Mailed) {
        self.form.clear();
        self.notice.set("");
        self.form.post().send(mailed.letter);
        self.screen.set(Screen::Mailed(MailedTo { purpose, id: mailed.id }));
        self.form.focus_code();
    }

    /// Whether the person has an authenticator whose codes are mailed, and whether one whose are not.
    pub(crate) fn ways(self) -> (bool, bool) {
        // Untracked: a dialog that is open must not be drawn anew, and so opened again, when the tab is.
        self.view.with_untracked(|view| {
            let by_mail = view.authenticators.iter().any(|one| one.by_mail);
            (by_mail, view.authenticators.iter().any(|one| !one.by_mail))
        })
    }

    /// Shows recovery codes.
    pub(crate) fn show_codes(self, codes: Vec<String>, enrollment: Option<String>) {
        let sheet = self.view.with_untracked(|view| CodeSheet {
            issuer: view.issuer.clone(),
            label: view.label.clone(),
            codes,
        });
        let open = self.view.with_untracked(|view| view.open.as_ref().is_some_and(|open| open.by_mail));
        let by_mail = open || self.screen.with_untracked(|screen| matches!(screen, Screen::Mailed(_)));
        browser::close_dialog(&self.form.id("dialog"));
        self.screen.set(Screen::Codes(NewCodes { sheet, enrollment, by_mail }));
        self.go_to(SAVING);
    }

    /// Shows how things stand.
    pub(crate) fn show_overview(
        self,
        view: SecurityView,
        notice: &'static str,
        trouble: Option<WidgetError>,
    ) {
        browser::close_dialog(&self.form.id("dialog"));
        browser::keep_focus(TITLE);
        browser::forget_step();
        self.view.set(view);
        self.screen.set(Screen::Overview);
        self.notice.set(notice);
        self.form.trouble.set(trouble);
    }
}
