//! The list of sites, and the form that adds or edits one.

use super::proof::{self, Proving};
use super::{Part, page, signed_in};
use crate::page::form::{Input, Tick, area, ticks, trouble};
use crate::page::frame::{Frame, Loads, form_action};
use crate::words::organization as said;
use leptos::prelude::*;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where its pages are.
    pub origins: Vec<String>,
}

/// What the form of a site holds, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteFields {
    /// What it is called.
    pub name: String,
    /// What authenticator apps show.
    pub issuer: String,
    /// Origins, one a line.
    pub origins: String,
    /// Authenticator apps are allowed.
    pub totp: bool,
    /// Codes by mail can be set up.
    pub email: bool,
    /// For how many days a device may be remembered.
    pub trusted_device_days: String,
    /// Its users have to set up a second factor before they are let in.
    pub requires_two_factor: bool,
    /// The day from which on they have to; empty: at once.
    pub required_from: String,
    /// Stands for what the site was when the form was shown, where it edits one. It comes back with the form.
    pub seen: String,
}

/// What is wrong with what was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteErrors {
    /// Of the name.
    pub name: Option<FieldError>,
    /// Of the issuer.
    pub issuer: Option<FieldError>,
    /// Of the origins.
    pub origins: Option<FieldError>,
    /// Of the kinds.
    pub kinds: Option<FieldError>,
    /// Of the days.
    pub days: Option<FieldError>,
    /// Of the day from which on.
    pub from: Option<FieldError>,
    /// The site is not what it was when the form was shown.
    pub changed: bool,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Nothing is in it, or nothing chosen.
    Empty,
    /// It is longer than this many characters.
    TooLong(usize),
    /// It has a character that is not allowed.
    Forbidden,
    /// This line is no origin.
    NoOrigin(String),
    /// It is no number of days that is allowed.
    NoDays,
    /// It is no e-mail address.
    NoEmail,
    /// Somebody has that address.
    EmailTaken,
    /// It is no day.
    NoDay,
    /// It is a day that is not ahead.
    PastDay,
}

