//! `/account/code`: a code by mail for one of the plain forms, which ask for a proof before a change.

use super::SIGN_IN;
use super::next::sign_in_first;
use super::password::account;
use super::session::see_other;
use super::visitor::AtLarge;
use crate::page::{self, seconds};
use crate::problem::Problem;
use crate::standalone::field::Fields;
use crate::state::Server;
use app::page::MailedCode;
use axum::extract::State;
use axum::response::Response;
use domain::error::MailCodeError;
use http::{Method, Uri};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

pub(super) async fn page(
    State(server): State<Server>,
    AtLarge(caller): AtLarge,
    uri: Uri,
) -> Result<Response, Problem> {
    let Some((_, account)) = account(&server, caller).await? else {
        return Ok(sign_in_first(&Method::GET, &uri));
    };
    Ok(page::mailed_code(&server, &account, &MailedCode::Ask, None))
}

pub(super) async fn send(
    State(server): State<Server>,
    AtLarge(caller): AtLarge,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Problem> {
    let Some((caller, account)) = account(&server, caller).await? else { return Ok(see_other(SIGN_IN)) };
    let (shown, wait) = match server.two_factor().mail_step_up_code(&caller).await {
        Ok(sent) => (MailedCode::Sent(sent.to), None),
        Err(MailCodeError::TooSoon { wait }) => (MailedCode::Wait(seconds(wait)), Some(wait)),
        Err(MailCodeError::Over | MailCodeError::NotSetUp) => (MailedCode::NotSetUp, None),
        Err(MailCodeError::Fault(fault)) => return Err(fault.into()),
    };
    Ok(page::mailed_code(&server, &account, &shown, wait))
}
