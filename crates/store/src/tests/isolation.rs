//! A tenant sees nothing of another, whatever it asks for, even by id.

use domain::id::noun;
use domain::{Action, Cause, Custodian, Field};
use reconcile::preset::Preset;

use super::world::{World, caused, deed, held_by, in_a_world, link, text, unexpected};
use crate::assets::{self, Archived, AssetQuery, list};
use crate::events::{EventFilter, activity, causes, feed};
use crate::stage::{self, MINT, at};
use crate::{
    StoreError, Tx, catalog, custody, devices, employees, events, home, inventory, ledger, links,
    locations, products, statuses,
};

/// Runs work as a second, empty tenant.
fn as_globex<T: Send + 'static>(
    world: &World,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    let globex = domain::company::slug("globex");
    let found = world
        .store
        .system_blocking(move |tx| crate::tenants::by_slug(tx, &globex))
        .unwrap_or_else(unexpected);
    let tenant = found.map_or_else(|| stage::tenant(&world.store, "globex"), |tenant| tenant.id);
    world.store.write_blocking(tenant, work).unwrap_or_else(unexpected)
}

#[test]
fn nothing_of_one_tenant_is_seen_by_another() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let (product, place) = (world.product("MacBook"), world.location("Berlin"));
        let values = [
            held_by(robin),
            text(Field::Product, product),
            text(Field::Location, place),
            text(Field::Serial, "SYN1"),
        ];
        let id = world.asset_with("A-1", &values).id;
        world.change(caused(2, "r1"), id, Action::Updated, &[text(Field::Name, "mac")]);
        let source = world.source;
        world.write(move |tx| links::save(tx, source, &[&link(id, "dev-1")]));

        let all = AssetQuery { archived: Archived::Any, limit: 10, ..AssetQuery::default() };
        let searched = AssetQuery { q: Some("macbook".into()), ..all.clone() };
        let cause = Cause { kind: "run".into(), id: Some("r1".into()) };
        as_globex(world, move |tx| {
            assert_eq!(assets::find(tx, id)?, None);
            assert_eq!(assets::find_by_tag(tx, "A-1")?, None);
            let syn1 = || ["syn1".to_owned()];
            assert!(assets::serials::bearers(tx, syn1())?.is_empty());
            assert!(list::list(tx, &all)?.items.is_empty());
            assert!(list::list(tx, &searched)?.items.is_empty());
            assert_eq!(list::count(tx, &all, 10_000)?.n + list::count(tx, &searched, 10_000)?.n, 0);
            assert!(events::of_asset(tx, id, None, 10)?.items.is_empty());
            let everything = EventFilter::default();
            assert!(activity::folded(tx, &everything, None, 10)?.lines.is_empty());
            assert!(activity::flat(tx, &everything, None, 10)?.items.is_empty());
            feed::number(tx)?;
            assert_eq!(feed::read(tx, 0, 10)?, []);
            assert_eq!(causes::find(tx, &cause)?, None);
            assert!(events::of_cause(tx, &cause)?.is_empty());
            assert!(custody::of_asset(tx, id)?.is_empty());
            assert!(custody::holdings(tx, Custodian::Employee(robin))?.is_empty());
            assert!(employees::all(tx)?.is_empty());
            assert!(products::all(tx)?.is_empty());
            assert_eq!(locations::find(tx, place)?, None);
            assert!(links::of_source(tx, source)?.is_empty());
            assert!(devices::of_asset(tx, id)?.is_empty());
            assert!(catalog::list::<noun::Category>(tx)?.is_empty());
            assert_eq!(home::home(tx, jiff::civil::Date::MAX, [at(0); 3], &[])?.checked_out, 0);
            assert_eq!(statuses::list(tx)?.iter().map(|row| row.assets).sum::<i64>(), 0);
            let recalled = inventory::recall(tx, source, &Preset::Recommended.rules());
            assert_eq!(recalled.err(), Some(StoreError::NotFound));
            Ok(())
        });
    });
}

#[test]
fn nothing_of_one_tenant_is_changed_by_another() {
    in_a_world(|world| {
        let id = world.asset("A-1").id;
        let cause = Cause { kind: "run".into(), id: Some("r1".into()) };
        world.change(caused(2, "r1"), id, Action::Updated, &[text(Field::Name, "mac")]);
        let before = world.find(id);
        as_globex(world, move |tx| {
            let values = [text(Field::Name, "stolen")];
            let changed =
                ledger::change(tx, &deed(3), &MINT, id, None, Action::Updated, &values, None);
            assert_eq!(changed, Err(StoreError::NotFound));
            assert_eq!(
                ledger::delete(tx, &deed(3), &MINT, id, None, None),
                Err(StoreError::NotFound)
            );
            assert_eq!(ledger::undo(tx, &deed(3), &MINT, &cause)?.restored, []);
            Ok(())
        });
        assert_eq!(world.find(id), before);
    });
}

#[test]
fn two_tenants_may_use_one_tag() {
    in_a_world(|world| {
        world.asset("A-1");
        as_globex(world, |tx| {
            let tag = domain::AssetTag::parse("A-1").unwrap();
            let status = statuses::default(tx)?;
            let new = domain::NewAsset::plain(MINT.id(at(1)), tag, status);
            ledger::create(tx, &deed(1), &MINT, new, &[], None).map(drop)
        });
    });
}
