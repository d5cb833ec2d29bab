use super::organization::{
    self, Deed, DeedAsked, DeedError, FieldError, HelpAsked, NewKey, Proving, SiteErrors, SiteFields,
};
use super::*;
use crate::view::{
    Authenticator, ChallengeView, Device, Happening, Open, Proof, Purpose, Recovery, SecurityView,
};

const AT: i64 = 1_795_319_112_000;

fn frame() -> Frame {
    let assets = Assets {
        css: "/assets/twofold.1.css",
        security: Bundle { js: "/assets/twofold.2.js", wasm: "/assets/twofold.3.wasm" },
        challenge: Bundle { js: "/assets/challenge.7.js", wasm: "/assets/challenge.8.wasm" },
        frame: "/assets/frame.6.js",
        reference: "/assets/reference.7.css",
        welcome: "/assets/welcome.4.js",
        copy: "/assets/copy.6.js",
        icon: "/assets/favicon.5.svg",
    };
    let account = Some(Account { email: "alice@example.com".into(), admin: true, mailbox: true });
    Frame { assets, site: "Example".into(), account }
}

fn off() -> SecurityView {
    let turn_off = Proof { password: true, code: false };
    SecurityView {
        label: "alice@example.com".into(),
        issuer: "Example".into(),
        turn_off,
        ..SecurityView::default()
    }
}

fn on(left: u32, names: &[&str]) -> SecurityView {
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
        recovery: Some(Recovery { left, total: 10, made_at: AT }),
        ..off()
    }
}

fn unfinished(confirmed: bool) -> SecurityView {
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

fn asked(passed: bool) -> ChallengeView {
    ChallengeView { label: "alice@example.com".into(), app: true, passed, ..ChallengeView::default() }
}

fn listed(name: &str) -> organization::ListedSite {
    organization::ListedSite { id: "s".into(), name: name.into(), origins: vec!["https://a.test".into()] }
}

fn shop() -> organization::Site {
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
        keys: vec![key("0123456789abcdef", None), key("fedcba9876543210", Some(AT))],
        notice: Some(organization::Notice::Added),
    }
}

