//! The dialogs of the Security tab, each of them one title, one sentence and one form.

use super::deed::Deed;
use super::state::{Dialog, Page};
use crate::component::{
    CodeField, Form, Said, Sends, code_field, dialog, mail_line, name_field, password_field,
};
use crate::fns::call;
use crate::fns::protection::MailStepUpCode;
use crate::view::Proof;
use crate::words;
use leptos::prelude::*;

/// The dialog of this kind.
pub(super) fn dialog_of(page: Page, kind: &Dialog) -> AnyView {
    let form = page.form;
    let asked = kind.clone();
    let submit = move || page.perform(form, deed(form, &asked));
    dialog(form, said(page, kind), submit, move || page.dialog.set(None))
}

/// Asks for a proof, on top of whatever asked for it.
pub(super) fn step_up(page: Page, asked: Proof) -> AnyView {
    let form = page.proof;
    let said = Said {
        title: words::STEP_UP_TITLE.to_owned(),
        text: words::STEP_UP_EXPLAINED,
        fields: proof_fields(page, form, asked),
        action: words::CONTINUE,
        dangerous: false,
    };
    let submit = move || {
        let code = asked.code.then(|| form.typed_code());
        page.perform(form, Deed::StepUp { password: form.typed_password(), code });
    };
    dialog(form, said, submit, move || page.asked.set(None))
}

fn said(page: Page, kind: &Dialog) -> Said {
    let form = page.form;
    match kind {
        Dialog::Rename { name, .. } => Said {
            title: words::RENAME_TITLE.to_owned(),
            text: "",
            fields: vec![name_field(form, name.clone(), words::set_up::NAME_HINT)],
            action: words::SAVE,
            dangerous: false,
        },
        Dialog::Test { name, .. } => Said {
            title: words::test_title(name),
            text: words::TEST_EXPLAINED,
            fields: vec![code_field(form, || CodeField {
                label: words::CODE,
                hint: "",
                letters: false,
                first: false,
                sends: Sends::AtOnce,
            })],
            action: words::VERIFY,
            dangerous: false,
        },
        Dialog::Remove { name, .. } => Said {
            title: words::remove_title(name),
            text: words::REMOVE_EXPLAINED,
            fields: Vec::new(),
            action: words::REMOVE,
            dangerous: true,
        },
        Dialog::ResetCodes => Said {
            title: words::RESET_CODES.to_owned(),
            text: words::RESET_EXPLAINED,
            fields: Vec::new(),
            action: words::RESET_CODES,
            dangerous: true,
        },
        Dialog::TurnOff => Said {
            title: words::TURN_OFF.to_owned(),
            text: words::TURN_OFF_EXPLAINED,
            fields: proof_fields(page, form, page.view.with_untracked(|view| view.turn_off)),
            action: words::TURN_OFF_ACTION,
            dangerous: true,
        },
    }
}

fn deed(form: Form, kind: &Dialog) -> Deed {
    match kind {
        Dialog::Rename { id, name } => {
            Deed::Rename { id: id.clone(), was: name.clone(), name: form.typed_name() }
        }
        Dialog::Test { id, .. } => Deed::Test { id: id.clone(), code: form.typed_code() },
        Dialog::Remove { id, .. } => Deed::Remove { id: id.clone() },
        Dialog::ResetCodes => Deed::ResetCodes,
        Dialog::TurnOff => Deed::TurnOff { password: form.typed_password(), code: form.typed_code() },
    }
}

fn proof_fields(page: Page, form: Form, asked: Proof) -> Vec<AnyView> {
    let label = page.view.with_untracked(|view| view.label.clone());
    let (by_mail, by_app) = page.ways();
    let label_of_code = match (by_mail, by_app) {
        (true, true) => words::mail::ANY_CODE,
        (true, false) => words::mail::ANY_MAILED,
        (false, _) => words::ANY_CODE,
    };
    let password = asked.password.then(|| password_field(form, label));
    let field = move || CodeField {
        label: label_of_code,
        hint: "",
        letters: false,
        first: false,
        sends: Sends::Never,
    };
    let code = asked.code.then(|| code_field(form, field));
    let post = (asked.code && by_mail).then(|| mail_line(form, "link", || call::<MailStepUpCode>(&[])));
    password.into_iter().chain(code).chain(post).collect()
}
