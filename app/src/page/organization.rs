//! `/organization/…`: what an administrator looks after. Plain forms; what was refused is said at its field, and what
//! was typed stays, but for passwords and codes.

mod account;
mod audit;
mod bypass_code;
mod deed;
mod help;
mod key;
mod mail;
mod member;
mod once;
mod proof;
mod required_user;
mod requirement;
mod site;
mod sites;
mod user;
mod users;

pub use audit::{Asked, Entry, Log, audit};
pub use bypass_code::{BypassAsked, BypassErrors, bypass_code, issued_bypass_code};
pub use deed::{Deed, DeedAsked, DeedError, deed};
pub use help::{Help, HelpAsked, help};
pub use key::{ListedKey, NewKey, made_key, new_key, revoke_key};
pub use mail::{Letter, mail};
pub use member::{LinkOf, MadeLink, MemberErrors, MemberFields, MemberForm, made_link, member};
pub use proof::{Proving, ProvingError};
pub use required_user::{UserRequirement, UserRequirementAsked, user_requirement};
pub use requirement::{DayError, Demanded, Preview, Requirement, RequirementAsked, requirement};
pub use site::{Notice, Site, site};
pub use sites::{FieldError, Site as ListedSite, SiteErrors, SiteFields, edit_site, new_site, sites};
pub use user::{DoneBy, Lock, LockedKind, User, UserEvent, UserNotice, user};
pub use users::{ListedUser, Shown, Standing, Users, users};

use super::frame::{Frame, Loads, Sheet, Tab, document};
use crate::browser;
use crate::component::moment_text;
use crate::words::organization as said;
use leptos::prelude::*;

/// What a page of the organization is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Users,
    Sites,
    Audit,
    Mail,
}

/// A page of the organization, under the way to its parts.
fn page(
    frame: &Frame,
    part: Part,
    title: &'static str,
    loads: Loads,
    content: impl FnOnce() -> AnyView,
) -> String {
    document(frame, || {
        let content = view! {
            {parts(frame, part)}
            {content()}
        };
        Sheet { title, tab: Some(Tab::Organization), loads, content: content.into_any() }
    })
}

fn parts(frame: &Frame, of: Part) -> AnyView {
    let current = |part: Part| (part == of).then_some("page");
    let mail = frame.account.as_ref().is_some_and(|account| account.mailbox);
    let mail = mail.then(|| {
        view! { <a href="/organization/mail" aria-current=current(Part::Mail)>{said::MAIL}</a> }
    });
    view! {
        <nav class="parts" aria-label=said::ORGANIZATION>
            <a href="/organization/users" aria-current=current(Part::Users)>{said::users::USERS}</a>
            <a href="/organization/sites" aria-current=current(Part::Sites)>{said::SITES}</a>
            <a href="/organization/audit" aria-current=current(Part::Audit)>{said::AUDIT}</a>
            {mail}
        </nav>
    }
    .into_any()
}

/// Who is signed in, for a password manager.
fn signed_in(frame: &Frame) -> String {
    frame.account.as_ref().map(|account| account.email.clone()).unwrap_or_default()
}

fn moment(at: i64) -> AnyView {
    let iso = browser::iso(at);
    let plain = moment_text(&iso, true);
    view! { <time datetime=iso>{plain}</time> }.into_any()
}
