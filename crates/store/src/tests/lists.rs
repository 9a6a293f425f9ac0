//! Lists: every filter, sort and page agrees with sorting everything in memory.

use domain::id::{CategoryId, noun};
use domain::{Action, Custodian, Field};
use serde_json::json;

use super::world::{World, deed, held_by, in_a_world, text};
use crate::assets::{Archived, AssetQuery, AssetRow, AssetSort, list};
use crate::seam::{Query, sql};
use crate::stage::{MINT, at};
use crate::{Count, catalog, employees};

const SORTS: [AssetSort; 9] = [
    AssetSort::Tag,
    AssetSort::Name,
    AssetSort::Serial,
    AssetSort::Product,
    AssetSort::Status,
    AssetSort::Location,
    AssetSort::Custodian,
    AssetSort::UpdatedAt,
    AssetSort::CreatedAt,
];

/// Thirty assets, with blanks and ties in every column.
fn fill(world: &World) {
    let robin = world.employee("Robin Öztürk").id;
    let products = [world.product("MacBook Pro"), world.product("iPhone 15")];
    let places = [world.location("Berlin"), world.location("Zürich")];
    for n in 0..30_usize {
        let mut values = vec![
            text(Field::Name, format!("Mac {}", n % 7)),
            text(Field::Product, products[n % 2]),
        ];
        if n % 3 == 0 {
            values.push(text(Field::Serial, format!("SYN{:03}", 40 - n)));
            values.push(text(Field::Location, places[n % 2]));
        }
        if n % 4 == 0 {
            values.push(held_by(robin));
        }
        let id = world.asset_with(&format!("A-{n:02}"), &values).id;
        if n % 10 == 9 {
            let archive = [text(Field::ArchivedAt, at(3))];
            world.change(deed(i64::try_from(n).unwrap()), id, Action::Archived, &archive);
        }
    }
}

#[test]
fn pages_of_every_sort_join_into_the_whole_in_order() {
    in_a_world(|world| {
        fill(world);
        for sort in SORTS {
            for descending in [false, true] {
                let query = AssetQuery {
                    sort: sort.clone(),
                    descending,
                    limit: 4,
                    ..AssetQuery::default()
                };
                let rows = world.walk(&query);
                let mut expected = rows.clone();
                expected.sort_by_key(|row| (place(row, &sort), row.asset.id));
                if descending {
                    expected.reverse();
                }
                assert_eq!(rows.len(), 27, "{sort:?}");
                assert_eq!(tags(&rows), tags(&expected), "{sort:?} {descending}");
            }
        }
    });
}

fn tags(rows: &[AssetRow]) -> Vec<&str> {
    rows.iter().map(|row| row.asset.tag.as_str()).collect()
}

fn place(row: &AssetRow, sort: &AssetSort) -> String {
    let asset = &row.asset;
    let of = |text: &Option<String>| text.as_deref().map(domain::text::key).unwrap_or_default();
    match sort {
        AssetSort::Tag => asset.tag.key(),
        AssetSort::Name => of(&asset.name),
        AssetSort::Serial => asset.serial.as_ref().map(domain::Serial::key).unwrap_or_default(),
        AssetSort::Product => of(&row.product),
        AssetSort::Status => domain::text::key(&row.status.name),
        AssetSort::Location => of(&row.location),
        AssetSort::Custodian => of(&row.custodian),
        AssetSort::UpdatedAt => asset.updated_at.to_string(),
        AssetSort::CreatedAt => asset.created_at.to_string(),
        other => unreachable!("{other:?} is told in filters/sorts.rs"),
    }
}

