//! Who the ids in the log are.

use crate::problem::Problem;
use crate::state::Server;
use app::page::organization as shown;
use domain::audit::Event;
use domain::name::User;
use std::collections::HashMap;

/// The e-mail addresses of those who occur in a list, each looked for once.
#[derive(Default)]
pub(super) struct People(HashMap<User, Option<String>>);

impl People {
    /// The address of this user; `None`: the account is gone.
    pub(super) async fn email(&mut self, server: &Server, of: &User) -> Result<Option<String>, Problem> {
        if let Some(known) = self.0.get(of) {
            return Ok(known.clone());
        }
        let account = server.accounts().account_by_user(of).await?;
        let email = account.map(|account| account.email.as_str().to_owned());
        self.0.insert(of.clone(), email.clone());
        Ok(email)
    }

    /// The administrator who did it, if one did.
    pub(super) async fn by(
        &mut self,
        server: &Server,
        event: &Event,
    ) -> Result<Option<shown::DoneBy>, Problem> {
        let Some(id) = event.by.clone() else { return Ok(None) };
        // A command on the server, or a site's API key: no account has such an id.
        if id.as_str().starts_with("twofold ") || id.as_str().starts_with("tf_") {
            return Ok(Some(shown::DoneBy::Known(id.as_str().to_owned())));
        }
        let email = self.email(server, &User { site: event.user.site, id }).await?;
        Ok(Some(email.map_or(shown::DoneBy::Gone, shown::DoneBy::Known)))
    }
}
