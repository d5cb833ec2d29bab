//! The letters: what happened, when, from where, and what to do if it was somebody else.

use domain::audit::{Event, EventKind};
use domain::notice::Notice;
use domain::time::{Date, Timestamp};
use html_escape::encode_text;
use std::time::{Duration, SystemTime};

/// From how many recovery codes left on their owner is told to make new ones (design, section 6).
const LOW: usize = 3;

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
        Self { from, to, subject: subject(told), text, html: page(told, &what, &facts) }
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
    };
    format!("{happened} · {}", told.site)
}

fn what(told: Told<'_>) -> String {
    let site = told.site;
    let named = told.event.subject.as_deref().map(|name| format!(" “{name}”")).unwrap_or_default();
    match told.notice {
        Notice::TurnedOn => format!("Two-factor authentication was turned on for your account at {site}."),
        Notice::TurnedOff => format!(
            "Two-factor authentication was turned off for your account at {site}. Signing in asks for your password \
             only."
        ),
        Notice::AuthenticatorAdded => {
            format!("The authenticator{named} was added to your account at {site}.")
        }
        Notice::AuthenticatorReplaced => format!(
            "The authenticator{named} of your account at {site} was set up anew. Codes of the old one no longer work."
        ),
        Notice::AuthenticatorRemoved => {
            format!("The authenticator{named} was removed from your account at {site}.")
        }
        Notice::RecoveryCodesReplaced => format!(
            "New recovery codes were made for your account at {site}. The codes from before no longer work."
        ),
        Notice::RecoveryCodeUsed => {
            format!("A recovery code was used for your account at {site}. {}", left(told.recovery_left))
        }
        Notice::PasswordChanged => {
            format!("The password of your account at {site} was changed. Other browsers were signed out.")
        }
        Notice::PasswordLink => {
            format!(
                "Somebody asked for a new password of your account at {site}. With this link you choose it."
            )
        }
        Notice::PasswordLinkMade => format!(
            "An administrator made a link with which a new password of your account at {site} is chosen. It works once, \
             for 30 minutes, and the second factor is asked for still."
        ),
        Notice::PasswordReset => format!(
            "A new password was chosen for your account at {site}, by a link. Every browser was signed out, and no device \
             is remembered."
        ),
        Notice::ManyWrongCodes => format!(
            "Somebody who has the password of your account at {site} gave {} wrong codes in a row. They did not get in, \
             and must wait longer after each further one.",
            domain::budget::FREE
        ),
        Notice::Reset => format!(
            "An administrator reset two-factor authentication of your account at {site}. Your authenticators and recovery \
             codes no longer work, and every browser was signed out. Set two-factor authentication up again when you \
             have signed in."
        ),
        Notice::Unlocked => format!(
            "An administrator unlocked your account at {site}, which too many wrong codes or passwords had locked. You can sign in \
             again."
        ),
        Notice::BypassCodeIssued => format!(
            "An administrator issued a bypass code for your account at {site}. It signs in once, after the password, in \
             place of a code of your authenticator."
        ),
        Notice::BypassCodeUsed => format!(
            "The bypass code that an administrator issued was used to sign in to your account at {site}. It will not work \
             again."
        ),
        Notice::RequirementAnnounced => format!(
            "Your administrator requires two-factor authentication for your account at {site} from {}. Until then you can \
             sign in as before.",
            from(told)
        ),
        Notice::RequirementReminded => format!(
            "From {} your administrator requires two-factor authentication for your account at {site}. It is not set up \
             yet.",
            from(told)
        ),
        Notice::Invited => {
            format!("{} invites you to have an account at {site}.", inviter(told))
        }
        Notice::EmailChanged => format!(
            "An administrator gave your account at {site} this e-mail address. You sign in with it from now on, and this \
             is where you are written to."
        ),
        Notice::EmailLeft => format!(
            "An administrator gave your account at {site} another e-mail address. You sign in with that one from now on, \
             and this one is written to no more."
        ),
        Notice::RoleChanged => {
            format!("An administrator changed the role of your account at {site}: it is {} now.", role(told))
        }
        Notice::RequirementChanged => required(told),
        Notice::DeviceTrusted => format!(
            "A browser is remembered for your account at {site}. For some time signing in there asks for no code."
        ),
    }
}