fn check(world: &World, query: &AssetQuery, expected: impl Fn(&AssetRow) -> bool) {
    let all = AssetQuery { archived: Archived::Any, limit: 100, ..AssetQuery::default() };
    let all = world.read(move |tx| list::list(tx, &all)).items;
    let wanted: Vec<AssetRow> = all.into_iter().filter(expected).collect();
    let counted = query.clone();
    let (page, count) = world.read(move |tx| {
        let count = list::count(tx, &counted, 10_000)?;
        let whole = AssetQuery { limit: 100, ..counted };
        let (page, with_page) = list::counted(tx, &whole, 10_000)?;
        assert_eq!(with_page, count);
        Ok((page, count))
    });
    assert_eq!(page.items.len(), wanted.len(), "{query:?}");
    assert_eq!(count, Count { n: i64::try_from(wanted.len()).unwrap(), more: false }, "{query:?}");
    for sort in SORTS {
        let rows = world.walk(&AssetQuery { sort: sort.clone(), limit: 5, ..query.clone() });
        let mut found = tags(&rows);
        found.sort_unstable();
        assert_eq!(found, tags(&wanted), "{query:?} by {sort:?}");
    }
}

#[test]
fn every_filter_finds_what_it_says_in_every_sort() {
    in_a_world(|world| {
        fill(world);
        let open = AssetQuery::default();
        let here = |row: &AssetRow| row.asset.archived_at.is_none();
        let sample = AssetQuery { limit: 100, ..open.clone() };
        let rows = world.read(move |tx| list::list(tx, &sample)).items;
        let first = rows.iter().find(|row| row.asset.custodian.is_some()).unwrap();
        let (product, location) = (first.asset.product, first.asset.location);
        let (custodian, status) = (first.asset.custodian, first.asset.status);
        check(world, &open, here);
        check(world, &AssetQuery { archived: Archived::Only, ..open.clone() }, |row| !here(row));
        check(world, &AssetQuery { archived: Archived::Any, ..open.clone() }, |_| true);
        check(world, &AssetQuery { product, ..open.clone() }, |row| {
            here(row) && row.asset.product == product
        });
        check(world, &AssetQuery { location, ..open.clone() }, |row| {
            here(row) && row.asset.location == location
        });
        check(world, &AssetQuery { custodian, ..open.clone() }, |row| {
            here(row) && row.asset.custodian == custodian
        });
        check(world, &AssetQuery { held: Some(true), ..open.clone() }, |row| {
            here(row) && row.custodian.is_some()
        });
        check(world, &AssetQuery { held: Some(false), ..open.clone() }, |row| {
            here(row) && row.custodian.is_none()
        });
        check(world, &AssetQuery { status: vec![status], ..open.clone() }, here);
        check(world, &AssetQuery { category: vec![CategoryId::new(1)], ..open.clone() }, |_| false);
        check(world, &AssetQuery { platform: vec!["Mac".into()], ..open.clone() }, |_| false);
        check(
            world,
            &AssetQuery { updated_since: Some(at(2)), archived: Archived::Any, ..open },
            |row| row.asset.updated_at >= at(2),
        );
    });
}

/// More of each than a list starts its filters from.
#[test]
fn a_platform_and_a_category_that_many_have_are_walked_in_every_sort() {
    in_a_world(|world| {
        fill(world);
        let category = CategoryId::new(7);
        world.write(move |tx| {
            catalog::create::<noun::Category>(tx, &deed(0), &MINT, category, "Laptop")?;
            let tenant = tx.tenant();
            tx.exec(sql! {
                "UPDATE assets
                 SET platform = 'Mac', shown_category_id = ", category, "
                 WHERE tenant_id = ", tenant, " AND tag_key < 'a-20'"
            })
        });
        let marked = |row: &AssetRow| row.platform == "Mac";
        for archived in [Archived::Without, Archived::Any] {
            let open = AssetQuery { archived, ..AssetQuery::default() };
            let expected = |row: &AssetRow| {
                marked(row) && (archived == Archived::Any || row.asset.archived_at.is_none())
            };
            check(world, &AssetQuery { platform: vec!["Mac".into()], ..open.clone() }, expected);
            check(world, &AssetQuery { category: vec![category], ..open.clone() }, expected);
            let both = AssetQuery {
                platform: vec!["Mac".into(), "iPad".into()],
                category: vec![category],
                ..open
            };
            check(world, &both, expected);
        }
    });
}

