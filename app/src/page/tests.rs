mod samples;

use super::organization::{self, Deed, HelpAsked, Proving, SiteErrors, SiteFields};
use super::*;
use crate::view::{ChallengeView, Device, Happening, SecurityView};
use samples::*;

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
    assert!(read.contains("Two-factor authentication\u{a0}Off"), "{read}");
    assert!(read.contains("Authenticator app\u{a0}Recommended"));
    assert!(has_button(&html, "Set up"));
    assert!(!has_button(&html, "Turn off") && !read.contains("Recovery codes"));
}

#[test]
fn while_on_everything_can_be_managed() {
    let html = security(&frame(), on(8, &["Phone", "Tablet 2"]));
    assert!(text(&html).contains("Two-factor authentication\u{a0}On"));
    assert!(text(&html).contains("Recovery codes\u{a0}8 of 10 left"));
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
    assert!(text(&html).contains("Trust this browser for 14 days"), "{html}");
    assert!(html.find("id=\"form-code\"") < html.find("type=\"checkbox\""), "the field comes first");
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
    assert!(text(&html).contains("Chrome on WindowsTrusted since "), "{html}");
    assert!(has_button(&html, "Forget") && has_button(&html, "Forget all browsers"));
    assert!(!text(&security(&frame(), on(8, &["Phone"]))).contains("Trusted browsers"));
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
    let plain = password(&frame(), Password::default());
    assert_eq!(plain.matches("<script").count(), 1, "what a form is better with, and no island: {plain}");
    assert!(plain.contains("/assets/form.8.js") && html.contains("/assets/form.8.js"));
}

#[test]
fn the_challenge_loads_nothing_that_only_setting_up_needs() {
    let html = challenge(&frame(), asked(false));
    assert!(html.contains("/assets/challenge.7.js") && html.contains("/assets/challenge.8.wasm"));
    assert!(!html.contains("/assets/twofold.2.js") && !html.contains("/assets/twofold.3.wasm"));
    assert!(!html.contains("/assets/form.8.js"), "it asks for no password");
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
    assert_eq!(current(&sessions(&frame(), &signed_in("Firefox on Linux"))), "Sessions");
    assert_eq!(current(&organization::sites(&frame(), &[])), "Organization");
    let member = Frame {
        account: Some(Account { email: "bob@example.com".into(), admin: false, mailbox: false }),
        ..frame()
    };
    assert!(!security(&member, off()).contains("/organization"));
}

#[test]
fn every_form_that_changes_something_says_for_whom() {
    // Whoever sends these is nobody yet.
    let of_nobody = [
        "/sign-in",
        "/welcome",
        "/invitation",
        "/invitation/join",
        "/sign-in/complete",
        "/forgotten-password",
        "/new-password",
        "/new-password/choose",
    ];
    let mut seen = 0;
    for html in every_page() {
        for form in html.split("<form").skip(1).filter(|form| form.contains("method=\"post\"")) {
            let tag = form.split('>').next().unwrap();
            let action = tag.split("action=\"").nth(1).unwrap_or_default().split('"').next().unwrap();
            if !of_nobody.contains(&action) {
                assert!(action.ends_with("?for=018f-alice"), "{tag}");
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen}");
    let nobody = Frame { whom: String::new(), account: None, ..frame() };
    assert!(!sign_in(&nobody, &SignIn::default()).contains("?for="));
}

#[test]
fn recent_activity_separates_nothing_from_nothing_and_shows_ten_rows_at_once() {
    let event = |n: i64| Happening { at: AT + n, what: format!("Row {n}"), place: String::new() };
    let view = |rows| SecurityView { events: (0..rows).map(event).collect(), ..off() };
    let html = security(&frame(), view(12));
    let activity = html.split("id=\"activity\"").nth(1).unwrap();
    let (first, rest) = activity.split_once("<details").unwrap();
    assert_eq!((first.matches("<li").count(), rest.matches("<li").count()), (10, 2));
    assert!(text(rest).contains("Show all") && text(rest).contains("This was not me"));
    for row in activity.split("class=\"hint apart\"").skip(1) {
        assert!(!row.contains("<span></span>"), "{row}");
    }
    assert!(!text(&security(&frame(), view(3))).contains("Show all"));
}

#[test]
fn a_password_can_be_looked_at_and_a_refusal_is_said_by_nobody_else() {
    for html in every_page() {
        for field in html.split("type=\"password\"").skip(1) {
            let eye = field.split("<button").nth(1).unwrap().split('>').next().unwrap();
            assert!(eye.contains("class=\"eye\"") && eye.contains("aria-label=\"Show password\""), "{eye}");
        }
        for form in html.split("<form").skip(1) {
            let (tag, fields) = form.split_once('>').unwrap();
            let judged = fields.split("</form>").next().unwrap().contains(" required");
            assert!(!judged || tag.contains("novalidate"), "the browser says what is missing, too: {tag}");
        }
    }
}
