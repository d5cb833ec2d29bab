//! What a challenge shows, at the built-in sign-in and in a widget.

use crate::state::Server;
use app::error::seconds;
use app::view::{ChallengeView, Letter};
use domain::budget::Allowance;
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
    let asked = ChallengeView {
        label,
        app: kinds.contains(&FactorKind::Totp),
        email,
        letter: letter.map(Letter::from),
        passed: of.state == ChallengeState::Passed,
        wait: 0,
        stopped: false,
        trusted_days: days.days().into(),
    };
    // A page that is loaded again goes on counting down.
    let (wait, stopped) = match two_factor.allowance(&of.user, first(&asked)).await? {
        Allowance::Open => (0, false),
        Allowance::Wait(wait) => (seconds(wait), false),
        Allowance::Stopped(wait) => (seconds(wait), true),
    };
    Ok(ChallengeView { wait, stopped, ..asked })
}

/// The kind that the page asks for first.
fn first(asked: &ChallengeView) -> FactorKind {
    match (asked.mail_first(), asked.app) {
        (true, _) => FactorKind::Email,
        (false, true) => FactorKind::Totp,
        (false, false) => FactorKind::RecoveryCode,
    }
}