#[test]
fn search_finds_every_word_in_any_column_and_any_part() {
    in_a_world(|world| {
        fill(world);
        let find = |q: &str| AssetQuery { q: Some(q.into()), ..AssetQuery::default() };
        let here = |row: &AssetRow| row.asset.archived_at.is_none();
        let product = |row: &AssetRow, name: &str| row.product.as_deref() == Some(name);
        check(world, &find("macbook"), |row| here(row) && product(row, "MacBook Pro"));
        check(world, &find("BOOK mac ÖZTÜRK"), |row| {
            here(row) && product(row, "MacBook Pro") && row.custodian.is_some()
        });
        check(world, &find("yn04"), |row| {
            row.asset.serial.as_ref().is_some_and(|serial| serial.as_str().contains("YN04"))
        });
        check(world, &find("c 3"), |row| here(row) && tag_or_name(row, "3"));
        check(world, &find("%"), |_| false);
        check(world, &find("\"nothing\" OR *"), |_| false);
    });
}

/// `c` and `3` stand somewhere.
fn tag_or_name(row: &AssetRow, digit: &str) -> bool {
    let asset = &row.asset;
    let texts = [
        Some(asset.tag.as_str()),
        asset.name.as_deref(),
        asset.serial.as_ref().map(domain::Serial::as_str),
    ];
    let product = row.product.as_deref();
    texts.iter().chain([&product]).flatten().any(|text| text.contains(digit))
}

#[test]
fn a_search_follows_names_that_change() {
    in_a_world(|world| {
        let robin = world.employee("Robin").id;
        let id = world.asset_with("A-1", &[held_by(robin)]).id;
        let found = |q: &str| {
            let query = AssetQuery { q: Some(q.into()), limit: 10, ..AssetQuery::default() };
            world.read(move |tx| list::list(tx, &query)).items.len()
        };
        assert_eq!((found("robin"), found("marian")), (1, 0));
        let mut renamed = world.read(move |tx| employees::find(tx, robin)).unwrap();
        renamed.name = "Marian".into();
        world.write(move |tx| employees::update(tx, &deed(2), &crate::stage::MINT, &renamed, None));
        assert_eq!((found("robin"), found("marian")), (0, 1));
        let holder = json!(Some(Custodian::Employee(robin)));
        assert_eq!(world.find(id).unwrap().get(&Field::Custodian), holder);
        world.change(deed(3), id, Action::Updated, &[text(Field::Tag, "B-77")]);
        assert_eq!((found("a-1"), found("b-77")), (0, 1));
    });
}

#[test]
fn a_list_goes_on_where_a_page_ended_although_its_last_asset_is_there_no_more() {
    in_a_world(|world| {
        fill(world);
        let mut day = 50;
        for (sort, descending) in
            SORTS.into_iter().flat_map(|sort| [(sort.clone(), false), (sort, true)])
        {
            let order = sort.clone();
            let free =
                AssetQuery { held: Some(false), sort: order, descending, ..AssetQuery::default() };
            let query = AssetQuery { limit: 3, ..free };
            let asked = query.clone();
            let page = world.read(move |tx| list::list(tx, &asked));
            let next = AssetQuery { cursor: page.next, ..query };
            let asked = next.clone();
            let before = world.read(move |tx| list::list(tx, &asked)).items;
            let last = page.items.last().unwrap().asset.id;
            day += 2;
            let archive = [text(Field::ArchivedAt, at(day))];
            world.change(deed(day), last, Action::Archived, &archive);
            let after = world.read(move |tx| list::list(tx, &next)).items;
            assert_eq!(tags(&after), tags(&before), "{sort:?} {descending}");
            let back = [(Field::ArchivedAt, serde_json::Value::Null)];
            world.change(deed(day + 1), last, Action::Unarchived, &back);
        }
    });
}

