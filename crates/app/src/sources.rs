//! Sources: connected only after a test that worked, updated without being switched off.

mod naming;

use domain::Field;
use domain::access::Role;
use domain::event::Subject;
use domain::fields::{CustomField, FieldKey};
use domain::id::{FieldId, LocationId, SourceId, StatusId};
use kandji::ApiUrl;
use kandji::probe;
use reconcile::Rules;
use reconcile::preset::{Preset, REFTAB_FIELD};
use secrecy::SecretString;
use serde_json::Value;
use store::sources::{self, NewSource};
use store::{Tx, fields, nouns};

pub use self::naming::rename;
pub use kandji::probe::Tested;
pub use store::sources::{Capability, Health, HealthState, Source, moved};

use crate::alerts::Bell;
use crate::caller::Caller;
use crate::health::Found;
use crate::installation::App;
use crate::refusal::{FieldError, Refusal};
use crate::settings::Settings;
use crate::sync::{Trouble, connect, token_place};
use crate::told::Teller;
use crate::versions;
use naming::{name_taken, named_so};

/// An address and a token, as a person pasted them.
#[derive(Clone)]
pub struct Connection {
    pub api_url: String,
    pub token: SecretString,
}

pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Source>, Refusal> {
    caller.need(Role::Viewer)?;
    Ok(app.store.read(caller.tenant, sources::list).await?)
}

pub async fn source(app: &App, caller: &Caller, id: SourceId) -> Result<Source, Refusal> {
    caller.need(Role::Viewer)?;
    let found = app.store.read(caller.tenant, move |tx| sources::find(tx, id)).await?;
    found.ok_or_else(|| Refusal::not_found("source", id))
}

/// The source a person means: an id or a name.
pub async fn named(app: &App, caller: &Caller, which: &str) -> Result<Source, Refusal> {
    caller.need(Role::Viewer)?;
    let text = which.to_owned();
    let found =
        app.store.read(caller.tenant, move |tx| sources::find_by_name_or_id(tx, &text)).await?;
    found.ok_or_else(|| Refusal::not_found("source", which))
}

/// Tries a connection that is not stored.
pub async fn test(app: &App, caller: &Caller, connection: &Connection) -> Result<Tested, Refusal> {
    caller.need(Role::Administrator)?;
    Ok(tried(app, connection).await?.1)
}

/// Connects: tests first, and stores nothing when that fails.
pub async fn create(
    app: &App,
    caller: &Caller,
    name: &str,
    connection: &Connection,
    settings: Settings,
) -> Result<Source, Refusal> {
    caller.need(Role::Administrator)?;
    let name = named_so(if name.trim().is_empty() { "Kandji" } else { name })?;
    let (api, tested) = working(app, connection).await?;
    let id: SourceId = app.id();
    let preset = settings.preset;
    let now = app.now();
    let interval = jiff::SignedDuration::from_mins(i64::from(settings.rules.interval_minutes));
    let new = NewSource {
        id,
        name,
        api_url: api.as_str().to_owned(),
        token: seal(app, caller, id, connection),
        preset: Some(preset.as_str().to_owned()),
        rules: settings.rules,
        health: healthy(&tested, now),
        capabilities: capabilities(tested),
        next_run_at: Some(now + interval),
    };
    let (field, teller) = (app.id(), Teller::new(app, caller));
    let created = app.store.write(caller.tenant, move |tx| {
        preset_fields(tx, &teller, preset, &new.rules, field)?;
        all_is_there(tx, &new.rules)?;
        sources::create(tx, &teller.deed, &teller.mint, &new).map_err(name_taken)
    });
    created.await?;
    self::source(app, caller, id).await
}

/// A new connection for a source: it replaces the old one only if it works (B6).
pub async fn reconnect(
    app: &App,
    caller: &Caller,
    id: SourceId,
    connection: &Connection,
) -> Result<Source, Refusal> {
    caller.need(Role::Administrator)?;
    source(app, caller, id).await?;
    let (api, tested) = working(app, connection).await?;
    let (url, token) = (api.as_str().to_owned(), seal(app, caller, id, connection));
    let (deed, mint, bell) = (caller.deed(app.now()), app.mint.clone(), Bell::of(app));
    let found = Found::by_test(&tested);
    let capabilities = capabilities(tested);
    app.store
        .write(caller.tenant, move |tx| {
            sources::save_connection(tx, &deed, &mint, id, &url, &token)?;
            sources::save_capabilities(tx, id, &capabilities)?;
            found.write(tx, id, &bell)
        })
        .await?;
    source(app, caller, id).await
}

