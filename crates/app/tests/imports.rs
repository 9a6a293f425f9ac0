//! Imports from the file to the register and back.

use app::imports::{self, Brought, Import};
use app::setup::{self, First};
use app::{App, Caller, Clock, Options, Refusal};
use domain::access::Role;
use domain::fields::AppliesTo;
use domain::id::ImportId;
use domain::imports::{Counts, Exporter, Mapping, State, Verdict};
use domain::{Action, Asset, AssetTag, Field, Timestamp};
use kandji::ExtraHosts;
use serde_json::json;
use store::{DatabaseUrl, Settings, Store};

struct House {
    app: App,
    caller: Caller,
    options: Options,
    _folder: tempfile::TempDir,
}

impl House {
    async fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            database: DatabaseUrl::Sqlite(folder.path().join("stockroom.db")),
            keys: app::secrets::Keys::new([7; 32]),
            clock: Clock::fixed(Timestamp::constant(1_788_264_000, 0)),
            extra_hosts: ExtraHosts::parse(&["http://127.0.0.1:*"]).unwrap(),
            requests_per_second: None,
        };
        let app = App::open(options.clone()).unwrap();
        let first = First {
            company: "Example Company".into(),
            name: "Robin Sample".into(),
            email: "robin.sample@example.com".into(),
            password: "a long enough password".into(),
        };
        let (user, tenant) = setup::first(&app, first).await.unwrap();
        let caller = Caller::user(tenant.id, user.id, &user.name, user.role);
        House { app, caller, options, _folder: folder }
    }

    async fn brought(&self, what: AppliesTo, text: &str) -> Import {
        let bytes = text.as_bytes().to_vec();
        let brought = Brought { what, name: "folder/my file.csv".into(), bytes };
        imports::bring(&self.app, &self.caller, brought).await.unwrap()
    }

    async fn planned(&self, text: &str, change: impl FnOnce(&mut Mapping)) -> Import {
        let import = self.brought(AppliesTo::Assets, text).await;
        let mut mapping = import.mapping;
        change(&mut mapping);
        imports::plan(&self.app, &self.caller, import.id, mapping).await.unwrap()
    }

    async fn apply(&self, import: &Import) -> Result<Import, Refusal> {
        imports::apply(&self.app, &self.caller, import.id, Some(import.version)).await
    }

    async fn asset(&self, tag: &str) -> Asset {
        app::assets::named(&self.app, &self.caller, tag).await.unwrap().asset
    }

    async fn tags(&self) -> Vec<String> {
        let query = app::assets::AssetQuery {
            archived: app::assets::Archived::Any,
            limit: 20_000,
            ..Default::default()
        };
        let page = app::assets::list(&self.app, &self.caller, query).await.unwrap();
        page.items.into_iter().map(|row| row.asset.tag.to_string()).collect()
    }

    async fn make(&self, tag: &str, fields: Vec<(Field, serde_json::Value)>) -> Asset {
        let tag = AssetTag::parse(tag).unwrap();
        app::assets::create(&self.app, &self.caller, tag, fields).await.unwrap()
    }

    async fn kept(&self, id: ImportId, verdict: Verdict) -> usize {
        let rows = imports::rows(&self.app, &self.caller, id, Some(verdict), None, 99).await;
        rows.unwrap().len()
    }
}

const SNIPE_IT: &str = "ID,Asset Name,Asset Tag,Model,Model No.,Category,Manufacturer,Serial,\
    Purchase Date,Purchase Cost,Supplier,Location,Status,Checked Out To,Notes\n\
    1,Robin's Mac,00001,MacBook Air,A3113,Laptop,Apple,SYN0001,2026-04-01,\"1,299.00\",Shop,\
    Berlin,Ready to Deploy,Kim New,\n\
    2,,00002,MacBook Air,A3113,Laptop,Apple,SYN0002,2026-04-01,1299,Shop,Berlin,Lost,,gone\n\
    3,,00003,MacBook Air,A3113,Laptop,Apple,SYN0003,someday,1299,Shop,Oslo,Lost,,\n";