fn role(told: Told<'_>) -> &'static str {
    match told.event.subject.as_deref() {
        Some("admin") => "administrator",
        Some(_) | None => "member",
    }
}

fn required(told: Told<'_>) -> String {
    let (site, day, kind) = (told.site, from(told), told.event.kind);
    if kind == EventKind::RequirementLifted {
        format!(
            "Two-factor authentication is not required any more of your account at {site}. What is set up stays."
        )
    } else if kind == EventKind::RequirementExempted {
        format!("Until {day} two-factor authentication is not required of your account at {site}.")
    } else if kind == EventKind::ExemptionEnded {
        format!("Your account at {site} is no longer exempt from what is required of it.")
    } else if day.is_empty() {
        format!("Two-factor authentication is required for your account at {site}.")
    } else {
        format!("From {day} two-factor authentication is required for your account at {site}.")
    }
}

/// The day from which on it is required.
fn from(told: Told<'_>) -> String {
    let day = told.event.subject.as_deref().and_then(Date::parse);
    day.map(Date::in_words).unwrap_or_default()
}

fn inviter(told: Told<'_>) -> &str {
    told.invited.and_then(|invited| invited.by).unwrap_or("An administrator")
}

fn left(codes: usize) -> String {
    let codes_left = match codes {
        0 => "No code is left.".to_owned(),
        1 => "One code is left.".to_owned(),
        many => format!("{many} codes are left."),
    };
    let make_new = if codes <= LOW { " Make new ones in your Security tab." } else { "" };
    format!("{codes_left}{make_new}")
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

/// What to do if it was you, and if it was not.
fn advice(told: Told<'_>) -> (&'static str, &'static str) {
    if told.leads_to.is_none() {
        return advice_elsewhere(told.notice);
    }
    let nothing = "If it was you, there is nothing to do.";
    let change = "If it was not you, change your password now, and look at your authenticators. If you cannot sign in, ask \
                  your administrator for help. Your Security tab:";
    match told.notice {
        Notice::PasswordLink => (
            "If you did not ask for it, do nothing: your password stays as it is.",
            "The link works once, for 30 minutes. Whoever has it chooses your password: give it to nobody. Every browser is \
             signed out then, and your second factor is asked for as ever. To choose one, open it:",
        ),
        Notice::PasswordChanged | Notice::PasswordReset => (
            nothing,
            "If it was not you, somebody else has your account: ask your administrator for help now. If you can still \
             sign in, look at your Security tab:",
        ),
        Notice::Invited => (
            "If you know nothing of it, do nothing: nobody can use the account without this link.",
            "The link works once. Whoever has it chooses the password: give it to nobody else. To choose yours, open it:",
        ),
        Notice::Reset
        | Notice::Unlocked
        | Notice::BypassCodeIssued
        | Notice::PasswordLinkMade
        | Notice::EmailChanged
        | Notice::EmailLeft
        | Notice::RoleChanged
        | Notice::RequirementChanged => (
            "If you asked for it, there is nothing else to do.",
            "If you did not ask for it, tell your administrator now: somebody may have asked in your name. Your Security \
             tab:",
        ),
        Notice::ManyWrongCodes => {
            ("If it was you, look at the clock of your phone, or use a recovery code.", change)
        }
        Notice::RequirementAnnounced | Notice::RequirementReminded => (
            "You need an authenticator app on your phone, and about a minute. If you have not set it up by that day, you \
             will be asked to when you next sign in.",
            "Set it up in your Security tab:",
        ),
        Notice::TurnedOn
        | Notice::TurnedOff
        | Notice::AuthenticatorAdded
        | Notice::AuthenticatorReplaced
        | Notice::AuthenticatorRemoved
        | Notice::RecoveryCodesReplaced
        | Notice::RecoveryCodeUsed
        | Notice::BypassCodeUsed
        | Notice::DeviceTrusted => (nothing, change),
    }
}

/// The same for a user of another site, whose help is its own.
fn advice_elsewhere(notice: Notice) -> (&'static str, &'static str) {
    let nothing = "If it was you, there is nothing to do.";
    let change = "If it was not you, change your password there now, and look at your authenticators. If you cannot sign in, \
                  ask for help there.";
    match notice {
        Notice::Reset
        | Notice::Unlocked
        | Notice::BypassCodeIssued
        | Notice::RequirementChanged
        | Notice::RequirementAnnounced
        | Notice::RequirementReminded
        | Notice::Invited
        | Notice::PasswordLink
        | Notice::PasswordLinkMade
        | Notice::EmailChanged
        | Notice::EmailLeft
        | Notice::RoleChanged => (
            "If you asked for it, there is nothing else to do.",
            "If you did not ask for it, say so there now: somebody may have asked in your name.",
        ),
        Notice::ManyWrongCodes => {
            ("If it was you, look at the clock of your phone, or use a recovery code.", change)
        }
        Notice::TurnedOn
        | Notice::TurnedOff
        | Notice::AuthenticatorAdded
        | Notice::AuthenticatorReplaced
        | Notice::AuthenticatorRemoved
        | Notice::RecoveryCodesReplaced
        | Notice::RecoveryCodeUsed
        | Notice::PasswordChanged
        | Notice::PasswordReset
        | Notice::BypassCodeUsed
        | Notice::DeviceTrusted => (nothing, change),
    }
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
