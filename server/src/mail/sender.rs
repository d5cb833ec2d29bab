//! Handing a letter to the mail server.

use super::Letter;
use crate::config::Settings;
use domain::time::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::error::Error as _;
use std::time::{Duration, SystemTime};

/// Automatic answers to a notice would answer nobody (RFC 3834, section 5).
const AUTOMATIC: (HeaderName, &str) = (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated");

/// A mail server that takes longer is tried again later.
const PATIENCE: Duration = Duration::from_secs(10);
const TOO_LONG: &str = "it took too long";

/// Sends letters. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// It never will be: its address is none to a mail server.
    #[error("the address is none")]
    Address,
    /// It never will be: the mail server knows no such mailbox (RFC 5321, section 4.2.3: 550, 551, 553).
    #[error("the mail server refuses the address for good ({0})")]
    Refused(u16),
    /// The mail server did not take it this time. What it said may quote the address: only its number is passed on.
    #[error("the mail server did not take it: {0}")]
    Server(String),
}

impl Sender {
    /// By these settings. `None`: they name no mail server.
    pub fn new(settings: &Settings) -> Option<Self> {
        // Checked with the settings: whoever starts without it was told.
        let transport =
            settings.smtp_url.transport(settings.allow_insecure_smtp).ok()?.timeout(Some(PATIENCE)).build();
        Some(Self { transport, from: settings.mail_from.clone() })
    }

    /// Sends a letter under the name of its site; `id` is the same each time that it is tried.
    pub(crate) async fn send(&self, letter: &Letter, id: &str, now: Timestamp) -> Result<(), SendError> {
        let to: Address = letter.to.parse().map_err(|_| SendError::Address)?;
        let id = format!("<{id}@{}>", self.from.domain());
        let message = Message::builder()
            .from(Mailbox::new(Some(letter.from.clone()), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(now.seconds()))
            .message_id(Some(id))
            .raw_header(HeaderValue::new(AUTOMATIC.0, AUTOMATIC.1.to_owned()))
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|_| SendError::Address)?;
        // The transport's own patience ends once it is connected. Each letter has a connection of its own: one that was
        // given up in the middle would hold up the next.
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Err(_) => Err(SendError::Server(TOO_LONG.to_owned())),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(why(&error)),
        }
    }
}

/// What became of it, and the way out where it is a setting.
fn why(error: &Error) -> SendError {
    let because = || error.source().map(|source| format!(": {source}")).unwrap_or_default();
    SendError::Server(match error.status().map(u16::from) {
        Some(code @ (550 | 551 | 553)) => return SendError::Refused(code),
        Some(code @ (530 | 534 | 535)) => {
            format!("it wants another user name or password than smtp_url has ({code})")
        }
        Some(code) => format!("it answered {code}"),
        None if error.is_timeout() => TOO_LONG.to_owned(),
        None if error.is_client() => of_ours(&because()),
        None => of_the_connection(&because()),
    })
}

fn of_the_connection(because: &str) -> String {
    // What TLS refuses arrives as an error of the connection, in the words of rustls.
    if because.contains("certificate") {
        return format!("its certificate is not trusted{because}");
    }
    if because.contains("InvalidContentType") {
        return "it speaks no TLS on this port: smtp://…?tls=required asks for STARTTLS".to_owned();
    }
    format!("it cannot be reached{because}")
}

/// What was not even asked for, because the mail server does not offer it.
fn of_ours(because: &str) -> String {
    if because.contains("STARTTLS") {
        return "it offers no STARTTLS, and ?tls=required of smtp_url asks for it: use smtps://, or another port".to_owned();
    }
    if because.contains("SMTPUTF8") {
        return "it takes no addresses with letters beyond ASCII (no SMTPUTF8)".to_owned();
    }
    format!("it does not do what is asked of it{because}")
}
