//! `/welcome`: the one-time link that creates an account. Its secret stands behind the `#`, which browsers
//! send to nobody; `welcome.js` moves it into the form, and without scripts a person can.

use super::form::{Input, trouble};
use super::frame::{Frame, Loads, Sheet, document};
use crate::words::pages as said;
use leptos::prelude::*;

/// What the welcome page shows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Welcome {
    /// The secret that was posted, given back to whoever posted it, so that a refused password does not cost the link.
    pub secret: String,
    /// The e-mail address that was typed.
    pub email: String,
    /// Why it was refused.
    pub error: Option<WelcomeError>,
}

/// Why no account was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WelcomeError {
    /// The link opens nothing.
    Link(super::BadLink),
    /// Not an e-mail address.
    Email,
    /// The link is for another address.
    OtherEmail,
    /// The address has an account already.
    EmailTaken,
    /// The password will not do.
    Password(super::PasswordError),
}

/// The form that creates the account.
#[must_use]
pub fn welcome(frame: &Frame, shown: &Welcome) -> String {
    document(frame, || Sheet {
        title: said::WELCOME_TITLE,
        tab: None,
        loads: Loads::Welcome,
        content: content(shown),
    })
}

fn content(shown: &Welcome) -> AnyView {
    let error = shown.error.and_then(|error| match error {
        WelcomeError::Link(why) => Some(why.view(said::LINK_USED)),
        WelcomeError::Email => trouble(Some(said::EMAIL_BAD.to_owned())),
        WelcomeError::OtherEmail => trouble(Some(said::EMAIL_OTHER.to_owned())),
        WelcomeError::EmailTaken => trouble(Some(said::EMAIL_TAKEN.to_owned())),
        WelcomeError::Password(error) => trouble(Some(error.sentence())),
    });
    let secret = Input { value: shown.secret.clone(), ..Input::text("secret", said::SECRET) };
    let secret = secret.hint(said::SECRET_HINT).wrong(matches!(shown.error, Some(WelcomeError::Link(_))));
    let email_wrong = matches!(
        shown.error,
        Some(WelcomeError::Email | WelcomeError::OtherEmail | WelcomeError::EmailTaken)
    );
    let email = Input::email(&shown.email).wrong(email_wrong);
    let wrong = matches!(shown.error, Some(WelcomeError::Password(_)));
    let password = Input::password("password", crate::words::PASSWORD, "new-password");
    view! {
        <section class="card">
            <h1>{said::WELCOME_TITLE}</h1>
            <p>{said::WELCOME_LEAD}</p>
            {error}
            <form method="post" action="/welcome" novalidate>
                {secret.view(false)}
                {email.view(true)}
                {password.hint(said::PASSWORD_HINT).wrong(wrong).view(false)}
                <div class="actions stacked"><button class="button primary">{said::WELCOME_ACTION}</button></div>
            </form>
        </section>
    }
    .into_any()
}