fn found(email: &str) -> organization::Users {
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

fn locked(name: &str) -> organization::User {
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

fn previewed() -> organization::Requirement {
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

fn exempted(name: &str) -> organization::UserRequirementAsked {
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

fn refused_help() -> HelpAsked {
    let error = Some(FieldError::Empty);
    HelpAsked { id: "u".into(), email: "bob@example.com".into(), reason: "He called".into(), error }
}

fn every_error() -> SiteErrors {
    let (name, issuer) = (Some(FieldError::Empty), Some(FieldError::Forbidden));
    let (origins, kinds) = (Some(FieldError::NoOrigin("x".into())), Some(FieldError::Empty));
    SiteErrors {
        name,
        issuer,
        origins,
        kinds,
        days: Some(FieldError::NoDays),
        from: Some(FieldError::PastDay),
    }
}

fn proving() -> Proving {
    Proving { password: true, code: true, by_mail: true, error: Some(organization::ProvingError::CodeWrong) }
}

/// The pages of an invitation, with this in every field.
fn joining(text: &str, error: Option<PasswordError>) -> Invitation {
    let (name, by) = (Some(text.to_owned()), Some(text.to_owned()));
    let (secret, email) = (text.to_owned(), text.to_owned());
    Invitation::Open(Joining { secret, email, name, by, until: AT, error })
}

/// The form of a person, with this in every field, and everything wrong.
fn member(of: organization::MemberForm<'_>, text: &str) -> String {
    let role = "admin".to_owned();
    let typed = organization::MemberFields { email: text.into(), name: text.into(), role, required: true };
    let (email, name) = (Some(FieldError::EmailTaken), Some(FieldError::TooLong(64)));
    organization::member(&frame(), of, &typed, &organization::MemberErrors { email, name }, proving())
}

fn made_link(text: &str) -> String {
    let (id, email, url) = ("u".to_owned(), text.to_owned(), "https://a.test/invitation#0".to_owned());
    organization::made_link(&frame(), &organization::MadeLink { id, email, url, until: AT, mailed: true })
}

fn deed(of: Deed, text: &str) -> String {
    let (id, email, error) = ("u".to_owned(), text.to_owned(), Some(DeedError::LastAdmin));
    organization::deed(&frame(), of, &DeedAsked { id, email, you: true, error }, proving())
}

fn every_page() -> Vec<String> {
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
        welcome(&frame, &Welcome { error: Some(WelcomeError::LinkUsed), ..Welcome::default() }),
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
        invitation(&frame, &Invitation::Closed),
        invitation(&frame, &Invitation::Gone),
        invitation(&frame, &joining("bob@example.com", Some(PasswordError::TooShort))),
    ]
}

/// What is read, without tags and markers.
fn text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
    }
    text
}

fn has_button(html: &str, label: &str) -> bool {
    html.split("<button").skip(1).any(|button| text(button.split("</button>").next().unwrap()) == label)
}

#[test]
fn while_off_there_is_one_way_and_it_is_recommended() {
    let html = security(&frame(), off());
    let read = text(&html);
    assert!(read.contains("Two-factor authenticationOff"), "{read}");
    assert!(read.contains("Authenticator appRecommended"));
    assert!(has_button(&html, "Set up"));
    assert!(!has_button(&html, "Turn off") && !read.contains("Recovery codes"));
}

#[test]
fn while_on_everything_can_be_managed() {
    let html = security(&frame(), on(8, &["Phone", "Tablet 2"]));
    assert!(text(&html).contains("Two-factor authenticationOn"));
    assert!(text(&html).contains("Recovery codes8 of 10 left"));
    let buttons =
        ["Rename", "Test", "Replace", "Remove", "Add authenticator app", "Reset recovery codes", "Turn off"];
    for button in buttons {
        assert!(has_button(&html, button), "{button}");
    }
}

#[test]
fn the_only_authenticator_cannot_be_removed() {
    assert!(!has_button(&security(&frame(), on(8, &["Phone"])), "Remove"));
}

#[test]
fn few_recovery_codes_are_a_warning() {
    assert!(!security(&frame(), on(4, &["Phone"])).contains("warning"));
    assert!(text(&security(&frame(), on(3, &["Phone"]))).contains("Get a new set before they run out"));
}

#[test]
fn a_set_up_that_was_left_can_be_gone_on_with() {
    let confirmed = security(&frame(), unfinished(true));
    assert!(text(&confirmed).contains("Finish setting up: save your recovery codes"));
    assert!(has_button(&confirmed, "Show recovery codes") && has_button(&confirmed, "Start over"));
    let pending = security(&frame(), unfinished(false));
    assert!(has_button(&pending, "Continue") && has_button(&pending, "Start over"));
    assert!(!has_button(&pending, "Set up"));
}

#[test]
fn the_challenge_has_one_field_for_both_kinds_of_code() {
    let html = challenge(&frame(), asked(false));
    assert_eq!(html.matches("<input").count(), 1);
    assert!(html.contains("inputmode=\"numeric\"") && html.contains("autocomplete=\"one-time-code\""));
    assert!(html.contains("for=\"form-code\"") && html.contains("id=\"form-code\""));
    assert!(has_button(&html, "Verify") && has_button(&html, "Use a recovery code"));
    assert!(text(&html).contains("Lost your device?"));
}

#[test]
fn where_the_site_allows_it_the_device_can_be_remembered() {
    let html = challenge(&frame(), ChallengeView { trusted_days: 14, ..asked(false) });
    assert!(text(&html).contains("Remember this device for 14 days"), "{html}");
    assert!(html.find("type=\"checkbox\"") < html.find("id=\"form-code\""), "the code sends itself");
    assert!(!challenge(&frame(), asked(false)).contains("checkbox"));
}

#[test]
fn remembered_devices_are_listed_with_a_way_to_forget_them() {
    let device = Device {
        id: "d".into(),
        browser: "Chrome on Windows".into(),
        trusted_at: AT,
        used_at: None,
        expires_at: AT,
    };
    let html = security(&frame(), SecurityView { devices: vec![device], ..on(8, &["Phone"]) });
    assert!(text(&html).contains("Chrome on WindowsRemembered "), "{html}");
    assert!(has_button(&html, "Forget") && has_button(&html, "Forget all devices"));
    assert!(!text(&security(&frame(), on(8, &["Phone"]))).contains("Remembered devices"));
}

#[test]
fn a_passed_challenge_that_was_reloaded_leads_on() {
    let html = challenge(&frame(), asked(true));
    assert!(html.contains("action=\"/sign-in/complete\"") && has_button(&html, "Continue"));
    assert!(!html.contains("<input"));
}

#[test]
fn what_a_person_wrote_is_never_markup() {
    let name = "\"><img src=x onerror=alert(1)>&lt;";
    let event = Happening { at: AT, what: name.into(), place: name.into() };
    let mut view = on(8, &[name]);
    view.events.push(event);
    view.label = name.into();
    let html = security(&Frame { site: name.into(), ..frame() }, view);
    assert!(!html.contains("<img"), "{html}");
    let html = organization::sites(&frame(), &[listed(name)]);
    assert!(!html.contains("<img"), "{html}");
    for html in [
        organization::users(&frame(), &found(name)),
        organization::user(&frame(), &locked(name)),
        member(organization::MemberForm::Edit("u", false), name),
        made_link(name),
        deed(Deed::InviteAgain, name),
        invitation(&frame(), &joining(name, None)),
        organization::user_requirement(&frame(), &exempted(name), Proving::default()),
        organization::help(
            &frame(),
            organization::Help::Reset,
            &HelpAsked { email: name.into(), reason: name.into(), ..HelpAsked::default() },
            Proving::default(),
        ),
    ] {
        assert!(!html.contains("<img"), "{html}");
    }
    let typed =
        SiteFields { name: name.into(), origins: "</textarea><img>&lt;".into(), ..SiteFields::default() };
    let html = organization::new_site(&frame(), &typed, &SiteErrors::default(), Proving::default());
    assert!(!html.contains("<img") && html.matches("</textarea>").count() == 1, "{html}");
    assert!(html.contains("&lt;/textarea>&lt;img>&amp;lt;</textarea>"), "{html}");
    let html = sign_in(&frame(), &SignIn { email: name.into(), next: name.into(), ..SignIn::default() });
    assert!(!html.contains("<img"), "{html}");
}

#[test]
fn no_page_holds_a_secret_a_script_or_a_style() {
    for html in every_page() {
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\""));
        assert!(!html.contains("otpauth:"), "{html}");
        assert!(!html.contains(" style=") && !html.contains("<style"), "{html}");
        for script in html.split("<script").skip(1) {
            assert!(script.starts_with(" type=\"module\" src=\"/assets/"), "{script}");
            assert!(script.contains("></script>"));
        }
        assert!(!html.contains(" onclick") && !html.contains("javascript:"), "{html}");
        assert!(!html.contains("</input>"), "{html}");
    }
}

