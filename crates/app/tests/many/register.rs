//! Random sequences of what people do to the register, done to the app and to a model of it that
//! fits on a page; then they must agree. `SEEDS=500 cargo test -p app --test many register` runs
//! more; a failure prints its seed and the shortest sequence that still fails.

use std::collections::BTreeMap;

use app::assets::{self, Archived, AssetQuery};
use app::bulks::{self, BulkState, Chosen, Doing};
use app::custody::Back;
use app::{App, Caller, catalog, custody, fields, nouns, people, tenants, undos};
use domain::event::Subject;
use domain::fields::{AppliesTo, CustomField, FieldKey, FieldType};
use domain::id::{AssetId, BulkId, EmployeeId, LocationId};
use domain::{Action, Asset, AssetTag, Custodian, Field, NewAsset};
use fastrand::Rng;
use serde_json::{Value, json};

use crate::company::Company;
use crate::model::{Model, Values};
use crate::steps::{Many, NOUNS, Step, THINGS, sequence};

/// A bulk that was applied, its events by the model, and whether it was taken back.
type Applied = (BulkId, Vec<(usize, u32)>, bool);

/// The app's side of one sequence, in a tenant of its own.
struct Side<'a> {
    app: &'a App,
    caller: Caller,
    things: Vec<AssetId>,
    people: Vec<EmployeeId>,
    places: Vec<LocationId>,
    model: Model,
    /// Those that were applied, each with its events: the thing and the event.
    bulks: Vec<Applied>,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_agrees_with_a_model_of_it_whatever_people_do() {
    #[expect(clippy::disallowed_methods, reason = "how many worlds is asked for by hand")]
    let seeds = std::env::var("SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let first = fastrand::u64(..1 << 32);
    let postgres = std::thread::spawn(testkit::postgres::database).join().unwrap();
    for database in [None, Some(postgres.parse().unwrap())] {
        let company = Company::on(database, 0, &json!({})).await;
        for seed in first..first + seeds {
            let steps = sequence(&mut Rng::with_seed(seed));
            if let Err(why) = agrees(&company, &steps).await {
                let (steps, why) = shrunk(&company, steps, why).await;
                panic!("seed {seed}: {why}, after\n{steps:#?}");
            }
        }
    }
}

/// Leaves out whatever may be left out while it still fails.
async fn shrunk(company: &Company, mut steps: Vec<Step>, mut why: String) -> (Vec<Step>, String) {
    let mut length = steps.len();
    while length > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..steps.len().min(at + length));
            match agrees(company, &fewer).await {
                Err(still) => (steps, why) = (fewer, still),
                Ok(()) => at += length,
            }
        }
        length /= 2;
    }
    (steps, why)
}

/// Does it all, and says where app and model part.
async fn agrees(company: &Company, steps: &[Step]) -> Result<(), String> {
    let mut side = Side::new(company).await;
    for (at, step) in steps.iter().enumerate() {
        let (did, should) = side.step(step).await?;
        if did != should {
            return Err(format!("step {at}, {step:?}: the app says {did}, the model {should}"));
        }
        if at % 40 == 39 {
            side.compare().await?;
        }
    }
    side.compare().await
}

