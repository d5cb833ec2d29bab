//! What a site's administrator does.

use super::Person;
use crate::audit::Place;
use crate::error::AdminError;
use crate::ports::Purpose;
use crate::testing::contract::Racer;

pub async fn an_administrator_may_revoke_every_authenticator_at_once(person: Person) {
    person.set_up().await;
    let (begun, tablet) = person.begin(Purpose::Further).await;
    let code = person.code(&tablet);
    person.two_factor.confirm_enrollment(&person.caller, begun.id, &code, "Tablet").await.unwrap();
    let (phone, tablet) = (person.authenticator("Pixel").await, person.authenticator("Tablet").await);
    let user = person.caller.user().clone();
    let racers = [phone, tablet, phone, tablet].into_iter().map(|id| {
        let (two_factor, user) = (person.two_factor.clone(), user.clone());
        Box::pin(async move {
            match two_factor.revoke_authenticator(&user, id, &Place::default()).await {
                Ok(()) => true,
                Err(AdminError::NotFound) => false,
                Err(other) => panic!("{other}"),
            }
        }) as Racer
    });
    assert_eq!(person.race(racers.collect()).await, 2, "each of them once");
    let report = person.two_factor.user(&user).await.unwrap().unwrap();
    assert_eq!((report.protected_since, report.authenticators, report.recovery), (None, vec![], None));
    assert!(!person.is_asked().await);
}
