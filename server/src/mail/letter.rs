//! The letters: what happened, when, from where, and what to do if it was somebody else.

use domain::audit::Event;
use domain::letter_limit::Weight;
use domain::notice::Notice;
use domain::time::Timestamp;
use html_escape::encode_text;
use std::time::{Duration, SystemTime};

mod advice;
mod what;

use advice::advice;
use what::what;

/// One letter, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Whose letter it is, as mailboxes show it: the name of the site.
    pub from: String,
    /// The address.
    pub to: String,
    /// The subject. It never holds a code.
    pub subject: String,
    /// For those who read plain text.
    pub text: String,
    /// The same as a page.
    pub html: String,
    /// Which allowance of the address it uses up.
    pub weight: Weight,
}

/// What a letter tells of.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// What happened.
    pub notice: Notice,
    /// Its row of the audit log.
    pub event: &'a Event,
    /// The address of its user.
    pub email: &'a str,
    /// What the site is called.
    pub site: &'a str,
    /// Where the letter leads: the user's Security tab, or the link of an invitation. `None`: the user is another site's, and
    /// where that site has its pages is not known here.
    pub leads_to: Option<&'a str>,
    /// For an invitation.
    pub invited: Option<Inviting<'a>>,
    /// For a link that a letter carries besides: until when it is good.
    pub good_until: Option<Timestamp>,
    /// Recovery codes that were left when the letter was written.
    pub recovery_left: usize,
}

/// What a letter says of an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Inviting<'a> {
    /// Who invites, where that is known.
    pub by: Option<&'a str>,
    /// Until when the link is good.
    pub until: Timestamp,
}

impl Letter {
    /// Writes the letter of a notice.
    pub fn of(told: Told<'_>) -> Self {
        let (what, facts) = (what(told), facts(told));
        let (if_you, if_not) = advice(told);
        let rows: Vec<String> = facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let leads_to = told.leads_to.map(|url| format!("{url}\n")).unwrap_or_default();
        let text = format!("{what}\n\n{}\n\n{if_you}\n\n{if_not}\n{leads_to}", rows.join("\n"));
        let (from, to) = (told.site.to_owned(), told.email.to_owned());
        let (html, weight) = (page(told, &what, &facts), told.notice.weight());
        Self { from, to, subject: subject(told), text, html, weight }
    }
}

fn subject(told: Told<'_>) -> String {
    let happened = match told.notice {
        Notice::TurnedOn => "Two-factor authentication is on",
        Notice::TurnedOff => "Two-factor authentication was turned off",
        Notice::AuthenticatorAdded => "An authenticator was added",
        Notice::AuthenticatorReplaced => "An authenticator was replaced",
        Notice::AuthenticatorRemoved => "An authenticator was removed",
        Notice::RecoveryCodesReplaced => "New recovery codes were made",
        Notice::RecoveryCodeUsed => "A recovery code was used",
        Notice::PasswordChanged => "Your password was changed",
        Notice::PasswordLink => "Choose a new password",
        Notice::PasswordLinkMade => "A link for a new password was made",
        Notice::PasswordReset => "Your password was reset",
        Notice::ManyWrongCodes => "Many wrong codes at sign-in",
        Notice::Reset => "Two-factor authentication was reset",
        Notice::Unlocked => "Signing in was unlocked",
        Notice::BypassCodeIssued => "A bypass code was issued",
        Notice::BypassCodeUsed => "A bypass code was used",
        Notice::RequirementAnnounced => "Set up two-factor authentication",
        Notice::RequirementReminded => "Reminder: set up two-factor authentication",
        Notice::Invited => "You are invited",
        Notice::EmailChanged | Notice::EmailLeft => "Your e-mail address was changed",
        Notice::RoleChanged => "Your role was changed",
        Notice::RequirementChanged => "What is required of you was changed",
        Notice::DeviceTrusted => "A device is remembered",
        Notice::DeviceForgotten => "A device is no longer remembered",
        Notice::AuthenticatorRenamed => "An authenticator was renamed",
    };
    format!("{happened} · {}", told.site)
}

fn facts(told: Told<'_>) -> Vec<(&'static str, String)> {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(told.event.at.seconds());
    let until = |until: Timestamp| {
        let until = SystemTime::UNIX_EPOCH + Duration::from_secs(until.seconds());
        ("Good until", httpdate::fmt_http_date(until))
    };
    if let Some(invited) = told.invited {
        return vec![("Account", told.email.to_owned()), until(invited.until)];
    }
    let place = [told.event.place.browser.as_deref(), told.event.place.address.as_deref()];
    let from: Vec<&str> = place.into_iter().flatten().collect();
    let mut facts = vec![("Account", told.email.to_owned()), ("When", httpdate::fmt_http_date(at))];
    if let Some(reason) = &told.event.reason {
        facts.push(("Reason", reason.as_str().to_owned()));
    }
    if !from.is_empty() {
        facts.push(("From", from.join(", ")));
    }
    facts.extend(told.good_until.map(until));
    facts
}

/// Names come from people: each is written as text and never as markup.
fn page(told: Told<'_>, what: &str, facts: &[(&'static str, String)]) -> String {
    let rows: String = facts
        .iter()
        .map(|(name, value)| {
            format!("<tr><th align=\"left\">{name}</th><td>{}</td></tr>", encode_text(value))
        })
        .collect();
    let (if_you, if_not) = advice(told);
    // The address is our own, and holds nothing that a person typed.
    let leads_to = told.leads_to.map(|url| format!(" <a href=\"{url}\">{url}</a>")).unwrap_or_default();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font-family:sans-serif;line-height:1.5\"><p>{}</p>\
         <table cellpadding=\"4\">{rows}</table><p>{if_you}</p>\
         <p>{if_not}{leads_to}</p></body></html>",
        encode_text(what)
    )
}

#[cfg(test)]
mod tests;