/// Tests the stored connection again; the outcome is shown on the source.
pub async fn retest(app: &App, caller: &Caller, id: SourceId) -> Result<Tested, Refusal> {
    caller.need(Role::Administrator)?;
    let found = source(app, caller, id).await?;
    let token = app.keys.open(&found.token, &token_place(caller.tenant, id))?;
    let connection = Connection { api_url: found.api_url, token };
    let (_, tested) = tried(app, &connection).await?;
    let (found, bell) = (Found::by_test(&tested), Bell::of(app));
    let capabilities = capabilities(tested.clone());
    // What a bad moment did not let us find out stays as it was.
    let learned = !tested.passing;
    app.store
        .write(caller.tenant, move |tx| {
            if learned {
                sources::save_capabilities(tx, id, &capabilities)?;
            }
            found.write(tx, id, &bell)
        })
        .await?;
    Ok(tested)
}

/// Merges settings; see [`Settings::patched`]. Refused unless they are of the version expected, where
/// one is.
pub async fn save_settings(
    app: &App,
    caller: &Caller,
    id: SourceId,
    version: Option<i64>,
    patch: &Value,
) -> Result<Source, Refusal> {
    caller.need(Role::Administrator)?;
    let found = source(app, caller, id).await?;
    // Whoever saves between here and there is told by [`sources::save_rules`].
    versions::expect(version, versions::source(&found))?;
    let next = settings_of(&found).patched(patch, found.synced_before)?;
    let teller = Teller::new(app, caller);
    let minutes = found.rules.interval_minutes;
    let (again, field) = (patch.get("preset").is_some(), app.id());
    app.store
        .write(caller.tenant, move |tx| {
            let Settings { preset, rules } = &next;
            if again {
                preset_fields(tx, &teller, *preset, rules, field)?;
            }
            all_is_there(tx, rules)?;
            let preset = Some(preset.as_str());
            let Teller { deed, mint } = &teller;
            sources::save_rules(tx, deed, mint, &found, preset, rules, None)?;
            Ok::<_, Refusal>(())
        })
        .await?;
    let saved = source(app, caller, id).await?;
    if saved.rules.interval_minutes != minutes {
        schedule(app, caller, &saved).await?;
        return source(app, caller, id).await;
    }
    Ok(saved)
}

/// Another source of the tenant that feeds some of the same fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    pub name: String,
    pub priority: i32,
    pub fields: Vec<Field>,
    /// Where both have a device, its word counts.
    pub wins: bool,
}

/// Who else feeds what this source feeds; those switched off feed nothing.
pub async fn rivals(app: &App, caller: &Caller, source: &Source) -> Result<Vec<Rival>, Refusal> {
    let ours = source.rules.fed();
    let others = list(app, caller).await?.into_iter();
    let others = others.filter(|other| other.id != source.id && other.enabled);
    let rivals = others.map(|other| Rival {
        fields: other.rules.fed().intersection(&ours).cloned().collect(),
        priority: other.rules.priority,
        wins: (other.rules.priority, other.id) < (source.rules.priority, source.id),
        name: other.name,
    });
    Ok(rivals.filter(|rival| !rival.fields.is_empty()).collect())
}

pub fn settings_of(source: &Source) -> Settings {
    let stored = source.preset.as_deref();
    let preset = Preset::ALL.into_iter().find(|preset| Some(preset.as_str()) == stored);
    Settings { preset: preset.unwrap_or(Preset::Recommended), rules: source.rules.clone() }
}

/// Reftab's preset brings the text field it keeps the device's id in, if nobody has made it (R6).
fn preset_fields(
    tx: &mut Tx<'_>,
    teller: &Teller,
    preset: Preset,
    rules: &Rules,
    id: FieldId,
) -> Result<(), Refusal> {
    let mapped = rules.fields.iter().any(|mapping| mapping.to == REFTAB_FIELD);
    if preset != Preset::Reftab || !mapped || fields::find_by_key(tx, REFTAB_FIELD)?.is_some() {
        return Ok(());
    }
    let key = FieldKey::parse(REFTAB_FIELD).expect("it is a key");
    crate::fields::make(tx, teller, &CustomField::text(id, key, "Kandji ID"))
}

