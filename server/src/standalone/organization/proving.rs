//! The proof that a change asks for, as its form shows it.

use crate::page::seconds;
use crate::problem::Problem;
use crate::standalone::field::Typed;
use crate::standalone::proof::{self, Needed, Unproved};
use crate::standalone::visitor::Administrator;
use crate::state::{Acting, Server};
use app::page::organization::{Proving, ProvingError};
use domain::policy::STEP_UP;
use domain::step_up::Caller;
use storage::Authority;

/// What this administrator changes things with, once what the form asks for is proved. That they may is looked at once more in the
/// transaction of each deed: meanwhile they may have been signed out, be no administrator any more, or have to set up.
pub(super) fn acting(server: &Server, by: &Administrator) -> Acting {
    let (session, at) = (&by.caller.session, server.now());
    let (user, session) = (session.user.clone(), session.id);
    server.acting(&Authority { user, session, proved_after: at - STEP_UP, at })
}

/// What the form asks for now.
pub(super) async fn asked(server: &Server, caller: &Caller) -> Result<Proving, Problem> {
    Ok(shown(&proof::need(server, caller).await?, None))
}

/// Judges what was given, if anything is asked for. The error is what the form shows then.
pub(super) async fn prove(
    server: &Server,
    by: &Administrator,
    password: Option<&Typed>,
    code: Option<&str>,
) -> Result<Result<(), Proving>, Problem> {
    let need = proof::need(server, &by.caller).await?;
    if need.proof.is_met() {
        return Ok(Ok(()));
    }
    let password = password.map(Typed::expose).filter(|text| !text.is_empty());
    let code = code.map(str::trim).filter(|text| !text.is_empty());
    let proved = proof::step_up(server, &by.caller, &by.renewed, password, code).await?;
    Ok(proved.map_err(|unproved| shown(&need, Some(unproved))))
}

fn shown(need: &Needed, unproved: Option<Unproved>) -> Proving {
    let error = unproved.map(|unproved| match unproved {
        Unproved::Asked => ProvingError::Asked,
        Unproved::PasswordWrong => ProvingError::PasswordWrong,
        Unproved::CodeWrong => ProvingError::CodeWrong,
        Unproved::Wait(wait) => ProvingError::Wait { seconds: seconds(wait) },
    });
    Proving { password: need.proof.password, code: need.proof.code, by_mail: need.by_mail, error }
}
