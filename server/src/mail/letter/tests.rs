use super::*;
use domain::audit::{EventKind, Place};
use domain::letter_limit::Weight;
use domain::name::{SiteId, User, UserId};
use domain::testing::SeededEntropy;
use domain::time::Timestamp;

fn event(subject: Option<&str>) -> Event {
    let user = User { site: SiteId::BUILT_IN, id: UserId::parse("ada").unwrap() };
    let place = Place { address: Some("192.0.2.7".to_owned()), browser: Some("Firefox on Linux".to_owned()) };
    let at = Timestamp::from_millis(1_795_319_112_000);
    let event = Event::new(EventKind::AuthenticatorAdded, &user, &place, at, &SeededEntropy::new(71));
    Event { subject: subject.map(str::to_owned), ..event }
}

fn letter(notice: Notice, event: &Event, recovery_left: usize) -> Letter {
    let leads_to = Some("https://2fa.example.com/account/security");
    let (email, invited) = ("ada@example.com", None);
    Letter::of(Told {
        notice,
        event,
        email,
        site: "Shop",
        leads_to,
        invited,
        good_until: None,
        recovery_left,
    })
}

#[test]
fn a_letter_says_what_when_from_where_and_what_to_do() {
    let letter = letter(Notice::AuthenticatorAdded, &event(Some("Pixel 9")), 10);
    assert_eq!(
        (letter.to.as_str(), letter.subject.as_str()),
        ("ada@example.com", "An authenticator was added · Shop")
    );
    assert_eq!(
        letter.text,
        "The authenticator “Pixel 9” was added to your account at Shop.\n\nAccount: ada@example.com\nWhen: Sun, 22 Nov \
         2026 03:45:12 GMT\nFrom: Firefox on Linux, 192.0.2.7\n\nIf it was you, there is nothing to do.\n\nIf it was not \
         you, change your password now, and look at your authenticators. If you cannot sign in, ask your administrator \
         for help. Your Security tab:\nhttps://2fa.example.com/account/security\n"
    );
}

#[test]
fn a_name_is_text_in_the_page_and_stands_in_no_header() {
    let letter =
        letter(Notice::AuthenticatorRemoved, &event(Some("<img src=x>&\r\nBcc: eve@example.com")), 10);
    assert!(
        letter.html.contains("&lt;img src=x&gt;&amp;") && !letter.html.contains("<img"),
        "{}",
        letter.html
    );
    assert!(!letter.subject.contains("Bcc"), "{}", letter.subject);
}

#[test]
fn whoever_has_few_recovery_codes_left_is_told_to_make_new_ones() {
    let said = |left| letter(Notice::RecoveryCodeUsed, &event(None), left).text;
    assert!(said(9).contains("9 codes are left.\n"));
    assert!(said(3).contains("3 codes are left. Make new ones in your Security tab."));
    assert!(said(1).contains("One code is left.") && said(0).contains("No code is left."));
}

#[test]
fn an_invitation_says_who_invites_and_until_when_and_not_from_where() {
    let (event, until) = (event(None), Timestamp::from_millis(1_795_319_112_000));
    let invited = Some(Inviting { by: Some("Ada <b> (ada@example.com)"), until });
    let (email, leads_to) = ("bob@example.com", Some("https://2fa.example.com/invitation#0123"));
    let (notice, site) = (Notice::Invited, "Shop");
    let told =
        Told { notice, event: &event, email, site, leads_to, invited, good_until: None, recovery_left: 0 };
    let letter = Letter::of(told);
    assert_eq!(
        (letter.to.as_str(), letter.subject.as_str()),
        ("bob@example.com", "You are invited · Shop"),
        "no secret in a subject"
    );
    assert_eq!(
        letter.text,
        "Ada <b> (ada@example.com) invites you to have an account at Shop.\n\nAccount: bob@example.com\nGood until: Sun, 22 \
         Nov 2026 03:45:12 GMT\n\nIf you know nothing of it, do nothing: nobody can use the account without this link.\n\n\
         The link works once. Whoever has it chooses the password: give it to nobody else. To choose yours, open it:\n\
         https://2fa.example.com/invitation#0123\n"
    );
    assert!(letter.html.contains("Ada &lt;b&gt; (ada@example.com) invites you"), "{}", letter.html);
    let nobody = Told { invited: Some(Inviting { by: None, until }), ..told };
    assert!(Letter::of(nobody).text.starts_with("An administrator invites you"));
}

#[test]
fn a_deadline_is_told_with_its_day_and_the_way_to_be_ready() {
    let announced = letter(Notice::RequirementAnnounced, &event(Some("2026-12-01")), 0);
    assert_eq!(announced.subject, "Set up two-factor authentication · Shop");
    assert!(announced.text.contains("for your account at Shop from 1 December 2026."), "{}", announced.text);
    let reminded = letter(Notice::RequirementReminded, &event(Some("2026-12-01")), 0);
    assert!(
        reminded.text.starts_with("From 1 December 2026 your administrator requires"),
        "{}",
        reminded.text
    );
    assert!(reminded.text.contains("Set it up in your Security tab:"), "{}", reminded.text);
}