#[test]
fn every_page_has_one_title_one_heading_and_one_main() {
    for html in every_page() {
        for tag in ["<title>", "<h1", "<main"] {
            assert_eq!(html.matches(tag).count(), 1, "{tag} in {html}");
        }
    }
}

#[test]
fn a_page_with_islands_loads_them_and_says_so_when_it_cannot() {
    let html = security(&frame(), off());
    for part in [
        "<link rel=\"modulepreload\" href=\"/assets/twofold.2.js\"",
        "<meta name=\"twofold-wasm\" content=\"/assets/twofold.3.wasm\"",
        "<noscript>",
        "data-twofold-fallback",
        "<leptos-island data-component=\"SecurityTab_",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!password(&frame(), Password::default()).contains("<script"));
}

#[test]
fn the_challenge_loads_nothing_that_only_setting_up_needs() {
    let html = challenge(&frame(), asked(false));
    assert!(html.contains("/assets/challenge.7.js") && html.contains("/assets/challenge.8.wasm"));
    assert!(!html.contains("/assets/twofold.2.js") && !html.contains("/assets/twofold.3.wasm"));
}

#[test]
fn a_refused_sign_in_keeps_the_email_and_not_the_password() {
    let shown =
        SignIn { email: "alice@example.com".into(), error: Some(SignInError::Wrong), ..SignIn::default() };
    let html = sign_in(&frame(), &shown);
    assert!(html.contains("value=\"alice@example.com\""));
    assert!(text(&html).contains("The e-mail or the password is not right."));
    let field = html.split("type=\"password\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(!field.contains("value="), "{field}");
    assert!(html.contains("autocomplete=\"current-password\""));
}

#[test]
fn the_account_pages_say_which_tab_they_are() {
    let current = |html: &str| {
        let header = html.split("</header>").next().unwrap();
        let link = header.split("aria-current=\"page\">").nth(1).unwrap();
        link.split('<').next().unwrap().to_owned()
    };
    assert_eq!(current(&security(&frame(), off())), "Security");
    assert_eq!(current(&password(&frame(), Password::default())), "Password");
    assert_eq!(current(&organization::sites(&frame(), &[])), "Organization");
    let member = Frame {
        account: Some(Account { email: "bob@example.com".into(), admin: false, mailbox: false }),
        ..frame()
    };
    assert!(!security(&member, off()).contains("/organization"));
}
