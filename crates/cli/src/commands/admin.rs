//! `stockroom admin …`: people who administer, without a browser.

use std::io::BufRead;

use app::{Refusal, setup};

use crate::Outcome;
use crate::arguments::Admin;
use crate::settings::Settings;

pub async fn admin(settings: &Settings, admin: Admin) -> Result<Outcome, Refusal> {
    let app = settings.open()?;
    match admin {
        Admin::Create { email, password_stdin, tenant } => {
            let password = password(password_stdin)?;
            let tenant = setup::add_administrator(&app, tenant, &email, &password).await?;
            eprintln!("{email} administers {} ({})", tenant.name, tenant.slug);
        }
        Admin::ResetPassword { email, password_stdin, tenant } => {
            let password = password(password_stdin)?;
            setup::reset_password(&app, tenant, &email, &password).await?;
            eprintln!("{email} has a new password; their sessions have ended");
        }
    }
    Ok(Outcome::Done)
}

/// The first line of standard input; on a terminal it is asked for.
fn password(quietly: bool) -> Result<String, Refusal> {
    if !quietly {
        eprint!("Password (it will be visible): ");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| {
        Refusal::invalid("password", format!("the password could not be read: {error}"))
    })?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
