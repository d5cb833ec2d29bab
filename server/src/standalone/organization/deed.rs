//! What is done with somebody's account, each after a page that says what it does: their role, their end, their
//! invitation.

use super::member::{event, made_link, show_link};
use super::proving::{acting, asked, prove};
use super::user::find;
use super::{form, frame, good};
use crate::problem::Problem;
use crate::route::Route;
use crate::standalone::field::{Fields, Typed};
use crate::standalone::link::{self, LinkSecret};
use crate::standalone::session::see_other;
use crate::standalone::visitor::Administrator;
use crate::state::Server;
use app::page::organization::{self as shown, Deed, DeedError};
use axum::extract::{Path, State};
use axum::response::Response;
use domain::audit::EventKind;
use domain::time::Timestamp;
use serde::Deserialize;
use storage::account::{Account, Changed, Role};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeedForm {
    password: Option<Typed>,
    code: Option<String>,
}

/// What came of it.
enum Came {
    /// The browser goes on there.
    To(String),
    /// This is shown, once.
    Link(shown::MadeLink),
    /// Nothing was done.
    Refused(DeedError),
}

/// The page and the form of each.
pub(super) fn routes() -> impl Iterator<Item = Route> {
    Deed::ALL.into_iter().flat_map(|of| {
        let ask = move |server: State<Server>, by: Administrator, id: Path<String>| ask(server, by, id, of);
        let act = move |server: State<Server>,
                        by: Administrator,
                        id: Path<String>,
                        typed: Fields<DeedForm>| { act(server, by, id, typed, of) };
        [Route::page(path(of), ask), Route::form(path(of), act)]
    })
}

const fn path(of: Deed) -> &'static str {
    match of {
        Deed::MakeAdmin => "/organization/users/{user}/make-admin",
        Deed::MakeMember => "/organization/users/{user}/make-member",
        Deed::Deactivate => "/organization/users/{user}/deactivate",
        Deed::Reactivate => "/organization/users/{user}/reactivate",
        Deed::InviteAgain => "/organization/users/{user}/invite-again",
        Deed::Withdraw => "/organization/users/{user}/withdraw",
        Deed::SignOut => "/organization/users/{user}/sign-out",
        Deed::PasswordLink => "/organization/users/{user}/password-link",
    }
}

async fn ask(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    of: Deed,
) -> Result<Response, Problem> {
    let about = about(&by, &find(&server, &id).await?, None);
    let proving = asked(&server, &by.caller).await?;
    Ok(good(shown::deed(&frame(&server, &by.account), of, &about, proving)))
}

async fn act(
    State(server): State<Server>,
    by: Administrator,
    Path(id): Path<String>,
    Fields(typed): Fields<DeedForm>,
    of: Deed,
) -> Result<Response, Problem> {
    let whom = find(&server, &id).await?;
    if let Err(proving) = prove(&server, &by, typed.password.as_ref(), typed.code.as_deref()).await? {
        let page = shown::deed(&frame(&server, &by.account), of, &about(&by, &whom, None), proving);
        return Ok(form(proving, false, page));
    }
    match done(&server, &by, &whom, of).await? {
        Came::To(path) => Ok(see_other(path)),
        Came::Link(made) => Ok(show_link(&server, &by, &made)),
        Came::Refused(error) => Ok(refuse(&server, &by, &about(&by, &whom, Some(error)), of)),
    }
}

async fn done(server: &Server, by: &Administrator, whom: &Account, of: Deed) -> Result<Came, Problem> {
    let accounts = acting(server, by).accounts;
    let say = |kind| event(server, kind, by, &whom.user);
    let to = |more: &str| Came::To(format!("/organization/users/{}?{more}", whom.id));
    let changed = |changed, more| match changed {
        Changed::Done => to(more),
        Changed::Already => Came::Refused(DeedError::Already),
        Changed::LastAdmin => Came::Refused(DeedError::LastAdmin),
    };
    let held = |held: bool, came| if held { came } else { Came::Refused(DeedError::Already) };
    let role = |role: Role| (role, say(EventKind::AccountRoleChanged).about(role.as_str()));
    Ok(match of {
        Deed::MakeAdmin => {
            let (role, event) = role(Role::Admin);
            changed(accounts.change_role(whom.id, role, event).await?, "role")
        }
        Deed::MakeMember => {
            let (role, event) = role(Role::Member);
            changed(accounts.change_role(whom.id, role, event).await?, "role")
        }
        Deed::Deactivate => {
            changed(accounts.deactivate(whom.id, say(EventKind::AccountDeactivated)).await?, "deactivated")
        }
        Deed::Reactivate => {
            held(accounts.reactivate(whom.id, say(EventKind::AccountReactivated)).await?, to("reactivated"))
        }
        Deed::Withdraw => {
            let event = say(EventKind::AccountWithdrawn).about(whom.email.as_str());
            let list = Came::To("/organization/users?withdrawn=1".to_owned());
            held(accounts.withdraw(whom.id, event).await?, list)
        }
        Deed::InviteAgain => {
            let (secret, new) = link::invite(server, &whom.user, say(EventKind::AccountInvited))?;
            let made = made_link(server, &whom.id.to_string(), &whom.email, &secret, new.expires_at);
            held(accounts.invite_again(whom.id, &new).await?, Came::Link(made))
        }
        Deed::SignOut => {
            let event = say(EventKind::SessionsEnded);
            held(accounts.sign_out_everywhere(whom.id, event).await?, to("signed-out"))
        }
        Deed::PasswordLink => {
            let event = say(EventKind::PasswordLinkMade);
            let (secret, new) = link::for_password(server, &whom.user, event)?;
            let made = password_link(server, whom, &secret, new.expires_at);
            held(accounts.make_password_link(whom.id, &new).await?, Came::Link(made))
        }
    })
}

/// It is handed over, and not mailed: whoever asks for one by mail asks for it.
fn password_link(server: &Server, of: &Account, secret: &LinkSecret, until: Timestamp) -> shown::MadeLink {
    shown::MadeLink {
        of: shown::LinkOf::Password,
        id: of.id.to_string(),
        email: of.email.as_str().to_owned(),
        url: secret.password_url(&server.settings().public_url),
        until: until.millis(),
        mailed: false,
    }
}

fn refuse(server: &Server, by: &Administrator, about: &shown::DeedAsked, of: Deed) -> Response {
    // The proof was good a moment ago.
    let proving = shown::Proving::default();
    let page = shown::deed(&frame(server, &by.account), of, about, proving);
    form(proving, true, page)
}

fn about(by: &Administrator, of: &Account, error: Option<DeedError>) -> shown::DeedAsked {
    let (id, email) = (of.id.to_string(), of.email.as_str().to_owned());
    shown::DeedAsked { id, email, you: of.id == by.account.id, error }
}