fn all(mapping: &mut Mapping) {
    (mapping.make_catalog, mapping.make_employees) = (true, true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_planned_applied_and_taken_back() {
    let house = House::new().await;
    house.make("00002", vec![(Field::Notes, json!("as it was"))]).await;
    let before = house.asset("00002").await;
    let import = house.planned(SNIPE_IT, all).await;
    assert_eq!((import.exporter, import.name.as_str()), (Some(Exporter::SnipeIt), "my file.csv"));
    let counts = Counts { create: 1, change: 1, fault: 1, ..Counts::default() };
    assert_eq!((import.state, import.counts), (State::Planned, counts));
    assert_eq!(house.tags().await, ["00002"], "a plan changes nothing");

    let applied = house.apply(&import).await.unwrap();
    assert_eq!((applied.state, applied.counts), (State::Applied, counts));
    assert_eq!(applied.applied_by.as_deref(), Some("Robin Sample"));
    let row = app::assets::named(&house.app, &house.caller, "00001").await.unwrap();
    assert_eq!(
        (row.custodian.as_deref(), row.product.as_deref()),
        (Some("Kim New"), Some("MacBook Air"))
    );
    assert_eq!(row.manufacturer.map(|(_, name)| name).as_deref(), Some("Apple"));
    assert_eq!(row.category.map(|(_, name)| name).as_deref(), Some("Laptop"));
    let history = app::assets::history(&house.app, &house.caller, row.asset.id, None, 9).await;
    let history = history.unwrap().items;
    let actions: Vec<Action> = history.iter().rev().map(|event| event.action).collect();
    assert_eq!(actions, [Action::Created, Action::CheckedOut]);
    assert_eq!(history[0].cause.kind, "import");
    assert_eq!(history[0].cause.id, Some(import.id.to_string()));
    assert_eq!(history[0].actor.name, "Robin Sample");
    assert_eq!(history[0].note.as_deref(), Some("Imported from line 2 of my file.csv."));
    let places = app::catalog::locations(&house.app, &house.caller).await.unwrap();
    assert_eq!(places.len(), 1, "what only a faulty row names is not made");

    let again = house.apply(&import).await.unwrap_err();
    assert!(matches!(&again, Refusal::Conflict { detail, .. } if detail.contains("applied")));

    let undone = imports::undo(&house.app, &house.caller, import.id).await.unwrap();
    assert_eq!((undone.restored, undone.kept), (2, Vec::new()));
    assert_eq!(house.tags().await, ["00002"]);
    let after = house.asset("00002").await;
    let plain = |asset: Asset| Asset { version: 0, updated_at: before.updated_at, ..asset };
    assert_eq!(plain(after), plain(before.clone()));
    let again = imports::undo(&house.app, &house.caller, import.id).await.unwrap_err();
    assert!(again.to_string().contains("nothing to take back"), "{again}");
    let made: usize = import.new.counts().iter().map(|(count, ..)| count).sum();
    assert!(made > 0);
    assert_eq!(undone.unmade, made, "nothing points at it any more");
    // The same file again does the same again.
    let again = house.planned(SNIPE_IT, all).await;
    assert_eq!((again.counts, again.new.counts()), (counts, import.new.counts()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_the_plan_is_left_alone_and_said() {
    let house = House::new().await;
    let (one, _) = (house.make("A-1", Vec::new()).await, house.make("A-2", Vec::new()).await);
    let text = "Tag,Name\nA-1,new\nA-2,new\nA-3,new\n";
    let import = house.planned(text, |_| {}).await;
    let change = vec![(Field::Name, json!("newer"))];
    app::assets::change(&house.app, &house.caller, one.id, None, change).await.unwrap();
    house.make("A-3", Vec::new()).await;
    let applied = house.apply(&import).await.unwrap();
    assert_eq!(applied.counts, Counts { change: 1, stale: 2, ..Counts::default() });
    assert_eq!(house.kept(import.id, Verdict::Stale).await, 2);
    assert_eq!(house.asset("A-1").await.name.as_deref(), Some("newer"));
    assert_eq!(house.asset("A-2").await.name.as_deref(), Some("new"));
    // Where it is all or nothing, it is nothing, and the plan is made anew.
    let import = house.planned("Tag,Notes\nA-1,x\nA-2,y\n", |mapping| mapping.whole = true).await;
    let change = vec![(Field::Name, json!("newest"))];
    app::assets::change(&house.app, &house.caller, one.id, None, change).await.unwrap();
    let refused = house.apply(&import).await.unwrap_err();
    assert!(refused.to_string().contains("the plan was made anew"), "{refused}");
    assert_eq!(house.asset("A-2").await.notes, None);
    let now = imports::import(&house.app, &house.caller, import.id).await.unwrap();
    assert_eq!((now.state, now.version), (State::Planned, import.version + 1));
    assert_eq!(house.apply(&now).await.unwrap().counts.change, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_the_register_outran_is_made_anew_and_nothing_is_done() {
    let house = House::new().await;
    let import = house.planned("Tag,Category\nA-1,Laptop\n", all).await;
    assert_eq!(import.new.names("categories"), ["Laptop"]);
    let made = app::catalog::create_entry::<domain::id::noun::Category>;
    made(&house.app, &house.caller, "laptop").await.unwrap();
    let refused = house.apply(&import).await.unwrap_err();
    assert!(refused.to_string().contains("look at it and apply it again"), "{refused}");
    assert!(house.tags().await.is_empty());
    let stale = imports::apply(&house.app, &house.caller, import.id, Some(import.version)).await;
    assert_eq!(stale.unwrap_err(), Refusal::Stale, "this is not the plan that was looked at");
    let applied = imports::apply(&house.app, &house.caller, import.id, None).await.unwrap();
    assert_eq!((applied.counts.create, applied.new.counts().len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_row_stops_the_others_only_where_it_is_all_or_nothing() {
    let house = House::new().await;
    let text = "Tag,Purchase date\nA-1,never\nA-2,2026-01-01\n";
    let whole = house.planned(text, |mapping| mapping.whole = true).await;
    let refused = house.apply(&whole).await.unwrap_err();
    assert!(refused.to_string().contains("1 rows are faulty, and it is all or nothing"));
    let import = house.planned(text, |_| {}).await;
    house.apply(&import).await.unwrap();
    assert_eq!(house.tags().await, ["A-2"]);
    let idle = house.planned(text, |_| {}).await;
    assert!(house.apply(&idle).await.unwrap_err().to_string().contains("nothing to do"));
    imports::discard(&house.app, &house.caller, idle.id).await.unwrap();
    assert!(imports::import(&house.app, &house.caller, idle.id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_breaks_off_in_the_middle_leaves_nothing() {
    let house = House::new().await;
    let rows: Vec<String> = (0..3_000).map(|n| format!("B-{n},a name for it")).collect();
    let import = house.planned(&format!("Tag,Name\n{}", rows.join("\n")), |_| {}).await;
    // A disk that fills up after a while: the process cannot go on, whatever it wants.
    let settings = Settings { most_pages: Some(1), ..Settings::default() };
    let small = Store::open_with(&house.options.database, settings).unwrap();
    let small = App::over(small, house.options.clone()).unwrap();
    let broken = imports::apply(&small, &house.caller, import.id, None).await.unwrap_err();
    assert!(matches!(broken, Refusal::Failed(_)), "{broken}");
    assert!(house.tags().await.is_empty());
    let still = imports::import(&house.app, &house.caller, import.id).await.unwrap();
    assert_eq!(still, import, "it can be applied as if nothing had been");
    assert_eq!(house.apply(&import).await.unwrap().counts.create, 3_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn employees_are_imported_with_their_managers_and_taken_back() {
    let house = House::new().await;
    let text = "Name,Email,Department,Manager\nKim New,kim@example.com,Design,lee@example.com\n\
                Lee Boss,lee@example.com,Design,\nMo,mo@example.com,,Lee Boss\n";
    let import = house.brought(AppliesTo::Employees, text).await;
    let mut mapping = import.mapping.clone();
    all(&mut mapping);
    let import = imports::plan(&house.app, &house.caller, import.id, mapping).await.unwrap();
    let applied = house.apply(&import).await.unwrap();
    assert_eq!(applied.counts, Counts { create: 3, ..Counts::default() });
    let query = app::people::EmployeeQuery { limit: 9, ..Default::default() };
    let found = app::people::list(&house.app, &house.caller, query.clone()).await.unwrap().items;
    let told: Vec<_> =
        found.iter().map(|row| (row.employee.name.as_str(), row.manager.as_deref())).collect();
    assert_eq!(told, [("Kim New", Some("Lee Boss")), ("Lee Boss", None), ("Mo", Some("Lee Boss"))]);
    let undone = imports::undo(&house.app, &house.caller, import.id).await.unwrap();
    assert_eq!((undone.restored, undone.kept.len()), (3, 0), "{:?}", undone.kept);
    assert!(app::people::list(&house.app, &house.caller, query).await.unwrap().items.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_manager_imports_and_what_is_no_table_is_refused() {
    let house = House::new().await;
    let operator = Caller { role: Role::Operator, ..house.caller.clone() };
    let file = |bytes: &[u8]| Brought {
        what: AppliesTo::Assets,
        name: String::new(),
        bytes: bytes.to_vec(),
    };
    let refused = imports::bring(&house.app, &operator, file(b"Tag\nA-1")).await.unwrap_err();
    assert!(matches!(refused, Refusal::Forbidden { .. }));
    let refused = imports::bring(&house.app, &house.caller, file(b"\x89PNG\0\0")).await;
    assert!(refused.unwrap_err().to_string().contains("neither CSV nor a workbook"));
    let large = vec![b'a'; imports::MOST_BYTES + 1];
    let refused = imports::bring(&house.app, &house.caller, file(&large)).await.unwrap_err();
    assert!(matches!(&refused, Refusal::TooLarge(why) if why.contains("20 MB")));
    let import = house.brought(AppliesTo::Assets, "Tag,Name\nA-1,x\n").await;
    let mapping = Mapping { columns: vec![None, None], ..import.mapping.clone() };
    let refused = imports::plan(&house.app, &house.caller, import.id, mapping).await.unwrap_err();
    assert!(refused.to_string().contains("no column is Asset tag"), "{refused}");
    let refused = house.apply(&import).await.unwrap_err();
    assert!(refused.to_string().contains("say first what its columns mean"), "{refused}");
}