#[test]
fn a_letter_of_another_site_bears_its_name_and_leads_nowhere_else() {
    for notice in [
        Notice::TurnedOn,
        Notice::TurnedOff,
        Notice::AuthenticatorAdded,
        Notice::AuthenticatorReplaced,
        Notice::AuthenticatorRemoved,
        Notice::RecoveryCodesReplaced,
        Notice::RecoveryCodeUsed,
        Notice::ManyWrongCodes,
        Notice::Reset,
        Notice::Unlocked,
        Notice::BypassCodeIssued,
        Notice::BypassCodeUsed,
        Notice::RequirementChanged,
        Notice::DeviceTrusted,
        Notice::DeviceForgotten,
        Notice::AuthenticatorRenamed,
        Notice::EmailLeft,
    ] {
        let event = event(None);
        let (email, site) = ("ada@example.com", "Shop");
        let told = Told {
            notice,
            event: &event,
            email,
            site,
            leads_to: None,
            invited: None,
            good_until: None,
            recovery_left: 9,
        };
        let letter = Letter::of(told);
        assert_eq!((letter.from.as_str(), letter.subject.ends_with(" · Shop")), ("Shop", true));
        assert!(letter.text.contains("at Shop"), "{}", letter.text);
        for text in [&letter.text, &letter.html, &letter.subject] {
            assert!(!text.contains("Twofold") && !text.contains("http") && !text.contains("href"), "{text}");
        }
    }
}

#[test]
fn a_changed_requirement_role_and_device_are_told() {
    let of = |kind, subject| Event { kind, ..event(subject) };
    let said = |notice, event: &Event| letter(notice, event, 0).text;
    let required = said(Notice::RequirementChanged, &of(EventKind::RequirementSet, None));
    assert!(
        required.starts_with("Two-factor authentication is required for your account at Shop."),
        "{required}"
    );
    let ahead = said(Notice::RequirementChanged, &of(EventKind::RequirementSet, Some("2026-12-01")));
    assert!(ahead.starts_with("From 1 December 2026 two-factor authentication is required"), "{ahead}");
    let lifted = said(Notice::RequirementChanged, &of(EventKind::RequirementLifted, None));
    assert!(lifted.contains("is not required any more"), "{lifted}");
    let role = said(Notice::RoleChanged, &of(EventKind::AccountRoleChanged, Some("admin")));
    assert!(role.contains("it is administrator now"), "{role}");
    let device = said(Notice::DeviceTrusted, &of(EventKind::DeviceTrusted, Some("Firefox on Linux")));
    assert!(device.contains("signing in there asks for no code"), "{device}");
    let one = said(Notice::DeviceForgotten, &of(EventKind::DeviceForgotten, Some("Firefox on Linux")));
    assert!(one.starts_with("Firefox on Linux is no longer remembered for your account at Shop."), "{one}");
    let every = said(Notice::DeviceForgotten, &of(EventKind::DevicesForgotten, None));
    assert!(every.starts_with("No browser is remembered any more"), "{every}");
    let renamed = said(Notice::AuthenticatorRenamed, &of(EventKind::AuthenticatorRenamed, Some("Pixel 9")));
    assert!(renamed.contains("was renamed: it is called “Pixel 9” now."), "{renamed}");
}

#[test]
fn what_is_required_from_now_on_is_told_as_that() {
    let told = letter(Notice::RequirementAnnounced, &event(Some("2026-11-22")), 0).text;
    assert!(
        told.starts_with(
            "Your administrator requires two-factor authentication for your account at Shop from now on."
        ),
        "{told}"
    );
}

#[test]
fn a_letter_that_tells_of_a_change_of_factors_has_an_allowance_of_its_own() {
    let weight = |notice| letter(notice, &event(None), 0).weight;
    for notice in [Notice::TurnedOff, Notice::AuthenticatorAdded, Notice::Reset, Notice::EmailLeft] {
        assert_eq!(weight(notice), Weight::Grave(notice), "each has its own");
    }
    assert_eq!(weight(Notice::PasswordLink), Weight::Link, "anybody may ask for one");
    for notice in [Notice::ManyWrongCodes, Notice::Invited, Notice::DeviceTrusted] {
        assert_eq!(weight(notice), Weight::Light, "{notice:?}: a stranger or a habit can cause many");
    }
}

#[test]
fn a_link_for_a_new_password_says_who_asked_until_when_it_is_good_and_that_it_is_nobodys_else() {
    let (event, until) = (event(None), Timestamp::from_millis(1_795_320_912_000));
    let leads_to = Some("https://2fa.example.com/new-password#0123");
    let (notice, email, site) = (Notice::PasswordLink, "ada@example.com", "Shop");
    let good_until = Some(until);
    let letter = Letter::of(Told {
        notice,
        event: &event,
        email,
        site,
        leads_to,
        invited: None,
        good_until,
        recovery_left: 9,
    });
    assert_eq!(letter.subject, "Choose a new password · Shop");
    for said in [
        "From: Firefox on Linux, 192.0.2.7\nGood until: Sun, 22 Nov 2026 04:15:12 GMT",
        "If you did not ask for it, do nothing: your password stays as it is.",
        "give it to nobody",
        "\nhttps://2fa.example.com/new-password#0123\n",
    ] {
        assert!(letter.text.contains(said), "{said}: {}", letter.text);
    }
    assert!(
        letter.html.contains("<a href=\"https://2fa.example.com/new-password#0123\">"),
        "{}",
        letter.html
    );
}
