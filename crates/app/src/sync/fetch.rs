//! Moves two and three: everything the settings need is fetched, then said in our words.

use std::collections::{HashMap, HashSet};

use domain::Timestamp;
use domain::id::{SourceId, TenantId};
use jiff::SignedDuration;
use kandji::fetch::{Details, Fetched, Wants};
use kandji::wire::{AdeIntegration, DeviceRow};
use kandji::{ApiUrl, Client, Limits};
use reconcile::Rules;
use reconcile::survey::{Clocks, DeviceId, Survey};
use secrecy::SecretString;
use serde_json::value::RawValue;
use store::device_details::{self, DeviceDetails};
use store::devices::{self, DeviceSaid};
use store::inventory;
use store::sources::Source;
use xxhash_rust::xxh3::xxh3_64;

use crate::installation::App;
use crate::refusal::Refusal;
use crate::sync::heart::Progress;
use crate::sync::opened::{Opened, Trouble};

/// The clocks here and there agree if they differ by no more.
const CLOCKS_AGREE: SignedDuration = SignedDuration::from_mins(5);

/// What a walk brought.
pub(crate) struct Seen {
    pub survey: Survey,
    /// The rows as sent, for the details panel; only those that moved.
    pub said: Vec<DeviceSaid>,
    /// Devices of an earlier walk that this one did not list.
    pub unlisted: Vec<String>,
    /// Details that were asked for anew.
    pub details: Vec<DeviceDetails>,
    /// All of the enrollment tokens, where a rule needed them.
    pub ade_tokens: Option<Vec<AdeIntegration>>,
    pub requests: u32,
    /// Features that this token's permissions did not allow, each as a sentence.
    pub degraded: Vec<String>,
}

pub(crate) async fn fetch(
    app: &App,
    opened: &Opened,
    source: &Source,
    progress: &Progress,
) -> Result<Seen, Trouble> {
    let client = client(app, opened.tenant, source)?;
    let moved = |seen: kandji::endpoints::Progress| {
        progress.set(seen.pages, u32::try_from(seen.devices).unwrap_or(u32::MAX));
    };
    let id = source.id;
    let mut wants = wants(&source.rules, known_details(app, opened, source).await?);
    wants.users |= by_number(app, opened, source).await?;
    let (fetched, known) = tokio::join!(
        kandji::fetch::fetch(&client, wants, &moved),
        app.store.read(opened.tenant, move |tx| devices::known_hashes(tx, id)),
    );
    let apart = client.their_time().and_then(|theirs| apart(app.now(), theirs));
    progress.asked(client.requests(), client.left_this_hour());
    let (fetched, known) = (fetched.map_err(Trouble::Source)?, known?);
    let rules = source.rules.clone();
    let observed = tokio::task::spawn_blocking(move || observe(fetched, &known, &rules)).await;
    let mut seen =
        observed.map_err(|bug| Refusal::Failed(format!("reading the rows stopped: {bug}")))?;
    if let Some(apart) = apart {
        seen.survey.clocks = Clocks::Apart;
        seen.degraded.push(apart);
    }
    Ok(seen)
}

/// That the two clocks differ by more than a bad moment of the network, as a sentence.
fn apart(ours: Timestamp, theirs: Timestamp) -> Option<String> {
    let ahead = ours.duration_since(theirs);
    if ahead.abs() <= CLOCKS_AGREE {
        return None;
    }
    let span = span(ahead.abs());
    let side = if ahead.is_positive() { "ahead of" } else { "behind" };
    Some(format!(
        "this machine's clock is {span} {side} Kandji's; hint: set it by a time server; until then \
         no device is taken for gone, however long it is absent"
    ))
}

/// To the minute, and in the largest unit of which there are two: the sentence stays the same from
/// run to run.
fn span(long: SignedDuration) -> String {
    let long = long + SignedDuration::from_secs(30);
    match (long.as_hours(), long.as_mins()) {
        (..2, minutes) => format!("{minutes} minutes"),
        (hours @ ..48, _) => format!("{hours} hours"),
        (hours, _) => format!("{} days", hours / 24),
    }
}

fn observe(fetched: Fetched, known: &HashMap<String, u64>, rules: &Rules) -> Seen {
    let wanted = rules.wanted_properties().map(str::to_owned).collect();
    let details = fetched.new_details.iter().filter_map(|device_id| {
        let details = fetched.details.get(device_id)?;
        Some(DeviceDetails {
            device_id: device_id.clone(),
            checked_in_at: details.last_check_in,
            document: details.document.get().to_owned(),
        })
    });
    let details = details.collect();
    let requests = u32::try_from(fetched.requests).unwrap_or(u32::MAX);
    let degraded = fetched.degraded.clone();
    let whole = fetched.integrations.as_ref().filter(|walk| walk.is_complete());
    let ade_tokens = whole.map(|walk| walk.rows.clone());
    let documents = documents(&fetched, known);
    let (survey, mut said) = kandji::observe(fetched, &wanted, |row| moved(row, known, &documents));
    // In the order of the table they go to: a first sync then fills its pages one by one.
    said.sort_unstable_by(|one: &DeviceSaid, other| one.device_id.cmp(&other.device_id));
    let unlisted = unlisted(&survey, known);
    Seen { survey, said, unlisted, details, ade_tokens, requests, degraded }
}