/// Settings that name a field nobody has made, or a status or place that is gone, are refused, each
/// by its name.
fn all_is_there(tx: &mut Tx<'_>, rules: &Rules) -> Result<(), Refusal> {
    all_is_there_but(tx, rules, None)
}

/// Refused as by saving these settings, which makes the preset's own field where a preset is asked
/// for.
pub(crate) async fn all_would_be_there(
    app: &App,
    caller: &Caller,
    rules: &Rules,
    with_preset: bool,
) -> Result<(), Refusal> {
    let (rules, made) = (rules.clone(), with_preset.then_some(REFTAB_FIELD));
    app.store.read(caller.tenant, move |tx| all_is_there_but(tx, &rules, made)).await
}

fn all_is_there_but(tx: &mut Tx<'_>, rules: &Rules, made: Option<&str>) -> Result<(), Refusal> {
    let mut missing = crate::fields::missing(tx, rules)?;
    missing.retain(|(_, key)| Some(key.as_str()) != made);
    let error = |(setting, key): (&'static str, String)| FieldError {
        field: setting.into(),
        detail: format!("no custom field \"{key}\" of assets; hint: make it under Settings first"),
    };
    let mut errors: Vec<FieldError> = missing.into_iter().map(error).collect();
    for (setting, subject) in placed(rules) {
        if !nouns::stands(tx, subject)? {
            let (kind, id) = (subject.kind(), subject.id());
            let detail = format!("no {kind} \"{id}\"; hint: it may have been deleted");
            errors.push(FieldError { field: setting.into(), detail });
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid { errors }) }
}

/// The statuses and places that settings name, each with the setting.
fn placed(rules: &Rules) -> impl Iterator<Item = (&'static str, Subject)> {
    let status = |setting| move |id: StatusId| (setting, Subject::Status(id));
    let place = |setting| move |id: LocationId| (setting, Subject::Location(id));
    let own = rules.status.map(status("status")).into_iter();
    let own = own.chain(rules.location.map(place("location")));
    let gone = rules.absence.status.map(status("absence.status"));
    own.chain(gone).chain(rules.ade_rules.iter().flat_map(move |rule| {
        let status = rule.status.map(status("ade_rules"));
        status.into_iter().chain(rule.location.map(place("ade_rules")))
    }))
}

/// Custom fields that a source's settings name and nobody has made, or somebody has deleted (R6).
pub async fn missing_fields(
    app: &App,
    caller: &Caller,
    source: &Source,
) -> Result<Vec<String>, Refusal> {
    caller.need(Role::Viewer)?;
    let rules = source.rules.clone();
    let missing = app.store.read(caller.tenant, move |tx| crate::fields::missing(tx, &rules));
    Ok(missing.await?.into_iter().map(|(_, key)| key).collect())
}

/// Makes the fields that a source's settings name and that are missing, each of the type that
/// holds its property.
pub async fn make_missing_fields(app: &App, caller: &Caller, id: SourceId) -> Result<(), Refusal> {
    caller.need(Role::Administrator)?;
    let found = source(app, caller, id).await?;
    let ids: Vec<FieldId> =
        (0..found.rules.fields.len() + found.rules.matching.len()).map(|_| app.id()).collect();
    let teller = Teller::new(app, caller);
    app.store
        .write(caller.tenant, move |tx| {
            let missing = crate::fields::missing(tx, &found.rules)?;
            for ((_, name), id) in missing.into_iter().zip(ids) {
                let key = FieldKey::parse(&name).map_err(|bad| Refusal::invalid("fields", bad))?;
                let label = if name == REFTAB_FIELD { "Kandji ID" } else { &name };
                let mapping = found.rules.fields.iter().find(|mapping| mapping.to == name);
                let kind = crate::fields::type_for(mapping.map_or("", |own| own.from.as_str()));
                let field = CustomField { kind, ..CustomField::text(id, key, label) };
                crate::fields::make(tx, &teller, &field)?;
            }
            Ok(())
        })
        .await
}

