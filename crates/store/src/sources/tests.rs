//! The promises of the list of sources, each held on both databases.

use domain::id::AssetId;
use reconcile::{
    Plan,
    plan::{AssetChange, DeviceOutcome, Verdict},
    rules::{Authority, FieldMapping},
    survey::DeviceId,
};

use super::*;
use crate::{
    Store, events, outcomes, plans, runs,
    stage::{MINT, at, new_run, new_source, run, source, tenant},
    testing::on_both,
    tests::world::deed,
};

fn ready(body: impl Fn(Store, TenantId, SourceId)) {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let source = source(&store, acme, "Kandji, Acme EU");
        body(store, acme, source);
    });
}

fn plan() -> Plan {
    let change = AssetChange {
        asset: AssetId::new(1),
        version: None,
        tag: "A-1".into(),
        device_id: outcome().device_id,
        steps: vec![],
        link: None,
    };
    Plan { assets: vec![change], ..Plan::default() }
}

fn outcome() -> DeviceOutcome {
    DeviceOutcome {
        device_id: DeviceId::new("dev-1"),
        serial: None,
        name: None,
        asset: None,
        verdict: Verdict::Matched,
        reasons: vec![],
    }
}

#[test]
fn a_source_reads_back_as_it_was_made() {
    ready(|store, acme, id| {
        let found = store.read_blocking(acme, move |tx| find(tx, id)).unwrap();
        let new = new_source("Kandji, Acme EU");
        let expected = Source {
            id,
            name: new.name,
            api_url: new.api_url,
            token: new.token,
            enabled: true,
            preset: new.preset,
            rules: new.rules,
            rules_version: 1,
            health: new.health,
            capabilities: new.capabilities,
            outage: None,
            ade_asked_at: None,
            synced_before: false,
            next_run_at: new.next_run_at,
            last_run: None,
            created_at: at(0),
            updated_at: at(0),
        };
        assert_eq!(found, Some(expected));
    });
}