impl<'a> Side<'a> {
    async fn new(company: &'a Company) -> Side<'a> {
        let app = &company.app;
        let name = format!("Register {:x}", fastrand::u64(..));
        let new = tenants::NewTenant { name, ..Default::default() };
        let (tenant, _) = tenants::create(app, &company.caller, new).await.unwrap();
        let caller = Caller::system(tenant.id);
        let room = CustomField {
            id: domain::Id::new(0),
            key: FieldKey::parse("room").unwrap(),
            label: "Room".into(),
            kind: FieldType::Text,
            applies_to: AppliesTo::Assets,
            categories: Vec::new(),
            required: false,
            unique: false,
            indexed: false,
            default: None,
        };
        fields::create(app, &caller, room).await.unwrap();
        let (mut people, mut places, mut model) = (Vec::new(), Vec::new(), Model::default());
        for n in 0..NOUNS {
            let name = format!("person {n}");
            people.push(people::create(app, &caller, &name, Vec::new(), |_| {}).await.unwrap());
            let name = format!("place {n}");
            places.push(catalog::create_location(app, &caller, &name, None).await.unwrap().id);
            model.nouns.extend([format!("e{n}"), format!("p{n}")]);
        }
        Side { app, caller, things: Vec::new(), people, places, model, bulks: Vec::new() }
    }

    /// Whether the app did it, and whether it should have.
    async fn step(&mut self, step: &Step) -> Result<(bool, bool), String> {
        let (app, caller) = (self.app, &self.caller.clone());
        Ok(match step {
            Step::Create { tag, values } => {
                if self.things.len() == THINGS {
                    return Ok((true, true));
                }
                let name = format!("tag-{tag}");
                let set = self.set(values);
                let made = assets::create(app, caller, AssetTag::parse(&name).unwrap(), set).await;
                let mut values = values.clone();
                values.push(("tag", Some(name)));
                let should = self.model.create(self.things.len(), values);
                let did = made.map(|asset| self.things.push(asset.id)).is_ok();
                (did, should)
            }
            Step::Edit(thing, values) => {
                let set = self.set(values);
                let did = assets::change(app, caller, self.id(*thing), None, set).await.is_ok();
                (did, self.model.edit(*thing, values.clone()))
            }
            Step::Delete(thing) => {
                let did = assets::delete(app, caller, self.id(*thing)).await.is_ok();
                (did, self.model.delete(*thing))
            }
            Step::CheckOut(thing, to) => {
                let (id, holder) = (self.id(*thing), self.custodian(to));
                let did =
                    custody::check_out(app, caller, id.into(), holder, None, None).await.is_ok();
                (did, self.model.check_out(*thing, to))
            }
            Step::CheckIn(thing) => {
                let did =
                    custody::check_in(app, caller, self.id(*thing).into(), Back::default(), None)
                        .await
                        .is_ok();
                (did, self.model.check_in(*thing))
            }
            Step::Archive(thing, on) => {
                let did = assets::archive(app, caller, self.id(*thing), *on).await.is_ok();
                (did, self.model.archive(*thing, *on))
            }
            Step::DeleteNoun(noun) => {
                let did = nouns::delete(app, caller, self.subject(noun)).await.is_ok();
                (did, self.model.delete_noun(noun))
            }
            Step::Merge(from, into) => {
                let (one, other) = (self.subject(from), self.subject(into));
                let did = nouns::merge(app, caller, one, other).await.is_ok();
                (did, self.model.merge(from, into))
            }
            Step::MergeThings(from, into) => {
                let (one, other) = (self.id(*from), self.id(*into));
                let plain = assets::merge::Merge::default();
                let did = assets::merge::merge(app, caller, one, other, plain).await.is_ok();
                (did, self.model.merge_things(*from, *into))
            }
            Step::Bulk(many, which, meanwhile) => self.bulk(many, which, *meanwhile).await?,
            Step::Undo(which) => self.undo(*which).await?,
            Step::UndoLast(thing) => self.undo_last(*thing).await?,
        })
    }

    async fn bulk(
        &mut self,
        many: &Many,
        which: &[usize],
        meanwhile: Option<usize>,
    ) -> Result<(bool, bool), String> {
        let (app, caller) = (self.app, &self.caller.clone());
        let doing = match many {
            Many::Edit(values) => Doing::Edit { set: self.set(values) },
            Many::CheckOut(to) => Doing::CheckOut { to: self.custodian(to), due_on: None },
            Many::CheckIn => Doing::CheckIn { back: Back::default() },
            Many::Archive(true) => Doing::Archive,
            Many::Archive(false) => Doing::Unarchive,
        };
        let chosen = Chosen::These(which.iter().map(|thing| self.id(*thing)).collect());
        let previewed = bulks::preview(app, caller, doing, chosen, "").await;
        let should = match many {
            Many::Edit(values) => {
                let gone = |(field, to): &(&str, Option<String>)| {
                    *field == "location" && to.as_ref().is_some_and(|to| !self.model.stands(to))
                };
                !values.is_empty() && !values.iter().any(gone)
            }
            Many::CheckOut(to) => self.model.stands(to) && !self.model.is_away(to),
            Many::CheckIn | Many::Archive(_) => true,
        };
        let Ok(mut bulk) = previewed else { return Ok((false, should)) };
        while bulk.state == BulkState::Preparing {
            bulk = bulks::find(app, caller, bulk.id).await.unwrap();
        }
        // The model says what a preview would: it is tried on a copy.
        let fits = Self::done(&mut self.model.clone(), many, which).len();
        if bulk.counts.fits != i64::try_from(fits).unwrap() {
            return Err(format!("{} fit, by the model {fits}", bulk.counts.fits));
        }
        let before = self.model.clone();
        if let Some(thing) = meanwhile {
            let name = vec![("name", Some("meanwhile".to_owned()))];
            let set = self.set(&name);
            drop(assets::change(app, caller, self.id(thing), None, set).await);
            self.model.edit(thing, name);
        }
        let mut bulk =
            bulks::apply(app, caller, bulk.id, None).await.map_err(|no| no.to_string())?;
        while bulk.state == BulkState::Applying {
            bulk = bulks::find(app, caller, bulk.id).await.unwrap();
        }
        let untouched: Vec<usize> = which
            .iter()
            .copied()
            .filter(|thing| before.last_event(*thing) == self.model.last_event(*thing))
            .collect();
        let mut model = std::mem::take(&mut self.model);
        let events = Self::done(&mut model, many, &untouched);
        self.model = model;
        if bulk.counts.done != i64::try_from(events.len()).unwrap() {
            return Err(format!("{} done, by the model {}", bulk.counts.done, events.len()));
        }
        self.bulks.push((bulk.id, events, false));
        Ok((true, should))
    }

    /// Does it to the model; answers the events.
    fn done(model: &mut Model, many: &Many, which: &[usize]) -> Vec<(usize, u32)> {
        let mut which = which.to_vec();
        which.sort_unstable();
        which.dedup();
        let mut events = Vec::new();
        for thing in which {
            let before = model.last_event(thing);
            match many {
                Many::Edit(values) => model.edit(thing, values.clone()),
                Many::CheckOut(to) => model.check_out(thing, to),
                Many::CheckIn => model.check_in(thing),
                Many::Archive(on) => model.archive(thing, *on),
            };
            let after = model.last_event(thing).filter(|_| model.last_event(thing) != before);
            events.extend(after.map(|event| (thing, event)));
        }
        events
    }

    async fn undo(&mut self, which: usize) -> Result<(bool, bool), String> {
        let (app, caller) = (self.app, &self.caller);
        let Some((id, events, undone)) = self.bulks.get_mut(which) else {
            return Ok((true, true));
        };
        let did = bulks::undo(app, caller, *id).await;
        let should = !std::mem::replace(undone, true);
        let Ok(mut undo) = did else { return Ok((false, should)) };
        while undo.finished_at.is_none() {
            undo = undos::find(app, caller, &bulks::cause(*id)).await.unwrap().unwrap();
        }
        let mut restored = 0;
        for (thing, event) in events.iter().rev() {
            restored += i64::from(self.model.undo(*thing, &[*event]));
        }
        if undo.restored != restored {
            return Err(format!("{} taken back, by the model {restored}", undo.restored));
        }
        Ok((true, should))
    }

    async fn undo_last(&mut self, thing: usize) -> Result<(bool, bool), String> {
        let (app, caller) = (self.app, &self.caller);
        let Some(it) = self.model.things.get(&thing) else { return Ok((true, true)) };
        let stays = it.events.last().unwrap().stays;
        let last = assets::history(app, caller, self.id(thing), None, 1).await.unwrap();
        let did = undos::undo_event(app, caller, last.items[0].id).await;
        let did = did.map(|undone| !undone.restored.is_empty());
        let event = self.model.last_event(thing).unwrap();
        let should = !stays && self.model.undo(thing, &[event]);
        Ok((did.unwrap_or(false), should))
    }

    fn id(&self, thing: usize) -> AssetId {
        self.things.get(thing).copied().unwrap_or(AssetId::new(1))
    }

    fn custodian(&self, to: &str) -> Custodian {
        let (kind, number) = to.split_at(1);
        let number: usize = number.parse().unwrap();
        match kind {
            "e" => Custodian::Employee(self.people[number]),
            "p" => Custodian::Location(self.places[number]),
            _ => Custodian::Asset(self.id(number)),
        }
    }

    fn subject(&self, noun: &str) -> Subject {
        self.custodian(noun).into()
    }

    /// Values as the app takes them.
    fn set(&self, values: &Values) -> Vec<(Field, Value)> {
        let one = |(field, value): &(&str, Option<String>)| match *field {
            "tag" => (Field::Tag, json!(value)),
            "name" => (Field::Name, json!(value)),
            "room" => (Field::Custom("room".into()), json!(value)),
            _ => {
                let place = value.as_ref().map(|to| match self.custodian(to) {
                    Custodian::Location(id) => id.to_string(),
                    other => panic!("{other:?} is no place"),
                });
                (Field::Location, json!(place))
            }
        };
        values.iter().map(one).collect()
    }

    /// Assets, lists, search, history, custody: all as the model has it.
    async fn compare(&self) -> Result<(), String> {
        let (app, caller) = (self.app, &self.caller);
        for (thing, id) in self.things.iter().enumerate() {
            let Some(expect) = self.model.things.get(&thing) else {
                if assets::asset(app, caller, *id).await.is_ok() {
                    return Err(format!("a{thing} is there"));
                }
                continue;
            };
            let row = assets::asset(app, caller, *id).await;
            let row = row.map_err(|no| format!("a{thing}: {no}"))?;
            same(&format!("a{thing}"), &self.values_of(&row.asset), &expect.values)?;
            let events = i64::try_from(expect.events.len()).unwrap();
            same(&format!("the version of a{thing}"), &row.asset.version, &events)?;
            self.history_tells(*id, &row.asset).await?;
            let hands = assets::custody(app, caller, *id).await.unwrap();
            let open = hands.iter().filter(|(hand, _)| hand.until_at.is_none()).count();
            same("open intervals", &open, &usize::from(row.asset.custodian.is_some()))?;
            let names: Vec<String> = hands.into_iter().rev().map(|(_, name)| name).collect();
            let expect: Vec<_> =
                expect.hands.iter().map(|(_, hand)| self.model.name(hand)).collect();
            same(&format!("the hands of a{thing}"), &names, &expect)?;
        }
        let things = &self.model.things;
        let ids = |wanted: &dyn Fn(usize) -> bool| -> Vec<AssetId> {
            things.keys().filter(|thing| wanted(**thing)).map(|thing| self.id(*thing)).collect()
        };
        let any = AssetQuery { archived: Archived::Any, limit: 100, ..AssetQuery::default() };
        let plain = AssetQuery { archived: Archived::Without, ..any.clone() };
        let shown = ids(&|thing| !things[&thing].values.contains_key("archived"));
        same("the list", &self.found(plain).await, &shown)?;
        for word in ["name-1", "tag-3", "room-2", "person 1", "place 0", "meanwhile"] {
            let query = AssetQuery { q: Some(word.into()), ..any.clone() };
            let words: Vec<&str> = word.split(' ').collect();
            let expect = ids(&|thing| words.iter().all(|word| self.model.found(thing, word)));
            same(&format!("the search for {word}"), &self.found(query).await, &expect)?;
        }
        for noun in &self.model.nouns {
            let query = AssetQuery { custodian: Some(self.custodian(noun)), ..any.clone() };
            let expect = ids(&|thing| things[&thing].values.get("holder") == Some(noun));
            same(&format!("what {noun} holds"), &self.found(query).await, &expect)?;
        }
        Ok(())
    }

    /// What a list finds, in order of ids; counted as many as it has.
    async fn found(&self, query: AssetQuery) -> Vec<AssetId> {
        let (page, count) = assets::counted(self.app, &self.caller, query, 1_000).await.unwrap();
        assert_eq!(count.n, i64::try_from(page.items.len()).unwrap());
        let mut ids: Vec<_> = page.items.iter().map(|row| row.asset.id).collect();
        ids.sort();
        ids
    }

    /// Folding the events gives the asset.
    async fn history_tells(&self, id: AssetId, asset: &Asset) -> Result<(), String> {
        let events = assets::history(self.app, &self.caller, id, None, 1_000).await.unwrap().items;
        let plain = NewAsset::plain(id, AssetTag::parse("?").unwrap(), asset.status);
        let mut folded = plain.into_asset(asset.created_at);
        folded.version = 0;
        for event in events.iter().rev() {
            folded.fold(&event.changes, event.at).unwrap();
        }
        if events.last().map(|event| event.action) != Some(Action::Created) {
            return Err(format!("the history of {} does not begin with its creation", asset.tag));
        }
        same("the folded history", &folded, asset)
    }

    fn values_of(&self, asset: &Asset) -> BTreeMap<&'static str, String> {
        let place = |id: LocationId| self.places.iter().position(|place| *place == id).unwrap();
        let holder = asset.custodian.map(|holder| match holder {
            Custodian::Employee(id) => {
                format!("e{}", self.people.iter().position(|one| *one == id).unwrap())
            }
            Custodian::Location(id) => format!("p{}", place(id)),
            Custodian::Asset(id) => {
                format!("a{}", self.things.iter().position(|one| *one == id).unwrap())
            }
        });
        let room = asset.fields.get("room").and_then(Value::as_str).map(str::to_owned);
        let values = [
            ("tag", Some(asset.tag.to_string())),
            ("name", asset.name.clone()),
            ("location", asset.location.map(|id| format!("p{}", place(id)))),
            ("holder", holder),
            ("archived", asset.archived_at.map(|_| "yes".to_owned())),
            ("room", room),
        ];
        values.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: &T, should: &T) -> Result<(), String> {
    if is == should {
        return Ok(());
    }
    Err(format!("{what}: the app has {is:?}, the model {should:?}"))
}
