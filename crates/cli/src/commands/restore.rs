//! `stockroom restore FILE`: a backup in place of the database, which is kept beside it.

use app::{Clock, Refusal};

use crate::Outcome;
use crate::arguments::Restore;
use crate::settings::Settings;

pub fn restore(settings: &Settings, restore: &Restore) -> Result<Outcome, Refusal> {
    let database = settings.database()?;
    let stamp = Clock::system().now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let done = store::restore(&database, &restore.file, &stamp).map_err(Refusal::conflict)?;
    eprintln!("{} is now {database}", restore.file.display());
    if let Some(kept) = &done.kept {
        eprintln!("the database from before is kept; remove it when you are sure:");
        say!("{}", kept.display());
    }
    if done.damaged {
        eprintln!("it was damaged; if a server still had it open, start that one again");
    }
    if done.pending > 0 {
        eprintln!("an older release made the backup; the next start brings it up to date");
    }
    eprintln!("see that secret.key is the one of that time, then run: stockroom doctor");
    Ok(Outcome::Done)
}