/// Enabling tests again (B3); a source that does not answer stays off, and so does one whose
/// settings name a field that is gone.
pub async fn enable(app: &App, caller: &Caller, id: SourceId) -> Result<Source, Refusal> {
    caller.need(Role::Administrator)?;
    let rules = source(app, caller, id).await?.rules;
    app.store.read(caller.tenant, move |tx| all_is_there(tx, &rules)).await?;
    let tested = retest(app, caller, id).await?;
    if !tested.ok {
        return Err(Refusal::invalid("connection", tested.detail));
    }
    let (deed, mint) = (caller.deed(app.now()), app.mint.clone());
    let switched = move |tx: &mut Tx<'_>| sources::set_enabled(tx, &deed, &mint, id, true);
    app.store.write(caller.tenant, switched).await?;
    let enabled = source(app, caller, id).await?;
    schedule(app, caller, &enabled).await?;
    source(app, caller, id).await
}

/// Disabling keeps the assets and the settings (B38).
pub async fn disable(app: &App, caller: &Caller, id: SourceId) -> Result<Source, Refusal> {
    caller.need(Role::Administrator)?;
    source(app, caller, id).await?;
    let (deed, mint, bell) = (caller.deed(app.now()), app.mint.clone(), Bell::of(app));
    app.store
        .write(caller.tenant, move |tx| {
            sources::set_enabled(tx, &deed, &mint, id, false)?;
            sources::end_outage(tx, id)?;
            bell.mend_all(tx, id)?;
            sources::set_next_run(tx, id, None)
        })
        .await?;
    source(app, caller, id).await
}

/// Takes a source away; its assets stay, as things nobody syncs.
pub async fn delete(app: &App, caller: &Caller, id: SourceId) -> Result<(), Refusal> {
    caller.need(Role::Administrator)?;
    source(app, caller, id).await?;
    let (deed, mint, bell) = (caller.deed(app.now()), app.mint.clone(), Bell::of(app));
    app.store
        .write(caller.tenant, move |tx| {
            bell.mend_all(tx, id)?;
            sources::delete(tx, &deed, &mint, id)
        })
        .await?;
    Ok(())
}

/// Moves the next run to so soon from now.
pub async fn start_soon(
    app: &App,
    caller: &Caller,
    id: SourceId,
    wait: jiff::SignedDuration,
) -> Result<(), Refusal> {
    caller.need(Role::Manager)?;
    let next = Some(app.now() + wait);
    Ok(app.store.write(caller.tenant, move |tx| sources::set_next_run(tx, id, next)).await?)
}

/// The next run is one interval on.
async fn schedule(app: &App, caller: &Caller, source: &Source) -> Result<(), Refusal> {
    let id = source.id;
    let minutes = i64::from(source.rules.interval_minutes);
    let next = source.enabled.then(|| app.now() + jiff::SignedDuration::from_mins(minutes));
    Ok(app.store.write(caller.tenant, move |tx| sources::set_next_run(tx, id, next)).await?)
}

async fn working(app: &App, connection: &Connection) -> Result<(ApiUrl, Tested), Refusal> {
    let (api, tested) = tried(app, connection).await?;
    if tested.ok { Ok((api, tested)) } else { Err(Refusal::invalid("connection", tested.detail)) }
}

async fn tried(app: &App, connection: &Connection) -> Result<(ApiUrl, Tested), Refusal> {
    let api = ApiUrl::parse(&connection.api_url, &app.extra_hosts)
        .map_err(|error| Refusal::invalid("api_url", error))?;
    let client = connect(app, api.as_str(), &connection.token).map_err(Trouble::refusal)?;
    let tested = probe::test(&client).await;
    Ok((api, tested))
}

fn seal(app: &App, caller: &Caller, id: SourceId, connection: &Connection) -> Vec<u8> {
    use secrecy::ExposeSecret;
    let token = connection.token.expose_secret().trim();
    app.keys.seal(token, &token_place(caller.tenant, id))
}

fn healthy(tested: &Tested, now: domain::Timestamp) -> Health {
    let state = if tested.ok { HealthState::Ok } else { HealthState::Failing };
    Health { state, detail: tested.detail.clone(), checked_at: Some(now) }
}

fn capabilities(tested: Tested) -> Vec<Capability> {
    tested
        .capabilities
        .into_iter()
        .map(|capability| Capability {
            permission: capability.permission.path(),
            label: capability.label.to_owned(),
            ok: capability.ok,
            needed_for: capability.needed_for.to_owned(),
            detail: capability.detail,
        })
        .collect()
}
