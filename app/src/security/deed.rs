//! What a person can do on the Security tab. A deed is a value: one call of a server function, and what to do with
//! its answer. So it can be done again after a step-up, and nothing that was typed is lost on the way.

use super::state::{Asked, Page, Screen};
use crate::component::Form;
use crate::error::WidgetError;
use crate::fns::authenticator::{RemoveAuthenticator, RenameAuthenticator, TestAuthenticator};
use crate::fns::device::ForgetDevices;
use crate::fns::enrollment::{
    AcknowledgeEnrollment, BeginEmailEnrollment, BeginEnrollment, CancelEnrollment, ConfirmEnrollment,
    RecoveryCodesAgain, ResumeEmailEnrollment, ResumeEnrollment,
};
use crate::fns::protection::{Overview, ResetRecoveryCodes, StepUp, TurnOff};
use crate::fns::{Call, call};
use crate::view::{Confirmed, Proof, Purpose};
use crate::wire::{self, FromJs};
use crate::{browser, words};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// One thing to do.
#[derive(Clone)]
pub(crate) enum Deed {
    Begin(Purpose),
    /// Has a code mailed; the address counts where the site knows none.
    BeginEmail {
        purpose: Purpose,
        address: String,
    },
    ResumeEmail {
        id: String,
        purpose: Purpose,
    },
    Resume {
        id: String,
        purpose: Purpose,
    },
    StartOver {
        id: String,
        purpose: Purpose,
        by_mail: bool,
    },
    Cancel {
        id: String,
    },
    Confirm {
        id: String,
        purpose: Purpose,
        code: String,
        name: String,
    },
    ShowCodes {
        id: String,
    },
    Acknowledge {
        id: String,
    },
    Rename {
        id: String,
        /// The name that stands on the screen.
        was: String,
        name: String,
    },
    Test {
        id: String,
        code: String,
    },
    Remove {
        id: String,
    },
    /// One remembered device, or all.
    Forget {
        id: Option<String>,
    },
    ResetCodes,
    TurnOff {
        password: Option<String>,
        code: String,
    },
    StepUp {
        password: Option<String>,
        code: Option<String>,
    },
    /// Back to the overview, as things stand now, saying what was done or what went wrong.
    Return {
        notice: &'static str,
        trouble: Option<WidgetError>,
    },
}

impl Page {
    /// Does it, unless something is being done already. `form` shows how it went.
    pub(crate) fn perform(self, form: Form, deed: Deed) {
        if form.busy.get_untracked() {
            return;
        }
        form.send();
        self.notice.set("");
        spawn_local(async move {
            let Call { path, body } = deed.clone().call();
            let answer = browser::ask(path, &body).await;
            form.answered();
            if let Err(error) = answer.and_then(|answer| self.settle(deed.clone(), form, &answer)) {
                self.object(error, deed, form);
            }
        });
    }

    /// The user's factors are others now. Says so, here and, in a word for programs, to a host's page.
    fn changed(self, what: &'static str, notice: &'static str) {
        browser::tell_change(what);
        self.done(notice);
    }

    /// Says what was done.
    pub(crate) fn done(self, notice: &'static str) {
        self.perform(self.form, Deed::Return { notice, trouble: None });
    }

