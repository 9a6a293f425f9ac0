//! Saved reports: a report with what it is asked for, under a name, for oneself or for everybody.

use domain::access::Role;
use domain::id::{SavedReportId, UserId};
use store::{StoreError, Tx, saved_reports};

pub use store::saved_reports::{Parameters, SavedReport};

use super::shelf::{self, Asked, Shelved};
use crate::alerts::{About, Bell};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::{FieldError, Refusal};
use crate::versions;

/// What somebody may want to keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewReport {
    pub name: String,
    pub report: String,
    pub parameters: Parameters,
    pub shared: bool,
}

const LONGEST_NAME: usize = 100;
/// Nobody reads an address that is longer.
const MOST_PARAMETERS: usize = 100;
/// What belongs to one visit of a report's page.
const PASSING: [&str; 4] = ["cursor", "edit", "limit", "format"];

/// Those the caller may open, by name.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<SavedReport>, Refusal> {
    caller.need(Role::Viewer)?;
    let user = owner_of(caller);
    Ok(app.store.read(caller.tenant, move |tx| saved_reports::list(tx, user)).await?)
}

pub async fn saved(app: &App, caller: &Caller, id: SavedReportId) -> Result<SavedReport, Refusal> {
    caller.need(Role::Viewer)?;
    let user = owner_of(caller);
    app.store.read(caller.tenant, move |tx| seen(tx, user, id)).await
}

/// A shared one is there for managers to keep; anybody may keep their own.
pub async fn create(app: &App, caller: &Caller, new: NewReport) -> Result<SavedReport, Refusal> {
    caller.need(if new.shared { Role::Manager } else { Role::Viewer })?;
    let Some(owner) = owner_of(caller) else {
        return Err(Refusal::conflict("nobody would own this report; hint: sign in first"));
    };
    let name = named(&new.name)?;
    let report = shelf::find(&new.report)
        .ok_or_else(|| Refusal::invalid("report", shelf::unknown(&new.report)))?;
    let parameters = lasting(report, new.parameters)?;
    // What would be refused when it is opened is refused now.
    report.made(Asked(&parameters).given(app, caller).await?)?;
    let now = app.now();
    let saved = SavedReport {
        id: app.id(),
        name,
        report: report.name.to_owned(),
        parameters,
        shared: new.shared,
        owner,
        owner_name: caller.actor.name.clone(),
        created_at: now,
        updated_at: now,
        mailing: None,
        next_at: None,
        stopped: None,
        sent_at: None,
        error: None,
    };
    let made = saved.clone();
    let written = app.store.write(caller.tenant, move |tx| saved_reports::create(tx, &made)).await;
    written.map_err(taken).map(|()| saved)
}

/// Its name, what it asks for, and whether everybody may open it; what is not given stays. Refused
/// unless it is of the version expected, where one is.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: SavedReportId,
    version: Option<i64>,
    name: Option<String>,
    parameters: Option<Parameters>,
    shared: Option<bool>,
) -> Result<SavedReport, Refusal> {
    let held = changeable(app, caller, id).await?;
    if shared == Some(true) {
        caller.need(Role::Manager)?;
    }
    let name = name.map(|name| named(&name)).transpose()?;
    let report = shelf::named(&held.report)?;
    let parameters = parameters.map(|given| lasting(report, given)).transpose()?;
    // A new name is given whether its filters can be read or not.
    let parameters = parameters.filter(|given| *given != held.parameters);
    if let Some(given) = &parameters {
        report.made(Asked(given).given(app, caller).await?)?;
    }
    let changed = rewritten(app, caller, id, version, move |held| SavedReport {
        name: name.unwrap_or(held.name),
        parameters: parameters.unwrap_or(held.parameters),
        shared: shared.unwrap_or(held.shared),
        ..held
    });
    changed.await.map_err(taken)
}

/// What `change` makes of it as it stands, whoever wrote last.
async fn rewritten(
    app: &App,
    caller: &Caller,
    id: SavedReportId,
    version: Option<i64>,
    change: impl FnOnce(SavedReport) -> SavedReport + Send + 'static,
) -> Result<SavedReport, StoreError> {
    let now = app.now();
    let done = app.store.write(caller.tenant, move |tx| {
        let held = saved_reports::hold(tx, id)?.ok_or(StoreError::NotFound)?;
        versions::expect(version, versions::report(&held))?;
        let changed = SavedReport { updated_at: now, ..change(held) };
        saved_reports::update(tx, &changed)?;
        Ok(changed)
    });
    done.await
}

