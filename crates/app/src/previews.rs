//! What other settings would lead to: the next run, planned by both from what the last one saw.
//! Nothing is written, and Kandji is asked only for what no run keeps.

mod deeds;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::access::Role;
use domain::id::SourceId;
use kandji::fetch::{Details, Enrollment, kept};
use kandji::properties::{self, Needs};
use reconcile::plan::Counts;
use reconcile::survey::{Coverage, Survey};
use reconcile::{Plan, Rules, explain};
use serde_json::Value;
use serde_json::value::RawValue;
use store::sources::Source;
use store::{device_details, devices, runs};

pub use self::deeds::Example;
use self::deeds::{Deeds, examples};
use crate::caller::Caller;
use crate::enrollments;
use crate::installation::App;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::sources;
use crate::sync;

/// What a change of settings would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The settings whose value would be another.
    pub changed: Vec<String>,
    /// `None` while the source was never read.
    pub expected: Option<Expected>,
    /// What the preview could not know, a sentence each.
    pub unknown: Vec<String>,
}

/// The next run by the settings in force, and by the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    pub devices: u64,
    pub now: Outlook,
    pub then: Outlook,
    /// Some of what only one of the two would do.
    pub examples: Vec<Example>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    pub counts: Counts,
    pub conflicts: u64,
    pub skipped: u64,
    /// Why it would wait for a person.
    pub held: Vec<String>,
}

/// The same patch as [`sources::save_settings`], refused for the same reasons, and not saved.
pub async fn of_settings(
    app: &App,
    caller: &Caller,
    id: SourceId,
    patch: &Value,
) -> Result<Preview, Refusal> {
    caller.need(Role::Administrator)?;
    let source = sources::source(app, caller, id).await?;
    let own = sources::settings_of(&source);
    let next = own.patched(patch, source.synced_before)?;
    let with_preset = patch.get("preset").is_some();
    sources::all_would_be_there(app, caller, &next.rules, with_preset).await?;
    let changed = own.changed(&next);
    // It holds as much as a run does, so there are no more at once than runs.
    let _slot = app.runs.acquire().await.expect("the semaphore is never closed");
    let mut unknown = Vec::new();
    let pair = [&own.rules, &next.rules];
    let Some(survey) = last_survey(app, caller, &source, pair, &mut unknown).await? else {
        let never = "no device of this source was ever read; hint: a preview of a run reads them";
        return Ok(Preview { changed, expected: None, unknown: vec![never.to_owned()] });
    };
    let survey = Arc::new(survey);
    let (now, before) = outlook(app, caller, id, own.rules, survey.clone()).await?;
    let (then, after) = outlook(app, caller, id, next.rules, survey.clone()).await?;
    let devices = survey.observations.len() as u64;
    let expected = Expected { devices, now, then, examples: examples(&before, &after) };
    Ok(Preview { changed, expected: Some(expected), unknown })
}

/// What the last run saw, as far as it was kept.
async fn last_survey(
    app: &App,
    caller: &Caller,
    source: &Source,
    pair: [&Rules; 2],
    unknown: &mut Vec<String>,
) -> Result<Option<Survey>, Refusal> {
    let id = source.id;
    let wanted: BTreeSet<String> =
        pair.iter().flat_map(|rules| rules.wanted_properties()).map(str::to_owned).collect();
    let needs = properties::needs(wanted.iter().map(String::as_str));
    let ask_details = needs.details;
    let (rows, details, run) = app
        .store
        .read(caller.tenant, move |tx| {
            let details = if ask_details { device_details::of_source(tx, id)? } else { Vec::new() };
            Ok::<_, store::StoreError>((
                devices::last_seen(tx, id)?,
                details,
                runs::latest(tx, id)?,
            ))
        })
        .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    if needs.details && details.len() < rows.len() {
        let left = rows.len() - details.len();
        unknown.push(format!("the details of {left} devices were never read; hint: a run reads them where a mapped field needs them"));
    }
    blind(&needs, pair, unknown);
    let enrollment = enrollment(app, caller, source, &needs, pair, unknown).await?;
    let details = details.into_iter().filter_map(|kept| {
        let document = RawValue::from_string(kept.document).ok()?;
        Some((kept.device_id, Details { last_check_in: kept.checked_in_at, document }))
    });
    let details: HashMap<_, _> = details.collect();
    let read = move || kandji::observe(kept(rows, details, enrollment), &wanted, |_| None::<()>).0;
    let mut survey = tokio::task::spawn_blocking(read)
        .await
        .map_err(|bug| Refusal::Failed(format!("reading the rows stopped: {bug}")))?;
    let told = run.and_then(|run| run.coverage);
    if let Some(why) = told.as_deref().and_then(|told| told.strip_prefix("incomplete: ")) {
        unknown.push("the last run did not see every device; what it missed is left alone".into());
        survey.coverage = Coverage::Partial(why.to_owned());
    }
    Ok(Some(survey))
}

