//! The words of the pages on which an administrator requires two-factor authentication.

use crate::words::quoted;

pub(crate) const TITLE: &str = "Require two-factor authentication";
pub(crate) const LEAD: &str = "Whoever has to and has not set it up is led there at the next sign-in, right after the password, and cannot turn it off.";
pub(crate) const IN_FORCE: &str = "In force";
pub(crate) const ADMINS: &str = "Admins";
pub(crate) const MEMBERS: &str = "Members";
pub(crate) const EVERYBODY: &str = "Everybody";
pub(crate) const NOT_REQUIRED: &str = "Not required";
pub(crate) const SINCE: &str = "Required since ";
pub(crate) const FROM: &str = "Required from ";
pub(crate) const EXEMPT_UNTIL: &str = "Exempt until ";

pub(crate) const CHANGE: &str = "Change it";
pub(crate) const WHO: &str = "Of whom";
pub(crate) const WHO_HINT: &str = "Those who join later, too.";
pub(crate) const WHEN: &str = "When";
pub(crate) const WHEN_HINT: &str = "A date that was given stays until another one is.";
pub(crate) const OFF: &str = "Not required";
pub(crate) const NOW: &str = "At once";
pub(crate) const DATE: &str = "From a date";
pub(crate) const DAY: &str = "Day";
pub(crate) const DAY_HINT: &str = "With “From a date”: it begins at midnight UTC.";
pub(crate) const DAY_MISSING: &str = "Choose a day.";
pub(crate) const DAY_PAST: &str = "That day is not ahead. Choose a later one, or “At once”.";
pub(crate) const PREVIEW: &str = "Preview";
pub(crate) const SAVE: &str = "Save";
pub(crate) const SAVED: &str = "Saved. It is in force.";
pub(crate) const NOTHING_NEW: &str = "That is in force already: saving changes nothing.";

pub(crate) const REQUIREMENT: &str = "Requirement";
pub(crate) const BY_NAME: &str = "Of this user";
pub(crate) const BY_ROLE: &str = "Of the role";
pub(crate) const EXEMPTION: &str = "Exemption";
pub(crate) const CHANGE_OF: &str = "Change requirement";
pub(crate) const WHAT: &str = "What is required";
pub(crate) const WHAT_HINT: &str =
    "Of this user by name: what the role requires stays. An exemption frees of both.";
pub(crate) const OF_NOW: &str = "Required at once";
pub(crate) const OF_DATE: &str = "Required from a day";
pub(crate) const OF_NONE: &str = "Not required";
pub(crate) const OF_EXEMPT: &str = "Exempt until a day";
pub(crate) const OF_END: &str = "End the exemption";
pub(crate) const OF_DAY_HINT: &str = "Where a day is asked for. It is meant at midnight UTC.";
pub(crate) const REASON: &str = "Reason (for an exemption it must be given)";
pub(crate) const EXEMPTION_PAST: &str = "That day is not ahead. An exemption ends later than now.";
pub(crate) const OF_SAVED: &str = "Saved. What is required of them has changed.";
pub(crate) const BADGE: &str = "Required";

/// Over the page that changes it of somebody.
pub(crate) fn title_of(email: &str) -> String {
    quoted("What is required of ", email, "?")
}

/// What would happen: how many of how many, and from which day on, if that is ahead.
pub(crate) fn preview(asked: u64, people: u64, day: Option<&str>) -> String {
    let would = match people {
        1 => "person would be asked to set up at their next sign-in",
        _ => "people would be asked to set up at their next sign-in",
    };
    match day {
        None => format!("{asked} of {people} {would}."),
        Some(day) => {
            format!("{asked} of {people} {would} from {day} on. Until then they are reminded by mail.")
        }
    }
}

/// The same where nothing would be required any more.
pub(crate) fn preview_off(asked: u64, people: u64) -> String {
    format!("Nobody would be asked because of their role. {asked} of {people} people have not set it up.")
}
