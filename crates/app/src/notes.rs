//! What people write down about an asset or an employee: dated, signed, part of the history.

use domain::access::Role;
use domain::event::Subject;
use domain::{Action, Event};
use store::{Cursor, Page, StoreError, assets, events, ledger, nouns};

use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// Characters of the longest.
const LONGEST: usize = 4_000;

/// Writes a note down; answers the event that it is.
pub async fn add(
    app: &App,
    caller: &Caller,
    subject: Subject,
    note: &str,
) -> Result<Event, Refusal> {
    caller.need(Role::Operator)?;
    let note = checked(note)?;
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let noted = app.store.write(caller.tenant, move |tx| {
        let gone = || Refusal::not_found(subject.kind(), subject.id());
        match subject {
            Subject::Asset(id) => {
                // Of several at once each waits its turn; what was written is not lost.
                nouns::hold(tx, subject)?;
                assets::find(tx, id)?.ok_or_else(gone)?;
                let note = Some(note);
                ledger::change(tx, &deed, &mint, id, None, Action::Noted, &[], note)?;
            }
            Subject::Employee(_) if nouns::stands(tx, subject)? => {
                nouns::tell(tx, &deed, &mint, subject, Action::Noted, note)?;
            }
            _ => return Err(gone()),
        }
        let written = events::of_action(tx, subject, Action::Noted, None, 1)?;
        Ok(written.items.into_iter().next().expect("it was written just now"))
    });
    noted.await
}

/// The events that notes are, newest first, and how many there are in all.
pub async fn of(
    app: &App,
    caller: &Caller,
    subject: Subject,
    cursor: Option<Cursor>,
    limit: usize,
) -> Result<(Page<Event>, i64), Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| {
        let page = events::of_action(tx, subject, Action::Noted, cursor.as_ref(), limit)?;
        Ok::<_, StoreError>((page, events::count_action(tx, subject, Action::Noted)?))
    });
    Ok(found.await?)
}

/// What is said beside a change, where anything is.
pub(crate) fn perhaps(note: Option<String>) -> Result<Option<String>, Refusal> {
    note.filter(|note| !note.trim().is_empty()).map(|note| checked(&note)).transpose()
}

pub(crate) fn checked(note: &str) -> Result<String, Refusal> {
    let note = note.trim().replace("\r\n", "\n");
    let length = note.chars().count();
    if length == 0 {
        return Err(Refusal::invalid("note", "the note is empty; hint: write something"));
    }
    if length > LONGEST {
        let detail = format!("the note has {length} characters; hint: {LONGEST} is the most");
        return Err(Refusal::invalid("note", detail));
    }
    if note.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Refusal::invalid(
            "note",
            "the note holds a control character; hint: remove it",
        ));
    }
    Ok(note)
}