/// Whether what it is asked for still means something; the refusal names what does not.
pub async fn readable(app: &App, caller: &Caller, report: &SavedReport) -> Result<(), Refusal> {
    let given = Asked(&report.parameters).given(app, caller).await?;
    shelf::named(&report.report)?.made(given).map(drop)
}

/// Leaves these out of what it is asked for, whether the rest can be read or not.
pub async fn forget(
    app: &App,
    caller: &Caller,
    id: SavedReportId,
    names: &[&str],
) -> Result<SavedReport, Refusal> {
    changeable(app, caller, id).await?;
    let names: Vec<String> = names.iter().map(|&name| name.into()).collect();
    let without = rewritten(app, caller, id, None, move |mut held| {
        held.parameters.retain(|(name, _)| !names.contains(name));
        held
    });
    Ok(without.await?)
}

pub async fn delete(app: &App, caller: &Caller, id: SavedReportId) -> Result<(), Refusal> {
    changeable(app, caller, id).await?;
    let bell = Bell::of(app);
    app.store
        .write(caller.tenant, move |tx| {
            bell.mend(tx, &About::Report(id))?;
            saved_reports::delete(tx, id)?;
            Ok(())
        })
        .await
}

/// Whether this caller may change it: managers what is shared, everybody their own.
pub fn may_change(caller: &Caller, report: &SavedReport) -> bool {
    let own = owner_of(caller) == Some(report.owner);
    if report.shared { caller.role.may(Role::Manager) } else { own }
}

/// It, where the caller may change it.
pub async fn changeable(
    app: &App,
    caller: &Caller,
    id: SavedReportId,
) -> Result<SavedReport, Refusal> {
    let found = saved(app, caller, id).await?;
    if found.shared {
        caller.need(Role::Manager)?;
    }
    Ok(found)
}

/// Another's private one is not there.
fn seen(tx: &mut Tx<'_>, user: Option<UserId>, id: SavedReportId) -> Result<SavedReport, Refusal> {
    let found = saved_reports::find(tx, id)?;
    let found = found.filter(|report| report.shared || user == Some(report.owner));
    found.ok_or_else(|| Refusal::not_found("saved report", id))
}

/// The user; a program's reports are its token's.
fn owner_of(caller: &Caller) -> Option<UserId> {
    let token = || caller.actor.id.as_ref()?.parse::<domain::id::TokenId>().ok();
    caller.user_id().or_else(|| token().map(|token| UserId::new(token.number())))
}

fn named(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control)
    {
        let detail = format!("this is no name; hint: 1 to {LONGEST_NAME} letters, in one line");
        return Err(Refusal::invalid("name", detail));
    }
    Ok(name.to_owned())
}

fn lasting(report: &Shelved, parameters: Parameters) -> Result<Parameters, Refusal> {
    let lasting: Parameters = parameters
        .into_iter()
        .filter(|(name, value)| !PASSING.contains(&name.as_str()) && !value.trim().is_empty())
        .collect();
    // What the report passed over would narrow nothing, and nobody would know.
    let unknown = lasting.iter().filter(|(name, _)| !report.takes(name));
    let errors: Vec<FieldError> = unknown.map(|(name, _)| passed_over(report, name)).collect();
    if !errors.is_empty() {
        return Err(Refusal::Invalid { errors });
    }
    let length: usize = lasting.iter().map(|(name, value)| name.len() + value.len()).sum();
    if lasting.len() > MOST_PARAMETERS || length > 8_000 {
        return Err(Refusal::invalid("parameters", "these are too many; hint: fewer filters"));
    }
    Ok(lasting)
}

fn passed_over(report: &Shelved, name: &str) -> FieldError {
    let detail = format!(
        "the report \"{}\" knows no \"{name}\"; hint: what its page has behind the question mark",
        report.name
    );
    FieldError { field: name.to_owned(), detail }
}

fn taken(error: store::StoreError) -> Refusal {
    match error {
        store::StoreError::Conflict(name) if name == "saved_reports_name" => {
            Refusal::invalid("name", "you have a report of this name; hint: choose another")
        }
        other => other.into(),
    }
}