#[test]
fn a_source_is_found_by_id_or_by_name_however_spelled() {
    ready(|store, acme, id| {
        store
            .read_blocking(acme, move |tx| {
                for text in [id.to_string(), " kandji, ACME eu".into()] {
                    assert_eq!(find_by_name_or_id(tx, &text)?.map(|source| source.id), Some(id));
                }
                assert_eq!(find_by_name_or_id(tx, "Jamf")?, None);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let twin = new_source("KANDJI, Acme EU");
        let taken = store.write_blocking(acme, move |tx| create(tx, &deed(0), &MINT, &twin));
        assert!(taken.is_err_and(|error| error.is_conflict("sources_name")));
    });
}

#[test]
fn a_source_is_renamed_by_an_event_and_never_to_the_name_of_another() {
    ready(|store, acme, id| {
        source(&store, acme, "Kandji, Acme US");
        let named = |second, name: &'static str| {
            store.write_blocking(acme, move |tx| rename(tx, &deed(second), &MINT, id, name))
        };
        named(3, "Kandji, Acme EU").unwrap();
        named(4, "Iru, ACME").unwrap();
        assert!(named(5, "kandji, acme us").is_err_and(|error| error.is_conflict("sources_name")));
        let read = store.read_blocking(acme, move |tx| {
            assert_eq!(find_by_name_or_id(tx, "Kandji, Acme EU")?, None);
            let found = find_by_name_or_id(tx, "iru, acme")?.unwrap();
            let told = events::of_subject(tx, Subject::Source(id), None, 10)?.items;
            Ok::<_, StoreError>((found, told))
        });
        let (found, told) = read.unwrap();
        assert_eq!((found.id, found.name.as_str(), found.updated_at), (id, "Iru, ACME", at(4)));
        let [renamed] = &told[..] else { panic!("one step, one event: {told:?}") };
        let step = FieldChange {
            field: domain::Field::Name,
            before: "Kandji, Acme EU".into(),
            after: "Iru, ACME".into(),
        };
        assert_eq!((renamed.action, &renamed.changes), (Action::Updated, &vec![step]));
    });
}

#[test]
fn rules_saved_over_rules_that_moved_are_stale() {
    ready(|store, acme, id| {
        let mut rules = new_source("").rules;
        rules.interval_minutes = 15;
        store
            .write_blocking(acme, move |tx| {
                let held = find(tx, id)?.ok_or(StoreError::NotFound)?;
                let saved = save_rules(tx, &deed(1), &MINT, &held, None, &rules, None);
                assert_eq!(saved, Ok(2));
                let stale = save_rules(tx, &deed(2), &MINT, &held, None, &rules, None);
                assert_eq!(stale, Err(StoreError::Stale));
                let other = Source { id: SourceId::new(1), ..held };
                let absent = save_rules(tx, &deed(2), &MINT, &other, None, &rules, None);
                assert_eq!(absent, Err(StoreError::NotFound));
                let saved = find(tx, id)?.map(|source| (source.rules, source.rules_version));
                assert_eq!(saved, Some((rules, 2)));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn connection_health_and_switches_are_saved() {
    ready(|store, acme, id| {
        let health =
            Health { state: HealthState::Failing, detail: "401".into(), checked_at: Some(at(9)) };
        let found = store.write_blocking(acme, move |tx| {
            save_connection(tx, &deed(3), &MINT, id, "https://acme.api.eu.kandji.io", &[9])?;
            save_health(tx, id, &health)?;
            save_capabilities(tx, id, &[])?;
            mark_synced(tx, id)?;
            set_enabled(tx, &deed(4), &MINT, id, false)?;
            Ok::<_, StoreError>((find(tx, id)?.ok_or(StoreError::NotFound)?, health))
        });
        let (found, health) = found.unwrap();
        assert_eq!(found.api_url, "https://acme.api.eu.kandji.io");
        assert_eq!((found.token, found.health, found.capabilities), (vec![9], health, vec![]));
        assert_eq!((found.enabled, found.synced_before, found.updated_at), (false, true, at(4)));
    });
}

#[test]
fn what_is_due_is_enabled_and_its_time_has_come() {
    ready(|store, acme, id| {
        let globex = tenant(&store, "globex");
        let other = source(&store, globex, "Kandji");
        let due_at = |now| store.system_blocking(move |tx| due(tx, at(now)));
        assert_eq!(due_at(599), Ok::<_, StoreError>(vec![]));
        store.write_blocking(globex, move |tx| set_next_run(tx, other, Some(at(500)))).unwrap();
        assert_eq!(due_at(600), Ok(vec![(globex, other), (acme, id)]));
        store.write_blocking(globex, move |tx| set_next_run(tx, other, None)).unwrap();
        store.write_blocking(acme, move |tx| set_enabled(tx, &deed(1), &MINT, id, false)).unwrap();
        assert_eq!(due_at(9_999), Ok(vec![]));
    });
}

#[test]
fn the_last_run_is_the_newest_one() {
    ready(|store, acme, id| {
        let first = run(&store, acme, id);
        store
            .write_blocking(acme, move |tx| {
                assert_eq!(find(tx, id)?.and_then(|source| source.last_run), Some(first));
                runs::set_state(tx, first, runs::RunState::Queued, runs::RunState::Failed, at(50))?;
                let second = new_run(id);
                runs::open(tx, &second, at(1), "here", at(61)).unwrap();
                assert_eq!(list(tx)?[0].last_run, Some(second.id));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_deleted_source_takes_its_runs_plans_and_outcomes_along() {
    ready(|store, acme, id| {
        let run = run(&store, acme, id);
        store
            .write_blocking(acme, move |tx| {
                plans::keep(tx, run, &plan(), 1)?;
                outcomes::keep(tx, id, run, &[outcome()])?;
                delete(tx, &deed(9), &MINT, id)?;
                assert_eq!(find(tx, id)?, None);
                assert_eq!(runs::find(tx, run)?, None);
                assert_eq!(plans::load(tx, run)?, None);
                assert_eq!(plans::changes(tx, run, None, None, 9)?, []);
                assert_eq!(outcomes::of_device(tx, id, &outcome().device_id)?, None);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn another_tenants_source_is_not_here() {
    ready(|store, _, id| {
        let globex = tenant(&store, "globex");
        let health = new_source("").health;
        store
            .write_blocking(globex, move |tx| {
                assert_eq!(find(tx, id)?, None);
                assert_eq!(find_by_name_or_id(tx, "Kandji, Acme EU")?, None);
                assert_eq!(list(tx)?, []);
                let gone = Err(StoreError::NotFound);
                assert_eq!(save_connection(tx, &deed(1), &MINT, id, "x", &[]), gone);
                assert_eq!(save_health(tx, id, &health), gone);
                assert_eq!(set_enabled(tx, &deed(1), &MINT, id, false), gone);
                assert_eq!(set_next_run(tx, id, None), gone);
                assert_eq!(delete(tx, &deed(1), &MINT, id), gone);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

/// An event as a line: what was done, and each field from what to what.
fn told(store: &Store, acme: TenantId, id: SourceId) -> Vec<String> {
    let subject = Subject::Source(id);
    let page = store.read_blocking(acme, move |tx| events::of_subject(tx, subject, None, 50));
    let moved = |change: FieldChange| {
        let field = change.field.to_string().replacen("fields.", "", 1);
        format!(" {field}:{}→{}", change.before, change.after)
    };
    let line = |event: domain::Event| {
        assert_eq!((event.actor.name.as_str(), event.cause.kind.as_str()), ("Robin", "request"));
        let action = event.action.as_str().to_owned();
        event.changes.into_iter().map(moved).fold(action, |line, moved| line + &moved)
    };
    page.unwrap().items.into_iter().rev().map(line).collect()
}

#[test]
fn what_a_person_does_with_a_source_is_an_event_and_never_tells_the_token() {
    ready(|store, acme, id| {
        let same = "https://acme.api.kandji.io";
        let other = "https://acme.api.eu.kandji.io";
        store
            .write_blocking(acme, move |tx| {
                set_enabled(tx, &deed(1), &MINT, id, false)?;
                set_enabled(tx, &deed(2), &MINT, id, false)?;
                save_connection(tx, &deed(3), &MINT, id, same, &[222, 173])?;
                save_connection(tx, &deed(4), &MINT, id, other, &[190, 239])?;
                let first = find(tx, id)?.ok_or(StoreError::NotFound)?;
                let mut rules = first.rules.clone();
                rules.guard.max_checkins = 7;
                rules.name_from = None;
                rules.fields = vec![FieldMapping {
                    from: "os_version".into(),
                    to: "os".into(),
                    authority: Authority::Fill,
                }];
                let preset = first.preset.as_deref();
                save_rules(tx, &deed(5), &MINT, &first, preset, &rules, None)?;
                let second = find(tx, id)?.ok_or(StoreError::NotFound)?;
                save_rules(tx, &deed(6), &MINT, &second, preset, &rules, None).map(drop)
            })
            .unwrap();
        let [off, again, moved, settings] = told(&store, acme, id).try_into().unwrap();
        assert_eq!(off, "updated enabled:true→false");
        assert_eq!(again, "updated token:null→\"replaced\"");
        let expect = format!("updated api_url:\"{same}\"→\"{other}\" token:null→\"replaced\"");
        assert_eq!(moved, expect);
        let expect = "updated settings.fields.os.authority:null→\"fill\" \
                      settings.fields.os.from:null→\"os_version\" \
                      settings.guard.max_checkins:25→7 settings.name_from:\"device_name\"→null";
        assert_eq!(settings, expect);
    });
}

#[test]
fn a_source_that_went_is_remembered_with_all_that_was_set() {
    on_both(|store| {
        let acme = tenant(&store, "acme");
        let new = new_source("Kandji");
        let id = new.id;
        let made = store.write_blocking(acme, move |tx| create(tx, &deed(1), &MINT, &new));
        made.unwrap();
        store.write_blocking(acme, move |tx| delete(tx, &deed(2), &MINT, id)).unwrap();
        let [made, gone] = told(&store, acme, id).try_into().unwrap();
        let first = "created name:null→\"Kandji\" api_url:null→\"https://acme.api.kandji.io\" \
                     enabled:null→true ";
        assert!(made.starts_with(first), "{made}");
        assert!(made.contains(" settings.interval_minutes:null→10 "), "{made}");
        assert!(gone.contains(" settings.preset:\"recommended\"→null "), "{gone}");
        assert!(!made.contains("token") && !gone.contains("token"), "{made}\n{gone}");
    });
}

#[test]
fn what_a_run_writes_about_its_source_is_no_event() {
    ready(|store, acme, id| {
        let health = new_source("").health;
        store
            .write_blocking(acme, move |tx| {
                save_health(tx, id, &health)?;
                save_capabilities(tx, id, &[])?;
                ade_asked(tx, id, at(1))?;
                mark_synced(tx, id)?;
                set_next_run(tx, id, Some(at(2)))?;
                count_outage(tx, id, at(3))?;
                end_outage(tx, id).map(drop)
            })
            .unwrap();
        assert_eq!(told(&store, acme, id), Vec::<String>::new());
    });
}

#[test]
fn an_outage_counts_its_runs_keeps_its_beginning_and_ends_once() {
    ready(|store, acme, id| {
        store
            .write_blocking(acme, move |tx| {
                assert_eq!(count_outage(tx, id, at(10))?, Outage { since: at(10), runs: 1 });
                let second = Outage { since: at(10), runs: 2 };
                assert_eq!(count_outage(tx, id, at(70))?, second);
                assert_eq!(find(tx, id)?.map(|source| source.outage), Some(Some(second)));
                assert!(end_outage(tx, id)?);
                assert!(!end_outage(tx, id)?, "and nothing is written again");
                assert_eq!(find(tx, id)?.map(|source| source.outage), Some(None));
                assert_eq!(count_outage(tx, id, at(99))?, Outage { since: at(99), runs: 1 });
                let absent = count_outage(tx, SourceId::new(1), at(1));
                assert_eq!(absent, Err(StoreError::NotFound));
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}
