//! `/organization/…`: what an administrator looks after. Plain forms; what was refused is said at its field, and what
//! was typed stays, but for passwords and codes.

mod key;
mod mail;
mod proof;
mod site;
mod sites;

pub use key::{ListedKey, NewKey, made_key, new_key, revoke_key};
pub use mail::{Letter, mail};
pub use proof::{Proving, ProvingError};
pub use site::{Notice, Site, site};
pub use sites::{FieldError, Site as ListedSite, SiteErrors, SiteFields, edit_site, new_site, sites};

use super::frame::{Frame, Loads, Sheet, Tab, document};
use leptos::prelude::*;

/// A page of the organization.
fn page(frame: &Frame, title: &'static str, loads: Loads, content: impl FnOnce() -> AnyView) -> String {
    document(frame, || Sheet { title, tab: Some(Tab::Organization), loads, content: content() })
}
