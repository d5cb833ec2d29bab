//! What the pages show in their tests.

use super::super::organization::{
    self, Deed, DeedAsked, DeedError, FieldError, HelpAsked, NewKey, Proving, SiteErrors, SiteFields,
};
use super::super::*;
use crate::view::{Authenticator, ChallengeView, Happening, Open, Proof, Purpose, Recovery, SecurityView};

pub(super) const AT: i64 = 1_795_319_112_000;

pub(super) fn frame() -> Frame {
    let assets = Assets {
        css: "/assets/twofold.1.css",
        security: Bundle { js: "/assets/twofold.2.js", wasm: "/assets/twofold.3.wasm" },
        challenge: Bundle { js: "/assets/challenge.7.js", wasm: "/assets/challenge.8.wasm" },
        frame: "/assets/frame.6.js",
        reference: "/assets/reference.7.css",
        form: "/assets/form.8.js",
        welcome: "/assets/welcome.4.js",
        copy: "/assets/copy.6.js",
        icon: "/assets/favicon.5.svg",
    };
    let account = Some(Account { email: "alice@example.com".into(), admin: true, mailbox: true });
    Frame { assets, site: "Example".into(), account, whom: "018f-alice".into() }
}

pub(super) fn off() -> SecurityView {
    let turn_off = Proof { password: true, code: false };
    SecurityView {
        label: "alice@example.com".into(),
        issuer: "Example".into(),
        turn_off,
        ..SecurityView::default()
    }
}

pub(super) fn on(left: u32, names: &[&str]) -> SecurityView {
    let authenticator = |name: &&str| Authenticator {
        by_mail: false,
        id: format!("id-of-{}", name.len()),
        name: (*name).to_owned(),
        added_at: AT,
        used_at: None,
    };
    SecurityView {
        protected_since: Some(AT),
        authenticators: names.iter().map(authenticator).collect(),
        recovery: Some(Recovery { left, total: 10, made_at: AT, voided: false }),
        ..off()
    }
}

pub(super) fn unfinished(confirmed: bool) -> SecurityView {
    let open = Open {
        id: "e".into(),
        purpose: Purpose::First,
        by_mail: false,
        confirmed,
        elsewhere: false,
        confirmed_at: None,
        place: String::new(),
        expires_at: AT,
    };
    SecurityView { open: Some(open), ..off() }
}

pub(super) fn asked(passed: bool) -> ChallengeView {
    ChallengeView { label: "alice@example.com".into(), app: true, passed, ..ChallengeView::default() }
}

pub(super) fn listed(name: &str) -> organization::ListedSite {
    organization::ListedSite { id: "s".into(), name: name.into(), origins: vec!["https://a.test".into()] }
}

pub(super) fn shop() -> organization::Site {
    let key = |id: &str, revoked_at| organization::ListedKey {
        id: id.into(),
        scopes: vec!["verify"],
        created_at: AT,
        used_at: Some(AT),
        revoked_at,
    };
    organization::Site {
        id: "s".into(),
        name: "Shop".into(),
        issuer: "Shop".into(),
        origins: vec![],
        trusted_device_days: 1,
        requirement: organization::Demanded::Since(0),
        tells_users: true,
        keys: vec![key("0123456789abcdef", None), key("fedcba9876543210", Some(AT))],
        notice: Some(organization::Notice::Added),
    }
}

pub(super) fn found(email: &str) -> organization::Users {
    let one = organization::ListedUser {
        id: "u".into(),
        email: email.into(),
        name: Some(email.into()),
        standing: organization::Standing::Expired,
        admin: true,
        protected: true,
        locked: Some(8),
        low: Some(1),
    };
    organization::Users {
        search: email.into(),
        users: vec![one],
        later: true,
        next: Some("u".into()),
        ..organization::Users::default()
    }
}

