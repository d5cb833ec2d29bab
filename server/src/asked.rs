//! What a challenge shows, at the built-in sign-in and in a widget.

use crate::state::Server;
use app::view::{ChallengeView, Letter};
use domain::error::Fault;
use domain::factor::FactorKind;
use domain::ports::{Challenge, ChallengeState};

/// For the person who is known as `label`.
pub(crate) async fn view(server: &Server, of: &Challenge, label: String) -> Result<ChallengeView, Fault> {
    let two_factor = server.two_factor();
    let kinds = two_factor.factor_kinds(&of.user).await?;
    let days = two_factor.site(of.user.site).await?.policy.trusted_device_days;
    let email = kinds.contains(&FactorKind::Email);
    let letter = if email { two_factor.code_on_its_way(&of.user, of.id.into()).await? } else { None };
    Ok(ChallengeView {
        label,
        app: kinds.contains(&FactorKind::Totp),
        email,
        letter: letter.map(Letter::from),
        passed: of.state == ChallengeState::Passed,
        trusted_days: days.days().into(),
    })
}