fn unlisted(survey: &Survey, known: &HashMap<String, u64>) -> Vec<String> {
    let listed = survey.observations.iter().map(|one| one.device_id.as_str());
    let listed: HashSet<&str> = listed.filter(|id| known.contains_key(*id)).collect();
    if listed.len() == known.len() {
        return Vec::new();
    }
    known.keys().filter(|id| !listed.contains(id.as_str())).cloned().collect()
}

/// The details, where there are any, of the devices whose rows moved.
fn documents(fetched: &Fetched, known: &HashMap<String, u64>) -> HashMap<String, String> {
    if fetched.details.is_empty() {
        return HashMap::new();
    }
    let moved = fetched.devices.rows.iter().filter(|row| {
        let held = known.get(&row.device_id);
        row.raw.as_ref().is_some_and(|raw| held != Some(&xxh3_64(raw.get().as_bytes())))
    });
    let document = |row: &DeviceRow| {
        let details = fetched.details.get(&row.device_id)?;
        Some((row.device_id.clone(), details.document.get().to_owned()))
    };
    moved.filter_map(document).collect()
}

/// The row as sent, if it is not the one that is kept. Its hash tells one that moved from one that
/// did not, for every device in every run.
fn moved(
    row: &mut DeviceRow,
    known: &HashMap<String, u64>,
    documents: &HashMap<String, String>,
) -> Option<DeviceSaid> {
    let raw = row.raw.take()?;
    let hash = xxh3_64(raw.get().as_bytes());
    (known.get(&row.device_id) != Some(&hash)).then(|| DeviceSaid {
        device_id: DeviceId::new(&row.device_id),
        hash,
        platform: row.platform.clone(),
        os_version: row.os_version.clone(),
        last_seen_at: row.last_check_in,
        enrolled_at: row.last_enrollment,
        words: kandji::panel::words(raw.get(), documents.get(&row.device_id).map(String::as_str)),
        raw: Box::<str>::from(raw).into_string(),
    })
}

/// Details kept from earlier runs, where a rule reads any: each is a request saved.
async fn known_details(
    app: &App,
    opened: &Opened,
    source: &Source,
) -> Result<HashMap<String, Details>, Trouble> {
    if !kandji::properties::may_need_details(source.rules.wanted_properties()) {
        return Ok(HashMap::new());
    }
    let id = source.id;
    let kept = app.store.read(opened.tenant, move |tx| device_details::of_source(tx, id)).await?;
    let known = kept.into_iter().filter_map(|kept| {
        let document = RawValue::from_string(kept.document).ok()?;
        Some((kept.device_id, Details { last_check_in: kept.checked_in_at, document }))
    });
    Ok(known.collect())
}

/// Whether the directory has to tell whom the numbers of old became.
async fn by_number(app: &App, opened: &Opened, source: &Source) -> Result<bool, Trouble> {
    let id = source.id;
    if !source.rules.employees.create {
        return Ok(false);
    }
    let known = app.store.read(opened.tenant, move |tx| inventory::knows_by_number(tx, id));
    Ok(known.await?)
}

/// The list alone is enough for a full sync; the rest is asked for only where a setting reads it.
fn wants(rules: &Rules, known_details: HashMap<String, Details>) -> Wants {
    Wants {
        known_details,
        ade: rules.wants_ade(),
        users: rules.employees.import_directory,
        properties: rules.wanted_properties().map(str::to_owned).collect(),
        ..Wants::default()
    }
}

/// A client for a source as it is stored.
pub(crate) fn client(app: &App, tenant: TenantId, source: &Source) -> Result<Client, Trouble> {
    let place = token_place(tenant, source.id);
    let token = app.keys.open(&source.token, &place).map_err(Trouble::Unasked)?;
    connect(app, &source.api_url, &token)
}

/// A client for an address and a token; a stored address was checked, and is checked again.
pub(crate) fn connect(app: &App, api_url: &str, token: &SecretString) -> Result<Client, Trouble> {
    let api = ApiUrl::parse(api_url, &app.extra_hosts)
        .map_err(|error| Trouble::Unasked(Refusal::invalid("api_url", error)))?;
    let limits = match app.requests_per_second {
        Some(ceiling) => Limits { list_per_second: Some(ceiling), ..Limits::default() },
        None => Limits::unpaced(),
    };
    Client::new(api, token, limits).map_err(Trouble::Source)
}

/// What a source's sealed token is bound to.
pub(crate) fn token_place(tenant: TenantId, source: SourceId) -> String {
    format!("{tenant}/source/{source}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_by_more_than_five_minutes_are_told_in_the_largest_unit() {
        let theirs = Timestamp::constant(1_788_264_000, 0);
        let told = |seconds| apart(theirs + SignedDuration::from_secs(seconds), theirs);
        assert_eq!((told(300), told(-300), told(0)), (None, None, None));
        let begins = |seconds: i64, with: &str| {
            let told = told(seconds).unwrap();
            assert!(
                told.starts_with(&format!("this machine's clock is {with} Kandji's;")),
                "{told}"
            );
        };
        begins(301, "5 minutes ahead of");
        begins(-7_100, "118 minutes behind");
        begins(7_199, "2 hours ahead of");
        begins(7_200, "2 hours ahead of");
        begins(-30 * 86_400, "30 days behind");
    }
}