#[test]
fn words_and_filters_narrow_together_whether_they_leave_few_or_many() {
    in_a_world(|world| {
        fill(world);
        let here = |row: &AssetRow| row.asset.archived_at.is_none();
        let held = |row: &AssetRow| row.custodian.is_some();
        for (q, many) in [("mac", true), ("mac 3", false)] {
            let open = AssetQuery { q: Some(q.into()), ..AssetQuery::default() };
            let fits = |row: &AssetRow| {
                let words = [row.asset.tag.as_str(), row.asset.name.as_deref().unwrap_or_default()];
                many || words.iter().any(|word| word.contains('3'))
                    || row.asset.serial.as_ref().is_some_and(|serial| serial.as_str().contains('3'))
            };
            let only_held = AssetQuery { held: Some(true), ..open.clone() };
            check(world, &only_held, |row| fits(row) && here(row) && held(row));
            let free = AssetQuery { held: Some(false), archived: Archived::Any, ..open.clone() };
            check(world, &free, |row| fits(row) && !held(row));
            let gone = AssetQuery { archived: Archived::Only, ..open };
            check(world, &gone, |row| fits(row) && !here(row));
        }
    });
}

#[test]
fn pages_of_a_search_stay_in_order_while_tags_change_and_counting_stops_where_nobody_looks() {
    in_a_world(|world| {
        fill(world);
        let query = |descending| AssetQuery {
            q: Some("mac".into()),
            limit: 4,
            descending,
            ..AssetQuery::default()
        };
        let check = || {
            for descending in [false, true] {
                let rows = world.walk(&query(descending));
                let mut expected = rows.clone();
                expected.sort_by_key(|row| row.asset.tag.key());
                if descending {
                    expected.reverse();
                }
                assert_eq!((rows.len(), tags(&rows)), (27, tags(&expected)));
                let (_, count) = world.read(move |tx| list::counted(tx, &query(descending), 20));
                assert_eq!(count, Count { n: 20, more: true });
            }
        };
        check();
        for (n, (from, to)) in
            [("A-00", "A-15b"), ("A-20", "A-00"), ("A-28", "A-03b")].into_iter().enumerate()
        {
            let id = world.read(move |tx| crate::assets::find_by_tag(tx, from)).unwrap().id;
            let by = deed(60 + i64::try_from(n).unwrap());
            world.change(by, id, Action::Updated, &[text(Field::Tag, to)]);
            check();
        }
    });
}

#[test]
fn a_search_knows_what_was_deleted_archived_and_what_it_missed() {
    in_a_world(|world| {
        fill(world);
        let found = |q: &str| {
            let query = AssetQuery { q: Some(q.into()), limit: 100, ..AssetQuery::default() };
            world.read(move |tx| list::counted(tx, &query, 1_000)).1.n
        };
        let all = found("mac");
        let [one, two] = ["A-00", "A-01"]
            .map(|tag| world.read(move |tx| crate::assets::find_by_tag(tx, tag)).unwrap().id);
        world.write(move |tx| crate::ledger::delete(tx, &deed(50), &MINT, one, None, None));
        assert_eq!(found("mac"), all - 1);
        world.change(deed(51), two, Action::Archived, &[text(Field::ArchivedAt, at(51))]);
        assert_eq!(found("mac"), all - 2);
        // As if ten thousand changes had passed unseen.
        world.change(deed(52), two, Action::Unarchived, &[(Field::ArchivedAt, json!(null))]);
        world.asset_with("A-99", &[text(Field::Name, "Mac 99")]);
        world.write(|tx| {
            if tx.dialect() == crate::seam::Dialect::Sqlite {
                let tenant = tx.tenant();
                tx.exec(sql! {
                    "DELETE FROM text_changes
                     WHERE tenant_id = ", tenant, "
                       AND number < (SELECT max(number)
                                     FROM text_changes
                                     WHERE tenant_id = ", tenant, ")"
                })?;
            }
            Ok(())
        });
        assert_eq!((found("mac"), found("mac 99")), (all, 1));
    });
}
