//! What holds for every input.

#![expect(clippy::unwrap_used, reason = "a test: a panic is how it fails")]

use domain::factor::recovery_code::PlainCode;
use domain::factor::totp::{self, Diagnosis, Verdict};
use domain::factor::{Answer, TotpCode};
use domain::name::{Issuer, Label};
use domain::secret::SharedSecret;
use domain::testing::SeededEntropy;
use domain::time::{TimeStep, Timestamp};
use otp_std::{Auth, Otp};
use proptest::prelude::*;

fn secret(seed: u64) -> SharedSecret {
    SharedSecret::new(&SeededEntropy::new(seed))
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// Text of these characters that is not blank.
fn name(characters: &str) -> impl Strategy<Value = String> + use<> {
    proptest::string::string_regex(&format!("[{characters}]{{1,40}}"))
        .unwrap()
        .prop_filter("not blank", |text| !text.trim().is_empty())
}

proptest! {
    // What fails is printed whole: no file of it is needed.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn accepted_steps_strictly_increase_whatever_the_clock_and_the_phone_do(
        seed: u64,
        tries in prop::collection::vec((0_i64..600, -3_i64..=3), 1..60),
    ) {
        let (secret, mut watermark) = (secret(seed), TimeStep::NONE);
        for (seconds, offset) in tries {
            let now = moment(1_800_000_000 + seconds);
            let shown = totp::code_at(&secret, moment(1_800_000_000 + seconds + offset * 30));
            let code = TotpCode::parse(&shown).unwrap();
            if let Verdict::Accepted(step) = totp::judge(&secret, &code, now, watermark, Diagnosis::Both).unwrap() {
                prop_assert!(step > watermark);
                prop_assert!((step.number() - TimeStep::at(now).number()).abs() <= 1);
                watermark = step;
            }
        }
    }

    #[test]
    fn a_code_of_an_independent_app_is_accepted(seed: u64, seconds in 0_i64..40_000_000_000) {
        let secret = secret(seed);
        let issuer = Issuer::parse("Twofold").unwrap();
        let label = Label::parse("alice@example.com").unwrap();
        let provisioning = totp::provision(&secret, &issuer, &label).unwrap();
        let auth = Auth::parse_url(provisioning.uri.expose()).unwrap();
        let Otp::Totp(app) = auth.otp() else { panic!("not a TOTP entry") };
        let shown = TotpCode::parse(&app.generate_string_at(seconds.unsigned_abs())).unwrap();
        let verdict = totp::judge(&secret, &shown, moment(seconds), TimeStep::NONE, Diagnosis::Past).unwrap();
        prop_assert!(matches!(verdict, Verdict::Accepted(_)));
    }

    #[test]
    fn an_independent_parser_reads_the_provisioning_uri_back(seed: u64, issuer in name("a-zA-Z0-9 @.+_&?#=/\\-éüßñ中日ж✨"), label in name("a-zA-Z0-9 @.+_&?%#=/\\-éüßñ中日ж✨")) {
        let secret = secret(seed);
        let (issuer, label) = (Issuer::parse(&issuer).unwrap(), Label::parse(&label).unwrap());
        let provisioning = totp::provision(&secret, &issuer, &label).unwrap();
        let auth = Auth::parse_url(provisioning.uri.expose()).unwrap();
        prop_assert_eq!(auth.label().user.as_str(), label.as_str());
        prop_assert_eq!(auth.label().issuer.as_ref().map(otp_std::auth::part::Part::as_str), Some(issuer.as_str()));
        let base = auth.otp().base();
        prop_assert_eq!(base.secret.as_bytes(), secret.expose().as_slice());
        prop_assert_eq!(provisioning.key.expose().len(), 32);
    }

    #[test]
    fn a_recovery_code_is_read_in_whatever_spelling(seed: u64, dashes in prop::collection::vec(0_usize..20, 0..8), upper: bool) {
        let code = PlainCode::new(&SeededEntropy::new(seed));
        let mut typed = code.expose().replace('-', "");
        for at in dashes {
            typed.insert(at.min(typed.len()), if at % 2 == 0 { '-' } else { ' ' });
        }
        let typed = if upper { typed } else { typed.to_lowercase().replace('0', "O").replace('1', "i") };
        prop_assert_eq!(PlainCode::parse(&typed), Some(code));
    }

    #[test]
    fn reading_an_answer_never_panics_and_reads_digits_only_as_such(text in "\\PC{0,40}") {
        match Answer::parse(&text) {
            Some(Answer::Totp(code)) => prop_assert_eq!(code.expose(), text.as_str()),
            Some(Answer::Email(code)) => prop_assert_eq!(code.expose(), text.as_str()),
            Some(Answer::RecoveryCode(code)) => prop_assert_eq!(code.expose().len(), 19),
            Some(Answer::BypassCode(code)) => prop_assert_eq!(code.expose().len(), 14),
            None => {}
        }
    }
}
