//! `stockroom backup FILE`: a consistent copy while the server goes on.

use app::Refusal;

use crate::Outcome;
use crate::arguments::Backup;
use crate::settings::Settings;

pub fn backup(settings: &Settings, backup: &Backup) -> Result<Outcome, Refusal> {
    let app = settings.open()?;
    if backup.file.exists() {
        let file = backup.file.display();
        return Err(Refusal::conflict(format!("{file} exists; hint: name a new file")));
    }
    if app.copy_database(&backup.file)? {
        eprintln!(
            "copied to {}; keep secret.key of the data folder too, apart from it",
            backup.file.display()
        );
        return Ok(Outcome::Done);
    }
    Err(Refusal::conflict("this database is PostgreSQL; hint: use pg_dump, it does this better"))
}