pub(super) fn locked(name: &str) -> organization::User {
    let what = Happening { at: AT, what: name.into(), place: name.into() };
    let event = organization::UserEvent {
        what,
        by: Some(organization::DoneBy::Known(name.into())),
        reason: Some(name.into()),
    };
    let SecurityView { authenticators, recovery, .. } = on(2, &[name]);
    organization::User {
        email: name.into(),
        name: Some(name.into()),
        standing: organization::Standing::Deactivated,
        standing_at: Some(AT),
        protected_since: Some(AT),
        authenticators,
        recovery,
        locks: vec![organization::Lock { kind: organization::LockedKind::RecoveryCodes, until: AT }],
        events: vec![event],
        notice: Some(organization::UserNotice::Reset),
        ..organization::User::default()
    }
}

pub(super) fn previewed() -> organization::Requirement {
    let preview = organization::Preview {
        asked: 31,
        people: 48,
        day: Some("1 December 2026".into()),
        proving: proving(),
        ..organization::Preview::default()
    };
    let members = organization::Demanded::From(AT);
    organization::Requirement {
        members,
        preview: Some(preview),
        saved: true,
        ..organization::Requirement::default()
    }
}

pub(super) fn exempted(name: &str) -> organization::UserRequirementAsked {
    organization::UserRequirementAsked {
        id: "u".into(),
        email: name.into(),
        exempt: true,
        what: "exempt".into(),
        day: name.into(),
        day_error: Some(organization::DayError::Past),
        reason: name.into(),
        reason_error: Some(FieldError::Empty),
    }
}

pub(super) fn refused_help() -> HelpAsked {
    let error = Some(FieldError::Empty);
    HelpAsked { id: "u".into(), email: "bob@example.com".into(), reason: "He called".into(), error }
}

pub(super) fn every_error() -> SiteErrors {
    let (name, issuer) = (Some(FieldError::Empty), Some(FieldError::Forbidden));
    let (origins, kinds) = (Some(FieldError::NoOrigin("x".into())), Some(FieldError::Empty));
    SiteErrors {
        name,
        issuer,
        origins,
        kinds,
        days: Some(FieldError::NoDays),
        from: Some(FieldError::PastDay),
        changed: false,
    }
}

pub(super) fn proving() -> Proving {
    Proving { password: true, code: true, by_mail: true, error: Some(organization::ProvingError::CodeWrong) }
}

/// The pages of an invitation, with this in every field.
pub(super) fn joining(text: &str, error: Option<PasswordError>) -> Invitation {
    let (name, by) = (Some(text.to_owned()), Some(text.to_owned()));
    let (secret, email) = (text.to_owned(), text.to_owned());
    Invitation::Open(Joining { secret, email, name, by, until: AT, error })
}

/// The form of a person, with this in every field, and everything wrong.
pub(super) fn member(of: organization::MemberForm<'_>, text: &str) -> String {
    let role = "admin".to_owned();
    let typed = organization::MemberFields { email: text.into(), name: text.into(), role, required: true };
    let (email, name) = (Some(FieldError::EmailTaken), Some(FieldError::TooLong(64)));
    organization::member(&frame(), of, &typed, &organization::MemberErrors { email, name }, proving())
}

pub(super) fn choosing(text: &str) -> Choosing {
    let error = Some(PasswordError::TooShort);
    Choosing { secret: "0".repeat(64), email: text.to_owned(), until: AT, error }
}

pub(super) fn signed_in(text: &str) -> Sessions {
    let one = |id: &str, this| SessionShown {
        id: id.to_owned(),
        browser: Some(text.to_owned()),
        address: Some("192.0.2.7".to_owned()),
        opened_at: AT,
        seen_at: AT,
        this,
    };
    Sessions { all: vec![one("a", true), one("b", false)], notice: Some(SessionsNotice::Gone) }
}