impl SiteErrors {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Every site, or what to do when there is none.
#[must_use]
pub fn sites(frame: &Frame, sites: &[Site]) -> String {
    page(frame, Part::Sites, said::SITES, Loads::Nothing, || {
        let list = if sites.is_empty() {
            view! { <p>{said::NO_SITES}</p> }.into_any()
        } else {
            view! { <ul class="list">{sites.iter().map(line).collect_view()}</ul> }.into_any()
        };
        view! {
            <header class="lead">
                <h1>{said::SITES}</h1>
                <p>{said::SITES_LEAD}</p>
            </header>
            <section class="card">
                {list}
                <div class="actions"><a class="button primary" href="/organization/sites/new">{said::ADD_SITE}</a></div>
            </section>
        }
        .into_any()
    })
}

fn line(of: &Site) -> AnyView {
    let origins = match of.origins.as_slice() {
        [] => vec![view! { <span>{said::NO_ORIGINS.to_owned()}</span> }],
        origins => origins.iter().map(|origin| view! { <span>{origin.clone()}</span> }).collect(),
    };
    view! {
        <li>
            <h2><a href=path(&of.id)>{of.name.clone()}</a></h2>
            <p class="hint apart">{origins}</p>
        </li>
    }
    .into_any()
}

/// Where a site is looked at.
pub(super) fn path(id: &str) -> String {
    ["/organization/sites/", id].concat()
}

/// The form that adds a site.
#[must_use]
pub fn new_site(frame: &Frame, typed: &SiteFields, errors: &SiteErrors, proving: Proving) -> String {
    form(frame, said::ADD_SITE, "/organization/sites", typed, errors, proving)
}

/// The form that edits the site of this id.
#[must_use]
pub fn edit_site(
    frame: &Frame,
    id: &str,
    typed: &SiteFields,
    errors: &SiteErrors,
    proving: Proving,
) -> String {
    form(frame, said::EDIT_SITE, &path(id), typed, errors, proving)
}

fn form(
    frame: &Frame,
    title: &'static str,
    back: &str,
    typed: &SiteFields,
    errors: &SiteErrors,
    proving: Proving,
) -> String {
    let not_saved = if errors.changed { said::SITE_CHANGED } else { said::NOT_SAVED };
    let wrong = (!errors.is_empty()).then(|| not_saved.to_owned());
    let wrong = wrong.or_else(|| proving.error.map(super::ProvingError::sentence));
    let email = signed_in(frame);
    page(frame, Part::Sites, title, Loads::Nothing, || {
        view! {
            <header class="lead"><h1>{title}</h1></header>
            {trouble(wrong)}
            <section class="card">
                <form class="fields" method="post" action=form_action("") novalidate>
                    <input type="hidden" name="seen" value=typed.seen.clone()/>
                    {inputs(typed, errors)}
                    {proof::fields(proving, &email)}
                    <div class="actions">
                        <button class="button primary">{said::SAVE}</button>
                        <a class="button" href=back.to_owned()>{said::CANCEL}</a>
                    </div>
                </form>
            </section>
        }
        .into_any()
    })
}

fn inputs(typed: &SiteFields, errors: &SiteErrors) -> AnyView {
    let text = |name, label, value: &str, error: &Option<FieldError>, forbidden| {
        Input::text(name, label).typed(value, error.as_ref().map(|error| sentence(error, forbidden)))
    };
    let name = text("name", said::NAME, &typed.name, &errors.name, said::FORBIDDEN).hint(said::NAME_HINT);
    let issuer = text("issuer", said::ISSUER, &typed.issuer, &errors.issuer, said::FORBIDDEN_ISSUER)
        .hint(said::ISSUER_HINT);
    let origins = text("origins", said::ORIGINS, &typed.origins, &errors.origins, said::FORBIDDEN)
        .hint(said::ORIGINS_HINT);
    let days =
        text("trusted_device_days", said::DAYS, &typed.trusted_device_days, &errors.days, said::FORBIDDEN)
            .hint(said::DAYS_HINT);
    let from = text("required_from", said::REQUIRE_FROM, &typed.required_from, &errors.from, said::FORBIDDEN)
        .hint(said::REQUIRE_FROM_HINT);
    let app = Tick { name: "totp", label: said::APP, hint: None, ticked: typed.totp };
    let mail = Tick {
        name: "email",
        label: said::EMAIL_CODES,
        hint: Some(said::EMAIL_CODES_HINT),
        ticked: typed.email,
    };
    let required = Tick {
        name: "requires_two_factor",
        label: said::REQUIRE,
        hint: Some(said::REQUIRE_HINT),
        ticked: typed.requires_two_factor,
    };
    let first = first(errors);
    let no_kind = errors.kinds.as_ref().map(|_| said::CHOOSE_KIND.to_owned());
    view! {
        {name.view(first == "name")}
        {issuer.view(first == "issuer")}
        {area(origins, first == "origins")}
        {ticks("kinds", said::KINDS, vec![app, mail], no_kind)}
        {Input { kind: "number", ..days }.view(first == "days")}
        {ticks("requirement", said::TWO_FACTOR, vec![required], None)}
        {Input { kind: "date", required: false, ..from }.view(first == "required_from")}
    }
    .into_any()
}

/// The field that takes the focus: the first that is wrong, or the first.
fn first(errors: &SiteErrors) -> &'static str {
    let fields = [
        ("name", &errors.name),
        ("issuer", &errors.issuer),
        ("origins", &errors.origins),
        ("kinds", &errors.kinds),
        ("days", &errors.days),
        ("required_from", &errors.from),
    ];
    fields.into_iter().find(|(_, error)| error.is_some()).map_or("name", |(field, _)| field)
}

/// What is said at the field.
pub(super) fn sentence(error: &FieldError, forbidden: &'static str) -> String {
    match error {
        FieldError::Empty => said::EMPTY.to_owned(),
        FieldError::TooLong(limit) => said::too_long(*limit),
        FieldError::Forbidden => forbidden.to_owned(),
        FieldError::NoOrigin(line) => said::no_origin(line),
        FieldError::NoDays => said::DAYS_WRONG.to_owned(),
        FieldError::NoEmail => said::members::EMAIL_BAD.to_owned(),
        FieldError::EmailTaken => said::members::EMAIL_TAKEN.to_owned(),
        FieldError::NoDay => said::requirement::DAY_MISSING.to_owned(),
        FieldError::PastDay => said::REQUIRE_FROM_PAST.to_owned(),
    }
}