/// What only a run asks for.
fn blind(needs: &Needs, pair: [&Rules; 2], unknown: &mut Vec<String>) {
    if !needs.prism.is_empty() {
        unknown.push("values of Kandji's bulk tables (Prism) are read by runs alone".into());
    }
    if needs.users || pair.iter().any(|rules| rules.employees.import_directory) {
        unknown.push("the directory is read by runs alone, so its people are not counted".into());
    }
}

async fn enrollment(
    app: &App,
    caller: &Caller,
    source: &Source,
    needs: &Needs,
    pair: [&Rules; 2],
    unknown: &mut Vec<String>,
) -> Result<Enrollment, Refusal> {
    if !needs.ade && !pair.iter().any(|rules| rules.wants_ade()) {
        return Ok(Enrollment::default());
    }
    match enrollments::now(app, caller, source).await? {
        Ok(enrollment) => Ok(enrollment),
        Err(why) => {
            unknown.push(format!("which device belongs to which enrollment configuration: {why}"));
            Ok(Enrollment::default())
        }
    }
}

/// Plans by these rules, and words what the plan would do.
async fn outlook(
    app: &App,
    caller: &Caller,
    id: SourceId,
    rules: Rules,
    survey: Arc<Survey>,
) -> Result<(Outlook, Deeds), Refusal> {
    let by = rules.clone();
    let (inventory, statuses, locations) = app
        .store
        .read(caller.tenant, move |tx| {
            let inventory = store::inventory::recall(tx, id, &by)?;
            let statuses = store::statuses::list(tx)?;
            Ok::<_, store::StoreError>((inventory, statuses, store::locations::list(tx)?))
        })
        .await?;
    let (mint, now) = (app.mint.clone(), app.now());
    let planned = tokio::task::spawn_blocking(move || {
        let plan = reconcile::reconcile(&survey, &inventory, &rules, now, &mint);
        let mut names = deeds::names(&inventory, &plan);
        names.extend(statuses.into_iter().map(|row| (row.status.id.to_string(), row.status.name)));
        names.extend(locations.into_iter().map(|row| (row.location.id.to_string(), row.path)));
        (told(&plan), Deeds::of(&plan, &names))
    });
    planned.await.map_err(|bug| Refusal::Failed(format!("planning stopped: {bug}")))
}

fn told(plan: &Plan) -> Outlook {
    Outlook {
        counts: plan.counts(),
        conflicts: plan.conflicts.len() as u64,
        skipped: sync::skipped(plan) as u64,
        held: plan.doubts.iter().map(explain::doubt).collect(),
    }
}

impl Settings {
    /// The keys whose value would be another.
    fn changed(&self, next: &Settings) -> Vec<String> {
        let (Value::Object(own), Value::Object(next)) = (self.as_json(), next.as_json()) else {
            return Vec::new();
        };
        own.into_iter().filter(|(key, value)| next[key] != *value).map(|(key, _)| key).collect()
    }
}
