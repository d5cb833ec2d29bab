//! What a letter says happened.

use super::Told;
use domain::audit::EventKind;
use domain::notice::Notice;
use domain::time::Date;

/// From how many recovery codes left on their owner is told to make new ones.
const LOW: usize = 3;

pub(super) fn what(told: Told<'_>) -> String {
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
        Notice::RequirementAnnounced if is_due(told) => format!(
            "Your administrator requires two-factor authentication for your account at {site} from now on. When you next \
             go on there, you are asked to set it up."
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
        Notice::EmailChanged | Notice::EmailLeft => moved(told),
        Notice::RoleChanged => {
            format!("An administrator changed the role of your account at {site}: it is {} now.", role(told))
        }
        Notice::RequirementChanged => required(told),
        Notice::DeviceTrusted => format!(
            "A browser is remembered for your account at {site}. For some time signing in there asks for no code."
        ),
        Notice::DeviceForgotten => forgotten(told),
        Notice::AuthenticatorRenamed => {
            format!("An authenticator of your account at {site} was renamed: it is called{named} now.")
        }
    }
}

fn moved(told: Told<'_>) -> String {
    let site = told.site;
    if told.notice == Notice::EmailChanged {
        format!(
            "An administrator gave your account at {site} this e-mail address. You sign in with it from now on, and this \
             is where you are written to."
        )
    } else if told.leads_to.is_none() {
        format!(
            "Your account at {site} has another e-mail address. Letters about your two-factor authentication go there from \
             now on, and no more to this one."
        )
    } else {
        format!(
            "An administrator gave your account at {site} another e-mail address. You sign in with that one from now on, \
             and this one is written to no more."
        )
    }
}

fn forgotten(told: Told<'_>) -> String {
    let site = told.site;
    if told.event.kind == EventKind::DevicesForgotten {
        return format!(
            "No browser is remembered any more for your account at {site}. Signing in asks for a code everywhere."
        );
    }
    let browser = told.event.subject.as_deref().unwrap_or("A browser");
    format!(
        "{browser} is no longer remembered for your account at {site}. Signing in there asks for a code again."
    )
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

/// Whether the day from which on it is required has come.
fn is_due(told: Told<'_>) -> bool {
    let day = told.event.subject.as_deref().and_then(Date::parse);
    day.is_some_and(|day| day <= Date::of(told.event.at))
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