pub(super) fn made_link(text: &str) -> String {
    let (id, email, url) = ("u".to_owned(), text.to_owned(), "https://a.test/invitation#0".to_owned());
    organization::made_link(
        &frame(),
        &organization::MadeLink {
            of: organization::LinkOf::Invitation,
            id,
            email,
            url,
            until: AT,
            mailed: true,
        },
    )
}

pub(super) fn deed(of: Deed, text: &str) -> String {
    let (id, email, error) = ("u".to_owned(), text.to_owned(), Some(DeedError::LastAdmin));
    organization::deed(&frame(), of, &DeedAsked { id, email, you: true, error }, proving())
}

pub(super) fn every_page() -> Vec<String> {
    let frame = frame();
    let refused = Some(PasswordError::Common);
    vec![
        security(&frame, off()),
        security(&frame, SecurityView { required: true, required_from: Some(AT), ..off() }),
        super::required_enrollment(&frame, off().to_enroll()),
        organization::requirement(&frame, &organization::Requirement::default()),
        organization::requirement(&frame, &previewed()),
        organization::user_requirement(&frame, &exempted("bob@example.com"), proving()),
        security(&frame, on(8, &["Phone", "Tablet 2"])),
        security(&frame, on(2, &["Phone"])),
        security(&frame, unfinished(true)),
        security(&frame, unfinished(false)),
        challenge(&frame, asked(false)),
        challenge(&frame, asked(true)),
        sign_in(&frame, &SignIn { error: Some(SignInError::Wrong), ..SignIn::default() }),
        welcome(&frame, &Welcome { error: Some(WelcomeError::Link(BadLink::Over)), ..Welcome::default() }),
        password(&frame, Password { asks_for_code: true, by_mail: true, error: refused, changed: false }),
        error(&frame, "Page not found", "There is nothing at this address."),
        organization::sites(&frame, &[]),
        organization::sites(&frame, &[listed("Shop")]),
        organization::new_site(&frame, &SiteFields::default(), &every_error(), Proving::default()),
        organization::edit_site(&frame, "s", &SiteFields::default(), &SiteErrors::default(), proving()),
        organization::site(&frame, &shop()),
        organization::new_key(&frame, "s", "Shop", &NewKey { none: true, ..NewKey::default() }, proving()),
        organization::made_key(&frame, "s", "Shop", "tf_0"),
        organization::revoke_key(&frame, "s", "Shop", "0123456789abcdef", proving()),
        organization::users(&frame, &organization::Users::default()),
        organization::users(&frame, &found("bob@example.com")),
        organization::user(&frame, &locked("Phone")),
        organization::user(&frame, &organization::User::default()),
        organization::help(&frame, organization::Help::Reset, &refused_help(), proving()),
        organization::help(&frame, organization::Help::Unlock, &HelpAsked::default(), Proving::default()),
        member(organization::MemberForm::New, "Bob"),
        member(organization::MemberForm::Edit("u", true), "Bob"),
        made_link("bob@example.com"),
        deed(Deed::MakeAdmin, "bob@example.com"),
        deed(Deed::Deactivate, "bob@example.com"),
        deed(Deed::Withdraw, "bob@example.com"),
        deed(Deed::SignOut, "bob@example.com"),
        deed(Deed::PasswordLink, "bob@example.com"),
        invitation(&frame, &Invitation::Closed),
        invitation(&frame, &Invitation::Gone(BadLink::OfOtherPage("/welcome"))),
        forgotten(&frame, &Forgotten::Ask { email: "bob".into(), wrong: true }),
        forgotten(&frame, &Forgotten::Asked),
        forgotten(&frame, &Forgotten::NoMail),
        new_password(&frame, &NewPassword::Closed),
        new_password(&frame, &NewPassword::Gone(BadLink::Cut)),
        new_password(&frame, &NewPassword::Open(choosing("bob@example.com"))),
        sessions(&frame, &signed_in("Firefox on Linux")),
        sessions(&frame, &Sessions::default()),
        invitation(&frame, &joining("bob@example.com", Some(PasswordError::TooShort))),
    ]
}
