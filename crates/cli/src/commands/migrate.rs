//! `stockroom migrate`: brings the database up to date without starting a server.

use app::Refusal;

use crate::Outcome;
use crate::settings::Settings;

pub fn migrate(settings: &Settings) -> Result<Outcome, Refusal> {
    let database = settings.database()?;
    let done = store::bring_up_to_date(&database)?;
    for name in &done {
        say!("{name}");
    }
    match done.len() {
        0 => eprintln!("the database was up to date; there was nothing to do"),
        1 => eprintln!("one migration was run; the database is up to date"),
        many => eprintln!("{many} migrations were run; the database is up to date"),
    }
    Ok(Outcome::Done)
}
