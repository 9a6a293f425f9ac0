//! Two custom fields that hold the same become one: counted first, then merged.

use domain::access::Role;
use domain::event::Subject;
use domain::fields::CustomField;
use domain::id::FieldId;
use store::{StoreError, Tx, fields, ledger, nouns};

use super::{Touched, touching};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::told;

/// What merging the one into the other would do.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The one that goes.
    pub from: CustomField,
    /// The one that stays, as it would be.
    pub into: CustomField,
    /// Things that get a value.
    pub moved: u64,
    /// Things with two values that differ: that of the one that stays stays.
    pub differ: u64,
    /// Names of the sources that feed the other from then on.
    pub sources: Vec<String>,
    /// Why they cannot be merged as things are, and what to do.
    pub in_the_way: Option<String>,
}

/// Those that a field can be merged into, by label.
pub async fn others(
    app: &App,
    caller: &Caller,
    field: &CustomField,
) -> Result<Vec<CustomField>, Refusal> {
    let mut others = super::list(app, caller).await?;
    let alike = |other: &CustomField| {
        other.applies_to == field.applies_to && other.kind.as_str() == field.kind.as_str()
    };
    others.retain(|other| other.id != field.id && alike(other));
    Ok(others)
}

pub async fn preview(
    app: &App,
    caller: &Caller,
    from: FieldId,
    into: FieldId,
) -> Result<Preview, Refusal> {
    caller.need(Role::Administrator)?;
    app.store
        .read(caller.tenant, move |tx| {
            let (from, held) = look(tx, from, into)?;
            let into = united(&from, &held)?;
            let both = fields::both(tx, &from, &into)?;
            let Touched { sources, .. } = touching(tx, &from)?;
            let (moved, differ) = (both.moved, both.differ);
            let in_the_way = repeats(tx, &from, &into)?;
            Ok(Preview { from, into, moved, differ, sources, in_the_way })
        })
        .await
}

/// Merges the one into the other; answers the one that stays. Many values move in several
/// transactions; broken off, it is taken up by asking again.
pub async fn merge(
    app: &App,
    caller: &Caller,
    from: FieldId,
    into: FieldId,
) -> Result<CustomField, Refusal> {
    caller.need(Role::Administrator)?;
    loop {
        let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
        let done = app.store.write(caller.tenant, move |tx| {
            let (gone, held) = look(tx, from, into)?;
            let stays = united(&gone, &held)?;
            if let Some(why) = repeats(tx, &gone, &stays)? {
                return Err(Refusal::conflict(why));
            }
            let all = ledger::merge_fields(tx, &deed, &mint, from, into)?;
            let (before, after) = (told::field(&held), told::field(&stays));
            if !all {
                // What it has of the other it has from the first round on, and no other tells it.
                let into = Subject::Field(into);
                nouns::settled(tx, &deed, &mint, into, Some(before), Some(after))?;
                return Ok(None);
            }
            let note = format!("{} was merged into {}", gone.label, held.label);
            let gone = (Subject::Field(from), told::field(&gone));
            let moved = (Subject::Field(into), before, after);
            nouns::merged(tx, &deed, &mint, gone, moved, note)?;
            Ok(Some(stays))
        });
        if let Some(stays) = done.await? {
            return Ok(stays);
        }
    }
}

/// The one in the address is not found; the one in the body is a bad field.
fn look(
    tx: &mut Tx<'_>,
    from: FieldId,
    into: FieldId,
) -> Result<(CustomField, CustomField), Refusal> {
    let gone = fields::find(tx, from)?;
    let gone = gone.ok_or_else(|| Refusal::not_found("custom field", from))?;
    if from == into {
        let detail = "a field cannot be merged into itself; hint: choose another";
        return Err(Refusal::invalid("into", detail));
    }
    let detail = || format!("no custom field \"{into}\"; hint: it may have been deleted");
    let stays = fields::find(tx, into)?.ok_or_else(|| Refusal::invalid("into", detail()))?;
    Ok((gone, stays))
}

fn united(from: &CustomField, into: &CustomField) -> Result<CustomField, Refusal> {
    ledger::united(from, into).map_err(|why| {
        let (one, other) = (&from.label, &into.label);
        let detail = format!(
            "\"{one}\" cannot be merged into \"{other}\": {why}; hint: choose one that holds the \
             same"
        );
        Refusal::invalid("into", detail)
    })
}

fn repeats(
    tx: &mut Tx<'_>,
    from: &CustomField,
    into: &CustomField,
) -> Result<Option<String>, StoreError> {
    let (one, other) = (&from.label, &into.label);
    Ok(match fields::repeating(tx, from, into)? {
        0 => None,
        1 => Some(format!(
            "\"{other}\" is unique, and one value of \"{one}\" would repeat there; hint: change it \
             first, or let \"{other}\" repeat"
        )),
        many => Some(format!(
            "\"{other}\" is unique, and {many} values of \"{one}\" would repeat there; hint: change \
             these first, or let \"{other}\" repeat"
        )),
    })
}
