//! Mail: notices of what happened to an account, and codes, taken from the outbox and sent by SMTP.
//!
//! Nothing waits for it: a change commits together with its row of the outbox, and a mail server that is down, slow or
//! refusing delays letters and nothing else.

mod code;
mod letter;
mod sender;
mod worker;

pub(crate) use code::{code_letter, send_codes};
pub use letter::{Inviting, Letter, Told};
pub(crate) use sender::SendError;
pub use sender::Sender;
pub(crate) use worker::{letter, send};

use crate::config::Settings;

/// Whether letters are shown in place of being sent: without a mail server, to whoever develops on this very machine.
pub(crate) fn is_a_mailbox(settings: &Settings) -> bool {
    settings.smtp_url.is_empty() && settings.public_url.is_loopback() && settings.listen.ip().is_loopback()
}

/// Whether what is mailed reaches somebody.
pub(crate) fn is_sent_or_shown(settings: &Settings) -> bool {
    !settings.smtp_url.is_empty() || is_a_mailbox(settings)
}
