//! The same for all else that a cause made (products, places, statuses, people): what nothing points
//! at any more goes again, what is used stays and is said.

use domain::event::Subject;
use domain::{Cause, Deed, Mint};

use crate::seam::{Query, StoreError, Tx};
use crate::{catalog, employees, events, locations, nouns, products, statuses};

/// What of it is gone again, and what stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unmade {
    pub gone: Vec<Subject>,
    pub kept: Vec<(Subject, String)>,
}

/// The newest first, so that what names another goes before it. `people` where they too were made on
/// the way, and are not what the cause was about.
pub fn unmake(
    tx: &mut Tx<'_>,
    deed: &Deed,
    mint: &Mint,
    cause: &Cause,
    people: bool,
) -> Result<Unmade, StoreError> {
    let mut unmade = Unmade::default();
    for subject in events::made_besides_assets(tx, cause)? {
        if matches!(subject, Subject::Employee(_)) && !people || !nouns::stands(tx, subject)? {
            continue;
        }
        let used = nouns::uses(tx, subject)?;
        if used.any() {
            unmade.kept.push((subject, format!("it was made there, and {used} need it now")));
            continue;
        }
        let others = events::count_besides(tx, subject, cause)?;
        if others > events::count_of(tx, subject, &deed.cause)? {
            unmade.kept.push((subject, "it was made there, but changed since".into()));
            continue;
        }
        match tx.attempt(|tx| remove(tx, deed, mint, subject)) {
            Ok(true) => unmade.gone.push(subject),
            Ok(false) => {}
            Err(StoreError::Conflict(name)) if name == "statuses_ready" => {
                let why = "it is the last status that is ready, which new assets need";
                unmade.kept.push((subject, why.into()));
            }
            Err(StoreError::Conflict(_) | StoreError::Referenced) => {
                unmade.kept.push((subject, "it was made there, but is needed now".into()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(unmade)
}

fn remove(tx: &mut Tx<'_>, deed: &Deed, mint: &Mint, subject: Subject) -> Result<bool, StoreError> {
    match subject {
        Subject::Product(id) => products::delete(tx, deed, mint, id),
        Subject::Category(id) => catalog::delete(tx, deed, mint, id),
        Subject::Manufacturer(id) => catalog::delete(tx, deed, mint, id),
        Subject::Supplier(id) => catalog::delete(tx, deed, mint, id),
        Subject::Department(id) => catalog::delete(tx, deed, mint, id),
        Subject::Status(id) => statuses::delete(tx, deed, mint, id),
        Subject::Location(id) => locations::delete(tx, deed, mint, id),
        Subject::Employee(id) => {
            let note = "their making was taken back".into();
            employees::delete(tx, deed, mint, id, Some(note))
        }
        _ => Ok(false),
    }
}