    fn settle(self, deed: Deed, form: Form, answer: &str) -> Result<(), WidgetError> {
        match deed {
            Deed::Begin(purpose) | Deed::Resume { purpose, .. } => self.set_up(purpose, read(answer)?),
            Deed::BeginEmail { purpose, .. } | Deed::ResumeEmail { purpose, .. } => {
                self.confirm_address(purpose, read(answer)?);
            }
            Deed::StartOver { purpose, by_mail: true, .. } => self.set_up_mail(purpose),
            Deed::StartOver { purpose, .. } => self.perform(form, Deed::Begin(purpose)),
            Deed::Cancel { .. } => self.done(""),
            Deed::Confirm { id, purpose, .. } => match read::<Confirmed>(answer)?.recovery_codes {
                Some(codes) => self.show_codes(codes, Some(id)),
                None if self.screen.with_untracked(|screen| matches!(screen, Screen::Mailed(_))) => {
                    self.changed("email_added", words::mail::ADDED);
                }
                None if purpose == Purpose::Further => self.changed("authenticator_added", words::ADDED),
                None => self.changed("authenticator_replaced", words::REPLACED),
            },
            Deed::ShowCodes { id } => self.show_codes(read(answer)?, Some(id)),
            Deed::Acknowledge { .. } if self.required.is_some() => {
                browser::tell_change("turned_on");
                self.be_done();
            }
            Deed::Acknowledge { .. } => self.changed("turned_on", words::TURNED_ON),
            Deed::Rename { .. } => self.changed("authenticator_renamed", words::RENAMED),
            Deed::Test { .. } => self.done(words::TESTED),
            Deed::Remove { .. } => self.changed("authenticator_removed", words::REMOVED),
            Deed::Forget { .. } => self.done(words::FORGOTTEN),
            Deed::ResetCodes => {
                browser::tell_change("recovery_codes_reset");
                self.show_codes(read(answer)?, None);
            }
            Deed::TurnOff { .. } => self.changed("turned_off", words::TURNED_OFF),
            Deed::StepUp { .. } => {
                browser::close_dialog(&form.id("dialog"));
                if let Some(Asked { deed, form, .. }) = self.asked.get_untracked() {
                    self.perform(form, deed);
                }
            }
            Deed::Return { notice, trouble } => self.show_overview(read(answer)?, notice, trouble),
        }
        Ok(())
    }

    fn object(self, error: WidgetError, deed: Deed, form: Form) {
        match (error, deed) {
            // Rather no page than one that shows what is no longer so.
            (_, Deed::Return { .. }) => browser::reload(),
            (WidgetError::StepUpRequired { password, code }, deed) => {
                self.ask(Proof { password, code }, deed, form);
            }
            (error, _) if error.is_stale() => {
                self.perform(self.form, Deed::Return { notice: "", trouble: Some(error) });
            }
            (error, _) => form.refuse(error),
        }
    }

    /// Asks for a proof first. A step-up that turns out incomplete keeps the deed that waits.
    fn ask(self, proof: Proof, deed: Deed, form: Form) {
        let waiting = match (&deed, self.asked.get_untracked()) {
            (Deed::StepUp { .. }, Some(asked)) => Asked { proof, ..asked },
            (_, _) => Asked { proof, deed, form },
        };
        self.proof.clear();
        self.asked.set(Some(waiting));
    }
}

impl Deed {
    fn call(self) -> Call {
        let id = |id| ("id", Some(id));
        match self {
            Self::Begin(purpose) => call::<BeginEnrollment>(&[("purpose", Some(purpose.into()))]),
            Self::BeginEmail { purpose, address } => {
                call::<BeginEmailEnrollment>(&[("purpose", Some(purpose.into())), ("address", Some(address))])
            }
            Self::ResumeEmail { id: of, .. } => call::<ResumeEmailEnrollment>(&[id(of)]),
            Self::Resume { id: of, .. } => call::<ResumeEnrollment>(&[id(of)]),
            Self::StartOver { id: of, .. } | Self::Cancel { id: of } => call::<CancelEnrollment>(&[id(of)]),
            Self::Confirm { id: of, code, name, .. } => {
                call::<ConfirmEnrollment>(&[id(of), ("code", Some(code)), ("name", Some(name))])
            }
            Self::ShowCodes { id: of } => call::<RecoveryCodesAgain>(&[id(of)]),
            Self::Acknowledge { id: of } => call::<AcknowledgeEnrollment>(&[id(of)]),
            Self::Rename { id: of, was, name } => {
                call::<RenameAuthenticator>(&[id(of), ("was", Some(was)), ("name", Some(name))])
            }
            Self::Test { id: of, code } => call::<TestAuthenticator>(&[id(of), ("code", Some(code))]),
            Self::Remove { id: of } => call::<RemoveAuthenticator>(&[id(of)]),
            Self::Forget { id: of } => call::<ForgetDevices>(&[("id", of)]),
            Self::ResetCodes => call::<ResetRecoveryCodes>(&[]),
            Self::TurnOff { password, code } => {
                call::<TurnOff>(&[("password", password), ("code", Some(code))])
            }
            Self::StepUp { password, code } => call::<StepUp>(&[("password", password), ("code", code)]),
            Self::Return { .. } => call::<Overview>(&[]),
        }
    }
}

fn read<T: FromJs>(answer: &str) -> Result<T, WidgetError> {
    wire::read(answer).ok_or(WidgetError::Unreachable)
}

#[cfg(test)]
mod tests;
