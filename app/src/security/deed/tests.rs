use super::*;
use leptos::serde_json;
use serde::de::DeserializeOwned;
use server_fn::ServerFn;

/// The arguments that the server function `F` reads out of the deed's call.
fn arguments<F: ServerFn + DeserializeOwned>(deed: Deed) -> F {
    let call = deed.call();
    assert_eq!(call.path, F::PATH);
    serde_json::from_str(&call.body).expect("the server function does not take these arguments")
}

fn id() -> String {
    "01".to_owned()
}

#[test]
fn an_enrollment_is_begun_for_its_purpose() {
    let purposes = [Purpose::First, Purpose::Further, Purpose::Replace(id())];
    for purpose in purposes {
        assert_eq!(arguments::<BeginEnrollment>(Deed::Begin(purpose.clone())).purpose, purpose);
    }
}

#[test]
fn each_deed_about_an_enrollment_names_it() {
    let purpose = Purpose::First;
    assert_eq!(arguments::<ResumeEnrollment>(Deed::Resume { id: id(), purpose: purpose.clone() }).id, id());
    assert_eq!(
        arguments::<CancelEnrollment>(Deed::StartOver { id: id(), purpose: purpose.clone(), by_mail: false })
            .id,
        id()
    );
    assert_eq!(arguments::<CancelEnrollment>(Deed::Cancel { id: id() }).id, id());
    let resume = Deed::ResumeEmail { id: id(), purpose: purpose.clone() };
    assert_eq!(arguments::<ResumeEmailEnrollment>(resume).id, id());
    let begin = Deed::BeginEmail { purpose: purpose.clone(), address: "a@example.com".into() };
    assert_eq!(arguments::<BeginEmailEnrollment>(begin).address, "a@example.com");
    assert_eq!(arguments::<RecoveryCodesAgain>(Deed::ShowCodes { id: id() }).id, id());
    assert_eq!(arguments::<AcknowledgeEnrollment>(Deed::Acknowledge { id: id() }).id, id());
    let confirm = Deed::Confirm { id: id(), purpose, code: "123456".into(), name: "Pixel \"9\"".into() };
    let confirm = arguments::<ConfirmEnrollment>(confirm);
    assert_eq!((confirm.id, &*confirm.code, &*confirm.name), (id(), "123456", "Pixel \"9\""));
}

#[test]
fn each_deed_about_an_authenticator_names_it() {
    let rename = Deed::Rename { id: id(), was: "Pixel".into(), name: "Phone".into() };
    let rename = arguments::<RenameAuthenticator>(rename);
    assert_eq!((rename.id, rename.was.as_deref(), &*rename.name), (id(), Some("Pixel"), "Phone"));
    let test = arguments::<TestAuthenticator>(Deed::Test { id: id(), code: "123456".into() });
    assert_eq!((test.id, &*test.code), (id(), "123456"));
    assert_eq!(arguments::<RemoveAuthenticator>(Deed::Remove { id: id() }).id, id());
}

#[test]
fn a_proof_that_is_not_asked_for_is_not_given() {
    let step_up = arguments::<StepUp>(Deed::StepUp { password: None, code: Some("123456".into()) });
    assert_eq!((step_up.password, step_up.code), (None, Some("123456".into())));
    let turn_off =
        arguments::<TurnOff>(Deed::TurnOff { password: Some("secret".into()), code: "123456".into() });
    assert_eq!((turn_off.password, &*turn_off.code), (Some("secret".into()), "123456"));
    let _: ResetRecoveryCodes = arguments(Deed::ResetCodes);
    let _: Overview = arguments(Deed::Return { notice: "", trouble: None });
}

#[test]
fn one_device_is_forgotten_or_all() {
    assert_eq!(arguments::<ForgetDevices>(Deed::Forget { id: Some(id()) }).id, Some(id()));
    assert_eq!(arguments::<ForgetDevices>(Deed::Forget { id: None }).id, None);
}
