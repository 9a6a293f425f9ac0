//! `stockroom token create`: prints the token alone, so that a script can keep it.

use app::{Refusal, tokens};

use crate::Outcome;
use crate::arguments::{Role, Token};
use crate::settings::Settings;

pub async fn token(settings: &Settings, token: Token) -> Result<Outcome, Refusal> {
    let app = settings.open()?;
    let Token::Create { name, role, tenant } = token;
    let caller = super::caller(&app, tenant.as_deref()).await?;
    let role = match role {
        Role::Viewer => domain::access::Role::Viewer,
        Role::Operator => domain::access::Role::Operator,
        Role::Manager => domain::access::Role::Manager,
        Role::Administrator => domain::access::Role::Administrator,
    };
    let (_, text) = tokens::create(&app, &caller, &name, role).await?;
    say!("{text}");
    Ok(Outcome::Done)
}
