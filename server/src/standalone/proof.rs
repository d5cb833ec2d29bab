//! Proving every factor again in the form of the change that needs it.

use crate::problem::Problem;
use crate::state::Server;
use crate::typed::tidy;
use app::fns::Renewed;
use domain::error::{Refusal, StepUpError};
use domain::factor::FactorKind;
use domain::step_up::{Caller, StepUpNeed};
use std::time::Duration;

/// Why a proof was refused, in a form's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unproved {
    /// It was not given, or the session ended meanwhile.
    Asked,
    PasswordWrong,
    CodeWrong,
    Wait(Duration),
}

/// What a dangerous change asks a caller for now.
pub(super) struct Needed {
    /// What.
    pub(super) proof: StepUpNeed,
    /// The code can be one that is mailed.
    pub(super) by_mail: bool,
}

/// What a dangerous change asks this caller for now.
pub(super) async fn need(server: &Server, caller: &Caller) -> Result<Needed, Problem> {
    let overview = server.two_factor().overview(caller).await?;
    let by_mail = overview.authenticators.iter().any(|one| one.kind == FactorKind::Email);
    Ok(Needed { proof: overview.step_up, by_mail: by_mail && overview.step_up.code })
}

/// Judges the proof; good for the next minutes. The new bearer of the session is left in `renewed`, from where every answer
/// takes it, a refusal and a fault too.
pub(super) async fn step_up(
    server: &Server,
    caller: &Caller,
    renewed: &Renewed,
    password: Option<&str>,
    code: Option<&str>,
) -> Result<Result<(), Unproved>, Problem> {
    let code = code.map(tidy);
    match server.two_factor().step_up(caller, password, code.as_deref()).await {
        Ok(None) => Ok(Ok(())),
        Ok(Some(token)) => Ok(Ok(renewed.keep(token)?)),
        Err(error) => unproved(error).map(Err),
    }
}

fn unproved(error: StepUpError) -> Result<Unproved, Problem> {
    Ok(match error {
        StepUpError::PasswordWrong => Unproved::PasswordWrong,
        StepUpError::PasswordWait { wait } => Unproved::Wait(wait),
        StepUpError::Incomplete(_) | StepUpError::SessionEnded => Unproved::Asked,
        StepUpError::Refused(refusal) => refused(refusal),
        StepUpError::Fault(fault) => return Err(fault.into()),
    })
}

fn refused(refusal: Refusal) -> Unproved {
    match refusal {
        Refusal::Wait { wait } | Refusal::Stopped { wait } => Unproved::Wait(wait),
        Refusal::Malformed
        | Refusal::RecoveryCodeHere
        | Refusal::NoCodeMailed
        | Refusal::Wrong { .. }
        | Refusal::AlreadyUsed { .. }
        | Refusal::ClockOff { .. } => Unproved::CodeWrong,
    }
}
